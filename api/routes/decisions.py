"""Decisions: a person for an offer, from the proposal to the outcome; people take every step."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.access.checks import (
    require_decision,
    require_may_take,
    require_offer,
    require_people,
    require_run,
    side_of,
    who,
)
from api.audit.decisions import events_of_last_step
from api.problems import Problem
from api.routes.parameters import (
    ID,
    After,
    Limit,
    location,
    part,
    refers_to_nothing,
    router_of,
)
from api.schemas.common import page
from api.schemas.decisions import (
    DecisionCounts,
    DecisionDocument,
    DecisionPage,
    ProposalDraft,
    StepDraft,
)
from api.service import Work
from api.versions import (
    IdempotencyKey,
    IfMatch,
    answer,
    as_document,
    etag_of,
    once,
    require_version,
)
from matching.listing_store import Slice
from matching.messages import say
from matching.placement import (
    PLACEMENT_STATUSES,
    Move,
    Placement,
    PlacementError,
    PlacementStatus,
)
from matching.placement_store import (
    Wanted,
    locked_placement,
    placement,
    placement_counts,
    placements,
    placements_of_company,
)
from matching.placement_view import placement_as_json, summary_as_json
from matching.placing import Choice, Taker, new_placement_id, propose, take_step

router = router_of("decisions")

DecisionId = Annotated[str, Path(pattern=ID, max_length=64, examples=["D-20270111093000-8f21dfe2"])]
Participant = Annotated[
    str | None, Query(alias="participant_id", pattern=ID, max_length=64, examples=["P-001"])
]
Offer = Annotated[str | None, Query(alias="offer_id", pattern=ID, max_length=64)]
StatusWanted = Annotated[PlacementStatus | None, Query(alias="status", examples=["proposed"])]


@router.get("/decisions", response_model=DecisionPage)
def list_decisions(
    caller: Caller,
    participant: Participant = None,
    offer: Offer = None,
    status: StatusWanted = None,
    limit: Limit = 20,
    cursor: After = None,
) -> JSONResponse:
    """The decisions in reach of the caller, the newest first."""
    with caller.work() as work:
        found = _listed(work, Wanted(participant, offer, status), part(limit, cursor))
        document = page([summary_as_json(one) for one in found], limit, "decision_id")
        people = [item["participant_id"] for item in document["items"]]
        work.audit("decisions.listed", "", people)
    return answer(document)


def _listed(work: Work, wanted: Wanted, of: Slice) -> list[Placement]:
    actor = work.actor
    if work.scope == "all":
        return placements(work.store, wanted, of)
    if actor.role == "company":
        return placements_of_company(work.store, replace(wanted, company_id=actor.company_id), of)
    if actor.role == "participant":
        if wanted.participant_id not in (None, actor.participant_id):
            return []
        return placements(work.store, replace(wanted, participant_id=actor.participant_id), of)
    mine = replace(
        wanted, organisation_id=actor.organisation_id, municipalities=actor.municipalities
    )
    return placements(work.store, mine, of)


@router.post("/decisions", status_code=201, response_model=DecisionDocument)
def propose_person(
    caller: Caller, request: Request, body: ProposalDraft, key: IdempotencyKey = None
) -> JSONResponse:
    """Propose a person for an offer."""
    with _explained(), caller.work() as work:
        _require_known(work, body)
        new_id = new_placement_id(work.at)

        def make() -> None:
            move = Move("propose", side_of(work), override=body.override, note=body.note)
            choice = Choice(body.participant_id, body.offer_id, body.run_id)
            made = propose(work.store, work.engine, new_id, choice, move, taker_of(work))
            audit_step(work, made)

        decision_id = once(work, request, key, body, new_id, make)
        document = _document(work, placement(work.store, decision_id))
    where = location(request, "decisions", decision_id)
    return _answer(document, 201, where)


def _require_known(work: Work, body: ProposalDraft) -> None:
    """What the body names is there for the caller; Problem 409 if not."""
    try:
        require_people(work, [body.participant_id])
    except Problem:
        raise refers_to_nothing("body.participant_id") from None
    try:
        require_offer(work, body.offer_id)
    except Problem:
        raise refers_to_nothing("body.offer_id") from None
    try:
        if body.run_id is not None:
            require_run(work, body.run_id)
    except Problem:
        raise refers_to_nothing("body.run_id") from None


@router.get("/decisions/{decision_id}", response_model=DecisionDocument)
def show_decision(caller: Caller, decision_id: DecisionId) -> JSONResponse:
    """A decision, with its steps."""
    with caller.work() as work:
        found = require_decision(work, decision_id)
        work.audit("decision.viewed", decision_id, [found.participant_id])
        document = _document(work, found)
    return _answer(document)


@router.post("/decisions/{decision_id}/steps", response_model=DecisionDocument)
def take_next_step(
    caller: Caller, decision_id: DecisionId, body: StepDraft, if_match: IfMatch = None
) -> JSONResponse:
    """The next step of a decision, or the last one undone."""
    with _explained(), caller.work() as work:
        require_decision(work, decision_id)
        seen = locked_placement(work.store, decision_id)
        require_version(if_match, _document(work, seen))
        move = body.move(side_of(work))
        require_may_take(work, seen, move)
        after = take_step(work.store, work.engine, decision_id, move, taker_of(work))
        audit_step(work, after)
        document = _document(work, after)
    return _answer(document)


@router.get("/decision-counts", response_model=DecisionCounts)
def count_decisions(caller: Caller) -> JSONResponse:
    """How many decisions stand where."""
    with caller.work() as work:
        found = placement_counts(work.store)
    counts = [{"status": s, "decisions": found.get(s, 0)} for s in PLACEMENT_STATUSES]
    return answer({"counts": counts})


def taker_of(work: Work) -> Taker:
    """The caller, as who takes a step."""
    return Taker(who(work), work.at, work.today, may_override=side_of(work) == "programme")


def _document(work: Work, found: Placement) -> DecisionDocument:
    document = placement_as_json(found, to=side_of(work), by=who(work))
    return DecisionDocument.model_validate(document)


def _answer(document: DecisionDocument, status: int = 200, where: str = "") -> JSONResponse:
    return answer(as_document(document), status, etag=etag_of(document), location=where)


def audit_step(work: Work, after: Placement) -> None:
    """The last step of a placement, in the audit."""
    for action, details in events_of_last_step(after):
        work.audit(action, after.placement_id, [after.participant_id], **details)


_PROBLEMS = {
    "no_seat": "no_seat",
    "open_already": "open_already",
    "not_eligible": "not_eligible",
    "override": "override_needed",
    "not_listed": "override_needed",
    "override_note": "override_needed",
}


@contextmanager
def _explained() -> Iterator[None]:
    """A step that cannot be taken is a problem that says why."""
    try:
        yield
    except PlacementError as error:
        key = _PROBLEMS.get(error.key, "not_now")
        reasons = error.reasons or (say(f"placement.error.{error.key}"),)
        raise Problem(key, errors=[("body", reason) for reason in reasons]) from None
