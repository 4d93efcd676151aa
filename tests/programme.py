"""A programme for tests: the demonstration, records with what was read in them, questions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from matching.eligibility import assess
from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.files import FileContents, read_files
from matching.loading import LoadedCounts, load
from matching.model import Company, Offer, Participant, RecordKind
from matching.store import Store
from skills_taxonomy import Linker

T = TypeVar("T")

DAY = date(2026, 12, 1)
"""The day of the demonstration."""
AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
BY = "tutor T-02"
"""Who decides in tests."""

MARK = "parolasegreta"
"""A word of `STORY`, and of nothing else."""
STORY = f"Ho badato a mia nonna per anni. {MARK}."

KINDS: tuple[RecordKind, ...] = ("companies", "offers", "participants")


@cache
def demonstration() -> FileContents:
    """The records of the demonstration, in the order of its files."""
    folder = resources.files("matching").joinpath("demonstration")
    with resources.as_file(folder) as path:
        contents = read_files([path / f"{kind}.jsonl" for kind in KINDS])
    assert not contents.errors
    return contents


def write_jsonl(path: Path, *records: Company | Offer | Participant) -> Path:
    """Write records as a file that `cantiere load` takes."""
    lines = (f"{record.model_dump_json(by_alias=True)}\n" for record in records)
    path.write_text("".join(lines))
    return path


def open_to(
    person: PersonSide, offers: Sequence[OfferSide], engine: Engine, on: date = DAY
) -> list[OfferSide]:
    """The offers of the demonstration that still take people, and from which no gate excludes."""
    companies = {company.id: company for company in demonstration().companies}
    return [
        side
        for side in offers
        if side.offer.start_date >= on
        and assess(
            person.participant,
            side.offer,
            companies[side.offer.company_id],
            on=on,
            rules=engine.rules,
        ).status
        != "ineligible"
    ]


def quietly(items: Sequence[T], _kind: RecordKind) -> Iterable[T]:
    """Progress that shows nothing."""
    return items


def put(
    store: Store, engine: Engine, linker: Linker, *records: Company | Offer | Participant
) -> LoadedCounts:
    """Load records in one transaction of their own."""
    counts = load(
        store,
        engine,
        lambda: linker,
        companies=[r for r in records if isinstance(r, Company)],
        offers=[r for r in records if isinstance(r, Offer)],
        participants=[r for r in records if isinstance(r, Participant)],
        progress=quietly,
    )
    store.analyze()
    store.connection.commit()
    return counts


def reweighted(engine: Engine, **tables: dict[str, float]) -> Engine:
    """The engine with some weights otherwise, by table, and the version to show for it."""
    weights = engine.weights
    changed = {name: getattr(weights, name).model_copy(update=t) for name, t in tables.items()}
    return replace(engine, weights=weights.model_copy(update={**changed, "version": repr(tables)}))
