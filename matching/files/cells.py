"""A sheet's cell → a value of the contract: texts, numbers, dates, yes and no, the Italian way.

Each reader takes a cell that is not empty and raises `CellError`, whose message is a sentence of
the catalogue. Bounds are the model's to check.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from matching.files.contents import Cell, Formula, shown
from matching.messages import say

# What Excel writes, in English and in Italian, for a result it could not compute.
_EXCEL_ERRORS = frozenset({
    "#N/A", "#N/D", "#REF!", "#RIF!", "#VALUE!", "#VALORE!", "#NAME?", "#NOME?", "#NUM!", "#NULL!",
    "#NULLO!", "#DIV/0!", "#CALC!", "#SPILL!", "#ESPANSIONE!", "#GETTING_DATA",
})  # fmt: skip
# How a formula is written among the rejected rows: a text, and still an error when read again.
FORMULA_MARK = "#FORMULA! "

_YES = frozenset({"si", "s", "vero", "true", "yes", "y", "x", "1"})
_NO = frozenset({"no", "n", "falso", "false", "0"})
_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip

_WHOLE = re.compile(r"(-?[1-9]\d{0,2}(?:\.\d{3})+)|(-?\d{1,15})(?:[.,]0{1,2})?")
_DECIMAL = re.compile(r"-?\d+([.,]\d+)?")
# «1,200» is left out on purpose: one euro twenty, or twelve hundred?
_MONEY = re.compile(r"(-?[1-9]\d{0,2}(?:[. ]\d{3})+(?:,\d{1,2})?)|(-?\d+(?:[.,]\d{1,2})?)")
_CURRENCY = re.compile(r"€|\beuro?\b", re.IGNORECASE)

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_WRITTEN_DAY = re.compile(r"(?:[^\W\d]+ )?(\d{1,2})[°º]? ([^\W\d]{3,})\.? (\d{4})")
_SERIAL_DAY = re.compile(r"\d{5}")
# Excel counts days from here; the bounds are those of the years 2000-2100.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(36_526, 73_416)
# Excel keeps 15 digits of a number: a longer code has already lost some.
_MAX_EXACT = 10**15


class CellError(ValueError):
    """A cell that cannot be read; the message is a sentence for the user."""


def fold(text: str) -> str:
    """The text without case, accents, spaces and punctuation, to compare words by."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return "".join(c for c in plain if c.isalnum())


def _is_whole(number: float) -> bool:
    # A workbook's integer may be too large to be a float.
    return isinstance(number, int) or number.is_integer()


def refuse_broken(cell: Cell) -> None:
    """Raise `CellError` for a formula, or for the error that a formula left."""
    if isinstance(cell, Formula):
        raise CellError(say("files.cell.formula", cell=cell.place))
    if isinstance(cell, str):
        if cell.startswith(FORMULA_MARK):
            raise CellError(say("files.cell.formula_text"))
        if cell.strip() in _EXCEL_ERRORS:
            raise CellError(say("files.cell.excel_error", value=cell.strip()))


def text(cell: Cell) -> str:
    """A text, character by character as it is written."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        raise CellError(say("files.cell.boolean_as_text"))
    if isinstance(cell, int | float):
        if not _is_whole(cell) or abs(cell) >= _MAX_EXACT:
            raise CellError(say("files.cell.number_as_text"))
        return str(int(cell))
    raise CellError(say("files.cell.date_as_text"))


def code(cell: Cell) -> str:
    """A code or a name: a text without the spaces around it."""
    return text(cell).strip()


def ateco(cell: Cell) -> str:
    """An ATECO code; as a number only with both decimals (16.1 may be 16.10)."""
    if isinstance(cell, float) and re.fullmatch(r"\d{2}\.\d{2}", str(cell)):
        return str(cell)
    return code(cell)


def integer(cell: Cell) -> int:
    """A whole number: ``20``, ``2.0``, ``1.200``."""
    if found := _WHOLE.fullmatch(_written(cell)):
        return int(found[1].replace(".", "") if found[1] else found[2])
    number = decimal(cell)
    if not _is_whole(number):
        raise CellError(say("files.cell.integer", value=shown(cell)))
    return int(number)


def decimal(cell: Cell) -> float:
    """A number with decimals, after a comma or a dot: ``20,5``."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    written = _written(cell)
    if not _DECIMAL.fullmatch(written):
        raise CellError(say("files.cell.number", value=shown(cell)))
    return float(written.replace(",", "."))


def money(cell: Cell) -> float:
    """An amount in euros: ``500``, ``€ 500``, ``1.200,50``."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    found = _MONEY.fullmatch(_CURRENCY.sub("", _written(cell)).strip())
    if found is None:
        raise CellError(say("files.cell.money", value=shown(cell)))
    if found[1]:
        return float(re.sub("[. ]", "", found[1]).replace(",", "."))
    return float(found[2].replace(",", "."))


def _written(cell: Cell) -> str:
    """The characters of a cell that should hold a number, however spaces and minus are typed."""
    if not isinstance(cell, str):
        return ""
    return " ".join(cell.replace("−", "-").split())


def truth(cell: Cell) -> bool:
    """Yes or no."""
    if isinstance(cell, int | float) and cell in (0, 1):  # True and False too
        return bool(cell)
    word = fold(cell) if isinstance(cell, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError(say("files.cell.truth", value=shown(cell)))


def day(cell: Cell) -> date:
    """A day: a date cell, Excel's number of a day, or a date as Italians (or ISO 8601) write it."""
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise CellError(say("files.cell.date_with_time"))
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return _serial_day(cell)
    if isinstance(cell, str):
        return _written_day(" ".join(cell.split()))
    raise CellError(say("files.cell.date", value=shown(cell)))


def _serial_day(serial: float) -> date:
    if not _is_whole(serial) or int(serial) not in _SERIALS:
        raise CellError(say("files.cell.date", value=shown(serial)))
    return _SERIAL_ZERO + timedelta(days=int(serial))


def _written_day(written: str) -> date:
    if _SERIAL_DAY.fullmatch(written):
        return _serial_day(int(written))
    try:
        if found := _ISO_DAY.fullmatch(written):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMERIC_DAY.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WRITTEN_DAY.fullmatch(written):
            return date(int(found[3]), _month(found[2]), int(found[1]))
    except ValueError:
        raise CellError(say("files.cell.no_such_date", value=shown(written))) from None
    raise CellError(say("files.cell.date", value=shown(written)))


def _month(name: str) -> int:
    word = fold(name)
    for number, month in enumerate(_MONTHS, 1):
        if len(word) >= 3 and month.startswith(word):
            return number
    raise ValueError
