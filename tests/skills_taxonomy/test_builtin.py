"""The tables we ship: sound by themselves, however much they grow."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import get_args

import pytest

from skills_taxonomy import Taxonomy
from skills_taxonomy.concepts import CompetenceKind, Concept, ConceptKind, RelationKind, ReuseLevel
from skills_taxonomy.text import stems

BUILTIN = Taxonomy.builtin()
KINDS: tuple[ConceptKind, ...] = get_args(ConceptKind)
TABLES = ["competences", "occupations", "relations"]
CONCEPT_TABLES = ["competences", "occupations"]

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ESCO_SKILL = re.compile(rf"http://data\.europa\.eu/esco/skill/{UUID}")
# A few ESCO occupations of the first release are not UUIDs but numbers.
ESCO_OCCUPATION = re.compile(rf"http://data\.europa\.eu/esco/occupation/({UUID}|\d+)")


def rows(table: str) -> list[dict[str, str]]:
    text = resources.files("skills_taxonomy.builtin").joinpath(f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def names(concept: Concept) -> set[str]:
    """The words that name a concept, as they compare: casefolded."""
    own = (concept.label, concept.label_feminine, *concept.other_labels)
    return {name.casefold() for name in own}


def short(uris: set[str]) -> list[str]:
    return sorted(uri.rsplit(":", 1)[-1] for uri in uris)


def test_it_is_large_enough() -> None:
    assert len(BUILTIN.competences) >= 300
    assert len(BUILTIN.occupations) >= 60


# --- The files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_whole_and_without_stray_blanks(table: str) -> None:
    for row in rows(table):
        assert None not in row, row  # more cells than columns
        assert None not in row.values(), row  # fewer
        assert all(cell == cell.strip() for cell in row.values()), row


@pytest.mark.parametrize("table", CONCEPT_TABLES)
def test_ids_are_unique_and_readable(table: str) -> None:
    ids = [row["id"] for row in rows(table)]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []


@pytest.mark.parametrize("table", CONCEPT_TABLES)
def test_every_concept_has_its_labels(table: str) -> None:
    assert [row["id"] for row in rows(table) if not (row["label"] and row["label_en"])] == []


def test_every_title_has_its_feminine() -> None:
    assert [row["id"] for row in rows("occupations") if not row["label_feminine"]] == []


def test_no_phrase_is_written_twice_in_a_row() -> None:
    for table in CONCEPT_TABLES:
        for row in rows(table):
            phrases = [p.strip().casefold() for p in row["other_labels"].split("|")]
            assert len(set(phrases)) == len(phrases), row["id"]
            assert row["label"].casefold() not in phrases, row["id"]


# --- The concepts -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_phrase_names_one_concept(kind: ConceptKind) -> None:
    named = defaultdict(set)
    for concept in BUILTIN.of_kind(kind):
        for name in names(concept):
            named[name].add(concept.uri)
    assert {name: short(uris) for name, uris in named.items() if len(uris) > 1} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_phrase_reads_like_the_label_of_another_concept(kind: ConceptKind) -> None:
    """The linker reads stems, in any order: a label must win over every other's phrases."""

    def read(name: str) -> tuple[str, ...]:
        return tuple(sorted(stems(name)))

    labels = defaultdict(set)
    for concept in BUILTIN.of_kind(kind):
        for label in (concept.label, concept.label_feminine):
            labels[read(label)].add(concept.uri)
    clashes = [
        (name, short({concept.uri}), short(others))
        for concept in BUILTIN.of_kind(kind)
        for name in names(concept)
        if (others := labels[read(name)] - {concept.uri})
    ]
    assert clashes == []


def test_every_competence_has_six_other_phrases() -> None:
    assert short({c.uri for c in BUILTIN.competences if len(c.other_labels) < 6}) == []


def test_kinds_and_levels_are_known() -> None:
    assert {c.kind for c in BUILTIN.competences} <= set(get_args(CompetenceKind))
    assert {c.reuse_level for c in BUILTIN.competences} <= set(get_args(ReuseLevel))
    assert {r.kind for r in BUILTIN.relations} <= set(get_args(RelationKind))


def test_isco_has_four_digits_of_a_real_major_group() -> None:
    assert [o.uri for o in BUILTIN.occupations if not re.fullmatch(r"[1-9]\d{3}", o.isco)] == []


@pytest.mark.parametrize(
    ("kind", "pattern"), [("competence", ESCO_SKILL), ("occupation", ESCO_OCCUPATION)]
)
def test_esco_uris_have_the_form_of_their_kind(kind: ConceptKind, pattern: re.Pattern[str]) -> None:
    for concept in BUILTIN.of_kind(kind):
        assert len(set(concept.esco_uris)) == len(concept.esco_uris), concept.uri
        assert [uri for uri in concept.esco_uris if not pattern.fullmatch(uri)] == [], concept.uri


# --- What binds them ----------------------------------------------------------------------------


def above(uri: str) -> Iterator[str]:
    """The wider competences, from near to far; endless where there is a cycle."""
    for wider in BUILTIN.broader(uri):
        yield wider.uri
        yield from above(wider.uri)


def test_broader_never_comes_back() -> None:
    for competence in BUILTIN.competences:
        assert competence.uri not in above(competence.uri)


def test_no_competence_is_an_orphan() -> None:
    """Each is taught by a trade, or has a wider or a narrower one."""
    taught = {relation.competence for relation in BUILTIN.relations}
    orphans = {
        c.uri
        for c in BUILTIN.competences
        if c.uri not in taught and not c.broader and not BUILTIN.narrower(c.uri)
    }
    assert short(orphans) == []


def test_every_trade_teaches_something_essential() -> None:
    teaching = {r.occupation for r in BUILTIN.relations if r.kind == "essential"}
    assert short({o.uri for o in BUILTIN.occupations} - teaching) == []


def test_weights_are_probabilities_and_never_zero() -> None:
    assert [r for r in BUILTIN.relations if not 0 < r.weight <= 1] == []
