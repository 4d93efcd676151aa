"""A person's yes to being proposed for an offer; they take it back when they wish."""

from starlette.responses import JSONResponse, Response

from api.access.admission import Caller
from api.access.checks import require_offer, require_people, who
from api.routes.decisions import audit_step, taker_of
from api.routes.parameters import After, Limit, OfferId, ParticipantId, nothing, part, router_of
from api.schemas.common import page
from api.schemas.people import ConsentPage
from api.versions import answer
from matching.consent_store import consents
from matching.consent_store import give_consent as agree
from matching.placing import withdraw_consent as withdraw

router = router_of("participants")

_ONE = "/participants/{participant_id}/consents/{offer_id}"


@router.get("/participants/{participant_id}/consents", response_model=ConsentPage)
def list_consents(
    caller: Caller, participant_id: ParticipantId, limit: Limit = 20, cursor: After = None
) -> JSONResponse:
    """The offers that a person agreed to be proposed for."""
    with caller.work() as work:
        require_people(work, [participant_id])
        found = consents(work.store, participant_id, part(limit, cursor))
        work.audit("consents.listed", participant_id, [participant_id])
    items = [{"offer_id": c.offer_id, "given_at": c.given_at.isoformat()} for c in found]
    return answer(page(items, limit, "offer_id"))


@router.put(_ONE, status_code=204, response_class=Response)
def give_consent(caller: Caller, participant_id: ParticipantId, offer_id: OfferId) -> Response:
    """The person agrees: the company sees their code among the candidates of this offer."""
    with caller.work() as work:
        require_people(work, [participant_id])
        require_offer(work, offer_id)
        agree(work.store, participant_id, offer_id, who(work), work.at)
        work.audit("consent.given", offer_id, [participant_id])
    return nothing()


@router.delete(_ONE, status_code=204, response_class=Response)
def withdraw_consent(caller: Caller, participant_id: ParticipantId, offer_id: OfferId) -> Response:
    """The person takes it back: the company sees them no more; what had not begun ends there."""
    with caller.work() as work:
        require_people(work, [participant_id])
        ended = withdraw(work.store, work.engine, participant_id, offer_id, taker_of(work))
        work.audit("consent.withdrawn", offer_id, [participant_id])
        for placement in ended:
            audit_step(work, placement)
    return nothing()
