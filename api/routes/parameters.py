"""The parameters and helpers that routes share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from api.pool_store import RefusedError
from api.problems import Problem
from matching.errors import UnknownRecordError
from matching.listing_store import Slice
from matching.messages import say

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

ParticipantId = Annotated[str, Path(pattern=ID, max_length=64, examples=["P-001"])]
OfferId = Annotated[str, Path(pattern=ID, max_length=64, examples=["O-001"])]
CompanyId = Annotated[str, Path(pattern=ID, max_length=64, examples=["C-001"])]
AccountId = Annotated[str, Path(pattern=ID, max_length=64, examples=["A-8f21dfe2b8a01c44"])]
RunId = Annotated[str, Path(pattern=ID, max_length=64, examples=["R-8f21dfe2b8"])]

Limit = Annotated[int, Query(ge=1, le=100, examples=[20])]
After = Annotated[str | None, Query(alias="cursor", pattern=ID, max_length=64)]
Offset = Annotated[
    str | None, Query(alias="cursor", pattern=r"^(0|[1-9][0-9]{0,3})$", max_length=4)
]


def _as_a_day(given: object) -> object:
    """A day is written as ISO 8601 says: a number of seconds is none."""
    if isinstance(given, str) and not _ISO_DAY.fullmatch(given):
        raise PydanticCustomError("date_type", "not a day")
    return given


On = Annotated[date | None, Query(examples=["2026-12-01"]), BeforeValidator(_as_a_day)]


def router_of(tag: str) -> APIRouter:
    """A group of routes; each operation is known by the name of its function."""
    return APIRouter(tags=[tag], generate_unique_id_function=lambda route: route.name)


def part(limit: int, after: str | None) -> Slice:
    """A page and one item beyond it, which says whether there is another."""
    return Slice(after, limit + 1)


def next_offset(start: int, limit: int, found: int) -> str | None:
    """The cursor of the next page of a ranking, if this one is full."""
    end = start + limit
    return str(end) if found >= limit and end < 10_000 else None


def location(request: Request, collection: str, record_id: str) -> str:
    """Where a new resource is."""
    return f"{request.scope['root_path']}/{collection}/{record_id}"


def same_id(path_id: str, body_id: str) -> None:
    """A record is replaced by one of the same id; Problem 409 if not."""
    if path_id != body_id:
        raise Problem("other_id")


def refers_to_nothing(field: str) -> Problem:
    """What a field refers to is not there, or not for the caller to see."""
    reason = say("api.invalid.unknown_reference")
    return Problem("unknown_reference", errors=[(field, reason)])


def nothing() -> Response:
    """Done, and there is nothing to say."""
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@contextmanager
def adding() -> Iterator[None]:
    """What cannot be added is there already, where the caller does not see it.

    The database refuses to change another's record; one that is the same to the letter it leaves
    as it is, and the caller does not find it afterwards.
    """
    try:
        yield
    except (RefusedError, UnknownRecordError):
        raise Problem("taken") from None
