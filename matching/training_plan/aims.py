"""From what the offer asks and what the person can do, to what the placement is to teach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matching.explanation import KNOWN_FROM
from matching.features import Need, OfferSide
from matching.messages import join_words, say
from matching.profile import HeldCompetence, Profile, reached_through
from matching.weights import Weights
from skills_taxonomy import Taxonomy

Aim = Literal["learn", "strengthen"]


@dataclass(frozen=True, slots=True)
class ToAcquire:
    """A competence the placement is to give, and its objective in words.

    ``aim``: to learn it, or to make sure of what the person probably can do in part already, having
    it hidden or through another competence. ``asked``: the lines of the offer that ask for it.
    """

    uri: str
    label: str
    esco_uris: tuple[str, ...]
    aim: Aim
    required: bool
    asked: tuple[str, ...]
    objective: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A competence the offer asks for that the person told of; ``confirmed`` by somebody or not."""

    uri: str
    label: str
    confirmed: bool


def aims(
    offer: OfferSide,
    covered: Mapping[str, float],
    profile: Profile,
    *,
    taxonomy: Taxonomy,
    weights: Weights,
) -> tuple[tuple[ToAcquire, ...], tuple[Brought, ...]]:
    """What is to be acquired, required first as the offer lists it, and what the person brings."""
    acquire: list[ToAcquire] = []
    brings: list[Brought] = []
    for need in offer.needs:
        if need.factor == "occupation":
            continue
        held = reached_through(need.uri, profile, taxonomy=taxonomy, weights=weights)
        if held is None or covered.get(need.uri, 0.0) < KNOWN_FROM:
            acquire.append(_to_acquire(need, offer, "learn", taxonomy))
        elif _is_sure(held, need):
            brings.append(Brought(need.uri, held.label, held.status == "confirmed"))
        else:
            acquire.append(_to_acquire(need, offer, "strengthen", taxonomy))
    return tuple(acquire), tuple(brings)


def activities(acquire: tuple[ToAcquire, ...]) -> tuple[str, ...]:
    """What the objectives ask to do on the job, besides the offer's own tasks."""
    lines: dict[Aim, list[str]] = {"learn": [], "strengthen": []}
    for competence in acquire:
        lines[competence.aim].append(f"«{competence.label}»")
    return tuple(
        say(f"training_plan.activity.{aim}", labels=join_words(labels))
        for aim, labels in lines.items()
        if labels
    )


def _is_sure(held: HeldCompetence, need: Need) -> bool:
    """Whether it is this very competence, told by the person or confirmed."""
    return held.uri == need.uri and (held.origin != "hidden" or held.status == "confirmed")


def _to_acquire(need: Need, offer: OfferSide, aim: Aim, taxonomy: Taxonomy) -> ToAcquire:
    competence = taxonomy.competence(need.uri)
    lines = (*offer.reading.required, *offer.reading.preferred)
    return ToAcquire(
        uri=need.uri,
        label=competence.label,
        esco_uris=competence.esco_uris,
        aim=aim,
        required=need.factor == "required_competence",
        asked=tuple(line.evidence.text for line in lines if line.uri == need.uri),
        objective=say(f"training_plan.objective.{aim}.{competence.kind}", label=competence.label),
    )
