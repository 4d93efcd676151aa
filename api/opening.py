"""What every command opens: the programme's records, with this release's taxonomy and the clock."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar

from rich.progress import track

from api import terminal
from api.database import connect
from api.settings import Settings
from matching.engine import Engine, builtin_engine
from matching.errors import CantiereError
from matching.loading import refresh
from matching.messages import say
from matching.model import RecordKind
from matching.store import Store
from skills_taxonomy import Linker
from skills_taxonomy.encoder import SHIPPED, EncoderError

T = TypeVar("T")


def day(on: datetime | None) -> date:
    """The day a question is asked: today, unless it is said."""
    return (on or datetime.now().astimezone()).date()


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def make_linker(settings: Settings) -> Linker:
    """The linker that the settings ask for; its encoder is loaded when a text is first read.

    Raises:
        CantiereError: If the folder of the encoder holds no model.
    """
    encoder = None if settings.encoder == "no" else settings.encoder or SHIPPED
    try:
        return Linker(builtin_engine().taxonomy, encoder, cache=settings.data_dir / "vectors")
    except EncoderError as error:
        raise CantiereError(say(f"taxonomy.encoder.{error.key}", folder=error.folder)) from None


def make_engine(reader: Linker) -> Engine:
    """This release's engine, with the linker that its readings are made with."""
    return replace(builtin_engine(), reader=reader.version)


@cache
def linker() -> Linker:
    """The linker of this process."""
    made = make_linker(Settings())
    if made.encoder is not None and not made.is_calibrated:
        warning = say("taxonomy.encoder.not_calibrated", folder=made.encoder.folder)
        terminal.err.print(warning, soft_wrap=True)
    return made


def progress(items: Sequence[T], kind: RecordKind) -> Iterable[T]:
    """The items, with a bar on a terminal."""
    if not items or not terminal.err.is_terminal:
        return items
    description = say(f"cli.reading.{kind}")
    return track(items, description, console=terminal.err, transient=True)


@contextmanager
def programme() -> Iterator[tuple[Store, Engine]]:
    """The records of the programme in one transaction, read with this release's taxonomy."""
    engine = make_engine(linker())
    with connect(Settings()) as connection:
        store = Store(connection)
        refresh(store, engine, linker, progress=progress)
        connection.commit()
        yield store, engine
