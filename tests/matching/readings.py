"""What texts say, made by hand; and weights in round numbers, to be worked out on paper."""

from typing import Any

from matching.evidence import Sources
from matching.hidden import HiddenCompetences
from matching.intake import (
    Evidence,
    Named,
    OfferReading,
    ParticipantReading,
    Passage,
    Requirement,
    Wish,
)
from matching.weights import Weights
from skills_taxonomy import Activities, Taxonomy

ROUND: dict[str, Any] = {
    "base": {"log_odds": -1.0},
    "required": {
        "total": 2.0,
        "most_each": 1.0,
        "missing": 0.5,
        "teaches": {
            "internship": 0.5, "workshop": 0.6, "on_the_job": 0.4, "course": 1.0,
            "volunteering": 0.0,
        },
    },
    "preferred": {"total": 0.8, "most_each": 0.4},
    "occupation": {"same": 1.0, "same_minor_group": 0.5, "same_sub_major_group": 0.25},
    "interest": {"most": 0.6},
    "avoid": {"most": 1.2},
    "travel": {"most": 0.5, "comfortable_minutes": 20, "per_minute": 0.02},
    "schedule": {"most": 1.0},
    "likeness": {"most": 0.4, "from_cosine": 0.5},
    "coverage": {
        "through_narrower": 0.8, "few_narrower": 100,
        "through_broader": 0.5, "hidden_from": 0.2},
    "practice": {
        "short": 0.5, "as_of": 2026, "fresh_years": 10, "fading_per_year": 0.02, "fading_most": 0.4,
        "in_passing": 1.0, "untold": 0.0, "heard_from": 0.2,
    },
    # Nothing goes with anything but where a test says so: figures can be worked out on paper.
    "hidden": {"together": 0.0, "hint": 1.0, "usual": 0},
    "version": "round",
}  # fmt: skip
ROUND_WEIGHTS = Weights.model_validate(ROUND)


def sources_of(
    taxonomy: Taxonomy, weights: Weights = ROUND_WEIGHTS, activities: Activities | None = None
) -> Sources:
    """Where profiles of a test come from; no activities of life unless it brings some."""
    return Sources(
        taxonomy,
        activities or Activities([], []),
        HiddenCompetences.fit(taxonomy, only_support=True),
        weights,
    )


def words(source: str = "narrative", text: str = "…") -> Evidence:
    """The first words of a field."""
    return Evidence(source=source, text=text, start=0, end=len(text))


def named(uri: str, confidence: float, source: str = "narrative") -> Named:
    """A concept that a field names."""
    return Named(uri=uri, confidence=confidence, evidence=words(source))


def passage(**terms: float) -> Passage:
    """``passage(ago=0.6, filo=0.8)``: weighted stems of unit length."""
    return Passage(evidence=words(), terms=terms)


def wish(*concepts: str, **terms: float) -> Wish:
    """A wish that touches concepts, or has words, or both."""
    return Wish(passage=passage(**terms), concepts=concepts)


def reading(**parts: Any) -> ParticipantReading:
    """What a participant's texts say."""
    return ParticipantReading(**parts)


def asking(
    *required: str | None,
    preferred: tuple[str, ...] = (),
    occupation: str | None = None,
    tasks: tuple[Passage, ...] = (),
) -> OfferReading:
    """What an offer's texts say; ``None`` is a requirement that was not recognised."""
    return OfferReading(
        occupations=(named(occupation, 1.0, "title"),) if occupation else (),
        required=tuple(Requirement(evidence=words(), uri=uri) for uri in required),
        preferred=tuple(Requirement(evidence=words(), uri=uri) for uri in preferred),
        tasks=tasks,
    )
