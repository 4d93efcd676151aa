"""A file, whatever its format → tables of rows."""

import re
from pathlib import Path

from matching.files.cells import fold
from matching.files.contents import Cell, RowError, Table, UnreadableError, printable_name
from matching.files.delimited import csv_grid
from matching.files.encoding import decode
from matching.files.header import ERROR_COLUMN, Grid, Header, find_header, is_blank
from matching.files.json_rows import json_table
from matching.files.rows import rows_under
from matching.files.workbook import Sheet, sheets_of
from matching.messages import say

MAX_BYTES = 50 * 1024 * 1024
JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
CSV_SUFFIXES = frozenset({".csv", ".tsv"})
_READ_ASIDE = frozenset({"istruzioni", "instructions", "leggimi", "readme", "elenchi", "liste"})
# What else an "empty" file may hold: the marks of an encoding, white space.
_NOTHING = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
# The apostrophe that our rejected files put before a cell, lest Excel take it for a formula.
_GUARD = re.compile(r"'(?='*[=+\-@\t\r])")


def tables_of(file: Path) -> list[Table]:
    """The tables of a file: one, or as many as a workbook has sheets with records.

    A file that cannot be read is a table without rows and with one error.
    """
    try:
        return _read(file)
    except UnreadableError as error:
        return [_unreadable(file, None, error)]


def _unreadable(file: Path, sheet: str | None, error: UnreadableError) -> Table:
    told = RowError(printable_name(file), error.row, None, str(error), sheet)
    return Table(file, sheet, errors=(told,))


def _read(file: Path) -> list[Table]:
    raw = _bytes(file)
    suffix = file.suffix.lower()
    if suffix in JSON_SUFFIXES:
        return [json_table(file, decode(raw))]
    if suffix in CSV_SUFFIXES:
        return [_csv_table(file, decode(raw))]
    if suffix == ".xlsx":
        return _workbook_tables(file, sheets_of(raw))
    raise UnreadableError(say("files.file.format"))


def _bytes(file: Path) -> bytes:
    try:
        if file.exists() and not file.is_file():
            raise UnreadableError(say("files.file.directory"))
        if file.stat().st_size > MAX_BYTES:
            raise UnreadableError(say("files.file.too_large"))
        raw = file.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(say("files.file.missing")) from None
    except (OSError, ValueError):  # ValueError: a name with a null character
        raise UnreadableError(say("files.file.unreadable")) from None
    if not raw.strip(_NOTHING):
        raise UnreadableError(say("files.file.empty"))
    return raw


def _csv_table(file: Path, text: str) -> Table:
    grid = csv_grid(text)
    header = find_header(grid)
    if header is None:
        raise UnreadableError(say("files.table.no_header"))
    if ERROR_COLUMN in header.names:
        grid = [(number, [_unguarded(cell) for cell in cells]) for number, cells in grid]
    table = _table(file, None, grid, header)
    if not table.rows and header.kind != "experiences":  # to have no experiences is usual
        raise UnreadableError(say("files.file.no_rows"))
    return table


def _unguarded(cell: Cell | None) -> Cell | None:
    return _GUARD.sub("", cell, count=1) if isinstance(cell, str) else cell


def _workbook_tables(file: Path, sheets: list[Sheet]) -> list[Table]:
    sheets = [sheet for sheet in sheets if fold(sheet.name) not in _READ_ASIDE]
    tables = [_sheet_table(file, sheet) for sheet in sheets]
    if all(table is None for table in tables):
        raise UnreadableError(say("files.table.no_header"))
    found = [table for table in tables if table is not None]
    if not any(table.rows or table.errors for table in found):
        raise UnreadableError(say("files.file.no_rows"))
    lost = UnreadableError(say("files.table.unknown_sheet"))
    return found + [
        _unreadable(file, sheet.name, lost)
        for sheet, table in zip(sheets, tables, strict=True)
        if table is None and sheet.visible and _has_content(sheet.grid)
    ]


def _sheet_table(file: Path, sheet: Sheet) -> Table | None:
    try:
        header = find_header(sheet.grid)
    except UnreadableError as error:
        return _unreadable(file, sheet.name, error)
    return _table(file, sheet.name, sheet.grid, header) if header else None


def _has_content(grid: Grid) -> bool:
    return any(not is_blank(cell) for _, cells in grid for cell in cells)


def _table(file: Path, sheet: str | None, grid: Grid, header: Header) -> Table:
    rows, unknown = rows_under(header, grid)
    name = printable_name(file)
    errors = tuple(RowError(name, None, column, why, sheet) for column, why in unknown.items())
    return Table(file, sheet, rows, errors)
