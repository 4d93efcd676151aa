"""A record that comes through the service is saved as one that is loaded from a file."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from fastapi import Request

from api.problems import Problem
from api.service import Work
from api.versions import once
from matching.loading import load
from matching.model import Company, Offer, Participant, RecordKind

T = TypeVar("T")


def _quietly(items: Sequence[T], _kind: RecordKind) -> Iterable[T]:
    return items


def save(work: Work, record: Participant | Company | Offer) -> None:
    """Add or replace a record; what its texts say is read on the way."""
    load(
        work.store,
        work.engine,
        lambda: work.service.linker,
        companies=[record] if isinstance(record, Company) else [],
        offers=[record] if isinstance(record, Offer) else [],
        participants=[record] if isinstance(record, Participant) else [],
        progress=_quietly,
    )


def add(
    work: Work,
    request: Request,
    key: str | None,
    record: Participant | Company | Offer,
    is_taken: Callable[[], object],
) -> str:
    """Add a record, once for an idempotency key; audited.

    Returns:
        The id of what was added, now or then.

    Raises:
        Problem: 409 if there is such a record, or if the key was used for something else.
    """

    def make() -> None:
        work.store.begin_writing()
        if is_taken():
            raise Problem("taken")
        save(work, record)
        people = [record.id] if isinstance(record, Participant) else []
        work.audit(f"{type(record).__name__.lower()}.added", record.id, people)

    return once(work, request, key, record, record.id, make)
