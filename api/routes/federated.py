"""Signing in with an external issuer of identities, and the accounts that are linked to it."""

from fastapi import Request
from starlette.responses import JSONResponse, Response

from api.access.account_store import Accounts, TakenError
from api.access.admission import Caller
from api.access.federated import begin, complete, issuer_in
from api.access.gate_store import Gate
from api.access.issuer import identity_of
from api.access.sign_in import TOKEN_LASTS
from api.middleware import bearer
from api.problems import Problem
from api.routes.parameters import AccountId, nothing, router_of
from api.schemas.access import TokenDocument
from api.schemas.second_factor import FederatedIdentity, FederatedSignIn, Returned
from api.versions import answer

router = router_of("sign-in")

_LINK = "/accounts/{account_id}/federated-identity"


@router.post("/federated-sign-ins", status_code=201, response_model=FederatedSignIn)
def begin_federated_sign_in(caller: Caller) -> JSONResponse:
    """Where to send who signs in with the external issuer."""
    begun = begin(caller.service, caller.at)
    document = {
        "authorization_url": begun.address,
        "continuation": begun.secret,
        "expires_at": begun.expires_at.isoformat(),
    }
    return answer(document, 201)


@router.post("/federated-tokens", status_code=201, response_model=TokenDocument)
def issue_federated_token(caller: Caller, request: Request, body: Returned) -> JSONResponse:
    """A token, for who comes back from the external issuer."""
    secret = bearer(request.headers)
    token = complete(caller.service, secret, body.state, body.code, caller.at)
    seconds = int(TOKEN_LASTS.total_seconds())
    return answer({"access_token": token, "token_type": "Bearer", "expires_in": seconds}, 201)


@router.put(_LINK, status_code=204, response_class=Response)
def link_identity(caller: Caller, account_id: AccountId, body: FederatedIdentity) -> Response:
    """Who signs in at the issuer as this subject enters this account."""
    identity = identity_of(issuer_in(caller.service).url, body.subject)
    with caller.work() as work:
        accounts = Accounts(work.store.connection, work.actor.programme_id)
        accounts.one(account_id)
        try:
            accounts.link(account_id, identity)
        except TakenError:
            raise Problem("taken") from None
        work.audit("account.linked", account_id)
    return nothing()


@router.delete(_LINK, status_code=204, response_class=Response)
def unlink_identity(caller: Caller, account_id: AccountId) -> Response:
    """The account does not open from the issuer any more; its tokens are void."""
    with caller.work() as work:
        accounts = Accounts(work.store.connection, work.actor.programme_id)
        accounts.one(account_id)
        accounts.link(account_id, None)
        Gate(work.store.connection, work.actor.programme_id).drop_credentials(account_id, "token")
        work.audit("account.unlinked", account_id)
    return nothing()
