"""Signing in and out, and one's own account."""

from typing import Annotated

from fastapi import Header, Request
from starlette.responses import JSONResponse, Response

from api.access.account_store import Accounts
from api.access.admission import Caller
from api.access.gate_store import Gate
from api.access.sign_in import (
    TOKEN_LASTS,
    Attempt,
    activate,
    basic_credentials,
    confirm_password,
    set_password,
    sign_in,
)
from api.middleware import bearer
from api.routes.accounts import account_document
from api.routes.parameters import nothing, router_of
from api.schemas.access import AccountDocument, Activation, PasswordChange, TokenDocument
from api.schemas.second_factor import CODE
from api.service import Work
from api.versions import answer

router = router_of("sign-in")


Code = Annotated[str | None, Header(alias="One-Time-Code", pattern=CODE, max_length=6)]


def _accounts(work: Work) -> Accounts:
    return Accounts(work.store.connection, work.actor.programme_id)


@router.post("/tokens", status_code=201, response_model=TokenDocument)
def issue_token(caller: Caller, request: Request, code: Code = None) -> JSONResponse:
    """A token, for login and password and, where it is turned on, a code of the second factor."""
    login, password = basic_credentials(request.headers.get("Authorization", ""))
    attempt = Attempt(login, password, request.state.address, caller.at, code)
    token = sign_in(caller.service, attempt)
    seconds = int(TOKEN_LASTS.total_seconds())
    return answer({"access_token": token, "token_type": "Bearer", "expires_in": seconds}, 201)


@router.delete("/tokens/current", status_code=204, response_class=Response)
def revoke_token(caller: Caller, request: Request) -> Response:
    """Sign out: the token opens nothing any more."""
    with caller.work() as work:
        gate = Gate(work.store.connection, work.actor.programme_id)
        gate.drop_credential(bearer(request.headers) or "")
        work.audit("account.signed_out", work.actor.account_id)
    return nothing()


@router.post("/activations", status_code=204, response_class=Response)
def activate_account(caller: Caller, request: Request, body: Activation) -> Response:
    """The first password of an account, or a new one for a forgotten one."""
    activate(caller.service, bearer(request.headers), body.password, caller.at)
    return nothing()


@router.get("/me", response_model=AccountDocument)
def show_own_account(caller: Caller) -> JSONResponse:
    """The account that asks."""
    with caller.work() as work:
        account = _accounts(work).one(work.actor.account_id)
    return answer(account_document(account))


@router.put("/me/password", status_code=204, response_class=Response)
def change_own_password(caller: Caller, request: Request, body: PasswordChange) -> Response:
    """Another password; every token of the account is then void."""
    with caller.work() as work:
        login = _accounts(work).one(work.actor.account_id).login
    attempt = Attempt(login, body.current_password, request.state.address, caller.at)
    confirm_password(caller.service, attempt)
    with caller.work() as work:
        set_password(_accounts(work), work.actor.account_id, login, body.new_password)
        gate = Gate(work.store.connection, work.actor.programme_id)
        gate.drop_credentials(work.actor.account_id)
        work.audit("password.changed", work.actor.account_id)
    return nothing()
