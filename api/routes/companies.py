"""Host companies."""

from fastapi import Request
from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.access.checks import own_company, require_company
from api.records import add, save
from api.routes.parameters import (
    After,
    CompanyId,
    Limit,
    adding,
    location,
    part,
    router_of,
    same_id,
)
from api.schemas.access import CompanyPage
from api.schemas.common import page
from api.service import Work
from api.versions import (
    IdempotencyKey,
    IfMatch,
    answer,
    answer_record,
    as_document,
    require_version,
)
from matching.errors import UnknownRecordError
from matching.listing_store import list_companies as listed_companies
from matching.model import Company

router = router_of("companies")


def _company(work: Work, company_id: str) -> Company:
    found = work.store.companies([company_id])
    if company_id not in found:
        raise UnknownRecordError("company", company_id)
    return found[company_id]


@router.get("/companies", response_model=CompanyPage)
def list_companies(caller: Caller, limit: Limit = 20, cursor: After = None) -> JSONResponse:
    """The companies, by id; a company sees itself."""
    with caller.work() as work:
        found = listed_companies(work.store, part(limit, cursor), company_id=own_company(work))
    return answer(page([as_document(company) for company in found], limit, "id"))


@router.post("/companies", status_code=201, response_model=Company)
def add_company(
    caller: Caller, request: Request, body: Company, key: IdempotencyKey = None
) -> JSONResponse:
    """A new company."""
    with adding(), caller.work() as work:
        made = add(work, request, key, body, lambda: work.store.companies([body.id]))
        record = _company(work, made)
    return answer_record(record, 201, location=location(request, "companies", made))


@router.get("/companies/{company_id}", response_model=Company)
def show_company(caller: Caller, company_id: CompanyId) -> JSONResponse:
    """A company's record."""
    with caller.work() as work:
        require_company(work, company_id)
        record = _company(work, company_id)
    return answer_record(record)


@router.put("/companies/{company_id}", response_model=Company)
def replace_company(
    caller: Caller, company_id: CompanyId, body: Company, if_match: IfMatch = None
) -> JSONResponse:
    """Another state of a company's record."""
    same_id(company_id, body.id)
    with caller.work() as work:
        require_company(work, company_id)
        work.store.begin_writing()
        require_version(if_match, _company(work, company_id))
        save(work, body)
        work.audit("company.replaced", company_id)
    return answer_record(body)
