"""The chain of the audit: each event's fingerprint covers the one before it.

The database makes the same fingerprints when it appends (migration 0006). They are made again here,
so that whoever could change the database's function could still not hide a change of its rows.
"""

import hashlib
import json
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
class Anchor:
    """The last event that was let go when its time had come, and its fingerprint."""

    number: int
    digest: bytes


START = Anchor(0, b"")
"""Nothing was let go: the chain begins with its first event."""

TRIMMED = "audit.trimmed"
"""What an event is called that says up to where the chain was let go: ``object`` is the number."""


@dataclass(frozen=True)
class Verification:
    """What came of checking a chain.

    Attributes:
        events: How many were checked, up to the first fault.
        head: The fingerprint of the last good one, in hexadecimal. Kept elsewhere, it proves later
            that nothing was cut off the end.
        broken_at: The number of the first event that is wrong or missing; None if all is whole.
        fault: What is wrong there.
        trimmed: How many were let go before, as a later event of the chain says.
    """

    events: int
    head: str
    broken_at: int | None = None
    fault: Break | None = None
    trimmed: int = 0


def digest_of(event: Event) -> bytes:
    """SHA-256 of the fields of an event, a line each."""
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    lines = (
        event.previous.hex(), event.programme_id, str(event.number), at, event.account_id,
        event.role, event.action, event.object, " ".join(event.people), event.details,
    )  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).digest()


def verify(
    events: Iterable[Event], *, anchor: Anchor = START, expected_head: str | None = None
) -> Verification:
    """Walk a chain from its first event.

    Args:
        events: In order.
        anchor: Up to where the chain was let go; an event that is left must say the same.
        expected_head: A head noted earlier, which must still be in the chain.
    """
    last, previous = anchor.number, anchor.digest
    seen = expected_head in (None, anchor.digest.hex())
    attested = anchor == START

    def found(broken_at: int | None = None, fault: Break | None = None) -> Verification:
        count = last - anchor.number
        return Verification(count, previous.hex(), broken_at, fault, anchor.number)

    for event in events:
        fault = _fault(event, last, previous)
        if fault is not None:
            return found(last + 1, fault)
        last, previous = event.number, event.digest
        seen = seen or event.digest.hex() == expected_head
        attested = attested or _attests(event, anchor)
    if not attested:
        return found(anchor.number, "missing")
    return found() if seen else found(last + 1, "cut")


def _fault(event: Event, last: int, previous: bytes) -> Break | None:
    """What is wrong with the event that should come after another."""
    if event.number != last + 1:
        return "missing"
    whole = event.previous == previous and event.digest == digest_of(event)
    return None if whole else "changed"


def _attests(event: Event, anchor: Anchor) -> bool:
    """Whether an event says that the chain was let go up to an anchor."""
    if event.action != TRIMMED or event.object != str(anchor.number):
        return False
    return bool(json.loads(event.details).get("digest") == anchor.digest.hex())
