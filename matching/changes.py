"""What would change an answer: the smallest changes of what a person has or an offer asks.

Each is recomputed with the real ranking before it is listed. Never a change of what a person is: no
age, gender, target, citizenship, family, health or limitation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import Any, Final, Literal

from matching.eligibility import EligibilityStatus
from matching.explanation import Pairing
from matching.features import OfferSide, PersonSide
from matching.model import LanguageSkill, Offer, Participant
from matching.profile import reached_through
from matching.schedule import SLOTS_AN_HOUR, week_bits, windows_of
from matching.standing import Place, Standing
from matching.travel import best_travel

ChangeKind = Literal[
    "confirm", "learn", "licence", "hours", "availability", "italian", "travel", "seat"
]

FIRST: Final = 3
"""A change of rank counts when it brings the offer among the first so many."""

_GATES: Final[dict[EligibilityStatus, int]] = {"eligible": 0, "unknown": 1, "ineligible": 2}
# The rule that each kind of change may open.
_OPENS: Final[dict[ChangeKind, str]] = {
    "licence": "FIT-LICENCES", "hours": "FIT-HOURS", "availability": "FIT-SCHEDULE",
    "italian": "FIT-ITALIAN", "travel": "FIT-TRAVEL", "seat": "OFF-SEATS",
}  # fmt: skip
_TOGETHER: Final = 2  # changes at once: more would be another person's life
_ROUND_MINUTES: Final = 5
# More free time is tried in these steps beside the hours already free, then wholly.
_STEPS_HOURS: Final = (0.5, 1, 1.5, 2, 3, 4)


@dataclass(frozen=True)
class Change:
    """A change of one field: of the participant, of the offer, or of what the profile holds."""

    record: Literal["participant", "offer", "profile"]
    field: str
    value: Any


@dataclass(frozen=True)
class Idea:
    """A change that may help: its kind, what is said of it, and the change as data."""

    kind: ChangeKind
    said: Mapping[str, Any]
    change: Change


@dataclass(frozen=True)
class Consequence:
    """One idea, or two together, and where the offer stands once they are applied."""

    ideas: tuple[Idea, ...]
    place: Place

    @property
    def apply(self) -> tuple[Change, ...]:
        return tuple(idea.change for idea in self.ideas)


def what_would_change(
    standing: Standing, person: PersonSide, offer_id: str, now: Pairing
) -> tuple[Consequence, ...]:
    """The changes that open a gate or bring the offer among the first, the most useful first."""
    here = Place(now.score, now.rank, now.eligibility.status)
    if _worth(here) == (_GATES["eligible"], False):
        return ()
    side = standing.offer(offer_id)
    checks = now.eligibility.checks
    doubts = {check.rule for check in checks if check.status != "met"}
    ideas = [list(kind) for kind in _possible(standing, person, side, doubts)]
    found = [one for kind in ideas for one in _useful(standing, person, side, kind, here)]
    if here.status == "ineligible" and not found:
        shut = {check.rule for check in checks if check.status == "not_met"}
        found = list(_two_together(standing, person, side, ideas, shut))
    found.sort(key=_most_useful_first)
    return tuple(found)


def _useful(
    standing: Standing, person: PersonSide, side: OfferSide, ideas: Iterable[Idea], here: Place
) -> Iterator[Consequence]:
    """Of ideas that grow, each that does more than the smaller ones before it."""
    for idea in ideas:
        then = _place(standing, person, side, (idea.change,))
        if _worth(then) < _worth(here):
            here = then
            yield Consequence((idea,), then)


def _two_together(
    standing: Standing,
    person: PersonSide,
    side: OfferSide,
    ideas: Sequence[Sequence[Idea]],
    shut: set[str],
) -> Iterator[Consequence]:
    """Where two rules shut the offer, the smallest two changes that open it together."""
    opening = [kind for kind in ideas if kind and _OPENS.get(kind[0].kind) in shut]
    if len(shut) == len(opening) == _TOGETHER:
        for pair in product(*opening):
            then = _place(standing, person, side, tuple(idea.change for idea in pair))
            if then.status != "ineligible":
                yield Consequence(pair, then)
                return


def _worth(place: Place) -> tuple[int, bool]:
    """What a change is for, the less the better: the gates, then being among the first."""
    return _GATES[place.status], place.rank is None or place.rank > FIRST


def _most_useful_first(found: Consequence) -> tuple[int, int, float, str]:
    place = found.place
    return _GATES[place.status], place.rank or 0, -place.score, found.apply[0].field


def _place(
    standing: Standing, person: PersonSide, side: OfferSide, changes: tuple[Change, ...]
) -> Place:
    changed, offer = person, side
    for change in changes:
        changed, offer = apply_change(standing, changed, offer, change)
    return standing.with_offer(offer).place(changed, side.offer.id)


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
        return PersonSide(changed, person.reading, person.settled, person.coverage), side
    document = side.offer.model_dump(by_alias=True) | {change.field: change.value}
    return person, engine.offer(Offer.model_validate(document), side.reading)


# --- What may be changed: each iterator gives ideas of one kind, the smallest first ---------------


def _possible(
    standing: Standing, person: PersonSide, side: OfferSide, doubts: set[str]
) -> Iterator[Iterator[Idea]]:
    for idea in _competences(standing, person, side):
        yield iter([idea])
    yield _licences(person.participant, side.offer, doubts)
    yield _hours(side.offer, doubts)
    yield _italian(person.participant, side.offer, doubts)
    yield _travel(person.participant, side.offer, doubts)
    yield _availability(person.participant, side.offer)
    yield _seats(side.offer)


def _competences(standing: Standing, person: PersonSide, side: OfferSide) -> Iterator[Idea]:
    engine = standing.engine
    profile = engine.profile(person)
    for need in side.needs:
        if need.factor == "occupation" or person.coverage.get(need.uri, 0.0) >= 1.0:
            continue
        held = reached_through(need.uri, profile, taxonomy=engine.taxonomy, weights=engine.weights)
        kind: ChangeKind = "learn" if held is None or held.uri != need.uri else "confirm"
        competence = engine.taxonomy.competence(need.uri)
        said = {"label": competence.label, "concept": competence.kind}
        yield Idea(kind, said, Change("profile", need.uri, "confirmed"))


def _licences(person: Participant, offer: Offer, doubts: set[str]) -> Iterator[Idea]:
    if "FIT-LICENCES" in doubts:
        held = person.licences or ()
        lacking = [licence for licence in offer.licences or () if licence not in held]
        change = Change("participant", "licences", [*held, *lacking])
        yield Idea("licence", {"licences": lacking}, change)


def _hours(offer: Offer, doubts: set[str]) -> Iterator[Idea]:
    if "FIT-HOURS" in doubts and offer.hours_week:
        change = Change("participant", "max_hours_week", offer.hours_week)
        yield Idea("hours", {"hours": offer.hours_week}, change)


def _italian(person: Participant, offer: Offer, doubts: set[str]) -> Iterator[Idea]:
    if "FIT-ITALIAN" in doubts and offer.min_italian:
        others = [skill for skill in person.languages or () if skill.code != "it"]
        skills = [*others, LanguageSkill(code="it", level=offer.min_italian)]
        change = Change("participant", "languages", [skill.model_dump() for skill in skills])
        yield Idea("italian", {"level": offer.min_italian}, change)


def _travel(person: Participant, offer: Offer, doubts: set[str]) -> Iterator[Idea]:
    best = best_travel(person, offer)
    if "FIT-TRAVEL" in doubts and best is not None:
        # People accept "45 minutes", not 43.
        minutes = _ROUND_MINUTES * ceil(best.minutes / _ROUND_MINUTES)
        if minutes > (person.max_travel_minutes or 0):
            change = Change("participant", "max_travel_minutes", minutes)
            yield Idea("travel", {"minutes": minutes}, change)


def _seats(offer: Offer) -> Iterator[Idea]:
    if offer.seats == 0:
        yield Idea("seat", {}, Change("offer", "seats", 1))


def _availability(person: Participant, offer: Offer) -> Iterator[Idea]:
    """More of the offer's hours, from half an hour earlier or later to all of them."""
    if not offer.schedule or person.availability is None:
        return
    free = week_bits(person.availability)
    missing = week_bits(offer.schedule) & ~free
    reached = {_beside(free, missing, hours, way) for hours in _STEPS_HOURS for way in (-1, 1, 0)}
    for more in sorted({*reached, missing} - {0}, key=lambda week: (week.bit_count(), week)):
        added = [window.model_dump(by_alias=True) for window in windows_of(more)]
        windows = [w.model_dump(by_alias=True) for w in person.availability] + added
        said = {"week": more, "whole": more == missing}
        yield Idea("availability", said, Change("participant", "availability", windows))


def _beside(free: int, missing: int, hours: float, way: int) -> int:
    """The missing quarters at most so many hours before (-1) or after (1) free ones, or both."""
    near = 0
    for slots in range(1, round(hours * SLOTS_AN_HOUR) + 1):
        near |= (free >> slots if way <= 0 else 0) | (free << slots if way >= 0 else 0)
    return near & missing
