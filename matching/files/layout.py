"""How the workbooks we write look: a header that stays, drop-downs, limits, notes on columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, get_args

from annotated_types import Ge, Gt, Le
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from pydantic.fields import FieldInfo

from matching.files import cells
from matching.files.columns import COLUMNS, MODELS, Column
from matching.files.contents import Formula, Kind
from matching.files.workbook import escaped
from matching.messages import say
from matching.territory import municipalities

# How far down the drop-downs and the limits reach.
_LAST_ROW = 5000
_WIDE, _NARROW = 48, 20
_WRAPPED = frozenset({"narrative", "description"})
# Codes that Excel would turn into numbers or dates if it could.
_AS_TEXT: frozenset[Callable[..., object]] = frozenset({cells.code, cells.ateco, cells.text})
_MAX_CELL = 32_767  # characters, Excel's own limit

_REQUIRED = PatternFill("solid", start_color="FF17324D")
_OPTIONAL = PatternFill("solid", start_color="FF5C6F82")
_HEADER_FONT = Font(bold=True, color="FFFFFFFF")


def put(cell: SheetCell, value: object) -> None:
    """Write a value in a cell; a text stays a text, whatever it begins with."""
    if isinstance(value, Formula):
        value = cells.FORMULA_MARK + value.text
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = escaped(value)[:_MAX_CELL]
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@"))


def is_required(kind: Kind, name: str) -> bool:
    """Whether a row cannot do without a column."""
    info = MODELS[kind].model_fields.get(name)
    return name == "participant_id" or (info is not None and info.is_required())


def add_tables(book: Workbook, kinds: Sequence[Kind], lead: Sequence[str] = ()) -> None:
    """Add a sheet for each kind, ready to be filled, and the hidden sheet of the drop-downs.

    Args:
        book: A workbook that has none of them.
        kinds: What the sheets hold; each is called by its kind.
        lead: Columns to put before the contract's.
    """
    for kind in kinds:
        sheet = book.create_sheet(kind)
        sheet.freeze_panes = "A2"
        for index, name in enumerate((*lead, *COLUMNS[kind]), 1):
            _head(sheet, index, name, required=is_required(kind, name))
    lists = book.create_sheet(say("files.template.lists"))
    lists.sheet_state = "hidden"
    first = 1 + len(lead)
    for kind in kinds:
        for index, (name, column) in enumerate(COLUMNS[kind].items(), first):
            validation = _validation(kind, name, column, _source(lists, name, column, first))
            _prepare(book[kind], index, column, validation)


def _head(sheet: Worksheet, index: int, name: str, *, required: bool) -> None:
    cell = sheet.cell(1, index)
    put(cell, name)
    cell.font, cell.fill = _HEADER_FONT, _REQUIRED if required else _OPTIONAL
    wide = name in _WRAPPED
    sheet.column_dimensions[get_column_letter(index)].width = _WIDE if wide else _NARROW


def _prepare(sheet: Worksheet, index: int, column: Column, validation: DataValidation) -> None:
    letter = get_column_letter(index)
    if column.read in _AS_TEXT:
        sheet.column_dimensions[letter].number_format = "@"
    if column.read is cells.day:
        sheet.column_dimensions[letter].number_format = "dd/mm/yyyy"
    validation.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(validation)


def _validation(kind: Kind, name: str, column: Column, source: str) -> DataValidation:
    """What Excel shows on a column's cells, and what it lets in."""
    rule: dict[str, Any] = {}
    if source:
        rule = {"type": "list", "formula1": source}
    elif column.read in _BOUNDED:
        rule = _bounds(_BOUNDED[column.read], MODELS[kind].model_fields[name])
    return DataValidation(
        **rule,
        allow_blank=True,
        showInputMessage=True,
        promptTitle=name,
        prompt=say(f"columns.{kind}.{name}.text"),
        # A list of which several can be chosen suggests one, and lets the others be typed.
        showErrorMessage=not column.many,
        errorTitle=say("files.template.wrong_title"),
        error=say("files.template.wrong"),
    )


_BOUNDED: Mapping[Callable[..., object], str] = {
    cells.integer: "whole",
    cells.decimal: "decimal",
    cells.money: "decimal",
    cells.day: "date",
}


def _source(lists: Worksheet, name: str, column: Column, first: int) -> str:
    """Where the values of a column's drop-down stand, or an empty text."""
    if name == "participant_id":
        ids = get_column_letter(first)
        return f"participants!${ids}$2:${ids}${_LAST_ROW}"
    options = _options(name, column)
    return _add_list(lists, options) if options else ""


def _options(name: str, column: Column) -> Sequence[str]:
    if column.choices:
        return column.choices.words
    if column.read is cells.truth:
        return (say("files.template.yes"), say("files.template.no"))
    return tuple(municipalities()) if name == "municipality" else ()


def _add_list(lists: Worksheet, options: Sequence[str]) -> str:
    """Write a list in a new column; returns the reference to it."""
    empty = lists.max_row == 1 and lists.cell(1, 1).value is None
    index = 1 if empty else lists.max_column + 1
    for row, option in enumerate(options, 1):
        put(lists.cell(row, index), option)
    letter = get_column_letter(index)
    return f"{quote_sheetname(lists.title)}!${letter}$1:${letter}${len(options)}"


def _bounds(excel_type: str, info: FieldInfo) -> dict[str, Any]:
    """The model's own bounds, as Excel's; "greater than" is not among them when there are two."""
    low, high = "0", "0"
    for bound in _bounds_of(info):
        if isinstance(bound, Le):
            high = _number(bound.le)
        else:
            low = _number(bound.ge if isinstance(bound, Ge) else bound.gt)
    return {"type": excel_type, "operator": "between", "formula1": low, "formula2": high}


def _bounds_of(annotation: object) -> Iterator[Ge | Gt | Le]:
    if isinstance(annotation, FieldInfo):
        for item in (annotation.annotation, *annotation.metadata):
            yield from _bounds_of(item)
    elif isinstance(annotation, Ge | Gt | Le):
        yield annotation
    else:
        for item in get_args(annotation):
            yield from _bounds_of(item)


def _number(bound: object) -> str:
    return (
        f"DATE({bound.year},{bound.month},{bound.day})"
        if isinstance(bound, date)
        else f"{bound:.10g}"
    )


def wrapped(cell: SheetCell) -> None:
    """Let a long text show whole."""
    cell.alignment = Alignment(wrap_text=True, vertical="top")
