"""Why a pair fits or not; and every change that is listed really gives what it says."""

from datetime import date
from typing import Any

import pytest

from matching.changes import Change, Outcome
from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.explain import Explanation, explain
from matching.settling import settle
from matching.shortlist import suggest
from matching.store import Store
from skills_taxonomy import Linker
from tests.builders import a_company, a_participant, an_offer
from tests.databases import Dump, dump
from tests.programme import AT, DAY, demonstration, put

pytestmark = pytest.mark.db

PEOPLE = demonstration().participants
OFFERS = demonstration().offers
GATES = ["eligible", "unknown", "ineligible"]
# What a person is: nothing of it may be proposed to change.
WHAT_PEOPLE_ARE = {"id", "target", "birth_year", "gender", "municipality", "limitations",
                   "receives_rdc", "narrative"}  # fmt: skip


def ask(
    store: Store, engine: Engine, pid: str, oid: str, on: date = DAY, most: int = 6
) -> Explanation:
    found = explain(store, engine, pid, oid, on=on, most_changes=most)
    store.connection.commit()
    return found


def apply(store: Store, engine: Engine, linker: Linker, outcome: Outcome, pair: Any) -> None:
    """Do to the programme what the outcome says, through the same use cases as anybody."""
    change = outcome.apply
    if change.record == "profile":
        settle(store, engine, pair.participant_id, change.field, change.value, at=AT)
        store.connection.commit()
        return
    if change.record == "participant":
        record: Any = store.participant(pair.participant_id)[0]
    else:
        record = store.offer(pair.offer_id)[0]
    document = record.model_dump(by_alias=True) | {change.field: change.value}
    put(store, engine, linker, type(record).model_validate(document))


def take_back(store: Store, engine: Engine, linker: Linker, change: Change, pair: Any) -> None:
    if change.record == "profile":
        settle(store, engine, pair.participant_id, change.field, None, at=AT)
        store.connection.commit()
    else:
        person = next(p for p in PEOPLE if p.id == pair.participant_id)
        offer = next(o for o in OFFERS if o.id == pair.offer_id)
        put(store, engine, linker, person, offer)


@pytest.mark.parametrize("share", range(4))
def test_every_listed_change_gives_what_it_says(
    share: int, demo_store: Store, engine: Engine, linker: Linker
) -> None:
    """All sixty people, three offers each, parted in four for speed."""
    before, kinds = records(demo_store), []
    for i, person in list(enumerate(PEOPLE))[share::4]:
        for j in range(3):
            offer = OFFERS[(7 * i + 31 * j) % len(OFFERS)]
            found = ask(demo_store, engine, person.id, offer.id)
            for outcome in found.what_would_change:
                kinds.append(outcome.apply.record)
                apply(demo_store, engine, linker, outcome, found.pairing)
                check_outcome(demo_store, engine, found, outcome)
                take_back(demo_store, engine, linker, outcome.apply, found.pairing)
    assert records(demo_store) == before, "something was not taken back"
    assert len(kinds) >= 10
    assert {"profile", "participant"} <= set(kinds)


def records(store: Store) -> Dump:
    """What the programme holds, but for the rankings that were asked."""
    tables = dump(store.connection)
    store.connection.commit()
    return {name: rows for name, rows in tables.items() if name not in ("run", "snapshot")}


def check_outcome(store: Store, engine: Engine, found: Explanation, outcome: Outcome) -> None:
    """The offer stands where the outcome says, in the list that anybody would see."""
    pair = found.pairing
    run = suggest(store, engine, pair.participant_id, on=DAY, at=AT, limit=outcome.rank or 1)
    store.connection.commit()
    there = run.answer.items[-1]
    assert (there.offer_id, there.rank) == (pair.offer_id, outcome.rank)
    assert there.score == pytest.approx(outcome.score, abs=1e-12)
    assert there.eligibility.status == outcome.status
    better = (outcome.status, there.rank) != (pair.eligibility.status, pair.rank)
    assert better, outcome.change


def test_changes_are_of_what_people_have_never_of_what_they_are(
    demo_store: Store, engine: Engine
) -> None:
    fields = set()
    for i, person in enumerate(PEOPLE[::3]):
        for outcome in ask(
            demo_store, engine, person.id, OFFERS[(11 * i) % len(OFFERS)].id
        ).what_would_change:
            assert outcome.change
            if outcome.apply.record == "participant":
                fields.add(outcome.apply.field)
    assert fields
    assert not fields & WHAT_PEOPLE_ARE


