"""The partner organisations of the programme."""

from fastapi import Request
from starlette.responses import JSONResponse

from api.access.account_store import Accounts, Organisation, TakenError
from api.access.admission import Caller
from api.problems import Problem
from api.routes.parameters import After, Limit, location, part, router_of
from api.schemas.access import OrganisationDocument, OrganisationPage
from api.schemas.common import page
from api.versions import IdempotencyKey, answer, once

router = router_of("accounts")


@router.get("/organisations", response_model=OrganisationPage)
def list_organisations(caller: Caller, limit: Limit = 20, cursor: After = None) -> JSONResponse:
    """The organisations, by id."""
    with caller.work() as work:
        found = Accounts(work.store.connection).organisations(part(limit, cursor))
    return answer(page([vars(o) for o in found], limit, "organisation_id"))


@router.post("/organisations", status_code=201, response_model=OrganisationDocument)
def add_organisation(
    caller: Caller, request: Request, body: OrganisationDocument, key: IdempotencyKey = None
) -> JSONResponse:
    """A new organisation."""
    with caller.work() as work:
        accounts = Accounts(work.store.connection)

        def make() -> None:
            try:
                accounts.add_organisation(Organisation(body.organisation_id, body.name))
            except TakenError:
                raise Problem("taken") from None
            work.audit("organisation.added", body.organisation_id)

        made = once(work, request, key, body, body.organisation_id, make)
        document = vars(accounts.organisation(made))
    return answer(document, 201, location=location(request, "organisations", made))
