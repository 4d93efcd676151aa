"""A row on its way to a record: cells read, values checked by the model, problems kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from pydantic import BaseModel, ValidationError

from matching.files.cells import CellError, refuse_broken
from matching.files.columns import COLUMNS, MODELS
from matching.files.contents import (
    MAX_SHOWN,
    Cell,
    Kind,
    Rejected,
    Row,
    RowError,
    Table,
    printable_name,
)
from matching.files.reasons import reason_of

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Place = tuple[str | int, ...]
"""Where a value is in a record, as pydantic says it: ``("experiences", 1, "kind")``."""


@dataclass(slots=True, eq=False)
class Draft:
    """A row with what has been understood of it so far.

    ``problems``: the first reason of each place, in the order found. ``held_back``: why the row
    waits although nothing in it is wrong.
    """

    table: Table
    row: Row
    values: dict[str, object] = field(default_factory=dict)
    problems: dict[Place, str] = field(default_factory=dict)
    held_back: str = ""
    record: BaseModel | None = None

    @property
    def is_good(self) -> bool:
        return not self.problems and not self.held_back

    def refuse(self, field: str, reason: str) -> None:
        """Keep what is wrong with a field, unless something already was."""
        if not self.row.problem:
            self.problems.setdefault((field,), reason)

    def text(self, name: str) -> str:
        """The value of a field that should be a text, or an empty one."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def errors(self) -> list[RowError]:
        """What is wrong, for the user."""
        file, sheet = printable_name(self.table.file), self.table.sheet
        return [
            RowError(file, self.row.number, field, reason, sheet) for field, reason in self._told()
        ]

    def rejected(self) -> Rejected:
        """The row as it was read, with what to mend."""
        told = self._told()
        reasons = [f"{field}: {reason}" if field else reason for field, reason in told]
        if self.held_back:
            reasons.append(self.held_back)
        row, text = self.row, self.row.text
        return Rejected(self.table.file, row.kind, row.number, row.values, tuple(reasons), text)

    def _told(self) -> list[tuple[str | None, str]]:
        """The problems by field, in the order of the columns."""
        columns = list(COLUMNS[self.row.kind]) if self.row.kind else []
        positions: dict[Place, int] = {(name,): at for at, name in enumerate(columns)}
        places = sorted(self.problems, key=lambda place: positions.get(place[:1], len(columns)))
        return [(_field(place), self.problems[place]) for place in places]


def draft(table: Table, row: Row) -> Draft:
    """A row with its cells read (a JSON object needs only its dates read)."""
    new = Draft(table, row, held_back=row.held_back)
    if row.problem:
        new.problems[()] = row.problem
    if table.is_json:
        new.values = {name: _typed(name, value) for name, value in row.values.items()}
    elif row.kind:
        _read_cells(new, row.kind, cast(Mapping[str, Cell], row.values))
    return new


def _typed(name: str, value: object) -> object:
    """JSON has no dates: only a text that is exactly one becomes one."""
    if name != "start_date" or not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _read_cells(new: Draft, kind: Kind, cells: Mapping[str, Cell]) -> None:
    for name, column in COLUMNS[kind].items():
        if name not in cells:
            continue
        try:
            refuse_broken(cells[name])
            new.values[name] = column.read(cells[name])
        except CellError as error:
            new.refuse(name, str(error))


def check(draft: Draft, kind: Kind) -> None:
    """Make the record of a draft, or keep why it cannot be made."""
    if draft.row.problem:
        return
    values = {name: value for name, value in draft.values.items() if name != "participant_id"}
    try:
        draft.record = MODELS[kind].model_validate(values, strict=True)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            # A field is one thing to mend; an experience has fields of its own.
            place = error["loc"] if draft.table.is_json else error["loc"][:1]
            whole = place[: 3 if place[:1] == ("experiences",) else 1]
            told = {known[: len(whole)] for known in draft.problems}
            if whole not in told:
                draft.problems[place] = reason_of(error, kind)


def _field(place: Place) -> str | None:
    """``("experiences", 1, "kind")`` → ``experiences[1].kind``; only short names are told."""
    name = ""
    for part in place:
        step = f"[{part}]" if isinstance(part, int) else f".{part}"
        if not step.isprintable() or len(step) > MAX_SHOWN:
            break
        name += step
    return name.lstrip(".") or None
