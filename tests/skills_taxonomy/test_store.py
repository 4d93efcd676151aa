"""ESCO in PostgreSQL: what an import writes, what the next one changes, what is read back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from skills_taxonomy import Taxonomy
from skills_taxonomy.esco import Release, read_release
from skills_taxonomy.store import TaxonomyStore
from skills_taxonomy.upgrade import Counts, Named, Retired
from tests.databases import dump
from tests.esco import TINY, compress, copy_of_tiny, occupation, skill

pytestmark = pytest.mark.db

AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
LATER = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
RELEASE = read_release(TINY, "it")


@pytest.fixture
def connection(database: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(database) as connection:
        yield connection


@pytest.fixture
def store(connection: Connection[Any]) -> TaxonomyStore:
    return TaxonomyStore(connection)


def without(release: Release, *uris: str, **changes: Any) -> Release:
    """The release of another year, which lacks some concepts."""
    fields = {
        "version": "1.3",
        "competences": tuple(
            replace(c, broader=tuple(b for b in c.broader if b not in uris))
            for c in release.competences
            if c.uri not in uris
        ),
        "occupations": tuple(o for o in release.occupations if o.uri not in uris),
        "relations": tuple(
            r for r in release.relations if not {r.occupation, r.competence} & set(uris)
        ),
    }
    return replace(release, **fields | changes)


def test_there_is_none_before_an_import(store: TaxonomyStore) -> None:
    assert store.taxonomy() is None


def test_a_first_import_adds_everything(store: TaxonomyStore) -> None:
    imported = store.save(RELEASE, at=AT)
    assert (imported.version, imported.language, imported.imported_at) == ("1.2", "it", AT)
    assert imported.changed
    assert imported.competences == Counts(5, 0, 0, 0)
    assert imported.occupations == Counts(3, 0, 0, 0)
    assert imported.relations == Counts(5, 0, 0, 0)
    assert imported.retired == ()


def test_what_is_read_back_is_what_was_written(store: TaxonomyStore) -> None:
    store.save(RELEASE, at=AT)
    taxonomy = store.taxonomy()
    assert taxonomy is not None
    assert taxonomy.version == Taxonomy.builtin().joined_with(Taxonomy.from_esco(TINY)).version


def test_every_label_has_its_language_role_and_place(
    connection: Connection[Any], store: TaxonomyStore
) -> None:
    store.save(RELEASE, at=AT)
    sql = "SELECT place, language, role, label FROM concept_label WHERE concept_uri = %s ORDER BY 1"
    assert connection.execute(sql, (skill(1),)).fetchall() == [
        (0, "it", "preferred", "lavorare il legno"),
        (1, "it", "alternative", "fare lavori in legno"),
        (2, "it", "alternative", "costruire in legno"),
        (3, "it", "hidden", "bricolage"),
    ]
    titles = connection.execute(sql, (occupation(3),)).fetchall()
    assert titles[0][3] == "esperto di legni antichi/esperta di legni antichi"


def test_the_same_release_twice_changes_nothing(
    connection: Connection[Any], store: TaxonomyStore, tmp_path: Path
) -> None:
    first = store.save(RELEASE, at=AT)
    before = dump(connection)
    folder = copy_of_tiny(tmp_path / "esco")
    compress(folder / "skills_it.csv")
    again = store.save(read_release(folder, "it"), at=LATER)
    assert dump(connection) == before
    assert not again.changed
    assert (again.digest, again.imported_at) == (first.digest, AT)
    assert again.competences == Counts(0, 0, 5, 0)
    assert again.relations == Counts(0, 0, 5, 0)


# --- Upgrades -----------------------------------------------------------------------------------


def test_an_upgrade_retires_and_keeps_what_it_lacks(
    connection: Connection[Any], store: TaxonomyStore
) -> None:
    store.save(RELEASE, at=AT)
    newer = without(
        RELEASE, skill(4), occupation(3), replaced_by={skill(4): (skill(1), "urn:unknown")}
    )
    imported = store.save(newer, at=LATER)
    assert imported.competences == Counts(0, 0, 4, 1)
    assert imported.occupations == Counts(0, 0, 2, 1)
    assert imported.relations == Counts(0, 0, 3, 2)
    assert imported.retired == (
        Retired(occupation(3), "esperto di legni antichi", "occupation", ()),
        Retired(skill(4), "tipi di legno", "competence", (Named(skill(1), "lavorare il legno"),)),
    )
    kept = connection.execute(
        "SELECT version, replaced_by FROM concept JOIN esco_release ON retired_by = release_number "
        "WHERE concept_uri = %s",
        (skill(4),),
    ).fetchone()
    assert kept == ("1.3", [skill(1), "urn:unknown"])


def test_a_retired_concept_is_known_and_never_proposed(store: TaxonomyStore) -> None:
    store.save(RELEASE, at=AT)
    store.save(without(RELEASE, skill(4)), at=LATER)
    taxonomy = store.taxonomy()
    assert taxonomy is not None
    assert taxonomy.retired == {skill(4)}
    assert taxonomy.competence(skill(4)).label == "tipi di legno"
    assert skill(4) not in {c.uri for c in taxonomy.of_kind("competence")}


def test_what_was_retired_is_retired_once_and_may_come_back(store: TaxonomyStore) -> None:
    store.save(RELEASE, at=AT)
    store.save(without(RELEASE, skill(4)), at=LATER)
    third = store.save(without(RELEASE, skill(4), skill(5)), at=LATER)
    assert [retired.uri for retired in third.retired] == [skill(5)]
    back = store.save(RELEASE, at=LATER)
    assert back.competences == Counts(2, 0, 3, 0)
    taxonomy = store.taxonomy()
    assert taxonomy is not None
    assert taxonomy.retired == frozenset()


def test_an_upgrade_counts_what_it_changes(store: TaxonomyStore) -> None:
    store.save(RELEASE, at=AT)
    first, *others = RELEASE.competences
    newer = replace(
        RELEASE,
        competences=(replace(first, label="lavorare legno"), *others),
        relations=tuple(replace(r, kind="useful", weight=0.25) for r in RELEASE.relations),
    )
    imported = store.save(newer, at=LATER)
    assert imported.competences == Counts(0, 1, 4, 0)
    assert imported.relations == Counts(0, 3, 2, 0)


def test_another_language_replaces_words_and_no_concept(store: TaxonomyStore) -> None:
    store.save(RELEASE, at=AT)
    english = replace(
        RELEASE,
        language="en",
        competences=tuple(replace(c, label="x", label_feminine="x", label_en="x")
                          for c in RELEASE.competences),
    )  # fmt: skip
    assert store.save(english, at=LATER).competences == Counts(0, 5, 0, 0)
    taxonomy = store.taxonomy()
    assert taxonomy is not None
    assert taxonomy.competence(skill(1)).label == "x"


def test_every_import_is_remembered(connection: Connection[Any], store: TaxonomyStore) -> None:
    store.save(RELEASE, at=AT)
    store.save(RELEASE, at=LATER)
    store.save(without(RELEASE, skill(4)), at=LATER)
    rows = connection.execute(
        "SELECT version, language, imported_at FROM esco_release ORDER BY release_number"
    ).fetchall()
    assert rows == [("1.2", "it", AT), ("1.3", "it", LATER)]
