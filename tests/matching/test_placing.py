"""Proposing and placing on real records: seats, overrides, consent, and what rankings then see."""

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from matching.consent_store import give_consent, who_agreed
from matching.engine import Engine
from matching.errors import CantiereError, UnknownRecordError
from matching.listing_store import Slice
from matching.placement import Move, Placement, PlacementError, PlacementStatus
from matching.placement_store import (
    Wanted,
    placement,
    placement_counts,
    placements,
    placements_of_company,
    refused_people,
)
from matching.placing import (
    NOT_LISTED,
    Choice,
    Taker,
    new_placement_id,
    propose,
    take_step,
    withdraw_consent,
)
from matching.replay import replay
from matching.runs import Run
from matching.shortlist import shortlist, suggest
from matching.store import Store
from skills_taxonomy import Linker
from tests.builders import a_company, a_participant, an_offer
from tests.programme import AT, BY, DAY, put

pytestmark = pytest.mark.db

PEOPLE = ("P-001", "P-002", "P-003")
TAKER = Taker(BY, AT, DAY)
LATER = Taker(BY, AT + timedelta(days=300), DAY + timedelta(days=300))
FIRST = date(2027, 2, 1)
EARLY_END = Move("end", day=date(2027, 3, 1), outcome="left")


@pytest.fixture
def filled(store: Store, engine: Engine, linker: Linker) -> Store:
    """Two offers of a small company, one seat each, and three people."""
    put(
        store,
        engine,
        linker,
        a_company(permanent_employees=5, active_interns=0),
        an_offer(seats=1),
        an_offer(id="O-002", seats=2),
        *(a_participant(id=person) for person in PEOPLE),
    )
    return store


def proposed(
    store: Store, engine: Engine, person: str = "P-001", offer: str = "O-001", **choice: Any
) -> Placement:
    move = Move("propose", **({"override": "agreed"} | choice))
    return propose(store, engine, new_placement_id(AT), Choice(person, offer), move, TAKER)


def step(store: Store, engine: Engine, found: Placement, *moves: Move) -> Placement:
    for move in moves:
        found = take_step(store, engine, found.placement_id, move, LATER)
    return found


BOTH = (Move("accept", "participant"), Move("accept", "company"))


def started(store: Store, engine: Engine, person: str, offer: str = "O-001") -> Placement:
    found = proposed(store, engine, person, offer)
    return step(store, engine, found, *BOTH, Move("start", day=FIRST, override="checked"))


def error_of(*arguments: Any, **choice: Any) -> str:
    with pytest.raises(PlacementError) as error:
        proposed(*arguments, **choice)
    return error.value.key


# Choosing


def ranked(store: Store, engine: Engine) -> Run:
    run = suggest(store, engine, "P-001", on=DAY, at=AT, limit=10)
    store.connection.commit()
    return run


def test_who_is_chosen_from_a_list_needs_no_reason(filled: Store, engine: Engine) -> None:
    run = ranked(filled, engine)
    found = proposed(filled, engine, override=None)
    assert (found.run_id, found.steps[0].overridden) == (run.run_id, ())
    assert placement(filled, found.placement_id) == found


def test_who_is_in_no_list_is_chosen_with_a_reason(filled: Store, engine: Engine) -> None:
    assert error_of(filled, engine, override=None) == "not_listed"
    found = proposed(filled, engine)
    assert (found.run_id, found.steps[0].overridden) == (None, (NOT_LISTED,))


def test_a_run_of_another_pair_is_no_reason(filled: Store, engine: Engine) -> None:
    run = ranked(filled, engine)
    choice = Choice("P-002", "O-001", run.run_id)
    with pytest.raises(PlacementError):
        propose(filled, engine, "D-1", choice, Move("propose"), TAKER)
    with pytest.raises(UnknownRecordError):
        propose(filled, engine, "D-1", Choice("P-001", "O-001", "R-9"), Move("propose"), TAKER)


