"""Rankings: offers for a person, people for an offer, and why; each is saved as a run."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.access.checks import require_agreed, require_offer, require_people
from api.routes.parameters import Limit, OfferId, Offset, On, ParticipantId, next_offset, router_of
from api.schemas.rankings import Candidates, ExplanationDocument, Shortlist, Suggestions
from api.service import Work
from api.versions import answer
from matching.explain import explain
from matching.explanation import Pairing
from matching.placement_store import refused_people
from matching.runs import Run
from matching.shortlist import shortlist, suggest
from matching.voices import Audience

router = router_of("rankings")


@router.get("/participants/{participant_id}/suggestions", response_model=Suggestions)
def suggest_offers(
    caller: Caller,
    participant_id: ParticipantId,
    limit: Limit = 10,
    cursor: Offset = None,
    on: On = None,
) -> JSONResponse:
    """The open offers for a person, best first, and what is excluded and why."""
    with caller.work(reading=True) as work:
        require_people(work, [participant_id])
        start = int(cursor or 0)
        run = suggest(
            work.store,
            work.engine,
            participant_id,
            on=on or work.today,
            at=work.at,
            limit=start + limit,
        )
        work.audit("offers.suggested", run.run_id, [participant_id], on=_day(run))
    return answer(_slice(run, start, limit))


@router.get(
    "/participants/{participant_id}/suggestions/{offer_id}", response_model=ExplanationDocument
)
def explain_suggestion(
    caller: Caller,
    participant_id: ParticipantId,
    offer_id: OfferId,
    audience: Audience | None = None,
    on: On = None,
    changes: Annotated[int, Query(ge=1, le=20, examples=[6])] = 6,
) -> JSONResponse:
    """Why a person and an offer fit or not, and what would change it; a person hears their own."""
    with caller.work(reading=True) as work:
        require_people(work, [participant_id])
        require_offer(work, offer_id)
        explanation = explain(
            work.store,
            work.engine,
            participant_id,
            offer_id,
            audience="participant" if work.actor.role == "participant" else audience or "operator",
            on=on or work.today,
            most_changes=changes,
        )
        work.audit("suggestion.explained", offer_id, [participant_id])
    return answer(explanation.as_json())


@router.get("/offers/{offer_id}/shortlist", response_model=Shortlist)
def shortlist_people(
    caller: Caller, offer_id: OfferId, limit: Limit = 10, cursor: Offset = None, on: On = None
) -> JSONResponse:
    """The people for an offer among the caller's cases, best first."""
    with caller.work(reading=True) as work:
        require_offer(work, offer_id)
        start = int(cursor or 0)
        run = _shortlist(work, offer_id, on, start + limit)
        people = [pairing.participant_id for pairing in run.answer.pairings()]
        require_people(work, people)
        work.audit("people.shortlisted", run.run_id, people, on=_day(run), offer=offer_id)
    return answer(_slice(run, start, limit))


@router.get("/offers/{offer_id}/candidates", response_model=Candidates)
def list_candidates(
    caller: Caller, offer_id: OfferId, limit: Limit = 10, cursor: Offset = None, on: On = None
) -> JSONResponse:
    """Who agreed to be proposed for one's own offer, where neither said no since."""
    with caller.work(reading=True, offer_id=offer_id) as work:
        require_offer(work, offer_id)
        start = int(cursor or 0)
        said_no = refused_people(work.store, offer_id)
        run = _shortlist(work, offer_id, on, start + limit + len(said_no))
        found = [p for p in run.answer.items if p.participant_id not in said_no]
        people = [pairing.participant_id for pairing in found]
        require_agreed(work, offer_id, people)
        work.audit("candidates.listed", run.run_id, people, on=_day(run), offer=offer_id)
    items = found[start : start + limit]
    return answer(
        {
            "run_id": run.run_id,
            "offer_id": offer_id,
            "on": _day(run),
            "items": [_candidate(pairing) for pairing in items],
            "next_cursor": next_offset(start, limit, len(items)),
        }
    )


def _shortlist(work: Work, offer_id: str, on: date | None, limit: int) -> Run:
    day = on or work.today
    return shortlist(work.store, work.engine, offer_id, on=day, at=work.at, limit=limit)


def _day(run: Run) -> str:
    return run.question.on.isoformat()


def _slice(run: Run, start: int, limit: int) -> dict[str, Any]:
    document = run.as_json()
    items = document["items"][start : start + limit]
    return document | {
        "items": items,
        "excluded": document["excluded"][start : start + limit],
        "next_cursor": next_offset(start, limit, len(items)),
    }


_ASKED = ("required_competence", "preferred_competence", "occupation")


def _candidate(pairing: Pairing) -> dict[str, Any]:
    asked = [c for c in pairing.contributions if c.factor in _ASKED]
    return {
        "rank": pairing.rank,
        "participant_id": pairing.participant_id,
        "known": [c.label for c in asked if c.value > 0][:100],
        "learn": [c.label for c in asked if c.value < 0][:100],
    }
