"""What would change an answer: changes of what a person has or an offer asks, each recomputed.

Never a change of what a person is: no age, target, limitation or origin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from matching.explanation import Pairing
from matching.features import OfferSide, PersonSide
from matching.messages import say
from matching.model import LanguageSkill, Offer, Participant
from matching.profile import reached_through
from matching.standing import Standing


@dataclass(frozen=True)
class Change:
    """A change of one field: of the participant, of the offer, or of what the profile holds."""

    record: Literal["participant", "offer", "profile"]
    field: str
    value: Any


@dataclass(frozen=True)
class Outcome:
    """A change in words and as data, and where the offer then stands (no rank: not eligible)."""

    change: str
    apply: Change
    score: float
    rank: int | None
    status: str


def what_would_change(
    standing: Standing, person: PersonSide, offer_id: str, now: Pairing
) -> tuple[Outcome, ...]:
    """The changes that open a gate or raise the offer, the most useful first."""
    offer = standing.offer(offer_id)
    found = [
        outcome
        for text, change in _possible(standing, person, offer)
        if _better(outcome := _outcome(standing, person, offer, text, change), now)
    ]
    found.sort(key=lambda o: (_GATES[o.status], o.rank or 0, -o.score, o.change))
    return tuple(found)


_GATES = {"eligible": 0, "unknown": 1, "ineligible": 2}


def _better(outcome: Outcome, now: Pairing) -> bool:
    gates = _GATES[outcome.status] - _GATES[now.eligibility.status]
    if gates:
        return gates < 0
    return (outcome.rank or 0) < (now.rank or 0)


def _possible(
    standing: Standing, person: PersonSide, side: OfferSide
) -> Iterator[tuple[str, Change]]:
    yield from _competences(standing, person, side)
    yield from _of_person(person.participant, side.offer)
    if side.offer.seats == 0:
        yield say("changes.seat"), Change("offer", "seats", 1)


def _competences(
    standing: Standing, person: PersonSide, side: OfferSide
) -> Iterator[tuple[str, Change]]:
    engine = standing.engine
    profile = engine.profile(person)
    for need in side.needs:
        if need.factor == "occupation" or person.coverage.get(need.uri, 0.0) >= 1.0:
            continue
        held = reached_through(need.uri, profile, taxonomy=engine.taxonomy, weights=engine.weights)
        key = "learn" if held is None or held.uri != need.uri else "confirm"
        label = engine.taxonomy.concept(need.uri).label
        yield say(f"changes.{key}", label=label), Change("profile", need.uri, "confirmed")


def _of_person(person: Participant, offer: Offer) -> Iterator[tuple[str, Change]]:
    held = person.licences or ()
    lacking = [licence for licence in offer.licences or () if licence not in held]
    if lacking:
        yield (
            say("changes.licence", licences=", ".join(lacking)),
            Change("participant", "licences", [*held, *lacking]),
        )
    if offer.hours_week and person.max_hours_week and offer.hours_week > person.max_hours_week:
        yield (
            say("changes.hours", hours=f"{offer.hours_week:g}"),
            Change("participant", "max_hours_week", offer.hours_week),
        )
    if offer.schedule and person.availability is not None:
        windows = [w.model_dump(by_alias=True) for w in (*person.availability, *offer.schedule)]
        yield say("changes.availability"), Change("participant", "availability", windows)
    if offer.min_italian:
        others = [s for s in person.languages or () if s.code != "it"]
        skills = [*others, LanguageSkill(code="it", level=offer.min_italian)]
        yield (
            say("changes.italian", level=offer.min_italian),
            Change("participant", "languages", [s.model_dump() for s in skills]),
        )


def _outcome(
    standing: Standing, person: PersonSide, side: OfferSide, text: str, change: Change
) -> Outcome:
    changed_person, changed_offer = apply_change(standing, person, side, change)
    then = standing.with_offer(changed_offer).pairing(changed_person, side.offer.id)
    return Outcome(text, change, then.score, then.rank, then.eligibility.status)


def apply_change(
    standing: Standing, person: PersonSide, side: OfferSide, change: Change
) -> tuple[PersonSide, OfferSide]:
    """The person and the offer as they would be."""
    engine = standing.engine
    if change.record == "profile":
        settled = {**person.settled, change.field: change.value}
        return engine.person(person.participant, person.reading, settled), side
    if change.record == "participant":
        document = person.participant.model_dump(by_alias=True) | {change.field: change.value}
        changed = Participant.model_validate(document)
        return engine.person(changed, person.reading, dict(person.settled)), side
    document = side.offer.model_dump(by_alias=True) | {change.field: change.value}
    return person, engine.offer(Offer.model_validate(document), side.reading)