def test_who_a_rule_excludes_is_chosen_with_a_reason(
    filled: Store, engine: Engine, linker: Linker
) -> None:
    put(filled, engine, linker, an_offer(min_age=70))
    ranked(filled, engine)
    assert error_of(filled, engine, override=None) == "override"
    assert error_of(filled, engine, override="other", note=" ") == "override_note"
    found = proposed(filled, engine, override="other", note="Accordo con l'azienda.")
    assert found.steps[0].overridden == ("OFF-AGE", NOT_LISTED)
    # What was answered for is not asked again at the start.
    done = step(filled, engine, found, *BOTH, Move("start", day=FIRST))
    assert (done.status, done.steps[-1].overridden) == ("started", ())


def test_a_person_does_not_pass_a_rule_by_themselves(
    filled: Store, engine: Engine, linker: Linker
) -> None:
    put(filled, engine, linker, an_offer(min_age=70))
    taker = Taker("participant A-1", AT, DAY, may_override=False)
    move = Move("propose", "participant", override="person_asked")
    with pytest.raises(PlacementError) as error:
        propose(filled, engine, "D-1", Choice("P-001", "O-001"), move, taker)
    assert error.value.key == "not_eligible"
    assert "almeno 70 anni" in error.value.reasons[0]


def test_a_pair_has_one_open_placement(filled: Store, engine: Engine) -> None:
    found = proposed(filled, engine)
    step(filled, engine, found, Move("refuse", "company", reason="timing"))
    assert refused_people(filled, "O-001") == {"P-001"}
    again = proposed(filled, engine)
    assert refused_people(filled, "O-001") == set() or again.placement_id < found.placement_id
    filled.connection.commit()
    assert error_of(filled, engine) == "open_already"
    filled.connection.rollback()
    with pytest.raises(PlacementError, match="già una decisione aperta"):
        step(filled, engine, found, Move("undo"))


def test_nobody_decides_without_saying_who(filled: Store, engine: Engine) -> None:
    with pytest.raises(CantiereError):
        propose(
            filled,
            engine,
            "D-1",
            Choice("P-001", "O-001"),
            Move("propose", override="agreed"),
            Taker("anna@example.org", AT, DAY),
        )


# Consent


def test_a_yes_is_a_consent_and_its_slip_takes_it_back(filled: Store, engine: Engine) -> None:
    found = proposed(filled, engine)
    assert who_agreed(filled, "O-001") == set()
    step(filled, engine, found, Move("accept", "participant"))
    assert who_agreed(filled, "O-001") == {"P-001"}
    step(filled, engine, found, Move("undo"))
    assert who_agreed(filled, "O-001") == set()
    step(filled, engine, found, *BOTH, Move("undo"))
    assert who_agreed(filled, "O-001") == {"P-001"}, "the company's slip, not the person's"


def test_who_proposes_themselves_agrees(filled: Store, engine: Engine) -> None:
    move = Move("propose", "participant", override="person_asked")
    propose(filled, engine, "D-1", Choice("P-002", "O-002"), move, TAKER)
    assert who_agreed(filled, "O-002") == {"P-002"}


def test_a_consent_taken_back_ends_what_had_not_begun(filled: Store, engine: Engine) -> None:
    found = step(filled, engine, proposed(filled, engine), *BOTH)
    [ended] = withdraw_consent(filled, engine, "P-001", "O-001", LATER)
    assert (ended.placement_id, ended.status) == (found.placement_id, "refused")
    assert who_agreed(filled, "O-001") == set()
    assert withdraw_consent(filled, engine, "P-001", "O-001", LATER) == []
    assert refused_people(filled, "O-001") == {"P-001"}
    give_consent(filled, "P-001", "O-001", BY, LATER.at + timedelta(days=1))
    assert refused_people(filled, "O-001") == set(), "who agrees again is a candidate again"
    running = started(filled, engine, "P-002")
    assert withdraw_consent(filled, engine, "P-002", "O-001", LATER) == []
    assert placement(filled, running.placement_id).status == "started"


# Seats


