"""A record that comes through the service is saved as one that is loaded from a file."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from api.service import Work
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
