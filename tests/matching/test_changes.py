"""What would change an answer: every change that is listed gives exactly what it says."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from matching.changes import FIRST, Change, Consequence, what_would_change
from matching.eligibility import assess
from matching.engine import Engine
from matching.explain import explain
from matching.explanation import Pairing
from matching.features import OfferSide, PersonSide
from matching.intake import ParticipantReading, read_offer
from matching.model import Company, Offer, Participant
from matching.ranking import score_pairs
from matching.schedule import describe_week, week_bits
from matching.settling import settle
from matching.shortlist import suggest
from matching.standing import Place, Standing
from matching.store import Store
from skills_taxonomy import Linker
from tests.builders import MORNINGS, a_company, a_participant, an_offer
from tests.databases import Dump, dump
from tests.programme import AT, BY, DAY, demonstration, put

GATES = ["eligible", "unknown", "ineligible"]
# What a change may touch: what a person has, or can do, or accepts; a seat. Never what they are,
# and never a text, so that what was read in a record stays.
MAY_CHANGE = {
    "participant": {"licences", "max_hours_week", "languages", "availability",
                    "max_travel_minutes"},
    "offer": {"seats"},
}  # fmt: skip
PARTS = range(4)
SHOWN = 10  # suggestions a person is shown

Listed = tuple[PersonSide, str, Pairing, Consequence]


# --- In memory: all that the demonstration shows, and what a gate shuts among the ten best -------


def shown(standing: Standing, person: PersonSide) -> set[str]:
    """A person's first ten suggestions, and the ten that score best whatever their gates."""
    scored = score_pairs([person], standing.offers, weights=standing.engine.weights)
    best = [scored.offers[j].offer.id for _, j in scored.best_first()]
    may_have = {side.offer.id for side in standing.open_to(person.participant)}
    return {*best[:SHOWN], *[offer_id for offer_id in best if offer_id in may_have][:SHOWN]}


def listed_changes(part: int, standing: Standing, people: Sequence[PersonSide]) -> Iterator[Listed]:
    """Every change of a quarter of the people."""
    for person in people[part :: len(PARTS)]:
        for offer_id in sorted(shown(standing, person)):
            now = standing.pairing(person, offer_id)
            for found in what_would_change(standing, person, offer_id, now):
                yield person, offer_id, now, found


def changed(
    engine: Engine, person: PersonSide, side: OfferSide, changes: Sequence[Change]
) -> tuple[PersonSide, OfferSide]:
    """The records with the changes made in them, as anybody would write them."""
    participant, offer, settled = person.participant, side.offer, dict(person.settled)
    for change in changes:
        if change.record == "profile":
            settled[change.field] = change.value
        elif change.record == "participant":
            document = participant.model_dump(mode="json", by_alias=True)
            participant = Participant.model_validate(document | {change.field: change.value})
        else:
            document = offer.model_dump(mode="json", by_alias=True)
            offer = Offer.model_validate(document | {change.field: change.value})
    return engine.person(participant, person.reading, settled), engine.offer(offer, side.reading)


def place_of(
    engine: Engine,
    person: PersonSide,
    offers: Sequence[OfferSide],
    companies: dict[str, Company],
    offer_id: str,
) -> Place:
    """Where an offer stands, by scoring and judging every one of them anew."""
    scored = score_pairs([person], offers, weights=engine.weights)
    gates = [
        assess(person.participant, side.offer, companies[side.offer.company_id], on=DAY,
               rules=engine.rules).status
        for side in offers
    ]  # fmt: skip
    scores = scored.scores[0].tolist()
    order = sorted(
        (-score, side.offer.id)
        for score, side, gate in zip(scores, offers, gates, strict=True)
        if gate != "ineligible"
    )
    at = next(i for i, side in enumerate(offers) if side.offer.id == offer_id)
    key = (-scores[at], offer_id)
    return Place(scores[at], order.index(key) + 1 if key in order else None, gates[at])


