"""The chain of the audit: each event's fingerprint covers the one before it.

The database makes the same fingerprints when it appends (migration 0006). They are made again here,
so that whoever could change the database's function could still not hide a change of its rows.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Break = Literal["changed", "missing", "cut"]


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the audit."""

    programme_id: str
    number: int
    at: datetime
    account_id: str
    role: str
    action: str
    object: str
    people: tuple[str, ...]
    details: str
    previous: bytes
    digest: bytes


@dataclass(frozen=True)
class Verification:
    """What came of checking a chain.

    Attributes:
        events: How many were checked, up to the first fault.
        head: The fingerprint of the last good one, in hexadecimal. Kept elsewhere, it proves later
            that nothing was cut off the end.
        broken_at: The number of the first event that is wrong or missing; None if all is whole.
        fault: What is wrong there.
    """

    events: int
    head: str
    broken_at: int | None = None
    fault: Break | None = None


def digest_of(event: Event) -> bytes:
    """SHA-256 of the fields of an event, a line each."""
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    lines = (
        event.previous.hex(), event.programme_id, str(event.number), at, event.account_id,
        event.role, event.action, event.object, " ".join(event.people), event.details,
    )  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).digest()


def verify(events: Iterable[Event], *, expected_head: str | None = None) -> Verification:
    """Walk a chain from its first event.

    Args:
        events: In order.
        expected_head: A head noted earlier, which must still be in the chain.
    """
    count, previous = 0, b""
    seen = expected_head is None
    for event in events:
        if event.number != count + 1:
            return Verification(count, previous.hex(), count + 1, "missing")
        if event.previous != previous or event.digest != digest_of(event):
            return Verification(count, previous.hex(), event.number, "changed")
        count, previous = event.number, event.digest
        seen = seen or event.digest.hex() == expected_head
    if not seen:
        return Verification(count, previous.hex(), count + 1, "cut")
    return Verification(count, previous.hex())
