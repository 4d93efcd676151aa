"""A database full of synthetic load, made once and used again."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from api.database import connect
from api.settings import Settings
from matching.engine import Engine
from matching.store import Store
from tests.bench import synthetic
from tests.bench.synthetic import COMPANIES, SyntheticLoad

T = TypeVar("T")

_CHUNK = 500


@dataclass(frozen=True)
class Sizes:
    """How large a load is."""

    participants: int
    offers: int


@dataclass(frozen=True)
class Filling:
    """How long it took to make and to save records, in seconds."""

    kind: str
    records: int
    making: float
    saving: float


def folder_name(sizes: Sizes, seed: int) -> str:
    """Another name for every other load, so that what is there already can be trusted."""
    recipe = hashlib.sha256(Path(synthetic.__file__).read_bytes()).hexdigest()[:6]
    return f"{sizes.participants}-{sizes.offers}-{seed}-{recipe}"


@contextmanager
def filled(
    data_dir: Path, engine: Engine, load: SyntheticLoad, sizes: Sizes
) -> Iterator[tuple[Store, list[Filling]]]:
    """The records of a load on the embedded server; they are saved if they are not there yet."""
    with connect(Settings(database_url=None, data_dir=data_dir)) as connection:
        store = Store(connection)
        fillings: list[Filling] = []
        if store.derived_with() != engine.derivation:
            store.save_companies([load.company(i) for i in range(COMPANIES)])
            connection.commit()
            fillings = [
                _fill(store, "offers", store.save_offers, load.offer, sizes.offers),
                _fill(
                    store, "participants", store.save_participants, load.person, sizes.participants
                ),
            ]
            # Last, so that a load that was interrupted is filled again.
            store.set_derived_with(engine.derivation)
            connection.commit()
            _vacuum(store)
        # A use case begins its own transaction.
        connection.rollback()
        yield store, fillings


def _fill(
    store: Store,
    kind: str,
    save: Callable[[Sequence[T]], object],
    make: Callable[[int], T],
    count: int,
) -> Filling:
    making = saving = 0.0
    numbers = iter(track(range(count), kind, console=Console(stderr=True), transient=True))
    start = time.perf_counter()
    while chunk := [make(number) for number in islice(numbers, _CHUNK)]:
        made = time.perf_counter()
        store.begin_writing()
        save(chunk)
        store.connection.commit()
        making += made - start
        start = time.perf_counter()
        saving += start - made
    return Filling(kind, count, making, saving)


def _vacuum(store: Store) -> None:
    """What PostgreSQL does by itself some minutes after a load."""
    store.connection.autocommit = True
    store.connection.execute("VACUUM (ANALYZE)")
    store.connection.autocommit = False
