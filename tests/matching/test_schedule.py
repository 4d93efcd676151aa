"""Weekly hours as quarters: windows, nights, what two weeks share, how they are written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.model import DAYS, Day, Window
from matching.schedule import (
    SLOTS_A_WEEK,
    describe_week,
    hours_by_day,
    hours_of,
    week_bits,
    week_mask,
)


def window(days: str, start: str, end: str) -> Window:
    """``window("mon tue", "08:00", "12:00")``."""
    return Window.model_validate({"days": days.split(), "from": start, "to": end})


QUARTERS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
WINDOWS = st.builds(
    lambda days, clocks: Window(days=tuple(days), start=clocks[0], end=clocks[1]),
    st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
    st.tuples(QUARTERS, QUARTERS).filter(lambda clocks: clocks[0] != clocks[1]),
)
WEEKS = st.lists(WINDOWS, max_size=4).map(tuple)


def test_a_morning_covers_its_quarters_of_its_day() -> None:
    mask = week_mask((window("tue", "08:30", "12:30"),))
    assert mask.shape == (SLOTS_A_WEEK,)
    assert mask.dtype == np.bool_
    assert np.flatnonzero(mask).tolist() == list(range(96 + 34, 96 + 50))


def test_a_night_runs_into_the_next_day_and_sunday_into_monday() -> None:
    friday = week_bits((window("fri", "22:00", "06:00"),))
    sunday = week_bits((window("sun", "22:00", "06:00"),))
    assert hours_by_day(friday) == [0, 0, 0, 0, 2, 6, 0]
    assert hours_by_day(sunday) == [6, 0, 0, 0, 0, 0, 2]


def test_midnight_can_be_written_as_the_end_of_the_day() -> None:
    assert hours_of(week_bits((window("mon", "00:00", "24:00"),))) == 24
    assert hours_by_day(week_bits((window("mon", "24:00", "02:00"),))) == [0, 2, 0, 0, 0, 0, 0]


def test_overlapping_windows_count_once() -> None:
    week = week_bits((window("mon", "08:00", "12:00"), window("mon tue", "10:00", "14:00")))
    assert hours_of(week) == 10


def test_times_go_to_the_nearest_quarter() -> None:
    assert week_bits((window("mon", "08:07", "09:53"),)) == week_bits(
        (window("mon", "08:00", "10:00"),)
    )
    assert week_bits((window("mon", "08:00", "08:05"),)) == 0


@pytest.mark.parametrize(
    ("windows", "text"),
    [
        ((), ""),
        ((window("mon tue wed thu fri", "08:30", "13:00"),), "lun-ven 08:30-13:00"),
        (
            (window("mon tue", "08:30", "13:00"), window("sat", "09:00", "12:00")),
            "lun-mar 08:30-13:00; sab 09:00-12:00",
        ),
        (
            (window("wed", "08:00", "12:00"), window("wed", "14:00", "18:15")),
            "mer 08:00-12:00, 14:00-18:15",
        ),
        ((window("sun", "22:00", "06:00"),), "lun 00:00-06:00; dom 22:00-24:00"),
    ],
)
def test_a_week_is_written_as_people_write_it(windows: tuple[Window, ...], text: str) -> None:
    assert describe_week(week_bits(windows)) == text


@given(WEEKS, WEEKS)
def test_bits_and_masks_tell_the_same(one: tuple[Window, ...], other: tuple[Window, ...]) -> None:
    shared = week_bits(one) & week_bits(other)
    assert np.count_nonzero(week_mask(one) & week_mask(other)) == shared.bit_count()
    assert sum(hours_by_day(shared)) == hours_of(shared)


@given(WEEKS, st.permutations(range(4)))
def test_the_order_of_windows_does_not_matter(
    windows: tuple[Window, ...], order: list[int]
) -> None:
    shuffled = tuple(windows[i] for i in order if i < len(windows))
    assert week_bits(shuffled) == week_bits(windows)


@given(WINDOWS, st.sampled_from(DAYS))
def test_every_day_of_a_window_adds_the_same_hours(pattern: Window, day: Day) -> None:
    one = week_bits((pattern.model_copy(update={"days": (day,)}),))
    every = week_bits((pattern.model_copy(update={"days": DAYS}),))
    assert hours_of(every) == 7 * hours_of(one)
