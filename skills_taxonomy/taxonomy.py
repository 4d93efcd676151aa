"""The taxonomy in memory: look-up, wider and narrower competences, what a trade teaches."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Self

from skills_taxonomy.concepts import Competence, Concept, ConceptKind, Occupation, Relation
from skills_taxonomy.joining import Parts, join


class Taxonomy:
    """Competences, occupations and the relations between them; never changed once made.

    Args:
        name: Where it comes from, the first half of ``version``.
        competences: In any order; the order never matters afterwards.
        occupations: Likewise.
        relations: Between the two; every URI is known.
        retired: Concepts no longer in force: known, so that what people confirmed stays, and never
            proposed again.

    Raises:
        ValueError: If a URI or a relation stands twice, a relation or a broader names an unknown
            one, or a competence is wider than itself.
    """

    def __init__(
        self,
        name: str,
        competences: Iterable[Competence],
        occupations: Iterable[Occupation],
        relations: Iterable[Relation],
        retired: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.retired = frozenset(retired)
        self._concepts: dict[str, Concept] = {}
        concepts: list[Concept] = [*competences, *occupations]
        for concept in sorted(concepts, key=lambda c: c.uri):
            if concept.uri in self._concepts:
                raise ValueError(f"{concept.uri} stands twice")
            self._concepts[concept.uri] = concept
        self.relations = tuple(sorted(relations, key=lambda r: (r.occupation, r.competence)))
        self._narrower: dict[str, list[Competence]] = defaultdict(list)
        for competence in self.competences:
            for broader in competence.broader:
                self._require(broader, Competence)
                self._narrower[broader].append(competence)
        TopologicalSorter({c.uri: c.broader for c in self.competences}).prepare()
        self._taught: dict[str, list[Relation]] = defaultdict(list)
        for relation in self.relations:
            self._require(relation.occupation, Occupation)
            self._require(relation.competence, Competence)
            self._taught[relation.occupation].append(relation)
        if len({(r.occupation, r.competence) for r in self.relations}) < len(self.relations):
            raise ValueError("a relation stands twice")

    def _require(self, uri: str, kind: type[Concept]) -> None:
        known = isinstance(self._concepts.get(uri), kind)
        if not known:
            raise ValueError(f"unknown {kind.__name__.lower()}: {uri}")

    @classmethod
    @cache
    def builtin(cls) -> Self:
        """Our own taxonomy of the territory's trades and of life outside them."""
        from skills_taxonomy.builtin import read_builtin

        return cls("builtin", *read_builtin())

    @classmethod
    def from_esco(cls, folder: Path | str, language: str = "it") -> Self:
        """An official ESCO release as downloaded, in one of its languages.

        A folder with occupations and no skills makes a taxonomy of trades alone.

        Raises:
            EscoError: If the folder is no whole release in that language.
        """
        from skills_taxonomy.esco import read_release

        release = read_release(Path(folder), language, occupations_alone=True)
        return cls(release.name, release.competences, release.occupations, release.relations)

    def joined_with(self, other: "Taxonomy") -> "Taxonomy":
        """This taxonomy with another around it.

        A concept of the other that one of these names as ESCO's same one is folded into it; the
        others are added as they are.
        """
        parts = join(self._parts, other._parts)
        return Taxonomy(
            f"{self.name}+{other.name}",
            parts.competences,
            parts.occupations,
            parts.relations,
            self.retired | other.retired - parts.folded,
        )

    @property
    def _parts(self) -> Parts:
        return Parts(self.competences, self.occupations, self.relations)

    @cached_property
    def competences(self) -> tuple[Competence, ...]:
        """Every competence, by URI."""
        return tuple(c for c in self._concepts.values() if isinstance(c, Competence))

    @cached_property
    def occupations(self) -> tuple[Occupation, ...]:
        """Every occupation, by URI."""
        return tuple(c for c in self._concepts.values() if isinstance(c, Occupation))

    @cached_property
    def version(self) -> str:
        """Name and fingerprint of the content: equal versions hold equal concepts and relations."""
        content = (*self._concepts.values(), *self.relations, *sorted(self.retired))
        digest = hashlib.sha256(repr(content).encode())
        return f"{self.name}-{digest.hexdigest()[:12]}"

    def is_competence(self, uri: str) -> bool:
        """Whether the URI is a competence of this taxonomy (and not, say, an occupation)."""
        return isinstance(self._concepts.get(uri), Competence)

    def of_kind(self, kind: ConceptKind) -> tuple[Concept, ...]:
        """Every competence, or every occupation, in force."""
        every: tuple[Concept, ...] = self.competences if kind == "competence" else self.occupations
        return tuple(c for c in every if c.uri not in self.retired)

    def __contains__(self, uri: str) -> bool:
        return uri in self._concepts

    def concept(self, uri: str) -> Concept:
        """The concept of a URI.

        Raises:
            KeyError: If the taxonomy has no such concept.
        """
        return self._concepts[uri]

    def competence(self, uri: str) -> Competence:
        """The competence of a URI; KeyError if there is none."""
        concept = self.concept(uri)
        if not isinstance(concept, Competence):
            raise KeyError(uri)
        return concept

    def occupation(self, uri: str) -> Occupation:
        """The occupation of a URI; KeyError if there is none."""
        concept = self.concept(uri)
        if not isinstance(concept, Occupation):
            raise KeyError(uri)
        return concept

    def broader(self, uri: str) -> tuple[Competence, ...]:
        """The competences just above."""
        return tuple(self.competence(wider) for wider in self.competence(uri).broader)

    def narrower(self, uri: str) -> tuple[Competence, ...]:
        """The competences just below, by URI."""
        return tuple(self._narrower.get(uri, ()))

    def of_sub_major_group(self, digits: str) -> tuple[Occupation, ...]:
        """The occupations of an ISCO-08 sub-major group (two digits), by URI."""
        return tuple(self._of_group.get(digits, ()))

    @cached_property
    def _of_group(self) -> dict[str, list[Occupation]]:
        groups: dict[str, list[Occupation]] = defaultdict(list)
        for occupation in self.occupations:
            groups[occupation.isco[:2]].append(occupation)
        return groups

    def taught_by(self, occupation: str) -> tuple[Relation, ...]:
        """What an occupation teaches, by competence URI."""
        return tuple(self._taught.get(occupation, ()))
