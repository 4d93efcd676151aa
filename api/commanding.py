"""Commands that act as the administrator, and are audited: no account, a role and a code."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor
from api.opening import now, programme
from api.service import AuditEntry, append_entry
from api.settings import Settings
from matching.decisions import require_who
from matching.engine import Engine
from matching.store import Store

_COMMAND = Actor("", "administrator")


@contextmanager
def administration() -> Iterator[tuple[Store, Engine]]:
    """The programme in one transaction, where the administrator acts."""
    with programme() as (store, engine):
        identify(store.connection, settings_of(_COMMAND))
        yield store, engine


def audit(
    store: Store,
    action: str,
    *,
    about: str = "",
    people: tuple[str, ...] = (),
    details: Mapping[str, object],
) -> None:
    """Put in the audit what a command did, last of all, and who gave it (`CANTIERE_OPERATOR`)."""
    who = require_who(Settings().operator)
    entry = AuditEntry(action, about, people, {**details, "by": who})
    append_entry(store.connection, _COMMAND, entry, now())
