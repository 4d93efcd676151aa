"""Decisions on what a person can do: who took them, when, and on what ground.

A competence has three separate marks. Its *origin* is where it was heard of; its *status* is what
was decided of it; its *state*, in the words of D.Lgs 13/2013, is how far it is recognised, and
follows from the *level* of what the decision rests on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from matching.errors import CantiereError
from matching.messages import say

Given = Literal["confirmed", "rejected", "unsure"]
Answer = Literal["confirmed", "rejected", "unsure", "withdrawn"]
Level = Literal["said", "example", "shown", "certified"]
State = Literal["identified", "validated", "certified"]

LEVELS: tuple[Level, ...] = get_args(Level)
_STATES: dict[Level | None, State] = {
    None: "identified",
    "said": "identified",
    "example": "identified",
    "shown": "validated",
    "certified": "certified",
}
_LONGEST_WHO = 60


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on a competence, or on a trade that a text was read to name.

    Attributes:
        uri: Of the competence or trade.
        answer: What was decided; ``unsure`` leaves a proposal open, ``withdrawn`` takes back the
            decision before.
        level: What a confirmation rests on; None where it was not noted.
        by: Role and code of who decided; None where it was not noted.
        at: When.
    """

    uri: str
    answer: Answer
    level: Level | None
    by: str | None
    at: datetime

    @property
    def state(self) -> State | None:
        """How far the competence is recognised; None unless it is confirmed."""
        return _STATES[self.level] if self.answer == "confirmed" else None


def in_force(history: Iterable[Decision]) -> dict[str, Decision]:
    """The last decision on each URI, where it was not taken back; ``history`` is oldest first."""
    last = {decision.uri: decision for decision in history}
    return {uri: decision for uri, decision in last.items() if decision.answer != "withdrawn"}


def require_who(by: str) -> str:
    """Role and code of who decides, as it is kept.

    Raises:
        CantiereError: If it is empty, too long, or looks like an address.
    """
    who = " ".join(by.split())
    if not who or len(who) > _LONGEST_WHO or "@" in who or not who.isprintable():
        raise CantiereError(say("errors.who", longest=_LONGEST_WHO))
    return who