def test_the_changes_that_open_a_gate(store: Store, engine: Engine, linker: Linker) -> None:
    """One of each kind of change."""
    hard = an_offer(
        licences=["B"], hours_week=30, min_italian="B2", required_competences=["saldare"]
    )
    person = a_participant(
        licences=[],
        max_hours_week=20,
        languages=[{"code": "it", "level": "A1"}, {"code": "ar", "level": "C2"}],
        availability=[{"days": ["mon"], "from": "08:00", "to": "10:00"}],
    )
    put(store, engine, linker, a_company(), hard, person)
    closed = {c.rule for c in ask(store, engine, "P-001", "O-001").pairing.eligibility.checks
              if c.status == "not_met"}  # fmt: skip
    assert len(closed) >= 3
    # With everything else right, each single change opens the offer, and says so first.
    right: dict[str, Any] = {
        "licences": ["B"],
        "max_hours_week": 40,
        "languages": [{"code": "it", "level": "C2"}],
        "availability": [
            {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "06:00", "to": "20:00"}
        ],
    }
    for field in right:
        wrong = {field: person.model_dump(by_alias=True)[field]}
        put(store, engine, linker, a_participant(**right | wrong))
        found = ask(store, engine, "P-001", "O-001")
        if found.pairing.eligibility.status == "ineligible":
            first = found.what_would_change[0]
            assert (first.apply.record, first.apply.field) == ("participant", field)
            assert first.status != "ineligible"
        else:
            assert field == "availability"
    put(store, engine, linker, a_participant(**right), an_offer(seats=0))
    found = ask(store, engine, "P-001", "O-001")
    assert found.pairing.eligibility.status == "ineligible"
    assert found.what_would_change[0].apply == Change("offer", "seats", 1)


def test_known_learn_and_mind(store: Store, engine: Engine, linker: Linker) -> None:
    person = a_participant(
        narrative="Per dieci anni ho saldato cancelli.",
        max_travel_minutes=None,
        limitations=None,
    )
    offer = an_offer(
        required_competences=["saldare", "cucinare", "qwertyuiop zxcvbnm"],
        preferred_competences=["riparare biciclette"],
    )
    put(store, engine, linker, a_company(), offer, person)
    found = ask(store, engine, "P-001", "O-001")
    [known] = found.known
    assert known.evidence
    for quote in known.evidence:
        assert quote.source == "narrative"
        assert person.narrative[quote.start : quote.end] == quote.text
    assert [(x.required, "cucin" in x.label) for x in found.learn] == [(True, True), (False, False)]
    unknown = [m for m in found.mind if m.rule is None and "qwertyuiop zxcvbnm" in m.reason]
    assert len(unknown) == 1
    doubts = {c.rule for c in found.pairing.eligibility.checks if c.status != "met"}
    assert doubts
    assert {m.rule for m in found.mind if m.rule} == doubts
    for said in (known.label, *(x.label for x in found.learn), *(m.reason for m in found.mind)):
        assert said in found.text


def test_a_rejected_competence_is_to_learn(store: Store, engine: Engine, linker: Linker) -> None:
    person = a_participant(narrative="Per dieci anni ho saldato cancelli.")
    put(store, engine, linker, a_company(), an_offer(required_competences=["saldare"]), person)
    [known] = ask(store, engine, "P-001", "O-001").known
    settle(store, engine, "P-001", known.uri, "rejected", at=AT)
    store.connection.commit()
    found = ask(store, engine, "P-001", "O-001")
    assert not found.known
    assert [x.uri for x in found.learn] == [known.uri]
    assert known.uri in [o.apply.field for o in found.what_would_change] or found.pairing.rank == 1


def test_it_agrees_with_the_suggestions(demo_store: Store, engine: Engine) -> None:
    """The same score, gates, rank and reasons as in the list."""
    run = suggest(demo_store, engine, "P-005", on=DAY, at=AT, limit=1000)
    demo_store.connection.commit()
    assert run.answer.items
    assert run.answer.excluded
    for pairing in (*run.answer.items[:8], *run.answer.excluded[:8]):
        assert ask(demo_store, engine, "P-005", pairing.offer_id).pairing == pairing


def test_a_closed_offer_is_explained_too(demo_store: Store, engine: Engine) -> None:
    offer = min(OFFERS, key=lambda o: o.start_date)
    found = ask(demo_store, engine, "P-001", offer.id, on=date(2027, 12, 1))
    assert found.pairing.rank is None
    assert ("OFF-OPEN", "not_met") in [(c.rule, c.status) for c in found.pairing.eligibility.checks]
    assert "OFF-OPEN" in [m.rule for m in found.mind]


def test_the_most_useful_changes_come_first(demo_store: Store, engine: Engine) -> None:
    """Gates that open before ranks that rise; and a shorter list is the head of a longer one."""
    longest = 0
    for offer in OFFERS[:6]:
        every, three, one = (
            ask(demo_store, engine, "P-002", offer.id, most=n).what_would_change
            for n in (100, 3, 1)
        )
        assert (three, one) == (every[:3], every[:1])
        order = [(GATES.index(o.status), o.rank) for o in every]
        assert order == sorted(order)
        longest = max(longest, len(every))
    assert longest > 1


def test_unknown_ids(demo_store: Store, engine: Engine) -> None:
    for pid, oid in (("P-999", "O-001"), ("P-001", "O-999")):
        with pytest.raises(UnknownRecordError, match="999"):
            explain(demo_store, engine, pid, oid, on=DAY, most_changes=6)
        demo_store.connection.rollback()


def test_nothing_is_saved(demo_store: Store, engine: Engine) -> None:
    ask(demo_store, engine, "P-001", "O-001")
    assert demo_store.connection.execute("SELECT count(*) FROM run").fetchall() == [(0,)]
