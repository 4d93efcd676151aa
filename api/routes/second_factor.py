"""The second factor of an account: turned on by whom it belongs to, taken away by either."""

from typing import Annotated

from fastapi import Header, Request
from starlette.responses import JSONResponse, Response

from api.access.account_store import Accounts
from api.access.admission import Caller
from api.access.gate_store import Gate
from api.access.second_factor import enrol
from api.access.sign_in import Attempt, confirm_code, confirm_password
from api.problems import Problem, unauthenticated
from api.routes.parameters import AccountId, nothing, router_of
from api.schemas.second_factor import CODE, CurrentPassword, NewFactorDocument, OneTimeCode
from api.service import Admitted, Work
from api.versions import answer

router = router_of("sign-in")

_OWN = "/me/second-factor"
Code = Annotated[str, Header(alias="One-Time-Code", pattern=CODE, max_length=6)]


def _gate(work: Work) -> Gate:
    return Gate(work.store.connection, work.actor.programme_id)


def _login(caller: Admitted) -> str:
    with caller.work() as work:
        accounts = Accounts(work.store.connection, work.actor.programme_id)
        return accounts.one(work.actor.account_id).login


@router.post(_OWN, status_code=201, response_model=NewFactorDocument)
def enrol_second_factor(caller: Caller, request: Request, body: CurrentPassword) -> JSONResponse:
    """A new secret, shown this once; it is asked for once its first code is given."""
    sealer = caller.service.sealer
    if sealer is None:
        raise Problem("no_second_factor")
    login = _login(caller)
    password, address = body.current_password, request.state.address
    confirm_password(caller.service, Attempt(login, password, address, caller.at))
    with caller.work() as work:
        made = enrol(_gate(work), sealer, work.actor.account_id, login)
        work.audit("second_factor.enrolled", work.actor.account_id)
    return answer(vars(made), 201)


@router.put(_OWN, status_code=204, response_class=Response)
def confirm_second_factor(caller: Caller, request: Request, body: OneTimeCode) -> Response:
    """The first code of a new secret: from now on a code is asked for at sign-in."""
    _confirm(caller, request, body.code)
    with caller.work() as work:
        if not _gate(work).turn_second_factor_on(work.actor.account_id):
            raise unauthenticated("wrong_code")
        work.audit("second_factor.turned_on", work.actor.account_id)
    return nothing()


@router.delete(_OWN, status_code=204, response_class=Response)
def remove_own_second_factor(caller: Caller, request: Request, code: Code) -> Response:
    """One's own second factor is not asked for any more."""
    _confirm(caller, request, code)
    with caller.work() as work:
        _gate(work).set_second_factor(work.actor.account_id, None)
        work.audit("second_factor.removed", work.actor.account_id)
    return nothing()


@router.delete("/accounts/{account_id}/second-factor", status_code=204, response_class=Response)
def remove_second_factor(caller: Caller, account_id: AccountId) -> Response:
    """For who lost it: the account opens with its password alone; its tokens are void."""
    with caller.work() as work:
        Accounts(work.store.connection, work.actor.programme_id).one(account_id)
        _gate(work).set_second_factor(account_id, None)
        _gate(work).drop_credentials(account_id, "token")
        work.audit("second_factor.removed", account_id)
    return nothing()


def _confirm(caller: Admitted, request: Request, code: str) -> None:
    """The code is right, and new; Problem 401, 404 or 429 if not."""
    with caller.work() as work:
        if _gate(work).second_factor(work.actor.account_id) is None:
            raise Problem("no_second_factor")
    attempt = Attempt(_login(caller), "", request.state.address, caller.at, code)
    confirm_code(caller.service, caller.actor.account_id, attempt)
