"""The service: what all requests share, and the transaction of each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from api.access.acting_store import GATE, identify, is_reading, settings_of
from api.access.actors import NOBODY, Actor
from api.access.gate_store import Gate
from api.access.issuer import Issuer, issuer_of
from api.access.rules import Scope
from api.audit.store import append
from api.opening import make_linker
from api.pool_store import Pool, transaction
from api.sealing import Sealer, sealer_of
from api.settings import Settings
from matching.engine import Engine
from matching.store import Store
from skills_taxonomy import Linker


@dataclass(frozen=True)
class AuditEntry:
    """Something to be audited when the transaction ends."""

    action: str
    about: str
    people: tuple[str, ...]
    details: Mapping[str, object]


@dataclass
class Service:
    """What lives as long as the process."""

    settings: Settings
    engine: Engine
    pool: Pool

    @cached_property
    def linker(self) -> Linker:
        """Reads texts; made when the first text is read."""
        return make_linker(self.settings)

    @cached_property
    def sealer(self) -> Sealer | None:
        """Seals secrets with the keys of the environment, if it has any."""
        return sealer_of(self.settings.vault_keys)

    @cached_property
    def issuer(self) -> Issuer | None:
        """The external issuer of identities, if there is one."""
        return issuer_of(self.settings)

    def warm_up(self) -> None:
        """Make now what the first caller would wait for."""
        for kind in ("competence", "occupation"):
            self.linker.search("", kind=kind)

    @contextmanager
    def gate(self) -> Iterator[Gate]:
        """A transaction of the gate, before it is known who calls."""
        with transaction(self.pool) as connection:
            identify(connection, GATE)
            yield Gate(connection)


@dataclass
class Work:
    """The one transaction of a request, on behalf of its caller."""

    service: Service
    store: Store
    actor: Actor
    scope: Scope
    at: datetime
    _audited: list[AuditEntry] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        """What to rank with."""
        return self.service.engine

    @property
    def today(self) -> date:
        """The day on which it is asked, where the service is."""
        return self.at.astimezone().date()

    def audit(self, action: str, about: str, people: Sequence[str] = (), **details: object) -> None:
        """Put something in the audit, together with what it is about or not at all."""
        self._audited.append(AuditEntry(action, about, tuple(dict.fromkeys(people)), details))

    def append_audit(self) -> None:
        """Write the entries: last, since the end of the chain is then held until the end."""
        if self._audited and is_reading(self.store.connection):
            # A lasting view does not see the end of the chain; nothing was written under it.
            self.store.end_reading()
        for entry in self._audited:
            append_entry(self.store.connection, self.actor, entry, self.at)


@dataclass(frozen=True)
class Admitted:
    """A caller whom the route's rule lets in, and how far."""

    service: Service
    actor: Actor
    scope: Scope
    at: datetime

    @contextmanager
    def work(
        self,
        *,
        reading: bool = False,
        offer_id: str | None = None,
        identity_of: str | None = None,
    ) -> Iterator[Work]:
        """The transaction of the request.

        Args:
            reading: See one state of the data, whatever others write meanwhile.
            offer_id: For a company: the offer whose consenting people it looks at.
            identity_of: The person whose name and contacts are asked for.
        """
        with transaction(self.service.pool) as connection:
            settings = settings_of(self.actor, offer_id=offer_id, identity_of=identity_of)

            def identify_actor() -> None:
                identify(connection, settings)

            identify_actor()
            store = Store(connection, self.actor.programme_id, identify_actor)
            if reading:
                store.begin_reading()
            work = Work(self.service, store, self.actor, self.scope, self.at)
            yield work
            work.append_audit()


def append_entry(connection: Any, actor: Actor, entry: AuditEntry, at: datetime) -> None:
    """Write an entry of the audit; the gate acts for who is not signed in."""
    append(
        connection,
        programme_id=actor.programme_id,
        at=at,
        account_id=actor.account_id,
        role="gate" if actor == NOBODY else actor.role,
        action=entry.action,
        about=entry.about,
        people=entry.people,
        details=entry.details,
    )


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def canonical(document: Mapping[str, Any]) -> bytes:
    """A document as bytes, the same whatever the order of its keys."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
