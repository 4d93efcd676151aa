"""All SQL about the concepts of ESCO, their words, their relations and the releases imported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from psycopg import Connection

from skills_taxonomy.concepts import Competence, Concept, Occupation, Relation
from skills_taxonomy.esco import WEIGHTS, Release, by_gender, named_fields, release_name
from skills_taxonomy.taxonomy import Taxonomy
from skills_taxonomy.upgrade import Counts, Retired, compared, retired_by

C = TypeVar("C", Competence, Occupation)

# One key for all who import, so that two imports never mix.
_IMPORTERS = "cantiere importers of a taxonomy"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did."""

    version: str
    language: str
    digest: str
    imported_at: datetime
    changed: bool
    competences: Counts
    occupations: Counts
    relations: Counts
    retired: tuple[Retired, ...]


@dataclass(frozen=True, slots=True)
class _InForce:
    """The release imported last."""

    version: str
    language: str
    digest: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    """All that is held, the concepts no longer in force among the others."""

    concepts: dict[str, Concept]
    relations: dict[tuple[str, str], Relation]
    retired: frozenset[str]

    @property
    def in_force(self) -> dict[str, Concept]:
        """The others, by URI."""
        return {uri: c for uri, c in self.concepts.items() if uri not in self.retired}


@dataclass(frozen=True)
class TaxonomyStore:
    """ESCO in PostgreSQL, through one open transaction."""

    connection: Connection[Any]

    def taxonomy(self) -> Taxonomy | None:
        """Our own taxonomy with the ESCO release in force around it; None before any import."""
        release = self._release_in_force()
        if release is None:
            return None
        held = self._held()
        esco = Taxonomy(
            release_name(release.version, release.language),
            _of(Competence, held.concepts).values(),
            _of(Occupation, held.concepts).values(),
            held.relations.values(),
            held.retired,
        )
        return Taxonomy.builtin().joined_with(esco)

    def save(self, release: Release, *, at: datetime) -> Imported:
        """Make a release the one in force; the same one again changes nothing.

        A concept that it no longer has is retired, not deleted.
        """
        self._run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", _IMPORTERS)
        present = self._release_in_force()
        held = self._held()
        retired = retired_by(release, held.in_force)
        changed = present is None or present.digest != release.digest
        if changed:
            self._write(release, [concept.uri for concept in retired], at)
        return Imported(
            release.version,
            release.language,
            release.digest,
            at if present is None or changed else present.imported_at,
            changed,
            compared(_of(Competence, held.in_force), {c.uri: c for c in release.competences}),
            compared(_of(Occupation, held.in_force), {o.uri: o for o in release.occupations}),
            compared(held.relations, {(r.occupation, r.competence): r for r in release.relations}),
            retired,
        )

    # Reading

    def _release_in_force(self) -> _InForce | None:
        rows = self._run(
            "SELECT version, language, digest, imported_at FROM esco_release "
            "ORDER BY release_number DESC LIMIT 1"
        )
        return _InForce(*rows[0]) if rows else None

    def _held(self) -> _Held:
        relations = self._run(
            "SELECT occupation_uri, competence_uri, kind FROM occupation_competence"
        )
        retired = self._run("SELECT concept_uri FROM concept WHERE retired_by IS NOT NULL")
        return _Held(
            self._competences() | self._occupations(),
            {(o, c): Relation(o, c, kind, WEIGHTS[kind]) for o, c, kind in relations},
            frozenset(uri for (uri,) in retired),
        )

    def _competences(self) -> dict[str, Concept]:
        broader = dict(
            self._run(
                'SELECT competence_uri, array_agg(broader_uri ORDER BY broader_uri COLLATE "C") '
                "FROM competence_broader GROUP BY competence_uri"
            )
        )
        rows = self._run(
            """
            SELECT concept_uri, min(language), array_agg(label ORDER BY place),
                   competence_kind, reuse_level
            FROM concept JOIN concept_label USING (concept_uri)
            WHERE kind = 'competence'
            GROUP BY concept_uri
            """
        )
        return {
            uri: Competence(
                **named_fields(uri, (title, title), tuple(others), language),
                kind=kind,
                reuse_level=reuse_level,
                broader=tuple(broader.get(uri, ())),
            )
            for uri, language, (title, *others), kind, reuse_level in rows
        }

    def _occupations(self) -> dict[str, Concept]:
        rows = self._run(
            """
            SELECT concept_uri, min(language), array_agg(label ORDER BY place), isco
            FROM concept JOIN concept_label USING (concept_uri)
            WHERE kind = 'occupation'
            GROUP BY concept_uri
            """
        )
        return {
            uri: Occupation(
                **named_fields(uri, by_gender(title), tuple(others), language), isco=isco
            )
            for uri, language, (title, *others), isco in rows
        }

    # Writing

    def _write(self, release: Release, retired: list[str], at: datetime) -> None:
        number = self._run(
            "INSERT INTO esco_release (version, language, digest, imported_at) "
            "VALUES (%s, %s, %s, %s) RETURNING release_number",
            release.version, release.language, release.digest, at,
        )[0][0]  # fmt: skip
        self._run("DELETE FROM competence_broader")
        self._run("DELETE FROM occupation_competence")
        self._run("UPDATE concept SET retired_by = %s WHERE concept_uri = ANY(%s)", number, retired)
        self._write_concepts(release)
        self._copy(
            "competence_broader",
            ((c.uri, broader) for c in release.competences for broader in c.broader),
        )
        self._copy(
            "occupation_competence",
            ((r.occupation, r.competence, r.kind) for r in release.relations),
        )
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE concept SET replaced_by = %s WHERE concept_uri = %s",
                [(list(uris), uri) for uri, uris in release.replaced_by.items()],
            )

    def _write_concepts(self, release: Release) -> None:
        self._run("CREATE TEMPORARY TABLE incoming (LIKE concept) ON COMMIT DROP")
        self._copy(
            "incoming (concept_uri, kind, competence_kind, reuse_level, isco, replaced_by)",
            map(_row, release.concepts),
        )
        self._run(
            """
            INSERT INTO concept SELECT * FROM incoming
            ON CONFLICT (concept_uri) DO UPDATE SET
                kind = excluded.kind, competence_kind = excluded.competence_kind,
                reuse_level = excluded.reuse_level, isco = excluded.isco,
                retired_by = NULL, replaced_by = '{}'
            """
        )
        self._run(
            "DELETE FROM concept_label WHERE concept_uri IN (SELECT concept_uri FROM incoming)"
        )
        self._run("DROP TABLE incoming")
        self._copy("concept_label", (row for c in release.concepts for row in _labels(c, release)))

    def _copy(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        # The names are literals of this module, never input.
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _run(self, sql: str, *values: object) -> list[Any]:
        cursor = self.connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def _row(concept: Concept) -> tuple[object, ...]:
    """A concept in force, as the columns that `_write_concepts` names."""
    if isinstance(concept, Competence):
        return concept.uri, "competence", concept.kind, concept.reuse_level, None, []
    return concept.uri, "occupation", None, None, concept.isco, []


def _labels(concept: Concept, release: Release) -> Iterable[tuple[str, int, str, str, str]]:
    """The words of a concept as rows; a trade's two titles are one label, as ESCO has them."""
    one_title = concept.label_feminine == concept.label
    title = concept.label if one_title else f"{concept.label}/{concept.label_feminine}"
    yield concept.uri, 0, release.language, "preferred", title
    for place, word in enumerate(concept.other_labels, start=1):
        role = "hidden" if (concept.uri, word) in release.hidden else "alternative"
        yield concept.uri, place, release.language, role, word


def _of(kind: type[C], concepts: Mapping[str, Concept]) -> dict[str, C]:
    return {uri: concept for uri, concept in concepts.items() if isinstance(concept, kind)}
