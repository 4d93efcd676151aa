"""The empty sheet that a user fills: the columns, what to write in them, drop-downs and limits."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from matching.errors import FileError
from matching.files.columns import COLUMNS
from matching.files.contents import Kind, printable_name
from matching.files.layout import add_tables, is_required, put, wrapped
from matching.files.writing import saved, write_new
from matching.messages import say
from matching.model import RecordKind

_TITLE, _BOLD = Font(bold=True, size=14), Font(bold=True)
_WIDTHS = {"A": 26, "B": 14, "C": 90, "D": 44}


def write_template(kind: RecordKind, path: Path) -> None:
    """Write an empty sheet: a workbook with its instructions (``.xlsx``), or a header (``.csv``).

    Raises:
        FileError: If the file exists already (it may be filled in), or cannot be written.
    """
    makers = {".xlsx": _workbook, ".csv": _csv_header}
    make = makers.get(path.suffix.lower())
    if make is None:
        raise FileError(say("files.write.format", file=printable_name(path)))
    write_new(path, make(kind))


def _csv_header(kind: RecordKind) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(COLUMNS[kind])
    return out.getvalue().encode("utf-8-sig")


def _workbook(kind: RecordKind) -> bytes:
    kinds: tuple[Kind, ...] = (kind, "experiences") if kind == "participants" else (kind,)
    book = Workbook()
    book.remove(book.active)
    add_tables(book, kinds)
    _explain(book.create_sheet(say("files.template.instructions"), len(kinds)), kinds)
    return saved(book)


def _explain(sheet: Worksheet, kinds: tuple[Kind, ...]) -> None:
    """Write the general rules, then what each column wants, with an example."""
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    put(sheet.cell(1, 1), say("files.template.title"))
    sheet.cell(1, 1).font = _TITLE
    rules = say("files.template.rules").splitlines()
    if "experiences" in kinds:
        rules.append(say("files.template.experiences"))
    for row, rule in enumerate(rules, 2):
        put(sheet.cell(row, 1), rule)
    row = len(rules) + 3
    for kind in kinds:
        row = _explain_columns(sheet, row, kind) + 1


def _explain_columns(sheet: Worksheet, row: int, kind: Kind) -> int:
    """Write the table of a kind's columns from a row on; returns the first row after it."""
    put(sheet.cell(row, 1), kind)
    sheet.cell(row, 1).font = _TITLE
    heads = [say(f"files.template.{head}") for head in ("column", "required", "text", "example")]
    for index, head in enumerate(heads, 1):
        put(sheet.cell(row + 1, index), head)
        sheet.cell(row + 1, index).font = _BOLD
    for line, name in enumerate(COLUMNS[kind], row + 2):
        required = say(f"files.template.{'yes' if is_required(kind, name) else 'no'}")
        about = (say(f"columns.{kind}.{name}.{part}") for part in ("text", "example"))
        for index, text in enumerate((name, required, *about), 1):
            put(sheet.cell(line, index), text)
            wrapped(sheet.cell(line, index))
    return row + 2 + len(COLUMNS[kind])