@pytest.mark.parametrize("part", PARTS)
def test_every_listed_change_gives_what_it_says(
    part: int,
    engine: Engine,
    standing: Standing,
    people: tuple[PersonSide, ...],
) -> None:
    kinds = set()
    for person, offer_id, now, found in listed_changes(part, standing, people):
        side = standing.offer(offer_id)
        then, offer = changed(engine, person, side, found.apply)
        offers = [offer if s is side else s for s in standing.offers]
        place = place_of(engine, then, offers, standing.companies, offer_id)
        assert (place.rank, place.status) == (found.place.rank, found.place.status)
        assert place.score == pytest.approx(found.place.score, abs=1e-12)
        assert_worth_it(now, place)
        kinds |= {idea.kind for idea in found.ideas}
        for change in found.apply:
            if change.record != "profile":
                assert change.field in MAY_CHANGE[change.record]
            else:
                assert change.value == "confirmed"
    assert {"learn", "availability", "travel"} <= kinds


def assert_worth_it(now: Pairing, then: Place) -> None:
    """A gate opens, or the offer comes among the first three."""
    before, after = GATES.index(now.eligibility.status), GATES.index(then.status)
    among_first = then.rank is not None and then.rank <= FIRST
    was_among_first = now.rank is not None and now.rank <= FIRST
    assert after < before or (after == before and among_first and not was_among_first)


# --- Through the use cases ------------------------------------------------------------------------


def apply(store: Store, engine: Engine, linker: Linker, change: Change, pair: Any) -> None:
    """Do to the programme what the change says, through the same use cases as anybody."""
    if change.record == "profile":
        settle(store, engine, pair.participant_id, change.field, change.value, by=BY, at=AT)
        store.connection.commit()
        return
    if change.record == "participant":
        record: Any = store.participant(pair.participant_id)[0]
    else:
        record = store.offer(pair.offer_id)[0]
    document = record.model_dump(by_alias=True) | {change.field: change.value}
    put(store, engine, linker, type(record).model_validate(document))


def take_back(store: Store, engine: Engine, linker: Linker, change: Change, pair: Any) -> None:
    records = demonstration()
    if change.record == "profile":
        settle(store, engine, pair.participant_id, change.field, None, by=BY, at=AT)
        store.connection.commit()
    else:
        person = next(p for p in records.participants if p.id == pair.participant_id)
        offer = next(o for o in records.offers if o.id == pair.offer_id)
        put(store, engine, linker, person, offer)


def records_of(store: Store) -> Dump:
    """What the programme holds, but for what was asked, and what was decided and taken back."""
    tables = dump(store.connection)
    store.connection.commit()
    kept = ("run", "snapshot", "settled_competence")
    return {name: rows for name, rows in tables.items() if name not in kept}


@pytest.mark.db
@pytest.mark.parametrize("share", range(2))
def test_listed_changes_give_what_they_say_in_the_programme(
    share: int, demo_store: Store, engine: Engine, linker: Linker
) -> None:
    """Twenty people, two offers each, through loading, confirming and suggesting."""
    before, kinds = records_of(demo_store), []
    offers = demonstration().offers
    for i, person in list(enumerate(demonstration().participants))[share::6]:
        for j in range(2):
            offer = offers[(7 * i + 31 * j) % len(offers)]
            found = explain(demo_store, engine, person.id, offer.id, on=DAY, most_changes=6)
            demo_store.connection.commit()
            for outcome in found.what_would_change:
                kinds += [change.record for change in outcome.apply]
                for change in outcome.apply:
                    apply(demo_store, engine, linker, change, found)
                run = suggest(demo_store, engine, person.id, on=DAY, at=AT, limit=outcome.rank or 1)
                demo_store.connection.commit()
                there = run.answer.items[-1]
                assert (there.offer_id, there.rank) == (offer.id, outcome.rank)
                assert there.score == pytest.approx(outcome.score, abs=1e-12)
                assert there.eligibility.status == outcome.status
                for change in outcome.apply:
                    take_back(demo_store, engine, linker, change, found)
    assert records_of(demo_store) == before, "something was not taken back"
    assert len(kinds) >= 5


# --- Which changes --------------------------------------------------------------------------------


def standing_of(engine: Engine, linker: Linker, *offers: Offer) -> Standing:
    sides = tuple(engine.offer(offer, read_offer(offer, linker)) for offer in offers)
    return Standing(engine, sides, {"C-001": a_company()}, DAY)


