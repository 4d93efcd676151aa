"""What Italians write in a cell, and what it means."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from matching.files import cells, hours, lists
from matching.files.cells import CellError
from matching.files.columns import DEMANDS, GENDERS, LEVELS, TARGETS, TRANSPORTS

JANUARY_11 = date(2027, 1, 11)
IT_C2 = {"code": "it", "level": "C2"}


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.text, " come è scritto \r\n", " come è scritto \r\n"),
        (cells.text, 101.0, "101"),
        (cells.code, " P-001 ", "P-001"),
        (cells.ateco, 10.71, "10.71"),
        (cells.ateco, "16.10", "16.10"),
        (cells.integer, "20", 20),
        (cells.integer, " 20 ", 20),
        (cells.integer, "-5", -5),
        (cells.integer, "−5", -5),
        (cells.integer, "2,0", 2),
        (cells.integer, "2.0", 2),
        (cells.integer, "1.200", 1200),
        (cells.integer, "1.234.567", 1_234_567),
        (cells.integer, 3.0, 3),
        (cells.integer, 7, 7),
        (cells.decimal, "20,5", 20.5),
        (cells.decimal, "20.5", 20.5),
        (cells.decimal, 20, 20),
        (cells.money, "500", 500),
        (cells.money, "€ 500", 500),
        (cells.money, "500\xa0€", 500),
        (cells.money, "500 euro", 500),
        (cells.money, "500,5", 500.5),
        (cells.money, "1.200,50", 1200.5),
        (cells.money, "1 200", 1200),
        (cells.money, "€ 1.200", 1200),
        (cells.money, 416.67, 416.67),
        (cells.truth, "sì", True),
        (cells.truth, "si\u0300", True),
        (cells.truth, "SI", True),
        (cells.truth, "x", True),
        (cells.truth, "Vero", True),
        (cells.truth, "TRUE", True),
        (cells.truth, "1", True),
        (cells.truth, 1.0, True),
        (cells.truth, True, True),
        (cells.truth, "no", False),
        (cells.truth, "falso", False),
        (cells.truth, "FALSE", False),
        (cells.truth, 0, False),
        (cells.truth, False, False),
        (cells.day, "2027-01-11", JANUARY_11),
        (cells.day, "2027-01-11 00:00:00", JANUARY_11),
        (cells.day, "11/01/2027", JANUARY_11),
        (cells.day, "11-1-2027", JANUARY_11),
        (cells.day, "11.1.2027", JANUARY_11),
        (cells.day, "11 gennaio 2027", JANUARY_11),
        (cells.day, "lunedì 11 Gen. 2027", JANUARY_11),
        (cells.day, "1° febbraio 2027", date(2027, 2, 1)),
        (cells.day, datetime(2027, 1, 11), JANUARY_11),  # noqa: DTZ001 - Excel has no zones
        (cells.day, JANUARY_11, JANUARY_11),
        (cells.day, 46398, JANUARY_11),
        (cells.day, 46398.0, JANUARY_11),
        (cells.day, "46398", JANUARY_11),
        (lists.lines, "cucire; stirare ;;", ("cucire", "stirare")),
        (lists.lines, "cucire, stirare", ("cucire, stirare",)),
        (lists.lines, "Nessuna", ()),
        (lists.lines, "nessuno", ()),
        (lists.lines, "-", ()),
        (lists.licences, "B, C; CQC", ("B", "C", "CQC")),
        (lists.languages, "it C2; EN b1", (IT_C2, {"code": "en", "level": "B1"})),
        (lists.languages, "nessuna", ()),
        (TARGETS.one, "youth", "youth"),
        (TARGETS.one, "Giovane", "youth"),
        (TARGETS.one, "OVER50", "over_50"),
        (TARGETS.one, "altra fragilita", "other_vulnerable"),
        (GENDERS.one, "f", "F"),
        (GENDERS.one, "maschio", "M"),
        (LEVELS.one, "b1", "B1"),
        (TRANSPORTS.many, "a piedi, auto; bike", ("walk", "car", "bike")),
        (DEMANDS.many, "lavorare all’aperto al freddo", ("outdoor_cold",)),
        (DEMANDS.many, "nessuna", ()),
    ],
)  # fmt: skip
def test_what_a_cell_means(read: Callable[[Any], object], cell: object, value: object) -> None:
    found = read(cell)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("read", "cell", "reason"),
    [
        (cells.text, 2.5, "ambiguo"),
        (cells.text, 1e15, "ambiguo"),
        (cells.text, time(8, 30), "un'ora"),
        (cells.integer, "2,5", "numero intero"),
        (cells.integer, "1,200", "numero intero"),
        (cells.integer, "1.2.3", "non è un numero"),
        (cells.integer, "20 ore", "non è un numero"),
        (cells.integer, True, "non è un numero"),
        (cells.integer, timedelta(hours=30), "non è un numero"),
        (cells.decimal, "1e3", "non è un numero"),
        (cells.decimal, "tanto", "non è un numero"),
        (cells.money, "1,200.50", "non è un importo"),
        (cells.money, "0.125", "non è un importo"),
        (cells.money, "400-500", "non è un importo"),
        (cells.truth, 2, "non è sì o no"),
        (cells.truth, "-", "non è sì o no"),
        (cells.day, "gennaio 2027", "non è una data"),
        (cells.day, "11 brumaio 2027", "non esiste"),
        (cells.day, 46398.5, "non è una data"),
        (cells.day, 12, "non è una data"),
        (cells.day, time(8), "non è una data"),
        (lists.languages, "it D2", "lingua"),
        (hours.windows, "8-12", "non è un orario"),
        (hours.windows, "lun-mer-ven 8-12", "non è un orario"),
        (hours.windows, "lun 8-12-14", "non è un orario"),
        (hours.windows, 8, "non è un orario"),
    ],
)
def test_what_a_cell_cannot_mean(read: Callable[[Any], object], cell: object, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        read(cell)


WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize(
    ("cell", "windows"),
    [
        ("lun-ven 08:30-13:00", [(WEEK[:5], "08:30", "13:00")]),
        (
            "lun-ven 08:30-13:00; sab 09:00-12:00",
            [(WEEK[:5], "08:30", "13:00"), (("sat",), "09:00", "12:00")],
        ),
        ("lun,mer,ven 8.30-12", [(("mon", "wed", "fri"), "08:30", "12:00")]),
        ("lun e gio 8-12", [(("mon", "thu"), "08:00", "12:00")]),
        ("Lun – Ven 8:30 – 12:30", [(WEEK[:5], "08:30", "12:30")]),
        ("lunedì: 8-12", [(("mon",), "08:00", "12:00")]),
        ("mon-fri 08:00-12:00", [(WEEK[:5], "08:00", "12:00")]),
        ("ven-lun 22-6", [(("fri", "sat", "sun", "mon"), "22:00", "06:00")]),
        ("lun-mer,mar 8-12", [(("mon", "tue", "wed"), "08:00", "12:00")]),
        ("tutti i giorni 0-24", [(WEEK, "00:00", "24:00")]),
        (
            "lun-ven 8-12, 14.30-18",
            [(WEEK[:5], "08:00", "12:00"), (WEEK[:5], "14:30", "18:00")],
        ),
        ("lun 8-12\nmar 9-13", [(("mon",), "08:00", "12:00"), (("tue",), "09:00", "13:00")]),
        ("nessuno", []),
    ],
)
def test_hours(cell: str, windows: list[tuple[tuple[str, ...], str, str]]) -> None:
    found = [(w["days"], w["from"], w["to"]) for w in hours.windows(cell)]
    assert found == windows
