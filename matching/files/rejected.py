"""Rows that were not taken → a file like the one they came from, to correct and load again."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from openpyxl import Workbook

from matching.files.columns import COLUMNS
from matching.files.contents import Kind, Rejected
from matching.files.header import ERROR_COLUMN
from matching.files.json_rows import ERROR_KEY
from matching.files.layout import add_tables, put
from matching.files.tables import JSON_SUFFIXES
from matching.files.writing import saved, write_new
from matching.messages import say

# A text that Excel would take for a formula, or one that is guarded already (see `tables`).
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_HARMLESS = re.compile(r"[-+]?\d+([.,]\d+)?|-")
# The key as it was written the last time.
_TOLD = re.compile(rf'\{{\s*"{ERROR_KEY}"\s*:\s*"(?:[^"\\]|\\.)*"\s*,?\s*')


def write_rejected(rejected: Iterable[Rejected]) -> tuple[Path, ...]:
    """Write, beside each file, the rows of it that were not taken, in the same format.

    ``offerte.csv`` → ``offerte.scartate.csv``, or ``offerte.scartate-2.csv`` when that is there
    (it may hold corrections). What is wrong stands in the column ``errore``, or the key ``_error``,
    that reading leaves out: the file loads again as it is.

    Returns:
        The files written, in the order of the rows.

    Raises:
        FileError: If one cannot be written.
    """
    by_file: dict[Path, list[Rejected]] = {}
    for each in rejected:
        by_file.setdefault(each.file, []).append(each)
    return tuple(_write_beside(file, rows) for file, rows in by_file.items())


def _write_beside(file: Path, rows: Sequence[Rejected]) -> Path:
    suffix = file.suffix.lower()
    if suffix in JSON_SUFFIXES:
        content = _json(rows, as_array=suffix == ".json")
    elif suffix == ".xlsx":
        content = _workbook(rows)
    else:
        content = _csv(rows, "\t" if suffix == ".tsv" else ";")
    path = _free_name(file)
    write_new(path, content)
    return path


def _free_name(file: Path) -> Path:
    mark = say("files.rejected.suffix")
    stem = re.sub(rf"\.{mark}(-\d+)?$", "", file.stem)
    endings = (f".{mark}" if n == 1 else f".{mark}-{n}" for n in count(1))
    paths = (file.with_name(f"{stem}{ending}{file.suffix}") for ending in endings)
    return next(path for path in paths if not path.exists())


def _told(row: Rejected) -> str:
    return " | ".join(row.reasons)


def _json(rows: Sequence[Rejected], *, as_array: bool) -> bytes:
    texts = [_with_error(row) for row in rows]
    array = "[\n" + ",\n".join(texts) + "\n]"
    # A broken object would break the array: on a line of its own it harms no other.
    whole = array if as_array and _is_json(array) else "\n".join(texts)
    return f"{whole}\n".encode()


def _with_error(row: Rejected) -> str:
    """The object as it was written, numbers and all, with the error as its first key."""
    text = _TOLD.sub("{", row.text, count=1)
    if not text.startswith("{"):
        return text
    rest = text[1:].lstrip()
    comma = "" if rest.startswith("}") else ", "
    return f'{{"{ERROR_KEY}": {json.dumps(_told(row), ensure_ascii=False)}{comma}{rest}'


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _csv(rows: Sequence[Rejected], delimiter: str) -> bytes:
    """Semicolons and the mark of UTF-8: so Excel in Italian opens it with a double click."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    names = _names(rows)
    writer.writerow([ERROR_COLUMN, *map(_guarded, names)])
    for row in rows:
        cells = (str(row.values.get(name, "")) for name in names)
        writer.writerow([_told(row), *map(_guarded, cells)])
    return out.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    """The text with an apostrophe before it if Excel would run it."""
    risky = _RISKY.match(text) and not _HARMLESS.fullmatch(text)
    return f"'{text}" if risky else text


def _names(rows: Sequence[Rejected]) -> list[str]:
    """The contract's columns of the rows' kind, then the others that the rows have."""
    kind = rows[0].kind
    written = [name for row in rows for name in row.values]
    return list(dict.fromkeys([*(COLUMNS[kind] if kind else set()), *written]))


def _workbook(rows: Sequence[Rejected]) -> bytes:
    by_kind: dict[Kind, list[Rejected]] = {}
    for row in rows:
        if row.kind:
            by_kind.setdefault(row.kind, []).append(row)
    people: set[Kind] = {"participants", "experiences"}
    wanted = by_kind.keys() | (people if by_kind.keys() & people else set())
    kinds = [kind for kind in COLUMNS if kind in wanted]
    book = Workbook()
    book.remove(book.active)
    add_tables(book, kinds, lead=[ERROR_COLUMN])
    for kind, of_kind in by_kind.items():
        names = [ERROR_COLUMN, *_names(of_kind)]
        for index, name in enumerate(names, 1):
            put(book[kind].cell(1, index), name)
        for line, row in enumerate(of_kind, 2):
            values = {**row.values, ERROR_COLUMN: _told(row)}
            for index, name in enumerate(names, 1):
                put(book[kind].cell(line, index), values.get(name))
    return saved(book)
