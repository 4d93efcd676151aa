"""What goes wrong, as `application/problem+json` (RFC 9457), in Italian and without a value."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from matching.messages import catalogue, say

MEDIA_TYPE = "application/problem+json"

STATUS = {
    "bad_request": 400,
    "unauthenticated": 401,
    "wrong_credentials": 401,
    "code_needed": 401,
    "wrong_code": 401,
    "identity_refused": 401,
    "forbidden": 403,
    "cross_site": 403,
    "identity_unknown": 403,
    "not_found": 404,
    "no_issuer": 404,
    "no_second_factor": 404,
    "method_not_allowed": 405,
    "taken": 409,
    "other_id": 409,
    "unknown_reference": 409,
    "key_reused": 409,
    "not_now": 409,
    "no_seat": 409,
    "open_already": 409,
    "override_needed": 409,
    "not_eligible": 409,
    "second_factor_on": 409,
    "changed_meanwhile": 412,
    "too_large": 413,
    "invalid": 422,
    "weak_password": 422,
    "which_version": 428,
    "too_many_requests": 429,
    "too_many_attempts": 429,
    "unexpected": 500,
    "unavailable": 503,
    "vault_closed": 503,
    "issuer_unavailable": 503,
}
_OF_FRAMEWORK = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_MOST_ERRORS = 50
_FIELD = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class Problem(Exception):  # noqa: N818 - it is an answer
    """An answer that is not the one asked for.

    Args:
        key: One of `STATUS`; its words are in the catalogue.
        errors: What is wrong, field by field.
        headers: Headers of the response.
    """

    def __init__(
        self,
        key: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(key)
        self.key = key
        self.status = STATUS[key]
        self.errors = tuple(errors)[:_MOST_ERRORS]
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The document and its headers."""
        document: dict[str, Any] = {
            "type": f"urn:cantiere:problem:{self.key.replace('_', '-')}",
            "title": say(f"api.problem.{self.key}.title"),
            "status": self.status,
            "detail": say(f"api.problem.{self.key}.detail"),
        }
        if self.errors:
            document["errors"] = [{"field": f, "reason": reason} for f, reason in self.errors]
        headers = {"Cache-Control": "no-store"} | self.headers
        return JSONResponse(document, self.status, headers, MEDIA_TYPE)


def unauthenticated(key: str = "unauthenticated", scheme: str = "Bearer") -> Problem:
    """Nobody is signed in, or the key opens nothing."""
    return Problem(key, headers={"WWW-Authenticate": f'{scheme} realm="cantiere"'})


async def on_problem(_: Request, problem: Exception) -> JSONResponse:
    """Our own problems."""
    return cast(Problem, problem).response()


async def on_http_exception(_: Request, error: Exception) -> JSONResponse:
    """The framework's own: an unknown path, a method that is not there, a broken body."""
    given = cast(HTTPException, error)
    key = _OF_FRAMEWORK.get(given.status_code, "bad_request")
    return Problem(key, headers=given.headers).response()


async def on_invalid(_: Request, error: Exception) -> JSONResponse:
    """What does not fit the schema: where, and what to write instead; never the value itself."""
    errors = cast(RequestValidationError, error).errors()
    return Problem("invalid", errors=map(_field_error, errors)).response()


def _field_error(error: Mapping[str, Any]) -> tuple[str, str]:
    return _path(error["loc"]), _reason(error)


def _path(location: Sequence[str | int]) -> str:
    """``body.experiences.0.title``; a name that the client made up is not repeated."""
    parts = [str(part) for part in location]
    return ".".join(part if _FIELD.fullmatch(part) else "?" for part in parts)[:200]


def _reason(error: Mapping[str, Any]) -> str:
    key = f"files.reason.{error['type']}"
    if key not in catalogue() or error["type"] == "unknown_municipality":
        key = f"api.invalid.{error['type']}"
    if key not in catalogue():
        key = "api.invalid.other"
    return say(key, value=say("files.value"), **error.get("ctx", {}))
