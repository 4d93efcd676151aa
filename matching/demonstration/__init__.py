"""USE CASE: the demonstration territory, fictional people and companies, into the programme.

Its offers start in the months after ``DAY``: questions about it are asked as of that day.
"""

from collections.abc import Callable
from datetime import date
from importlib import resources

from matching.engine import Engine
from matching.errors import CantiereError
from matching.files import FileContents, read_files
from matching.loading import LoadedCounts, Progress, load
from matching.messages import say
from matching.model import RECORDS, Participant
from matching.store import Store
from skills_taxonomy import Linker

DAY = date(2026, 12, 1)
PARTICIPANT_ID = "P-001"


def read_demonstration() -> FileContents:
    """The records of the demonstration."""
    folder = resources.files("matching").joinpath("demonstration")
    with resources.as_file(folder) as path:
        return read_files([path / f"{kind}.jsonl" for kind in RECORDS])


def load_demonstration(
    store: Store, engine: Engine, linker: Callable[[], Linker], *, progress: Progress
) -> LoadedCounts:
    """Load the demonstration; arguments as in ``load``.

    Raises:
        CantiereError: If a real person has one of its codes: they would be overwritten.
    """
    records = read_demonstration()
    fictional = {person.id: _who(person) for person in records.participants}
    for known, _ in store.participants(list(fictional)):
        if _who(known) != fictional[known.id]:
            raise CantiereError(say("errors.demonstration_over_real", id=known.id))
    counts = load(
        store,
        engine,
        linker,
        companies=records.companies,
        offers=records.offers,
        participants=records.participants,
        progress=progress,
    )
    store.analyze()
    return counts


def _who(person: Participant) -> tuple[str, int, str]:
    return person.target, person.birth_year, person.municipality