def test_a_seat_is_taken_by_a_start_alone(filled: Store, engine: Engine) -> None:
    accepted = step(filled, engine, proposed(filled, engine), *BOTH)
    assert accepted.seat is None
    done = step(filled, engine, accepted, Move("start", day=FIRST))
    assert done.seat == 1
    other = step(filled, engine, proposed(filled, engine, "P-002"), *BOTH)
    with pytest.raises(PlacementError) as error:
        step(filled, engine, other, Move("start", day=FIRST, override="checked"))
    assert error.value.key == "no_seat"
    freed = step(filled, engine, done, EARLY_END)
    assert freed.seat is None
    after = step(filled, engine, other, Move("start", day=FIRST))
    assert after.seat == 1
    with pytest.raises(PlacementError) as error:
        step(filled, engine, freed, Move("undo"))
    assert error.value.key == "no_seat"


def test_who_stays_to_the_end_keeps_the_seat(filled: Store, engine: Engine) -> None:
    done = started(filled, engine, "P-001")
    end = Move("end", day=date(2027, 7, 31), outcome="completed")
    assert step(filled, engine, done, end).seat == 1


def test_seats_that_were_lowered_do_not_come_back(
    filled: Store, engine: Engine, linker: Linker
) -> None:
    first, second = (started(filled, engine, person, "O-002") for person in PEOPLE[:2])
    put(filled, engine, linker, an_offer(id="O-002", seats=1))
    step(filled, engine, first, EARLY_END)
    third = step(filled, engine, proposed(filled, engine, "P-003", "O-002"), *BOTH)
    with pytest.raises(PlacementError, match="tutti presi"):
        step(filled, engine, third, Move("start", day=FIRST, override="checked"))
    assert placement(filled, second.placement_id).seat == 2


@pytest.mark.parametrize(
    ("seat", "refused"),
    [(1, psycopg.errors.UniqueViolation), (2, psycopg.errors.CheckViolation)],
)
def test_the_database_itself_refuses_a_seat_too_many(
    filled: Store, engine: Engine, seat: int, refused: type[Exception]
) -> None:
    started(filled, engine, "P-001")
    other = proposed(filled, engine, "P-002")
    with pytest.raises(refused):
        filled.connection.execute(
            "UPDATE placement SET seat = %s WHERE placement_id = %s", (seat, other.placement_id)
        )


def test_a_taken_seat_is_seen_by_rankings_and_freed_again(filled: Store, engine: Engine) -> None:
    before = ranked(filled, engine)
    assert "O-001" in [p.offer_id for p in before.answer.items]
    done = started(filled, engine, "P-002")
    filled.connection.commit()
    run = ranked(filled, engine)
    [shut] = [p for p in run.answer.excluded if p.offer_id == "O-001"]
    reasons = [c.reason for c in shut.eligibility.checks if c.status == "not_met"]
    assert any("Non ci sono posti liberi" in reason for reason in reasons)
    people = shortlist(filled, engine, "O-001", on=DAY, at=AT, limit=5)
    assert people.answer.items == ()
    filled.connection.commit()
    again = replay(filled, engine, before.run_id)
    assert again.identical
    changed = {change.id: change.fields for change in again.data_changed}
    assert changed["O-001"] == ("seats", "company.active_interns")
    filled.connection.commit()
    step(filled, engine, done, EARLY_END)
    filled.connection.commit()
    assert "O-001" in [p.offer_id for p in ranked(filled, engine).answer.items]


def test_interns_placed_from_here_fill_the_company(filled: Store, engine: Engine) -> None:
    """LOM-06: one intern at a time for a staff of 5, two if owners make it more."""
    started(filled, engine, "P-001", "O-001")
    other = proposed(filled, engine, "P-002", "O-002")
    step(filled, engine, other, *BOTH)
    filled.connection.commit()
    run = shortlist(filled, engine, "O-002", on=DAY, at=AT, limit=5)
    checks = [c for c in run.answer.pairings()[0].eligibility.checks if c.rule == "LOM-06"]
    assert [c.status for c in checks] == ["unknown"]
    filled.connection.commit()
    step(filled, engine, other, Move("start", day=FIRST))
    third = step(filled, engine, proposed(filled, engine, "P-003", "O-002"), *BOTH)
    assert third.overridden() == {"LOM-06"}


