"""Commands that act as the administrator, and are audited: no account, a role and a code."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor
from api.audit.store import append
from api.opening import now, programme
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
    append(
        store.connection,
        programme_id=store.programme_id,
        at=now(),
        account_id=_COMMAND.account_id,
        role=_COMMAND.role,
        action=action,
        about=about,
        people=people,
        details={**details, "by": require_who(Settings().operator)},
    )
