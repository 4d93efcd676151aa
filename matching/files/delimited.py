"""CSV, whatever the delimiter → a grid of cells."""

import csv
import io
import itertools
from collections.abc import Iterator

from matching.files.contents import UnreadableError
from matching.files.header import HEADER_ROWS, Grid, known_columns
from matching.messages import say

_DELIMITERS = ",;\t"
# A cell as long as the largest file: the limit on a cell is the field's, and is the row's error.
_MAX_CELL = 64 * 1024 * 1024


def csv_grid(text: str) -> Grid:
    """The rows of a CSV file, each with the line it begins at; line ends in cells stay as they are.

    Raises:
        UnreadableError: If the quotes do not match (where the next row begins cannot be told).
    """
    csv.field_size_limit(_MAX_CELL)
    return list(_rows(text, _delimiter(text)))


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise UnreadableError(say("files.table.quotes"), line) from None


def _delimiter(text: str) -> str:
    """The delimiter that makes a header of the first rows; a comma when none does."""

    def recognised(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return max(map(known_columns, itertools.islice(rows, HEADER_ROWS)), default=0)

    return max(_DELIMITERS, key=recognised)
