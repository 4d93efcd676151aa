"""The nouns of a taxonomy: competences, occupations, their relations, their mentions."""

from dataclasses import dataclass
from typing import Literal, get_args

ConceptKind = Literal["competence", "occupation"]
CompetenceKind = Literal["skill", "knowledge", "attitude"]
ReuseLevel = Literal["transversal", "cross-sector", "sector-specific", "occupation-specific"]
RelationKind = Literal["essential", "useful"]
# What is said of a deed: it is the teller's own, or denied, doubted, wished for, somebody else's.
Claim = Literal["own", "denied", "doubted", "wished", "others"]
HELD: frozenset[Claim] = frozenset({"own"})
CLAIMS: frozenset[Claim] = frozenset(get_args(Claim))


@dataclass(frozen=True, slots=True)
class Competence:
    """Something a person can do or knows; ``broader`` are the URIs of the wider ones just above."""

    uri: str
    label: str
    label_feminine: str
    other_labels: tuple[str, ...]
    label_en: str
    esco_exact: tuple[str, ...]
    esco_close: tuple[str, ...]
    kind: CompetenceKind
    reuse_level: ReuseLevel
    broader: tuple[str, ...]

    @property
    def esco_uris(self) -> tuple[str, ...]:
        """The ESCO concepts of the same or nearly the same meaning, the same ones first."""
        return self.esco_exact + self.esco_close


@dataclass(frozen=True, slots=True)
class Occupation:
    """A trade, with its title for a man and for a woman and its ISCO-08 unit group."""

    uri: str
    label: str
    label_feminine: str
    other_labels: tuple[str, ...]
    label_en: str
    esco_exact: tuple[str, ...]
    esco_close: tuple[str, ...]
    isco: str

    @property
    def esco_uris(self) -> tuple[str, ...]:
        """The ESCO concepts of the same or nearly the same meaning, the same ones first."""
        return self.esco_exact + self.esco_close


Concept = Competence | Occupation


@dataclass(frozen=True, slots=True)
class Relation:
    """What a trade teaches: ``weight`` in (0, 1] is how likely who did it has the competence."""

    occupation: str
    competence: str
    kind: RelationKind
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """A concept found for a phrase; ``score`` in [0, 1]. By label, ``label`` is what matched."""

    uri: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that names a concept: ``text`` is exactly ``source[start:end]``.

    Offsets count Unicode code points, as Python does. Only what is ``own`` is a competence held:
    ``is_held``.
    """

    start: int
    end: int
    text: str
    uri: str
    label: str
    confidence: float
    claim: Claim = "own"

    @property
    def is_held(self) -> bool:
        """Whether the teller claims it, so that it counts."""
        return self.claim in HELD
