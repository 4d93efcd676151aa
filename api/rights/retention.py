"""What may be kept no longer: found, and let go when asked. Periods are in `Settings`.

Why each lasts as long as it does is in decision 0017.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from api.audit.chain import START, TRIMMED, Anchor
from api.audit.store import anchor, last_before, let_go
from api.rights.erasure import erase
from api.rights.retention_store import (
    count_accounts,
    count_keys,
    count_names,
    count_rankings,
    drop_accounts,
    drop_keys,
    drop_names,
    drop_rankings,
    note_activity,
    people_idle_since,
)
from api.settings import Settings
from matching.store import Store

Kind = Literal["names", "people", "rankings", "keys", "audit", "accounts"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Called with what is done, to what, and details (`api.commanding.audit`).
Audit = Callable[[str, str, dict[str, object]], None]


@dataclass(frozen=True)
class Due:
    """What of a kind is older than it may be.

    Attributes:
        kind: Of what.
        months: How long it is kept.
        before: What is older than this goes.
        count: How much of it there is.
    """

    kind: Kind
    months: int
    before: datetime
    count: int


@dataclass(frozen=True)
class Retention:
    """A retention run at a moment, in a transaction in which the administrator acts."""

    store: Store
    settings: Settings
    at: datetime

    def due(self) -> list[Due]:
        """What would go."""
        counts: dict[Kind, int] = {
            "names": count_names(self.store, self._idle("names")),
            "people": len(self._idle("people")),
            "rankings": count_rankings(self.store, self._before("rankings")),
            "keys": count_keys(self.store, self._before("keys")),
            "audit": self._last_event().number - anchor(self.store.connection).number,
            "accounts": count_accounts(
                self.store, self._before("accounts"), self._last_event().number
            ),
        }
        return [
            Due(kind, self._months(kind), self._before(kind), max(0, counts[kind]))
            for kind in KINDS
        ]

    def apply(self, audit: Audit) -> list[Due]:
        """Let it go; what was there."""
        self.store.begin_writing()
        note_activity(self.store)
        found = self.due()
        last = self._last_event()
        drop_names(self.store, self._idle("names"))
        for participant_id in self._idle("people"):
            erase(self.store, participant_id)
        drop_rankings(self.store, self._before("rankings"))
        drop_keys(self.store, self._before("keys"))
        drop_accounts(self.store, self._before("accounts"), last.number)
        audit("retention.applied", "", {due.kind: due.count for due in found})
        if last != START:
            audit(TRIMMED, str(last.number), {"digest": last.digest.hex()})
            let_go(self.store.connection, last, self.store.programme_id)
        return found

    def _months(self, kind: Kind) -> int:
        # A closed account stays as long as the audit that may name it.
        name = "audit" if kind == "accounts" else kind
        months: int = getattr(self.settings, f"keep_{name}_months")
        return months

    def _before(self, kind: Kind) -> datetime:
        return months_before(self.at, self._months(kind))

    def _idle(self, kind: Kind) -> list[str]:
        return people_idle_since(self.store, self._before(kind).date())

    def _last_event(self) -> Anchor:
        """The last event that may go; `START` if none may."""
        return last_before(self.store.connection, self._before("audit"), self.store.programme_id)


def months_before(at: datetime, months: int) -> datetime:
    """The same moment so many months earlier; the last day of a month that is shorter.

    >>> months_before(datetime(2026, 8, 31, 9), 6)
    datetime.datetime(2026, 2, 28, 9, 0)
    """
    years, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = at.day
    while True:
        try:
            return at.replace(year=years, month=month + 1, day=day)
        except ValueError:
            day -= 1