def test_a_company_that_fills_up_meanwhile_is_asked_about_at_the_start(
    filled: Store, engine: Engine
) -> None:
    third = step(filled, engine, proposed(filled, engine, "P-003", "O-002"), *BOTH)
    assert third.overridden() == {NOT_LISTED}
    started(filled, engine, "P-001", "O-001")
    started(filled, engine, "P-002", "O-002")
    filled.connection.commit()
    with pytest.raises(PlacementError) as error:
        step(filled, engine, third, Move("start", day=FIRST))
    assert error.value.key == "override"
    filled.connection.rollback()
    done = step(filled, engine, third, Move("start", day=FIRST, override="agreed"))
    assert done.steps[-1].overridden == ("LOM-06",)


# Lists, and what is left of who is erased


def ids(found: list[Placement]) -> set[str]:
    return {f"{p.participant_id} {p.offer_id}" for p in found}


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [
        (Wanted(), {"P-001 O-001", "P-001 O-002", "P-002 O-001"}),
        (Wanted(participant_id="P-001"), {"P-001 O-001", "P-001 O-002"}),
        (Wanted(offer_id="O-001", status="proposed"), {"P-002 O-001"}),
        (Wanted(organisation_id="ORG"), set()),
        (Wanted(municipalities=["Legnano"]), set()),
    ],
)
def test_a_list_is_about_what_is_wanted(
    filled: Store, engine: Engine, wanted: Wanted, listed: set[str]
) -> None:
    started(filled, engine, "P-001")
    proposed(filled, engine, "P-001", "O-002")
    proposed(filled, engine, "P-002")
    assert ids(placements(filled, wanted, Slice(None, 10))) == listed


def test_a_company_lists_who_agrees_or_is_there(filled: Store, engine: Engine) -> None:
    def seen() -> set[str]:
        wanted = Wanted(company_id="C-001")
        return ids(placements_of_company(filled, wanted, Slice(None, 10)))

    found = proposed(filled, engine)
    assert seen() == set()
    give_consent(filled, "P-001", "O-001", BY, AT)
    assert seen() == {"P-001 O-001"}
    withdraw_consent(filled, engine, "P-001", "O-001", LATER)
    assert seen() == set()
    found = started(filled, engine, "P-002")
    withdraw_consent(filled, engine, "P-002", "O-001", LATER)
    assert seen() == {"P-002 O-001"}
    step(filled, engine, found, EARLY_END)
    assert seen() == set()
    assert placements_of_company(filled, Wanted(company_id="C-9"), Slice(None, 9)) == []


def test_who_is_erased_leaves_a_number_and_no_word(filled: Store, engine: Engine) -> None:
    done = started(filled, engine, "P-001")
    step(filled, engine, done, Move("end", day=date(2027, 7, 31), outcome="hired", note="Bene!"))
    filled.connection.execute("DELETE FROM participant WHERE participant_id = 'P-001'")
    with pytest.raises(UnknownRecordError):
        placement(filled, done.placement_id)
    rows = filled.connection.execute("SELECT placement::text FROM placement").fetchall()
    assert len(rows) == 1
    assert "P-001" not in str(rows)
    notes = filled.connection.execute("SELECT string_agg(note, '') FROM placement_step").fetchall()
    assert notes == [("",)]
    other = step(filled, engine, proposed(filled, engine, "P-002"), *BOTH)
    with pytest.raises(PlacementError, match="tutti presi"):
        step(filled, engine, other, Move("start", day=FIRST))


def test_figures_are_for_who_may_see_them(filled: Store, engine: Engine) -> None:
    started(filled, engine, "P-001")
    proposed(filled, engine, "P-002")
    expected: dict[str, dict[PlacementStatus, int]] = {
        "analyst": {"started": 1, "proposed": 1},
        "operator": {},
    }
    for role, counts in expected.items():
        filled.connection.execute(f"SET LOCAL cantiere.role = '{role}'")
        filled.connection.execute("SET LOCAL cantiere.programme = 'default'")
        assert placement_counts(filled) == counts
