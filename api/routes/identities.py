"""Who a person is: kept sealed, shown to who follows them, and to a company after both said yes."""

from starlette.responses import JSONResponse, Response

from api.access.admission import Caller
from api.access.checks import may_see_contact, require_offer, require_people
from api.problems import Problem
from api.routes.parameters import OfferId, ParticipantId, router_of
from api.sealing import SealError
from api.service import Admitted, Work
from api.vault.cipher import Vault, vault_of
from api.vault.identity import Contact, Identity, contact_of
from api.vault.identity_store import forget_identity as forget_sealed
from api.vault.identity_store import keep_sealed, sealed_identity
from api.versions import IfMatch, answer, answer_record, as_document, require_version

router = router_of("identities")

_ONE = "/participants/{participant_id}/identity"
_RETRY_S = "3600"


def _vault(caller: Admitted) -> Vault:
    vault = vault_of(caller.service.settings)
    if vault is None:
        raise _closed()
    return vault


def _closed() -> Problem:
    return Problem("vault_closed", headers={"Retry-After": _RETRY_S})


def _opened(work: Work, vault: Vault, participant_id: str) -> Identity | None:
    sealed = sealed_identity(work.store, participant_id)
    try:
        return None if sealed is None else vault.open(participant_id, sealed)
    except SealError:
        raise _closed() from None


@router.get(_ONE, response_model=Identity)
def show_identity(caller: Caller, participant_id: ParticipantId) -> JSONResponse:
    """Name and contacts of a person."""
    vault = _vault(caller)
    with caller.work(identity_of=participant_id) as work:
        require_people(work, [participant_id])
        identity = _opened(work, vault, participant_id)
        if identity is None:
            raise Problem("not_found")
        work.audit("identity.viewed", participant_id, [participant_id])
    return answer_record(identity)


@router.put(_ONE, response_model=Identity)
def keep_identity(
    caller: Caller, participant_id: ParticipantId, body: Identity, if_match: IfMatch = None
) -> JSONResponse:
    """Keep name and contacts of a person; the first time there is no version to name."""
    vault = _vault(caller)
    with caller.work(identity_of=participant_id) as work:
        require_people(work, [participant_id])
        work.store.begin_writing()
        current = _opened(work, vault, participant_id)
        if current is not None:
            require_version(if_match, current)
        elif if_match is not None:
            raise Problem("changed_meanwhile")
        keep_sealed(work.store, participant_id, vault.seal(participant_id, body))
        work.audit("identity.kept", participant_id, [participant_id])
    return answer_record(body)


@router.delete(_ONE, status_code=204, response_class=Response)
def forget_identity(caller: Caller, participant_id: ParticipantId) -> Response:
    """Let name and contacts go; the rest of the person's record stays, by code."""
    with caller.work(identity_of=participant_id) as work:
        require_people(work, [participant_id])
        forget_sealed(work.store, participant_id)
        work.audit("identity.forgotten", participant_id, [participant_id])
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.get("/offers/{offer_id}/candidates/{participant_id}/contact", response_model=Contact)
def show_contact(caller: Caller, offer_id: OfferId, participant_id: ParticipantId) -> JSONResponse:
    """How to reach a candidate, once the person and the company both said yes."""
    vault = _vault(caller)
    with caller.work(offer_id=offer_id, identity_of=participant_id) as work:
        require_offer(work, offer_id)
        if not may_see_contact(work, offer_id, participant_id):
            raise Problem("not_found")
        identity = _opened(work, vault, participant_id)
        if identity is None:
            raise Problem("not_found")
        work.audit("contact.viewed", offer_id, [participant_id])
    return answer(as_document(contact_of(identity)))
