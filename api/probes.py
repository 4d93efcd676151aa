"""What machines ask, outside the API: whether the process lives, and its measures."""

import hmac
from collections.abc import Awaitable, Callable

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from api.metrics import Metrics
from api.middleware import bearer
from api.problems import Problem

_UNSTORED = {"Cache-Control": "no-store"}


async def show_liveness(_: Request) -> Response:
    """The process answers; nothing is asked of the database, which a restart would not mend."""
    return Response(status_code=204, headers=_UNSTORED)


def metrics_endpoint(
    metrics: Metrics, token: SecretStr
) -> Callable[[Request], Awaitable[Response]]:
    """The measures, for whoever shows the token; for others there is nothing here."""

    async def show_metrics(request: Request) -> Response:
        given = bearer(request.headers) or ""
        if not hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
            return Problem("not_found").response()
        measures = await to_thread.run_sync(metrics.exposition)
        return Response(measures, headers=_UNSTORED, media_type=CONTENT_TYPE_LATEST)

    return show_metrics
