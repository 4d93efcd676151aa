"""Decisions: a person for an offer, from the proposal to the outcome, a step at a time."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.schemas.common import Cursor, Document, Id, Sentence, storable
from matching.placement import (
    MOST_STEPS,
    Action,
    GivenReason,
    Move,
    Override,
    PlacementOutcome,
    PlacementStatus,
    Reason,
    Side,
)

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _as_a_day(given: object) -> object:
    """A day is written as ISO 8601 says: a number of seconds is none."""
    if not isinstance(given, str) or not _ISO_DAY.fullmatch(given):
        raise PydanticCustomError("date_type", "not a day")
    return given


Day = Annotated[date, BeforeValidator(_as_a_day)]
Note = Annotated[str, Field(max_length=2_000), AfterValidator(storable)]
Who = Annotated[str, Field(max_length=100)]
Rules = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]


class ProposalDraft(Document):
    """A person proposed for an offer, and the list they were chosen from."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"participant_id": "P-001", "offer_id": "O-001"}]}
    )

    participant_id: Id
    offer_id: Id
    run_id: Id | None = None
    override: Override | None = None
    note: Note = ""


class _StepDraft(Document):
    note: Note = ""

    def move(self, side: Side) -> Move:
        """What it asks for, on behalf of a side unless it names one."""
        return Move(**({"side": side} | self.model_dump()))


class AcceptDraft(_StepDraft):
    """A yes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "accept", "side": "participant"}]}
    )

    action: Literal["accept"]
    side: Literal["participant", "company"]


class RefuseDraft(_StepDraft):
    """A no, with one of the reasons of the side that says it (`REASONS`); `no_reason` says none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "refuse", "side": "participant", "reason": "distance"}]
        }
    )

    action: Literal["refuse"]
    side: Side
    reason: GivenReason


class InterviewDraft(_StepDraft):
    """An interview, on a day."""

    action: Literal["interview"]
    day: Day | None = None


class StartDraft(_StepDraft):
    """The first day: a seat is taken."""

    action: Literal["start"]
    day: Day | None = None
    override: Override | None = None


class PauseDraft(_StepDraft):
    """A suspension, which stops the clock, or its end."""

    action: Literal["suspend", "resume"]
    day: Day | None = None


class EndDraft(_StepDraft):
    """The last day, and how it went."""

    action: Literal["end"]
    day: Day | None = None
    outcome: PlacementOutcome


class UndoDraft(_StepDraft):
    """The last step was a slip: it no longer counts, and stays written."""

    action: Literal["undo"]


StepDraft = Annotated[
    AcceptDraft | RefuseDraft | InterviewDraft | StartDraft | PauseDraft | EndDraft | UndoDraft,
    Field(discriminator="action"),
]


class StepDocument(Document):
    """A step that was taken; what is not for who reads is left out."""

    number: Annotated[int, Field(ge=1, le=MOST_STEPS)]
    action: Action
    side: Side
    by: Who
    at: datetime
    day: date | None
    reason: Reason | None
    told: Sentence | None
    outcome: PlacementOutcome | None
    note: Annotated[str, Field(max_length=2_000)]
    override: Override | None
    overridden: Rules
    supersedes: Annotated[int, Field(ge=1, le=MOST_STEPS)] | None
    undone: bool


class DecisionState(Document):
    """Where a decision stands."""

    decision_id: Id
    participant_id: Id
    offer_id: Id
    status: PlacementStatus
    participant_yes: bool
    company_yes: bool
    contact_open: bool
    seat_taken: bool
    started_on: date | None
    ended_on: date | None
    outcome: PlacementOutcome | None


class DecisionSummary(DecisionState):
    """A decision as a list shows it."""

    changed_at: datetime


class DecisionDocument(DecisionState):
    """A decision, with its steps."""

    run_id: Id | None
    steps: Annotated[list[StepDocument], Field(max_length=MOST_STEPS)]


class DecisionPage(Document):
    """A page of decisions, the newest first."""

    items: Annotated[list[DecisionSummary], Field(max_length=100)]
    next_cursor: Cursor | None


class DecisionCount(Document):
    """How many decisions stand somewhere."""

    status: PlacementStatus
    decisions: Annotated[int, Field(ge=0, le=100_000_000)]


class DecisionCounts(Document):
    """How many decisions stand where; nobody is named."""

    counts: Annotated[list[DecisionCount], Field(max_length=8)]
