"""The answer of ``explain``: one shape for every audience (contract 5.3).

A figure that is not for an audience is None, a list that is not for it is empty.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from matching.changes import Change
from matching.eligibility import EligibilityStatus
from matching.eligibility import Status as CheckStatus
from matching.explanation import Pairing
from matching.features import Factor
from matching.intake import Evidence
from matching.profile import Origin, Status

Audience = Literal["operator", "participant", "company"]


@dataclass(frozen=True)
class Known:
    """Something the offer asks for that the person can do, as far as is known.

    ``through`` is the competence that covers it, where it is not the same one.
    """

    uri: str
    label: str
    through: str | None
    origin: Origin | None
    status: Status
    confidence: float | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class ToLearn:
    """Something the offer asks for that the person, as far as is known, cannot do."""

    uri: str
    label: str
    required: bool


@dataclass(frozen=True)
class ToMind:
    """Something to ask, to settle or to weigh before deciding; ``rule`` if a gate says it."""

    rule: str | None
    reason: str


@dataclass(frozen=True)
class ShownContribution:
    """A contribution as an audience sees it."""

    factor: Factor
    uri: str | None
    label: str
    value: float | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class ShownCheck:
    """A rule's answer as an audience sees it."""

    rule: str | None
    status: CheckStatus
    reason: str
    source: str | None


@dataclass(frozen=True)
class ShownEligibility:
    """The answers of the rules that an audience sees."""

    status: EligibilityStatus
    checks: tuple[ShownCheck, ...]


@dataclass(frozen=True)
class Outcome:
    """A change in words and as data, and where the offer then stands (no rank: not eligible)."""

    change: str
    apply: tuple[Change, ...]
    score: float | None
    rank: int | None
    status: EligibilityStatus


@dataclass(frozen=True)
class Explanation:
    """The answer of ``explain``; ``pairing`` is what the operator's bars are drawn from."""

    participant_id: str
    offer_id: str
    audience: Audience
    text: str
    known: tuple[Known, ...]
    learn: tuple[ToLearn, ...]
    mind: tuple[ToMind, ...]
    contributions: tuple[ShownContribution, ...]
    eligibility: ShownEligibility
    score: float | None
    base: float | None
    what_would_change: tuple[Outcome, ...]
    pairing: Pairing | None = None

    def as_json(self) -> dict[str, Any]:
        """The document of contract 5.3."""
        document: dict[str, Any] = _EXPLANATION.dump_python(self, mode="json", exclude={"pairing"})
        return document


_EXPLANATION = TypeAdapter(Explanation)
