"""What every request passes: a name for it, a limit, the count of requests, headers, one log line.

Nothing is logged but route, status and time: no path (it has ids), no query, no body, no login.
"""

import logging
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.actors import NOBODY, Actor
from api.access.issuer import IssuerUnavailableError
from api.pool_store import RefusedError
from api.problems import Problem
from api.sealing import SealError
from api.service import Service, now
from matching.errors import DatabaseError, UnknownRecordError

LOG = logging.getLogger("cantiere.service")

# More than the longest record that the schemas allow, in UTF-8.
LARGEST_BODY = 8 * 1_048_576
_RETRY_UNAVAILABLE_S = "5"
_RETRY_LATER_S = "60"
_SAID_ONCE = ("Authorization", "Host", "Origin", "If-Match", "Idempotency-Key", "One-Time-Code")
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Envelope:
    """The outermost: a fault becomes a problem; every answer has its headers and its log line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["Request-Id"] = request_id
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the last resort, so that no value is ever logged
            _log_fault(error)
            if not status:
                await Problem("unexpected").response()(scope, receive, sending)
        finally:
            _log(scope, request_id, status, time.perf_counter() - began)


def _log_fault(error: Exception) -> None:
    """A fault of ours, without its own words: they may quote what somebody wrote."""
    if not isinstance(error, DatabaseError):
        LOG.error("fault", extra={"fault": type(error).__name__, "where": _where(error)})


async def on_error(_: Request, error: Exception) -> Response:
    """What neither we nor the framework has foreseen, and what the database refuses."""
    if isinstance(error, DatabaseError):
        return Problem("unavailable", headers={"Retry-After": _RETRY_UNAVAILABLE_S}).response()
    if isinstance(error, RefusedError):
        # The first wall has a hole: somebody must know.
        LOG.error("refused by the database")
        return Problem("forbidden").response()
    if isinstance(error, IssuerUnavailableError):
        return Problem("issuer_unavailable", headers={"Retry-After": _RETRY_LATER_S}).response()
    if isinstance(error, SealError):
        # Keys were lost or changed: somebody must know.
        LOG.error("sealed secret does not open")
        return Problem("unavailable", headers={"Retry-After": _RETRY_LATER_S}).response()
    if isinstance(error, UnknownRecordError):
        return Problem("not_found").response()
    return Problem("unexpected").response()


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def operation_of(scope: Scope) -> str:
    """The name of what a request asked for, once it is answered; never its path."""
    return str(getattr(scope.get("endpoint"), "__name__", "none"))


def _log(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    fields = {
        "request": request_id,
        "method": scope["method"],
        "operation": operation_of(scope),
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    LOG.info("request", extra=fields)


class Metered:
    """Who calls, and how many requests they have left in the minute."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request, then answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        at = now()
        minute, second = divmod(int(at.timestamp()), 60)
        address = scope["client"][0] if scope.get("client") else ""
        token = bearer(headers)
        actor, used = await to_thread.run_sync(self._count, token, address, minute, at)
        most = self.service.settings.requests_per_minute
        limits = {
            "RateLimit-Limit": str(most),
            "RateLimit-Remaining": str(max(0, most - used)),
            "RateLimit-Reset": str(60 - second),
        }
        sending = _with_headers(send, limits)
        if used > most:
            problem = Problem("too_many_requests", headers={"Retry-After": str(60 - second)})
            await problem.response()(scope, receive, sending)
            return
        refused = _refused(headers, self.service.settings.public_url)
        if refused is not None:
            await Problem(refused).response()(scope, receive, sending)
            return
        scope.setdefault("state", {}).update(actor=actor, at=at, address=address)
        await self.app(scope, _limited(receive), sending)

    def _count(self, token: str | None, address: str, minute: int, at: Any) -> tuple[Actor, int]:
        with self.service.gate() as gate:
            actor = (token and gate.holder(token, "token", at)) or NOBODY
            subject = f"account {actor.account_id}" if actor != NOBODY else f"address {address}"
            return actor, gate.count_request(subject, minute)


def _refused(headers: Headers, public_url: str) -> str | None:
    """The problem of a request that is not read at all; None: it may come in.

    Two headers that say who asks could be read in two ways, by us and by what stands before us. A
    page of another site has nothing to ask: who reads it may be signed in here and not know.
    """
    if any(len(headers.getlist(name)) > 1 for name in _SAID_ONCE):
        return "bad_request"
    origin = headers.get("Origin")
    ours = {_site(public_url), headers.get("Host", "").lower()}
    foreign = origin is not None and _site(origin) not in ours
    if foreign or headers.get("Sec-Fetch-Site") == "cross-site":
        return "cross_site"
    return None


def _site(url: str) -> str:
    """Host and port of an address or an origin; ``null``, as some browsers say, is nowhere."""
    return url.partition("://")[2].partition("/")[0].lower()


def _limited(receive: Receive) -> Receive:
    """The body, up to the largest that is allowed."""
    size = 0

    async def receiving() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            raise HTTPException(413)
        return message

    return receiving


def bearer(headers: Headers) -> str | None:
    """The token or code of a request, from its header and from nowhere else."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret else None


def _with_headers(send: Send, added: dict[str, str]) -> Callable[[Message], Awaitable[None]]:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in added.items():
                headers[name] = value
        await send(message)

    return sending
