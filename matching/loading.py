"""USE CASE: records into the programme; what their texts say is read on the way.

Only what changed is read again. When the taxonomy or the weights of a new release change what texts
say, everything is read again once (`refresh`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from matching.engine import Engine
from matching.intake import read_ahead, read_offer, read_participant
from matching.model import Company, Offer, Participant, RecordKind
from matching.store import SavedCounts, Store
from skills_taxonomy import Linker

T = TypeVar("T")
Read = TypeVar("Read", Offer, Participant)

# Records whose texts are encoded together.
_TOGETHER = 32


class Progress(Protocol):
    """Goes through what is long to go through, and shows how far it is."""

    def __call__(self, items: Sequence[T], kind: RecordKind, /) -> Iterable[T]:
        """The same items, in order."""


@dataclass(frozen=True)
class LoadedCounts:
    """What a load did to each kind of record."""

    companies: SavedCounts
    offers: SavedCounts
    participants: SavedCounts


def load(
    store: Store,
    engine: Engine,
    linker: Callable[[], Linker],
    *,
    companies: Sequence[Company] = (),
    offers: Sequence[Offer] = (),
    participants: Sequence[Participant] = (),
    progress: Progress,
) -> LoadedCounts:
    """Add and update records; loading the same again changes nothing.

    Who loads many tells the planner afterwards (`Store.analyze`).

    Args:
        store: Open for writing from here to the end of its transaction.
        engine: Whose taxonomy and weights say what the texts mean.
        linker: Made only if some text is new.
        companies: Before the offers that name them.
        offers: Each of a company that is loaded or here.
        participants: What was settled about them is kept.
        progress: Shows how far the reading is.
    """
    store.begin_writing()
    saved_companies = store.save_companies(companies)
    known_offers = {offer.id: offer for offer, _ in store.offers([o.id for o in offers])}
    known_people = {p.id: p for p, _ in store.participants([p.id for p in participants])}
    counts = LoadedCounts(
        saved_companies,
        _read_offers(
            store, engine, linker, [o for o in offers if o != known_offers.get(o.id)], progress
        ).with_unchanged_of(offers),
        _read_participants(
            store,
            engine,
            linker,
            [p for p in participants if p != known_people.get(p.id)],
            progress,
        ).with_unchanged_of(participants),
    )
    store.set_derived_with(engine.derivation)
    return counts


def refresh(
    store: Store, engine: Engine, linker: Callable[[], Linker], *, progress: Progress
) -> None:
    """Read every text again if a release has changed what texts say."""
    if store.derived_with() in (None, engine.derivation):
        return
    store.begin_writing()
    _read_offers(store, engine, linker, [o for o, _ in store.offers()], progress)
    _read_participants(store, engine, linker, [p for p, _ in store.participants()], progress)
    store.set_derived_with(engine.derivation)
    store.analyze()


def _read_offers(
    store: Store,
    engine: Engine,
    linker: Callable[[], Linker],
    offers: Sequence[Offer],
    progress: Progress,
) -> SavedCounts:
    return store.save_offers(
        [
            engine.offer(offer, read_offer(offer, linker()))
            for offer in _together(progress(offers, "offers"), linker)
        ]
    )


def _read_participants(
    store: Store,
    engine: Engine,
    linker: Callable[[], Linker],
    participants: Sequence[Participant],
    progress: Progress,
) -> SavedCounts:
    settled = store.settled([p.id for p in participants])
    return store.save_participants(
        [
            engine.person(p, read_participant(p, linker()), settled[p.id])
            for p in _together(progress(participants, "participants"), linker)
        ]
    )


def _together(records: Iterable[Read], linker: Callable[[], Linker]) -> Iterator[Read]:
    """The records, the texts of some at a time made ready for the linker."""
    left = iter(records)
    while some := list(islice(left, _TOGETHER)):
        read_ahead(some, linker())
        yield from some
