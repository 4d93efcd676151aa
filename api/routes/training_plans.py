"""The draft of the training project (PFI) of a decision that both sides said yes to."""

from starlette.responses import JSONResponse, Response

from api.access.admission import Caller
from api.access.checks import require_decision
from api.problems import Problem
from api.routes.decisions import DecisionId
from api.routes.parameters import On, router_of
from api.schemas.training_plan import TrainingPlanDocument
from api.service import Work
from api.versions import answer
from matching.messages import say
from matching.training_plan import TrainingPlan, draft_training_plan, training_plan_bytes

router = router_of("decisions")

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_A_FILE = {"type": "string", "format": "binary", "maxLength": 10_000_000}
_AS_WORD = {"content": {WORD: {"schema": _A_FILE}}}


@router.get("/decisions/{decision_id}/training-plan", response_model=TrainingPlanDocument)
def draft_plan(caller: Caller, decision_id: DecisionId, on: On = None) -> JSONResponse:
    """The draft of the training project: what is known, what is missing."""
    with caller.work(reading=True) as work:
        plan = _plan(work, decision_id, on)
    return answer(plan.as_json())


@router.get(
    "/decisions/{decision_id}/training-plan/document",
    response_class=Response,
    responses={200: _AS_WORD},
)
def draft_plan_document(caller: Caller, decision_id: DecisionId, on: On = None) -> Response:
    """The same as a document to complete and sign."""
    with caller.work(reading=True) as work:
        content = training_plan_bytes(_plan(work, decision_id, on))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{decision_id}.docx"',
    }
    return Response(content, headers=headers, media_type=WORD)


def _plan(work: Work, decision_id: str, on: On) -> TrainingPlan:
    found = require_decision(work, decision_id)
    if not found.contact_open:
        raise Problem("not_now", errors=[("decision_id", say("api.invalid.not_both_yes"))])
    work.audit("training_plan.drafted", decision_id, [found.participant_id])
    return draft_training_plan(
        work.store, work.engine, found.participant_id, found.offer_id, on=on or work.today
    )
