"""The row of a grid that holds the names of the columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.files.columns import ALL_NAMES, kind_of
from matching.files.contents import Cell, Kind, UnreadableError
from matching.messages import say

Grid = list[tuple[int, Sequence[Cell | None]]]
"""The rows of a sheet with their numbers; a row may be shorter than the others."""

# How far a title may push the header down, and how many known names make a row a header.
HEADER_ROWS = 10
_MIN_KNOWN = 2

# The column that rejected files carry; it is not the user's, and reading leaves it out.
ERROR_COLUMN = "errore"


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is in the grid, what its table is about, its names (empty: no name)."""

    position: int
    kind: Kind
    names: tuple[str, ...]


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def known_columns(cells: Sequence[Cell | None]) -> int:
    """How many cells of a row name a column of the contract."""
    return len(ALL_NAMES.intersection(map(_name, cells)))


def find_header(grid: Grid) -> Header | None:
    """The header among the first rows: the one with most known names, the first of equals.

    Raises:
        UnreadableError: If there is one, and its columns do not tell the kind or are repeated.
    """
    known = [known_columns(cells) for _, cells in grid[:HEADER_ROWS]]
    if not known or max(known) < _MIN_KNOWN:
        return None
    position = known.index(max(known))
    number, cells = grid[position]
    names = tuple(map(_name, cells))
    while names and not names[-1]:
        names = names[:-1]
    kind = kind_of(names)
    if kind is None:
        raise UnreadableError(say("files.table.unknown_kind"), number)
    repeated = [name for name in names if name and names.count(name) > 1]
    if repeated:
        raise UnreadableError(say("files.table.repeated_column", column=repeated[0][:40]), number)
    return Header(position, kind, names)


def _name(cell: Cell | None) -> str:
    """``" Birth Year "`` → ``"birth_year"``; a name that is not the contract's stays as written."""
    if is_blank(cell):
        return ""
    written = " ".join(str(cell).replace("\ufeff", "").split())
    name = written.casefold().replace(" ", "_").replace("-", "_")
    return name if name in ALL_NAMES or name == ERROR_COLUMN else written
