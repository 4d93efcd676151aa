"""Accounts: added, listed and deactivated by the administrator."""

from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from api.access.account_store import Account, Accounts, DanglingError, TakenError
from api.access.admission import Caller
from api.access.gate_store import Gate
from api.access.passwords import new_id, new_secret
from api.problems import Problem
from api.routes.parameters import (
    AccountId,
    After,
    Limit,
    location,
    nothing,
    part,
    refers_to_nothing,
    router_of,
)
from api.schemas.access import AccountDocument, AccountDraft, AccountPage, ActivationCode
from api.schemas.common import page
from api.service import Work
from api.versions import IdempotencyKey, answer, once

router = router_of("accounts")

_CODE_LASTS = timedelta(days=7)


def _accounts(work: Work) -> Accounts:
    return Accounts(work.store.connection, work.actor.programme_id)


def account_document(account: Account) -> dict[str, Any]:
    """An account as JSON."""
    return vars(account) | {"sub_areas": list(account.sub_areas)}


@router.get("/accounts", response_model=AccountPage)
def list_accounts(caller: Caller, limit: Limit = 20, cursor: After = None) -> JSONResponse:
    """The accounts, by id."""
    with caller.work() as work:
        found = _accounts(work).some(part(limit, cursor))
        work.audit("accounts.listed", "")
    return answer(page([account_document(a) for a in found], limit, "account_id"))


@router.post("/accounts", status_code=201, response_model=AccountDocument)
def add_account(
    caller: Caller, request: Request, body: AccountDraft, key: IdempotencyKey = None
) -> JSONResponse:
    """A new account; it opens once it is activated with a code."""
    stands_for = dict.fromkeys(("organisation_id", "company_id", "participant_id"))
    given = {"sub_areas": (), **stands_for, **body.model_dump()}
    account = Account(new_id("A"), **given, activated=False, active=True)
    with caller.work() as work:

        def make() -> None:
            _add(work, account)
            work.audit("account.added", account.account_id, role=account.role)

        made = once(work, request, key, body, account.account_id, make)
        document = account_document(_accounts(work).one(made))
    return answer(document, 201, location=location(request, "accounts", made))


def _add(work: Work, account: Account) -> None:
    try:
        _accounts(work).add(account, work.at)
    except TakenError:
        raise Problem("taken") from None
    except DanglingError:
        raise refers_to_nothing("body") from None


@router.get("/accounts/{account_id}", response_model=AccountDocument)
def show_account(caller: Caller, account_id: AccountId) -> JSONResponse:
    """An account."""
    with caller.work() as work:
        account = _accounts(work).one(account_id)
        work.audit("account.viewed", account_id)
    return answer(account_document(account))


@router.delete("/accounts/{account_id}", status_code=204, response_class=Response)
def deactivate_account(caller: Caller, account_id: AccountId) -> Response:
    """Close an account at once; what it did stays in the audit."""
    if account_id == caller.actor.account_id:
        raise Problem("forbidden")
    with caller.work() as work:
        accounts = _accounts(work)
        accounts.one(account_id)
        accounts.deactivate(account_id)
        Gate(work.store.connection, work.actor.programme_id).drop_credentials(account_id)
        work.audit("account.deactivated", account_id)
    return nothing()


@router.post(
    "/accounts/{account_id}/activation-codes", status_code=201, response_model=ActivationCode
)
def issue_activation_code(caller: Caller, account_id: AccountId) -> JSONResponse:
    """A code to be handed to whom the account belongs to; a forgotten password too ends here."""
    code = new_secret()
    with caller.work() as work:
        account = _accounts(work).one(account_id)
        if not account.active:
            raise Problem("not_found")
        gate = Gate(work.store.connection, work.actor.programme_id)
        gate.drop_credentials(account_id, "activation")
        gate.add_credential(account_id, "activation", code, work.at, _CODE_LASTS)
        work.audit("activation_code.issued", account_id)
        expires_at = (work.at + _CODE_LASTS).isoformat()
    return answer({"account_id": account_id, "code": code, "expires_at": expires_at}, 201)
