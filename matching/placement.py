"""The life of a placement: a person under an offer, from the proposal to the outcome, step by step.

A step is never changed or taken away: a slip is undone by a step that supersedes the last one that
stands. What a placement is follows from the steps that stand, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from typing import Final, Literal, get_args

from matching.errors import CantiereError
from matching.messages import say

Side = Literal["participant", "company", "programme"]
Action = Literal[
    "propose", "accept", "refuse", "interview", "start", "suspend", "resume", "end", "undo"
]
PlacementStatus = Literal[
    "proposed", "accepted", "interview", "started", "suspended", "ended", "refused", "withdrawn"
]
GivenReason = Literal[
    "distance", "hours", "tasks", "allowance", "timing", "other_path", "skills", "seat_taken",
    "offer_closed", "no_reason",
]  # fmt: skip
# The last is nobody's words: it is what a consent taken back leaves.
Reason = Literal[GivenReason, "consent_withdrawn"]
PlacementOutcome = Literal[
    "completed", "hired", "hired_elsewhere", "left", "closed_by_company", "closed_by_programme"
]
Override = Literal["person_asked", "checked", "data_outdated", "agreed", "other"]

PLACEMENT_STATUSES: tuple[PlacementStatus, ...] = get_args(PlacementStatus)
REASONS: Final[Mapping[Side, frozenset[Reason]]] = {
    "participant": frozenset({
        "distance", "hours", "tasks", "allowance", "timing", "other_path", "consent_withdrawn",
        "no_reason",
    }),
    "company": frozenset({"skills", "hours", "timing", "seat_taken", "offer_closed", "no_reason"}),
    "programme": frozenset({"seat_taken", "offer_closed", "other_path", "no_reason"}),
}  # fmt: skip
"""Why each side may say no. None asks for, or tells of, what is protected; none need be given."""

RUNNING: Final[frozenset[PlacementStatus]] = frozenset({"started", "suspended"})
MOST_STEPS: Final = 200

_BOTH: Final[frozenset[Side]] = frozenset({"participant", "company"})
_PROGRAMME: Final[frozenset[Side]] = frozenset({"programme"})
_BEFORE_START: Final[frozenset[PlacementStatus]] = frozenset({"proposed", "accepted", "interview"})
# From which states a step may be taken, and for whom.
_MAY: Final[Mapping[Action, tuple[frozenset[PlacementStatus], frozenset[Side]]]] = {
    "accept": (frozenset({"proposed"}), _BOTH),
    "refuse": (_BEFORE_START, _BOTH | _PROGRAMME),
    "interview": (_BEFORE_START - {"proposed"}, _PROGRAMME | {"company"}),
    "start": (_BEFORE_START - {"proposed"}, _PROGRAMME),
    "suspend": (frozenset({"started"}), _PROGRAMME),
    "resume": (frozenset({"suspended"}), _PROGRAMME),
    "end": (RUNNING, _PROGRAMME),
}
# Facts, which cannot be written down before they happen.
_FACTS: Final = frozenset({"suspend", "resume", "end"})
_DATED: Final = _FACTS | {"interview", "start"}
_DAYS_A_MONTH: Final = 30
# From the day on which a step is written down, either way: farther is a slip of the pen.
_FARTHEST: Final = timedelta(days=1_500)


class PlacementError(CantiereError):
    """A step that cannot be taken; ``key`` says why, in `placement.toml` under ``error``."""

    def __init__(self, key: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(" ".join((say(f"placement.error.{key}"), *reasons)))
        self.key = key
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody wants to do next.

    Attributes:
        action: What.
        side: On whose behalf.
        day: When it happens, where it is a day of the placement (interview, start, …, end).
        reason: Why not, for a refusal.
        outcome: How it went, for an end.
        override: Why a person is chosen though a rule or the ranking says otherwise.
        note: What who follows the case should remember; not for the other side.
    """

    action: Action
    side: Side = "programme"
    day: date | None = None
    reason: Reason | None = None
    outcome: PlacementOutcome | None = None
    override: Override | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken.

    Attributes:
        number: From 1, without gaps.
        move: What was done.
        by: Role and code of who did it.
        at: When it was written down.
        overridden: The rules it was done against; ``RANKING``: no list had the pair.
        supersedes: For an undoing, the number of the step that no longer stands.
    """

    number: int
    move: Move
    by: str
    at: datetime
    overridden: tuple[str, ...] = ()
    supersedes: int | None = None


@dataclass(frozen=True)
class State:
    """Where a placement stands: who said yes, and the days that matter."""

    status: PlacementStatus = "withdrawn"
    yes: frozenset[Side] = frozenset()
    started_on: date | None = None
    suspended_on: date | None = None
    suspended_days: int = 0
    ended_on: date | None = None
    outcome: PlacementOutcome | None = None

    def last_day(self, months: float | None) -> date | None:
        """The last day as planned, suspensions added; None: not begun, or of unknown length."""
        if self.started_on is None or months is None:
            return None
        whole = int(months)
        days = round((months - whole) * _DAYS_A_MONTH) + self.suspended_days - 1
        return _add_months(self.started_on, whole) + timedelta(days=days)

    def takes_seat(self, months: float | None) -> bool:
        """Whether a seat is taken: from the start on, unless it ended before its time.

        Args:
            months: How long the offer lasts; where it is unknown, the outcome says it.
        """
        if self.status in RUNNING:
            return True
        if self.ended_on is None:
            return False
        last = self.last_day(months)
        return self.outcome == "completed" if last is None else self.ended_on >= last


@dataclass(frozen=True)
class Placement:
    """A person under an offer, with every step taken; ``seat`` is the number of the seat held."""

    placement_id: str
    participant_id: str
    offer_id: str
    run_id: str | None
    seat: int | None
    steps: tuple[Step, ...]

    @cached_property
    def standing(self) -> tuple[Step, ...]:
        """The steps that were not undone."""
        undone = {step.supersedes for step in self.steps}
        return tuple(s for s in self.steps if s.move.action != "undo" and s.number not in undone)

    @cached_property
    def state(self) -> State:
        """Where it stands."""
        return reduce(_after, (step.move for step in self.standing), State())

    @property
    def status(self) -> PlacementStatus:
        """The state in a word."""
        return self.state.status

    @property
    def contact_open(self) -> bool:
        """Whether both said yes, so that the company may know how to reach the person."""
        return self.state.yes >= _BOTH and self.status not in ("refused", "ended", "withdrawn")

    def overridden(self) -> frozenset[str]:
        """The rules that somebody has already answered for."""
        return frozenset(rule for step in self.standing for rule in step.overridden)

    def with_step(self, move: Move, *, by: str, at: datetime, on: date) -> "Placement":
        """The placement after one more step.

        Args:
            move: What is done.
            by: Role and code of who does it.
            at: When.
            on: The day on which it is done: nothing that is a fact may lie beyond it.

        Raises:
            PlacementError: If the step cannot be taken from here.
        """
        if len(self.steps) >= MOST_STEPS:
            raise PlacementError("too_many")
        if move.day is None and move.action in _DATED:
            move = replace(move, day=on)
        step = Step(len(self.steps) + 1, move, by, at)
        if move.action == "undo":
            step = replace(step, supersedes=self._last_to_undo())
        else:
            _require_possible(self.state, move, on)
        return replace(self, steps=(*self.steps, step))

    def _last_to_undo(self) -> int:
        if not self.standing:
            raise PlacementError("nothing_to_undo")
        last = self.standing[-1]
        if last.move.reason == "consent_withdrawn":
            # Only the person can give their consent again.
            raise PlacementError("not_now")
        return last.number


def proposal(
    placement_id: str, participant_id: str, offer_id: str, run_id: str | None, step: Step
) -> Placement:
    """A new placement, with its first step."""
    return Placement(placement_id, participant_id, offer_id, run_id, None, (step,))


def _require_possible(state: State, move: Move, on: date) -> None:
    from_states, sides = _MAY.get(move.action, (frozenset(), frozenset()))
    if state.status not in from_states or (move.action == "accept" and move.side in state.yes):
        raise PlacementError("not_now")
    if move.side not in sides:
        raise PlacementError("wrong_side")
    if move.action == "refuse" and move.reason not in REASONS[move.side]:
        raise PlacementError("reason")
    if move.action == "end" and move.outcome is None:
        raise PlacementError("outcome")
    _require_in_order(state, move, on)


def _require_in_order(state: State, move: Move, on: date) -> None:
    """The days of a placement are near, follow each other, and facts have happened."""
    if move.day is None:
        return
    if abs(move.day - on) > _FARTHEST:
        raise PlacementError("far")
    if move.action in _FACTS and move.day > on:
        raise PlacementError("not_yet")
    before = state.suspended_on or state.started_on
    if before is not None and move.day < before:
        raise PlacementError("days")


def _after(state: State, move: Move) -> State:
    """The state after a step that may be taken."""
    if move.action in ("propose", "accept"):
        yes = state.yes | ({move.side} & _BOTH)
        return replace(state, status="accepted" if yes >= _BOTH else "proposed", yes=yes)
    if move.action == "refuse":
        return replace(state, status="refused", yes=state.yes - {move.side})
    if move.action == "interview":
        return replace(state, status="interview")
    return _after_start(state, move)


def _after_start(state: State, move: Move) -> State:
    if move.action == "start":
        return replace(state, status="started", started_on=move.day)
    if move.action == "suspend":
        return replace(state, status="suspended", suspended_on=move.day)
    paused = (move.day - state.suspended_on).days if move.day and state.suspended_on else 0
    going_on = replace(
        state, status="started", suspended_on=None, suspended_days=state.suspended_days + paused
    )
    if move.action == "resume":
        return going_on
    return replace(going_on, status="ended", ended_on=move.day, outcome=move.outcome)


def _add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of the month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))
