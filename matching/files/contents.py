"""The nouns of reading files: a row as read, an error of a row, what a load holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from typing_extensions import override

from matching.errors import FileError
from matching.messages import say
from matching.model import Company, Offer, Participant, RecordKind

Kind = RecordKind | Literal["experiences"]

# Longer values never enter a message: they may be a piece of somebody's story.
MAX_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Formula:
    """A spreadsheet cell that holds a formula: its place (``F7``) and its text (``=A1+1``)."""

    place: str
    text: str


Cell = str | int | float | datetime | date | time | timedelta | Formula
"""What a sheet's cell may hold when it is not empty (a ``bool`` is an ``int``)."""


class UnreadableError(FileError):
    """A file, or a sheet of it, that cannot be read at all.

    Args:
        reason: A sentence of the catalogue.
        row: The line where reading stopped, if there is one to point at.
    """

    def __init__(self, reason: str, row: int | None = None) -> None:
        super().__init__(reason)
        self.row = row


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong, and where; ``str(error)`` is one clear line.

    ``row`` is as the user sees it: the line of a text file, the row of a sheet. It is ``None`` when
    the whole file (or sheet) is meant, and ``field`` when no single column is.
    """

    file: str
    row: int | None
    field: str | None
    reason: str
    sheet: str | None = None

    @override
    def __str__(self) -> str:
        parts = {"sheet": self.sheet, "row": self.row, "field": self.field}
        place = [say(f"files.place.{part}", it=it) for part, it in parts.items() if it is not None]
        return f"{', '.join([self.file, *place])}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read, before anything is understood of it.

    ``values``: cells by column, the empty ones left out, or the fields of a JSON object. ``text``:
    the JSON as it was written, empty for sheets. ``problem``: why the row cannot be understood, so
    that nothing else in it is worth telling. ``held_back``: why it cannot be taken although nothing
    in it is wrong (the fault is the table's, and is told once there).
    """

    number: int
    kind: Kind | None
    values: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    problem: str = ""
    held_back: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a text file or of a sheet, and what is wrong with it as a whole."""

    file: Path
    sheet: str | None = None
    rows: tuple[Row, ...] = ()
    errors: tuple[RowError, ...] = ()
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, with all that is needed to write it back.

    ``values`` are raw, by contract column; ``reasons`` say what to mend; ``text`` is the JSON as it
    was written (empty for sheets).
    """

    file: Path
    kind: Kind | None
    row: int
    values: Mapping[str, object]
    reasons: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileContents:
    """All that a load found: the good records, every error, and the rows behind the errors."""

    participants: tuple[Participant, ...] = ()
    companies: tuple[Company, ...] = ()
    offers: tuple[Offer, ...] = ()
    errors: tuple[RowError, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def shown(value: object) -> str:
    """A value as a message may show it: short, on one line, nothing invisible."""
    if isinstance(value, Formula):
        value = value.text
    if isinstance(value, date):
        value = f"{value:%d/%m/%Y}"
    if isinstance(value, str | int | float | time) and not isinstance(value, bool):
        text = str(value).strip()
        if 0 < len(text) <= MAX_SHOWN and text.isprintable():
            return f"«{text}»"
    return say("files.value")


def printable_name(file: Path) -> str:
    """The name of a file, safe to print on one line."""
    return file.name if file.name.isprintable() else ascii(file.name)
