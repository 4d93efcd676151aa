"""The life of a placement: the steps that may be taken, what stands, the seat, who reads what."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.messages import say
from matching.placement import (
    MOST_STEPS,
    REASONS,
    RUNNING,
    Action,
    Move,
    Placement,
    PlacementError,
    PlacementOutcome,
    Reason,
    Side,
    State,
    Step,
    proposal,
)
from matching.placement_view import placement_as_json, summary_as_json
from tests.programme import AT, BY, DAY
from tests.readability import gulpease, sentences, words

FIRST = date(2027, 2, 1)
LATER = date(2028, 12, 1)
ACCEPT_BOTH = (Move("accept", "participant"), Move("accept", "company"))
START = Move("start", day=FIRST)


def proposed(side: Side = "programme") -> Placement:
    return proposal("D-1", "P-001", "O-001", None, Step(1, Move("propose", side), BY, AT))


def after(*moves: Move, on: date = LATER, placement: Placement | None = None) -> Placement:
    found = placement or proposed()
    for move in moves:
        found = found.with_step(move, by=BY, at=AT, on=on)
    return found


def refusal(placement: Placement, move: Move, on: date = LATER) -> str:
    with pytest.raises(PlacementError) as error:
        placement.with_step(move, by=BY, at=AT, on=on)
    assert str(error.value).startswith(say(f"placement.error.{error.value.key}"))
    return error.value.key


def test_a_placement_from_the_proposal_to_a_job() -> None:
    assert proposed().status == "proposed"
    one_yes = after(Move("accept", "participant"))
    assert (one_yes.status, one_yes.contact_open) == ("proposed", False)
    accepted = after(*ACCEPT_BOTH)
    assert (accepted.status, accepted.contact_open) == ("accepted", True)
    met = after(Move("interview", "company", day=FIRST), placement=accepted)
    started = after(START, placement=met)
    assert (met.status, started.status) == ("interview", "started")
    ended = after(Move("end", day=date(2027, 7, 31), outcome="hired"), placement=started)
    assert (ended.status, ended.state.outcome, ended.contact_open) == ("ended", "hired", False)
    assert [step.number for step in ended.steps] == [1, 2, 3, 4, 5, 6]


def test_who_proposes_themselves_has_said_yes() -> None:
    placement = proposed("participant")
    assert placement.state.yes == {"participant"}
    assert after(Move("accept", "company"), placement=placement).status == "accepted"
    assert refusal(placement, Move("accept", "participant")) == "not_now"


@pytest.mark.parametrize(
    ("moves", "move", "key"),
    [
        ((), START, "not_now"),
        ((), Move("interview", day=FIRST), "not_now"),
        ((Move("accept", "company"),), Move("accept", "company"), "not_now"),
        ((), Move("accept", "programme"), "wrong_side"),
        (ACCEPT_BOTH, Move("start", "company", day=FIRST), "wrong_side"),
        ((), Move("refuse", "company", reason="distance"), "reason"),
        ((), Move("refuse", "participant"), "reason"),
        ((*ACCEPT_BOTH, START), Move("refuse", "company", reason="no_reason"), "not_now"),
        ((*ACCEPT_BOTH, START), START, "not_now"),
        ((*ACCEPT_BOTH, START), Move("resume", day=FIRST), "not_now"),
        ((*ACCEPT_BOTH, START), Move("end", day=FIRST), "outcome"),
        (
            (*ACCEPT_BOTH, START),
            Move("end", day=FIRST - timedelta(days=1), outcome="left"),
            "days",
        ),
        (
            (*ACCEPT_BOTH, START, Move("suspend", day=date(2027, 3, 1))),
            Move("resume", day=date(2027, 2, 28)),
            "days",
        ),
        ((*ACCEPT_BOTH, START), Move("end", day=date(2029, 1, 1), outcome="left"), "not_yet"),
        (ACCEPT_BOTH, Move("start", day=date(2720, 2, 1)), "far"),
        (ACCEPT_BOTH, Move("interview", day=date(2002, 2, 1)), "far"),
        ((Move("undo"),), Move("undo"), "nothing_to_undo"),
        ((Move("undo"),), Move("accept", "company"), "not_now"),
        ((), Move("propose"), "not_now"),
    ],
)
def test_what_cannot_be_done(moves: tuple[Move, ...], move: Move, key: str) -> None:
    assert refusal(after(*moves), move) == key


def test_a_slip_is_undone_and_nothing_is_lost() -> None:
    slip = after(*ACCEPT_BOTH, Move("refuse", "company", reason="skills"))
    assert slip.status == "refused"
    mended = after(Move("undo"), placement=slip)
    assert (mended.status, mended.contact_open) == ("accepted", True)
    assert mended.steps[:4] == slip.steps
    assert mended.steps[-1].supersedes == 4
    again = after(Move("refuse", "company", reason="seat_taken"), placement=mended)
    assert [s.move.reason for s in again.standing if s.move.reason] == ["seat_taken"]
    everything = after(*[Move("undo")] * 4, placement=again)
    assert everything.status == "withdrawn"
    assert len(everything.steps) == 10


def test_only_the_person_gives_their_consent_again() -> None:
    withdrawn = after(Move("refuse", "participant", reason="consent_withdrawn"))
    assert refusal(withdrawn, Move("undo")) == "not_now"


def test_it_does_not_go_on_for_ever() -> None:
    there_and_back = (Move("accept", "company"), Move("undo")) * (MOST_STEPS // 2)
    placement = after(*there_and_back[: MOST_STEPS - 1])
    assert refusal(placement, Move("undo")) == "too_many"


# Seats


@pytest.mark.parametrize(
    ("end", "outcome", "months", "taken"),
    [
        (date(2027, 7, 31), "completed", 6, True),
        (date(2027, 7, 31), "hired", 6, True),
        (date(2027, 7, 30), "hired", 6, False),
        (date(2027, 7, 30), "completed", 6, False),
        (date(2027, 5, 1), "left", 6, False),
        (date(2027, 2, 15), "left", 0.5, True),
        (date(2027, 2, 14), "left", 0.5, False),
        (date(2027, 5, 1), "left", None, False),
        (date(2027, 5, 1), "completed", None, True),
    ],
)
def test_an_early_end_frees_the_seat(
    end: date, outcome: PlacementOutcome, months: float | None, taken: bool
) -> None:
    placement = after(*ACCEPT_BOTH, START)
    assert placement.state.takes_seat(months)
    ended = after(Move("end", day=end, outcome=outcome), placement=placement)
    assert ended.state.takes_seat(months) is taken


def test_a_suspension_keeps_the_seat_and_stops_the_clock() -> None:
    suspended = after(*ACCEPT_BOTH, START, Move("suspend", day=date(2027, 3, 1)))
    assert suspended.state.takes_seat(6)
    resumed = after(Move("resume", day=date(2027, 3, 31)), placement=suspended)
    assert resumed.state.last_day(6) == date(2027, 8, 30)
    early = after(Move("end", day=date(2027, 7, 31), outcome="hired"), placement=resumed)
    assert not early.state.takes_seat(6)
    never = after(Move("end", day=date(2027, 8, 30), outcome="completed"), placement=resumed)
    assert never.state.takes_seat(6)
    while_away = after(Move("end", day=date(2027, 4, 1), outcome="left"), placement=suspended)
    assert while_away.state.suspended_days == 31


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 27)),
        (date(2027, 8, 31), 6, date(2028, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 14)),
        (date(2027, 11, 1), 14, date(2028, 12, 31)),
    ],
)
def test_the_last_day_as_planned(first: date, months: float, last: date) -> None:
    assert State(status="started", started_on=first).last_day(months) == last


# Whatever is tried

SIDES: tuple[Side, ...] = get_args(Side)
DAYS = st.integers(0, 900).map(lambda n: FIRST + timedelta(days=n))
MOVES = st.builds(
    Move,
    action=st.sampled_from(get_args(Action)),
    side=st.sampled_from(SIDES),
    day=st.none() | DAYS,
    reason=st.none() | st.sampled_from(get_args(Reason)),
    outcome=st.none() | st.sampled_from(get_args(PlacementOutcome)),
)


# So that many stories go far.
LIKELY = st.sampled_from(
    (
        *ACCEPT_BOTH,
        START,
        Move("interview", day=FIRST),
        Move("suspend", day=FIRST),
        Move("resume", day=FIRST + timedelta(days=9)),
        Move("end", day=LATER, outcome="completed"),
        Move("undo"),
    )
)


@given(
    moves=st.lists(LIKELY | MOVES, max_size=40), side=st.sampled_from(["programme", "participant"])
)
def test_whatever_is_tried_the_story_holds(moves: list[Move], side: Side) -> None:
    placement = proposed(side)
    states = [State(), placement.state]  # before each standing step, and after the last
    for move in moves:
        before = placement
        try:
            placement = placement.with_step(move, by=BY, at=AT, on=LATER)
        except PlacementError:
            continue
        assert placement.steps[:-1] == before.steps
        assert placement.steps[-1].number == len(placement.steps)
        if move.action == "undo":
            states.pop()
            assert placement.state == states[-1]
        else:
            assert before.status not in ("refused", "ended", "withdrawn")
            states.append(placement.state)
        _holds(placement)


def _holds(placement: Placement) -> None:
    state, actions = placement.state, [step.move.action for step in placement.standing]
    said_yes = {step.move.side for step in placement.standing if step.move.action == "accept"}
    began = "start" in actions
    assert state.takes_seat(6) <= began
    assert (placement.status in (*RUNNING, "ended")) == began
    if began or placement.contact_open:
        proposer = placement.standing[0].move.side
        assert {"participant", "company"} <= {*said_yes, proposer}
    if state.ended_on and state.started_on:
        assert state.ended_on >= state.started_on
    assert state.suspended_days >= 0
    assert (placement.status == "withdrawn") == (not actions)


# Who reads what


def test_each_side_reads_what_is_for_it() -> None:
    placement = after(
        Move("accept", "participant", note="Ha chiesto del bus."),
        Move("accept", "company"),
        Move("undo"),
        Move("refuse", "participant", reason="allowance", note="Le serve di più."),
    )
    everything = placement_as_json(placement)
    assert [step["action"] for step in everything["steps"]] == [
        "propose", "accept", "accept", "undo", "refuse",
    ]  # fmt: skip
    assert everything["steps"][-1]["reason"] == "allowance"
    for_company = placement_as_json(placement, to="company", by="company A-1")
    assert [step["action"] for step in for_company["steps"]] == ["propose", "accept", "refuse"]
    last = for_company["steps"][-1]
    assert (last["reason"], last["note"], last["by"]) == (None, "", "tutor")
    assert last["told"] == say("placement.told.participant.allowance")
    assert "Le serve" not in str(for_company)
    for_person = placement_as_json(placement, to="participant", by="participant A-2")
    assert for_person["steps"][-1]["reason"] == "allowance"
    assert for_person["steps"][-1]["note"] == ""
    assert placement_as_json(placement, to="participant", by=BY)["steps"][-1]["note"]
    assert summary_as_json(placement)["changed_at"] == AT.isoformat()


def test_a_company_reads_nothing_of_rules() -> None:
    move = Move("propose", override="checked")
    step = Step(1, move, BY, AT, overridden=("LOM-02",))
    placement = proposal("D-1", "P-001", "O-001", "R-1", step)
    for_company = placement_as_json(placement, to="company")
    assert "LOM-02" not in str(for_company)
    assert (for_company["run_id"], for_company["steps"][0]["override"]) == (None, None)
    assert placement.overridden() == {"LOM-02"}
    assert placement_as_json(placement)["steps"][0]["overridden"] == ["LOM-02"]


@pytest.mark.parametrize("side", SIDES)
def test_every_no_has_kind_words_for_the_others(side: Side) -> None:
    for reason in REASONS[side]:
        told = say(f"placement.told.{side}.{reason}")
        assert "ringrazia" in told or "Grazie" in told
        assert max(len(words(sentence)) for sentence in sentences(told)) <= 15
        assert gulpease(told) >= 60, told
        assert say(f"placement.reason.{reason}")


def test_the_day_of_a_step_is_that_day_if_none_is_said() -> None:
    placement = after(*ACCEPT_BOTH, Move("start"), on=DAY)
    assert placement.state.started_on == DAY
