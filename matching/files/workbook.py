"""XLSX → grids of cells, by sheet.

openpyxl, not calamine: calamine reads an error cell as an empty one, hides formulas behind their
last value, and aborts the process on a sheet with one far cell.
"""

import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from matching.files.contents import Cell, Formula, UnreadableError
from matching.files.header import Grid
from matching.messages import say

MAX_UNPACKED_BYTES = 500 * 1024 * 1024
_MAX_ROW = 1_048_576
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# OOXML writes the characters XML cannot hold as _x000D_, and a literal underscore there as _x005F_.
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff]|[Ff]{3}[EeFf])_")
_TO_ESCAPE = re.compile(rf"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?={_ESCAPED.pattern[1:]})")

# What openpyxl and the modules under it raise on a damaged workbook.
_DAMAGED = (
    ArithmeticError, AttributeError, AssertionError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def escaped(text: str) -> str:
    """A text as OOXML writes it: what XML cannot hold, or would change, as ``_x000D_``."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, whether the user sees it, its cells."""

    name: str
    visible: bool
    grid: Grid


def sheets_of(raw: bytes) -> list[Sheet]:
    """The sheets of a workbook, in its order.

    Raises:
        UnreadableError: If it is no workbook, or protected, damaged, or too large once unpacked.
    """
    if raw.startswith(_OLE):
        reason = "encrypted" if _ENCRYPTED in raw else "old_excel"
        raise UnreadableError(say(f"files.file.{reason}"))
    if not raw.startswith(b"PK"):
        raise UnreadableError(say("files.file.not_excel"))
    try:
        _refuse_bomb(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, on styles and extensions it leaves out
            return _read(raw)
    except UnreadableError:
        raise
    except _DAMAGED:
        raise UnreadableError(say("files.file.damaged_workbook")) from None


def _refuse_bomb(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise UnreadableError(say("files.file.too_large_unpacked"))


def _read(raw: bytes) -> list[Sheet]:
    book = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
    if book.epoch == CALENDAR_MAC_1904:
        raise UnreadableError(say("files.file.mac_dates"))
    sheets = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        rows = enumerate(sheet.iter_rows(max_row=_MAX_ROW), 1)
        grid: Grid = [(number, [_value(cell) for cell in row]) for number, row in rows if row]
        sheets.append(Sheet(sheet.title, sheet.sheet_state == "visible", grid))
    return sheets


def _value(cell: Any) -> Cell | None:
    value = cell.value
    if cell.data_type == "f":
        if isinstance(value, ArrayFormula | DataTableFormula):
            value = getattr(value, "text", None) or "="
        return Formula(cell.coordinate, str(value))
    if isinstance(value, str):
        return _unescaped(value)
    read: Cell | None = value
    return read
