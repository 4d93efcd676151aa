"""The grid under a header → rows, by column; nothing that is written there is passed over."""

from collections.abc import Sequence
from dataclasses import replace

from openpyxl.utils import get_column_letter

from matching.files.columns import COLUMNS, nearest_column
from matching.files.contents import MAX_SHOWN, Cell, Kind, Row, shown
from matching.files.header import ERROR_COLUMN, Grid, Header, is_blank
from matching.messages import say


def rows_under(header: Header, grid: Grid) -> tuple[tuple[Row, ...], dict[str | None, str]]:
    """The rows of a table that hold something, and the columns that nobody will read.

    A row with a value in an unknown column is held back, or that value would be lost.

    Args:
        header: The header of the grid.
        grid: The whole grid, the rows above the header too.

    Returns:
        The rows, and why each unknown column cannot be read, by its name.
    """
    names = [name or _unnamed(index) for index, name in enumerate(header.names)]
    read = [
        _row(header.kind, names, number, cells) for number, cells in grid[header.position + 1 :]
    ]
    rows = [row for row in read if row.values]
    unknown = {
        name: _why_unknown(header, name)
        for name in names
        if name not in COLUMNS[header.kind] and any(name in row.values for row in rows)
    }
    held = tuple(_held(row, unknown) for row in rows)
    return held, {_short(name): reason for name, reason in unknown.items()}


def _unnamed(index: int) -> str:
    return say("files.table.column", letter=get_column_letter(index + 1))


def _row(kind: Kind, names: list[str], number: int, cells: Sequence[Cell | None]) -> Row:
    values: dict[str, object] = {}
    problem = ""
    for index, cell in enumerate(cells):
        name = names[index] if index < len(names) else _unnamed(index)
        if is_blank(cell) or name == ERROR_COLUMN:
            continue
        if index >= len(names):
            problem = problem or say("files.table.beyond_header", column=name)
        values[name] = cell
    return Row(number, kind, values, problem=problem)


def _why_unknown(header: Header, name: str) -> str:
    if name == "experiences":
        return say("files.table.experiences_column")
    if name not in header.names:
        return say("files.table.unnamed_column", column=name)
    reason = say("files.table.unknown_column", column=shown(name))
    nearest = nearest_column(header.kind, name)
    return reason + (say("files.cell.nearest", nearest=nearest) if nearest else "")


def _short(name: str) -> str | None:
    return name if len(name) <= MAX_SHOWN and name.isprintable() else None


def _held(row: Row, unknown: dict[str, str]) -> Row:
    reasons = [reason for name, reason in unknown.items() if name in row.values]
    return replace(row, held_back=reasons[0]) if reasons else row
