"""Monitoring: how many people and offers there are, for who reads figures only."""

from datetime import date
from typing import Any, get_args

from starlette.responses import JSONResponse

from api.access.actors import sub_areas
from api.access.admission import Caller
from api.figures_store import FEWEST, OfferCount, offer_figures, people_figures
from api.routes.parameters import On, router_of
from api.schemas.figures import FiguresDocument
from api.service import Work
from api.versions import answer
from matching.model import Target

router = router_of("monitoring")


@router.get("/monitoring", response_model=FiguresDocument)
def show_monitoring(caller: Caller, on: On = None) -> JSONResponse:
    """How many people of each target and part of the territory, and what is open to them."""
    with caller.work() as work:
        document = _figures(work, on or work.today)
        work.audit("monitoring.viewed", "", on=document["on"])
    return answer(document)


def _figures(work: Work, on: date) -> dict[str, Any]:
    areas = {place: area for area, places in sub_areas().items() for place in places}
    people = people_figures(work.store, areas)
    offers = offer_figures(work.store, areas, on)
    by_area = [(area, offers.get(area, OfferCount(0, 0))) for area in sub_areas()]
    return {
        "on": on.isoformat(),
        "fewest": FEWEST,
        "people": people.get(("all", ""), 0),
        "people_by_target": [
            {"target": target, "people": people.get(("target", target), 0)}
            for target in get_args(Target)
        ],
        "people_by_sub_area": [
            {"sub_area": area, "people": people.get(("sub_area", area), 0)} for area in sub_areas()
        ],
        "offers": sum(found.offers for _, found in by_area),
        "seats": sum(found.seats for _, found in by_area),
        "offers_by_sub_area": [{"sub_area": area, **vars(found)} for area, found in by_area],
    }
