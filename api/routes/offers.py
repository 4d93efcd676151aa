"""Offers: what companies post."""

from fastapi import Request
from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.access.checks import own_company, require_company, require_offer
from api.problems import Problem
from api.records import add, save
from api.routes.parameters import (
    After,
    Limit,
    OfferId,
    adding,
    location,
    part,
    refers_to_nothing,
    router_of,
    same_id,
)
from api.schemas.access import OfferPage
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
from matching.listing_store import list_offers as listed_offers
from matching.model import Offer

router = router_of("offers")


def _require_its_company(work: Work, offer: Offer) -> None:
    """The company of the offer exists, and the caller may post for it; Problem 409 if not."""
    try:
        require_company(work, offer.company_id)
    except Problem:
        raise refers_to_nothing("body.company_id") from None


@router.get("/offers", response_model=OfferPage)
def list_offers(caller: Caller, limit: Limit = 20, cursor: After = None) -> JSONResponse:
    """The offers, by id; a company sees its own."""
    with caller.work() as work:
        found = listed_offers(work.store, part(limit, cursor), company_id=own_company(work))
    return answer(page([as_document(offer) for offer in found], limit, "id"))


@router.post("/offers", status_code=201, response_model=Offer)
def add_offer(
    caller: Caller, request: Request, body: Offer, key: IdempotencyKey = None
) -> JSONResponse:
    """A new offer."""
    with adding(), caller.work() as work:
        _require_its_company(work, body)
        made = add(work, request, key, body, lambda: list(work.store.offers([body.id])))
        record, _ = work.store.offer(made)
    return answer_record(record, 201, location=location(request, "offers", made))


@router.get("/offers/{offer_id}", response_model=Offer)
def show_offer(caller: Caller, offer_id: OfferId) -> JSONResponse:
    """An offer's record."""
    with caller.work() as work:
        require_offer(work, offer_id)
        record, _ = work.store.offer(offer_id)
    return answer_record(record)


@router.put("/offers/{offer_id}", response_model=Offer)
def replace_offer(
    caller: Caller, offer_id: OfferId, body: Offer, if_match: IfMatch = None
) -> JSONResponse:
    """Another state of an offer's record."""
    same_id(offer_id, body.id)
    with caller.work() as work:
        require_offer(work, offer_id)
        _require_its_company(work, body)
        work.store.begin_writing()
        current, _ = work.store.offer(offer_id)
        require_version(if_match, current)
        save(work, body)
        work.audit("offer.replaced", offer_id)
    return answer_record(body)
