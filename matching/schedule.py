"""Hours that repeat every week, as 672 quarters of an hour: what two timetables share.

A week is an integer of 672 bits (bit 0 is Monday 00:00–00:15): two weeks are compared with ``&``.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.messages import join_words, say
from matching.model import DAYS, Window

MINUTES_A_SLOT = 15
SLOTS_AN_HOUR = 60 // MINUTES_A_SLOT
SLOTS_A_DAY = 24 * SLOTS_AN_HOUR
SLOTS_A_WEEK = 7 * SLOTS_A_DAY

_WHOLE_DAY = (1 << SLOTS_A_DAY) - 1
_WHOLE_WEEK = (1 << SLOTS_A_WEEK) - 1


@lru_cache(maxsize=65_536)
def week_bits(windows: tuple[Window, ...]) -> int:
    """The quarters that some window covers, as bits.

    Times go to the nearest quarter. A window whose end comes before its start runs past midnight,
    into the next day; Sunday's into Monday.
    """
    week = 0
    for window in windows:
        start, end = _slot(window.start), _slot(window.end)
        if window.end < window.start:
            end += SLOTS_A_DAY
        hours = ((1 << max(0, end - start)) - 1) << start
        for day in window.days:
            placed = hours << DAYS.index(day) * SLOTS_A_DAY
            week |= placed & _WHOLE_WEEK | placed >> SLOTS_A_WEEK
    return week


def week_mask(windows: tuple[Window, ...]) -> NDArray[np.bool_]:
    """`week_bits` as an array: shape ``(672,)``, true where some window covers the quarter."""
    octets = week_bits(windows).to_bytes(SLOTS_A_WEEK // 8, "little")
    return np.unpackbits(np.frombuffer(octets, np.uint8), bitorder="little").astype(np.bool_)


def hours_of(week: int) -> float:
    """Hours in a week of bits."""
    return week.bit_count() / SLOTS_AN_HOUR


def hours_by_day(week: int) -> list[float]:
    """Hours of each day, Monday first; what runs past midnight counts in the day it falls on."""
    return [day.bit_count() / SLOTS_AN_HOUR for day in _days(week)]


@lru_cache(maxsize=65_536)
def describe_week(week: int) -> str:
    """A week as people write it: ``"lun-ven 08:30-13:00; sab 09:00-12:00"``."""
    return "; ".join(
        f"{_describe_days(first, last)} {_describe_day(day)}" for first, last, day in _runs(week)
    )


def week_in_words(week: int) -> list[str]:
    """A week as people say it, a line for each run of equal days.

    ``["da lunedì a venerdì, dalle 8.30 alle 13", "sabato, dalle 9 alle 12"]``
    """
    return [
        say(
            "schedule.run",
            days=_say_days(first, last),
            hours=join_words([_say_hours(start, end) for start, end in _stretches(day)]),
        )
        for first, last, day in _runs(week)
    ]


def windows_of(week: int) -> tuple[Window, ...]:
    """The windows that cover exactly a week of bits."""
    return tuple(
        Window(days=DAYS[first : last + 1], start=_clock(start), end=_clock(end))
        for first, last, day in _runs(week)
        for start, end in _stretches(day)
    )


def _runs(week: int) -> Iterator[tuple[int, int, int]]:
    """Runs of following days with the same hours: first day, last day, hours (96 bits)."""
    days = _days(week)
    first = 0
    for last, hours in enumerate(days):
        if last + 1 < len(days) and days[last + 1] == hours:
            continue
        if hours:
            yield first, last, hours
        first = last + 1


def _slot(clock: str) -> int:
    minutes = int(clock[:2]) * 60 + int(clock[3:])
    return (minutes + MINUTES_A_SLOT // 2) // MINUTES_A_SLOT


def _days(week: int) -> list[int]:
    return [week >> i * SLOTS_A_DAY & _WHOLE_DAY for i in range(len(DAYS))]


@lru_cache(maxsize=4096)
def _describe_day(day: int) -> str:
    """The hours of one day (96 bits): ``"08:30-13:00, 14:00-18:00"``."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in _stretches(day))


def _stretches(day: int) -> list[tuple[int, int]]:
    """The stretches of one day (96 bits), as first quarter and quarter after the last."""
    slots = [day >> i & 1 for i in range(SLOTS_A_DAY)]
    edges = [i for i, (a, b) in enumerate(zip([0, *slots], [*slots, 0], strict=True)) if a != b]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _describe_days(first: int, last: int) -> str:
    start = say(f"labels.day.{DAYS[first]}")
    return start if first == last else f"{start}-{say(f'labels.day.{DAYS[last]}')}"


def _say_days(first: int, last: int) -> str:
    start, end = (say(f"labels.day_in_full.{DAYS[day]}") for day in (first, last))
    if first == last:
        return start
    key = "schedule.two_days" if last == first + 1 else "schedule.days"
    return say(key, start=start, end=end)


def _say_hours(start: int, end: int) -> str:
    return say("schedule.hours", start=_say_clock(start), end=_say_clock(end))


def _say_clock(slot: int) -> str:
    """An hour with its article: "le 8.30", "l'1"; midnight has none."""
    hour, quarter = divmod(slot, SLOTS_AN_HOUR)
    if hour % 24 == 0 and not quarter:
        return say("schedule.midnight")
    key = "schedule.one" if hour == 1 else "schedule.hour"
    minutes = f".{quarter * MINUTES_A_SLOT:02d}" if quarter else ""
    return say(key, hour=hour, minutes=minutes)


def _clock(slot: int) -> str:
    return f"{slot // SLOTS_AN_HOUR:02d}:{slot % SLOTS_AN_HOUR * MINUTES_A_SLOT:02d}"
