"""The taxonomy in memory: look-up, wider and narrower competences, what a trade teaches."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Self

from skills_taxonomy.concepts import Competence, Concept, ConceptKind, Occupation, Relation


class Taxonomy:
    """Competences, occupations and the relations between them; never changed once made.

    Args:
        name: Where it comes from, the first half of ``version``.
        competences: In any order; the order never matters afterwards.
        occupations: Likewise.
        relations: Between the two; every URI is known.

    Raises:
        ValueError: If a URI stands twice, or a relation or a broader names an unknown one.
    """

    def __init__(
        self,
        name: str,
        competences: Iterable[Competence],
        occupations: Iterable[Occupation],
        relations: Iterable[Relation],
    ) -> None:
        self.name = name
        self._concepts: dict[str, Concept] = {}
        concepts: list[Concept] = [*competences, *occupations]
        for concept in sorted(concepts, key=lambda c: c.uri):
            if concept.uri in self._concepts:
                raise ValueError(f"{concept.uri} stands twice")
            self._concepts[concept.uri] = concept
        self.relations = tuple(sorted(relations, key=lambda r: (r.occupation, r.competence)))
        self._narrower: dict[str, list[Competence]] = defaultdict(list)
        for competence in self.competences:
            if competence.broader is not None:
                self.competence(competence.broader)
                self._narrower[competence.broader].append(competence)
        self._taught: dict[str, list[Relation]] = defaultdict(list)
        for relation in self.relations:
            self.occupation(relation.occupation)
            self.competence(relation.competence)
            self._taught[relation.occupation].append(relation)

    @classmethod
    @cache
    def builtin(cls) -> Self:
        """Our own taxonomy of the territory's trades and of life outside them."""
        from skills_taxonomy.builtin import read_builtin

        return cls("builtin", *read_builtin())

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
        digest = hashlib.sha256(repr((*self._concepts.values(), *self.relations)).encode())
        return f"{self.name}-{digest.hexdigest()[:12]}"

    def is_competence(self, uri: str) -> bool:
        """Whether the URI is a competence of this taxonomy (and not, say, an occupation)."""
        return isinstance(self._concepts.get(uri), Competence)

    def of_kind(self, kind: ConceptKind) -> tuple[Concept, ...]:
        """Every competence, or every occupation."""
        return self.competences if kind == "competence" else self.occupations

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

    def broader(self, uri: str) -> Competence | None:
        """The next wider competence."""
        wider = self.competence(uri).broader
        return None if wider is None else self.competence(wider)

    def narrower(self, uri: str) -> tuple[Competence, ...]:
        """The competences just below, by URI."""
        return tuple(self._narrower.get(uri, ()))

    def taught_by(self, occupation: str) -> tuple[Relation, ...]:
        """What an occupation teaches, by competence URI."""
        return tuple(self._taught.get(occupation, ()))
