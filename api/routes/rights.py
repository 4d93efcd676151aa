"""The rights of a person: everything about them, to read and to take away; erasure."""

from typing import Any

from starlette.responses import HTMLResponse, JSONResponse

from api.access.admission import Caller
from api.access.checks import require_people
from api.rights.dossier import gather
from api.rights.erasure import erase
from api.rights.page import POLICY, render
from api.routes.parameters import ParticipantId, router_of, same_id
from api.schemas.rights import Dossier, Erased, ErasureOrder
from api.service import Admitted
from api.vault.cipher import vault_of
from api.versions import answer

router = router_of("rights")

_PAGE = {"text/html": {"schema": {"type": "string", "maxLength": 100_000_000}}}


def _dossier(caller: Admitted, participant_id: str) -> dict[str, Any]:
    """Gathered at one moment, and audited."""
    vault = vault_of(caller.service.settings)
    with caller.work(reading=True, identity_of=participant_id) as work:
        require_people(work, [participant_id])
        document = gather(work.store, work.engine, vault, participant_id, work.at)
        work.audit("dossier.viewed", participant_id, [participant_id])
    return document


@router.get("/participants/{participant_id}/dossier", response_model=Dossier)
def show_dossier(caller: Caller, participant_id: ParticipantId) -> JSONResponse:
    """Everything about a person, as data."""
    return answer(_dossier(caller, participant_id))


@router.get(
    "/participants/{participant_id}/dossier/page",
    response_class=HTMLResponse,
    responses={200: {"content": _PAGE}},
)
def read_dossier(caller: Caller, participant_id: ParticipantId) -> HTMLResponse:
    """Everything about a person, as a page to read."""
    page = render(_dossier(caller, participant_id), caller.service.settings.contact_email)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}
    return HTMLResponse(page, headers=headers)


@router.put("/participants/{participant_id}/erasure", response_model=Erased)
def erase_participant(
    caller: Caller, participant_id: ParticipantId, body: ErasureOrder
) -> JSONResponse:
    """Erase a person; who asks writes the code again."""
    same_id(participant_id, body.participant_id)
    with caller.work() as work:
        require_people(work, [participant_id])
        counts = erase(work.store, participant_id)
        # By number and not by code: of whom it was, nothing is written.
        work.audit("participant.erased", "", (), **counts)
    return answer(dict(counts))
