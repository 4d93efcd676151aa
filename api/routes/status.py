"""Whether the service works."""

from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.pool_store import is_alive
from api.problems import MEDIA_TYPE, Problem
from api.routes.parameters import router_of
from api.schemas.common import ProblemDocument
from matching.messages import say

router = router_of("status")


class ProblemJson(JSONResponse):
    """The media type that the Italian guidelines ask of the status, also when all is well."""

    media_type = MEDIA_TYPE


@router.get("/status", response_model=ProblemDocument, response_class=ProblemJson)
def show_status(caller: Caller) -> ProblemJson:
    """Whether the service and its database answer."""
    if not is_alive(caller.service.pool):
        raise Problem("unavailable", headers={"Retry-After": "5"})
    document = {
        "type": "about:blank",
        "title": say("api.status.title"),
        "status": 200,
        "detail": say("api.status.detail"),
    }
    return ProblemJson(document, headers={"Cache-Control": "no-store"})
