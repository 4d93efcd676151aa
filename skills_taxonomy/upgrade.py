"""What changes from one ESCO release to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from skills_taxonomy.concepts import Competence, Concept, ConceptKind
from skills_taxonomy.esco import Release

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Counts:
    """What an upgrade does to the things of a kind; ``retired`` are no longer in force."""

    added: int
    updated: int
    unchanged: int
    retired: int


@dataclass(frozen=True, slots=True)
class Named:
    """A concept by URI and label."""

    uri: str
    label: str


@dataclass(frozen=True, slots=True)
class Retired:
    """A concept that a release no longer has, and what replaces it where ESCO says so."""

    uri: str
    label: str
    kind: ConceptKind
    replaced_by: tuple[Named, ...]


def compared(old: Mapping[K, V], new: Mapping[K, V]) -> Counts:
    """The counts from the old to the new, each by a key that lasts."""
    both = old.keys() & new.keys()
    same = sum(old[key] == new[key] for key in both)
    return Counts(
        added=len(new) - len(both),
        updated=len(both) - same,
        unchanged=same,
        retired=len(old) - len(both),
    )


def retired_by(release: Release, in_force: Mapping[str, Concept]) -> tuple[Retired, ...]:
    """Which concepts in force a release lacks, by URI."""
    labels = {concept.uri: concept.label for concept in release.concepts}
    return tuple(
        Retired(
            uri,
            concept.label,
            "competence" if isinstance(concept, Competence) else "occupation",
            tuple(
                Named(successor, labels[successor])
                for successor in release.replaced_by.get(uri, ())
                if successor in labels
            ),
        )
        for uri, concept in sorted(in_force.items())
        if uri not in labels
    )
