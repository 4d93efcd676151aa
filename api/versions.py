"""Versions of a record (ETag, If-Match) and creation done once (Idempotency-Key)."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse

from api.access.case_store import Made, made_under, note_made
from api.problems import Problem
from api.service import Work, canonical

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=80, pattern=r'^(\*|"[0-9a-f]{32}")$', examples=["*"]),
]
IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[A-Za-z0-9_-]{8,64}$")
]


def as_document(record: BaseModel) -> dict[str, Any]:
    """A record as JSON."""
    return record.model_dump(mode="json", by_alias=True)


def etag_of(record: BaseModel) -> str:
    """The version of a record."""
    digest = hashlib.sha256(canonical(as_document(record))).hexdigest()
    return f'"{digest[:32]}"'


def answer(
    document: dict[str, Any], status: int = 200, *, etag: str = "", location: str = ""
) -> JSONResponse:
    """A document that nobody stores on the way."""
    headers = {"Cache-Control": "no-store"}
    if etag:
        headers["ETag"] = etag
    if location:
        headers["Location"] = location
    return JSONResponse(document, status, headers)


def answer_record(record: BaseModel, status: int = 200, *, location: str = "") -> JSONResponse:
    """A record with its version."""
    return answer(as_document(record), status, etag=etag_of(record), location=location)


def require_version(if_match: str | None, current: BaseModel) -> None:
    """The caller saw the record as it is now.

    Raises:
        Problem: 428 if they do not say what they saw; 412 if it has changed since.
    """
    if if_match is None:
        raise Problem("which_version")
    if if_match not in ("*", etag_of(current)):
        raise Problem("changed_meanwhile")


def once(
    work: Work,
    request: Request,
    key: str | None,
    body: BaseModel,
    resource_id: str,
    make: Callable[[], None],
) -> str:
    """Make something, unless the same request already made it under the same key.

    Returns:
        The id of what was made, now or then.

    Raises:
        Problem: 409 if the key was used for something else.
    """
    if key is None:
        make()
        return resource_id
    wanted = canonical({"path": request.url.path, "body": as_document(body)})
    made = Made(hashlib.sha256(wanted).digest(), resource_id)
    if not note_made(work.store, work.actor.account_id, key, made, work.at):
        earlier = made_under(work.store, work.actor.account_id, key)
        if earlier is None or earlier.fingerprint != made.fingerprint:
            raise Problem("key_reused")
        return earlier.resource_id
    make()
    return resource_id