def changes_for(standing: Standing, **person: Any) -> tuple[Consequence, ...]:
    side = standing.engine.person(a_participant(**person), ParticipantReading(), {})
    offer_id = standing.offers[0].offer.id
    return what_would_change(standing, side, offer_id, standing.pairing(side, offer_id))


EVERY_DAY = ["mon", "tue", "wed", "thu", "fri"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"licences": []}, "licences"),
        ({"max_hours_week": 10}, "max_hours_week"),
        ({"languages": [{"code": "it", "level": "A1"}]}, "languages"),
        ({"availability": [{"days": ["mon"], "from": "14:00", "to": "16:00"}]}, "availability"),
        ({"max_travel_minutes": 0}, "max_travel_minutes"),
    ],
)
def test_a_single_change_opens_a_gate(
    wrong: dict[str, Any], field: str, engine: Engine, linker: Linker
) -> None:
    offer = an_offer(licences=["B"], hours_week=20, min_italian="B2", schedule=[MORNINGS],
                     municipality="Abbiategrasso")  # fmt: skip
    standing = standing_of(engine, linker, offer)
    right = {"licences": ["B"], "max_travel_minutes": 120}
    assert changes_for(standing, **right) == ()
    first = changes_for(standing, **right | wrong)[0]
    assert [(change.record, change.field) for change in first.apply] == [("participant", field)]
    assert first.place.status == "eligible"


def test_a_seat(engine: Engine, linker: Linker) -> None:
    [found] = changes_for(standing_of(engine, linker, an_offer(seats=0)))
    assert found.apply == (Change("offer", "seats", 1),)
    assert (found.place.rank, found.place.status) == (1, "eligible")


def test_the_least_of_more_hours_that_suffices(engine: Engine, linker: Linker) -> None:
    """Half an hour earlier, not the whole timetable; and then the hour that settles all."""
    free = {"days": EVERY_DAY, "from": "10:15", "to": "19:00"}
    standing = standing_of(engine, linker, an_offer(schedule=[MORNINGS]))
    found = changes_for(standing, availability=[free])
    opened = [(c.place.status, describe_week(c.ideas[0].said["week"])) for c in found]
    assert opened[0] == ("eligible", "lun-ven 08:30-10:15")
    for consequence in found:
        [change] = consequence.apply
        windows = a_participant(availability=change.value).availability
        assert windows is not None
        asked = week_bits(an_offer(schedule=[MORNINGS]).schedule or ())
        assert bool(asked & ~week_bits(windows)) == (consequence.place.status != "eligible")


def test_two_shut_gates_are_opened_together(engine: Engine, linker: Linker) -> None:
    standing = standing_of(engine, linker, an_offer(licences=["B"], hours_week=20))
    [found] = changes_for(standing, licences=[], max_hours_week=10)
    assert [idea.kind for idea in found.ideas] == ["licence", "hours"]
    assert found.place.status == "eligible"
    # A third, or one that nobody may change, and nothing is proposed.
    assert changes_for(standing, licences=[], max_hours_week=10, max_travel_minutes=0) == ()
    heavy = standing_of(engine, linker, an_offer(licences=["B"], demands=["heights"]))
    assert changes_for(heavy, licences=[], limitations=["heights"]) == ()


def test_a_licence_that_is_held_is_not_proposed(engine: Engine, linker: Linker) -> None:
    """However it is written, and where another one holds it."""
    standing = standing_of(engine, linker, an_offer(licences=["B"], seats=0))
    for held in (["patente b"], ["C"]):
        assert [c.ideas[0].kind for c in changes_for(standing, licences=held)] == ["seat"]


@pytest.mark.db
def test_the_most_useful_changes_come_first(demo_store: Store, engine: Engine) -> None:
    """Gates that open before ranks that rise; and a shorter list is the head of a longer one."""
    longest = 0
    for offer in demonstration().offers[:40]:
        every, three, one = (
            explain(demo_store, engine, "P-002", offer.id, on=DAY, most_changes=n).what_would_change
            for n in (100, 3, 1)
        )
        demo_store.connection.commit()
        assert (three, one) == (every[:3], every[:1])
        order = [(GATES.index(o.status), o.rank or 0) for o in every]
        assert order == sorted(order)
        longest = max(longest, len(every))
    assert longest > 1
