"""The three tables of a taxonomy written by hand: their columns, their rows, what is wrong in one.

A cell with several values joins them with `` | ``.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Literal, get_args

TableName = Literal["competences", "occupations", "relations"]
TABLES: tuple[TableName, ...] = get_args(TableName)
_CONCEPT = ("id", "label", "label_feminine", "other_labels")
_ESCO = ("esco_exact", "esco_close", "label_en")
COLUMNS: Mapping[TableName, tuple[str, ...]] = {
    "competences": (*_CONCEPT, "kind", "reuse_level", "broader", *_ESCO),
    "occupations": (*_CONCEPT, "isco", *_ESCO),
    "relations": ("occupation", "competence", "kind", "weight"),
}
SEPARATOR = " | "


@dataclass(frozen=True)
class Fault:
    """Something wrong in a table.

    Attributes:
        file: Its name.
        row: As editors count lines: the header is row 1. None if the whole file is meant.
        field: The column, where it is one.
        key: What is wrong; whoever shows it has a sentence for each.
        values: What the sentence names.
    """

    file: str
    row: int | None
    field: str | None
    key: str
    values: Mapping[str, object]


class UnreadableTableError(Exception):
    """A file that is no table of a taxonomy; ``faults`` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, its cells by column."""

    file: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells[field]

    def values(self, field: str) -> tuple[str, ...]:
        """The values of a cell that may hold several."""
        return tuple(value.strip() for value in self[field].split("|") if value.strip())

    def fault(self, field: str, key: str, **values: object) -> Fault:
        """Something wrong in one of its cells."""
        return Fault(self.file, self.number, field, key, values)


def file_of(table: TableName) -> str:
    """The name of the file of a table."""
    return f"{table}.csv"


def read_rows(folder: Traversable, table: TableName) -> list[Row]:
    """The rows of a table.

    Raises:
        UnreadableTableError: If the file is missing or not UTF-8, or if its columns are others.
    """
    file = file_of(table)
    rows = csv.reader(io.StringIO(_text(folder.joinpath(file)), newline=""))
    columns = COLUMNS[table]
    if tuple(next(rows, ())) != columns:
        raise _unreadable(file, "columns", columns=",".join(columns))
    numbered = [(rows.line_num, cells) for cells in rows]
    ragged = [
        Fault(file, number, None, "cells", {"count": len(cells), "expected": len(columns)})
        for number, cells in numbered
        if len(cells) != len(columns)
    ]
    if ragged:
        raise UnreadableTableError(ragged)
    return [Row(file, number, dict(zip(columns, cells, strict=True))) for number, cells in numbered]


def _text(path: Traversable) -> str:
    try:
        return path.read_bytes().decode()
    except OSError:
        raise _unreadable(path.name, "no_file") from None
    except UnicodeDecodeError:
        raise _unreadable(path.name, "encoding") from None


def _unreadable(file: str, key: str, **values: object) -> UnreadableTableError:
    return UnreadableTableError([Fault(file, None, None, key, values)])
