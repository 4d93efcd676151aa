"""A sheet's cell → hours of the week: ``lun-ven 08:30-13:00; sab 09:00-12:00``."""

import re
from functools import cache

from matching.files.cells import CellError, code, fold
from matching.files.contents import Cell, shown
from matching.files.lists import is_none
from matching.messages import say
from matching.model import DAYS, Day

_FULL_NAMES = ("lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica")
_EVERY_DAY = frozenset({"tuttiigiorni", "ognigiorno"})
_DASHES = re.compile("[‐‑–—−]")
_WINDOW = re.compile(r"(?P<days>\D+?)[\s:]*(?P<hours>\d.*)", re.DOTALL)
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_HOURS = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")

Hours = dict[str, object]
"""``{"days": ("mon", …), "from": "HH:MM", "to": "HH:MM"}``, as the contract has it."""


def windows(cell: Cell) -> tuple[Hours, ...]:
    """The hours of a cell, between ``;``; several hours of the same days between commas."""
    written = _DASHES.sub("-", code(cell))
    if is_none(written):
        return ()
    parts = [part.strip() for part in re.split(r"[;\n]", written) if part.strip()]
    return tuple(window for part in parts for window in _windows(part))


def _windows(part: str) -> list[Hours]:
    found = _WINDOW.fullmatch(part)
    if found is None:
        raise CellError(say("files.cell.hours", value=shown(part)))
    days = _days(found["days"])
    hours = [_hours(item.strip()) for item in re.split(r",|/|\be\b", found["hours"])]
    return [{"days": days, "from": start, "to": end} for start, end in hours]


def _hours(written: str) -> tuple[str, str]:
    found = _HOURS.fullmatch(written)
    if found is None:
        raise CellError(say("files.cell.hours", value=shown(written)))
    start_hour, start_minute, end_hour, end_minute = found.groups(default="00")
    return f"{start_hour:0>2}:{start_minute}", f"{end_hour:0>2}:{end_minute}"


def _days(written: str) -> tuple[Day, ...]:
    if fold(written) in _EVERY_DAY:
        return DAYS
    found: dict[Day, None] = {}  # in the order written, each once
    for part in re.split(r",|\be\b", written):
        found |= dict.fromkeys(_span([_day(name) for name in part.split("-")], part))
    return tuple(found)


def _span(days: list[Day], written: str) -> tuple[Day, ...]:
    """``[fri, mon]`` → fri, sat, sun, mon."""
    if len(days) > 2:
        raise CellError(say("files.cell.hours", value=shown(written)))
    first, last = DAYS.index(days[0]), DAYS.index(days[-1])
    return tuple(DAYS[(first + i) % 7] for i in range((last - first) % 7 + 1))


def _day(name: str) -> Day:
    day = _days_by_word().get(fold(name))
    if day is None:
        raise CellError(say("files.cell.day", value=shown(name)))
    return day


@cache
def _days_by_word() -> dict[str, Day]:
    labels = (fold(say(f"labels.day.{day}")) for day in DAYS)
    return dict(zip((*_FULL_NAMES, *labels, *DAYS), DAYS * 3, strict=True))
