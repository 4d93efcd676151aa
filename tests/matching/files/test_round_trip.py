"""Any valid records, written in any format, read back equal."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook

from matching.files import read_files
from matching.files.cells import CellError, refuse_broken
from matching.files.columns import COLUMNS
from matching.files.contents import Kind
from matching.files.layout import put
from matching.files.lists import is_none
from matching.messages import say
from matching.model import (
    DAYS,
    LANGUAGE_LEVELS,
    Company,
    Demand,
    Experience,
    ExperienceKind,
    Gender,
    Offer,
    OfferKind,
    Participant,
    RecordKind,
    Target,
    Transport,
    Window,
)  # fmt: skip
from matching.territory import municipalities

KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
Record = Participant | Company | Offer


def readable(text: str) -> bool:
    """Whether a text can stand in a cell: it can be seen, and is not Excel's word for an error."""
    try:
        refuse_broken(text)
    except CellError:
        return False
    return bool(text.strip())


characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
texts = st.text(characters, min_size=1, max_size=60).filter(readable)
stories = st.just("") | texts
items = texts.map(str.strip).filter(lambda text: ";" not in text and text and not is_none(text))
licences = items.filter(lambda text: not set(",\n") & set(text) and len(text) <= 40)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
places = st.sampled_from(sorted(municipalities()))
clocks = st.from_regex(r"([01][0-9]|2[0-3]):[0-5][0-9]", fullmatch=True) | st.just("24:00")
languages = st.fixed_dictionaries(
    {"code": st.from_regex("[a-z]{2}", fullmatch=True), "level": st.sampled_from(LANGUAGE_LEVELS)}
)
windows = st.fixed_dictionaries(
    {"days": st.lists(st.sampled_from(DAYS), min_size=1, unique=True), "from": clocks, "to": clocks}
).filter(lambda window: window["from"] != window["to"])


def hundredths(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(round(low * 100), round(high * 100)).map(lambda n: n / 100)


def some(of: st.SearchStrategy[Any], size: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(of, max_size=size)


def codes(literal: object) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(get_args(literal)), max_size=3)


experiences = st.fixed_dictionaries(
    {"kind": st.sampled_from(get_args(ExperienceKind))},
    optional={
        "title": stories,
        "description": stories,
        "years": hundredths(0, 80),
        "end_year": st.integers(1900, 2100),
    },
)
STRATEGIES: dict[RecordKind, st.SearchStrategy[Record]] = {
    "participants": st.fixed_dictionaries(
        {
            "id": ids,
            "target": st.sampled_from(get_args(Target)),
            "birth_year": st.integers(1920, 2020),
            "municipality": places,
        },
        optional={
            "gender": st.sampled_from(get_args(Gender)),
            "eqf_level": st.integers(1, 8),
            "languages": some(languages),
            "licences": some(licences),
            "transport": codes(Transport),
            "max_travel_minutes": st.integers(0, 300),
            "availability": some(windows),
            "max_hours_week": hundredths(0.01, 80),
            "limitations": codes(Demand),
            "receives_rdc": st.booleans(),
            "narrative": stories,
            "declared_competences": some(items),
            "experiences": some(experiences),
            "interests": some(items),
            "avoid": some(items),
        },
    ).map(Participant.model_validate),
    "companies": st.fixed_dictionaries(
        {"id": ids, "name": texts, "municipality": places, "sector": texts},
        optional={
            "ateco": st.from_regex(r"[0-9]{2}(\.[0-9]{1,2}){0,2}", fullmatch=True),
            "permanent_employees": st.integers(0, 1_000_000),
            "active_interns": st.integers(0, 10_000),
            "description": stories,
        },
    ).map(Company.model_validate),
    "offers": st.fixed_dictionaries(
        {
            "id": ids,
            "company_id": st.just("C-001"),
            "kind": st.sampled_from(get_args(OfferKind)),
            "title": texts,
            "municipality": places,
            "seats": st.integers(0, 1000),
            "start_date": st.dates(date(2000, 1, 1), date(2100, 12, 31)),
        },
        optional={
            "description": stories,
            "public_transport": st.booleans(),
            "duration_months": hundredths(0.01, 60),
            "hours_week": hundredths(0.01, 80),
            "schedule": some(windows),
            "allowance_eur_month": hundredths(0, 10_000),
            "required_competences": some(items),
            "preferred_competences": some(items),
            "min_age": st.integers(0, 60),
            "max_age": st.integers(60, 120),
            "licences": some(licences),
            "min_italian": st.sampled_from(LANGUAGE_LEVELS),
            "min_eqf": st.integers(1, 8),
            "demands": codes(Demand),
            "reserved_targets": codes(Target),
        },
    ).map(Offer.model_validate),
}


# The contract's own spelling of a value in a cell; `typed` keeps a workbook's numbers and dates.


def as_cell(value: object, *, typed: bool) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return "; ".join(map(_item, value)) or "nessuno"
    if isinstance(value, bool):
        return "sì" if value else "no"
    if typed or isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".replace(".", ",")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _item(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Window):
        days = ",".join(say(f"labels.day.{day}") for day in value.days)
        return f"{days} {value.start}-{value.end}"
    return f"{value.code} {value.level}"


def rows_of(kind: Kind, records: Iterable[Any], *, typed: bool) -> list[list[Any]]:
    rows = [
        [as_cell(getattr(each, name), typed=typed) for name in COLUMNS[kind]] for each in records
    ]
    return [list(COLUMNS[kind]), *rows]


def experience_rows(people: Iterable[Participant], *, typed: bool) -> list[list[Any]]:
    told: list[tuple[str, Experience]] = [(p.id, e) for p in people for e in p.experiences]
    names = [name for name in COLUMNS["experiences"] if name != "participant_id"]
    rows = [[i, *(as_cell(getattr(e, n), typed=typed) for n in names)] for i, e in told]
    return [["participant_id", *names], *rows]


def tables_of(kind: RecordKind, records: Sequence[Any], *, typed: bool) -> dict[Kind, Any]:
    tables: dict[Kind, Any] = {kind: rows_of(kind, records, typed=typed)}
    if kind == "participants":
        tables["experiences"] = experience_rows(records, typed=typed)
    return tables


def write_json_lines(kind: RecordKind, records: Sequence[Any], folder: Path) -> list[Path]:
    path = folder / "dati.jsonl"
    lines = [record.model_dump_json(by_alias=True) for record in records]
    path.write_text("\n".join(lines), "utf-8")
    return [path]


def write_json_array(kind: RecordKind, records: Sequence[Any], folder: Path) -> list[Path]:
    path = folder / "dati.json"
    objects = [record.model_dump_json(by_alias=True, exclude_none=True) for record in records]
    path.write_text(f"[{','.join(objects)}]", "utf-16")
    return [path]


def write_csv(kind: RecordKind, records: Sequence[Any], folder: Path) -> list[Path]:
    paths = []
    for name, rows in tables_of(kind, records, typed=False).items():
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    return paths


def write_xlsx(kind: RecordKind, records: Sequence[Any], folder: Path) -> list[Path]:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables_of(kind, records, typed=True).items():
        sheet = book.create_sheet(name)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                put(sheet.cell(line, column), value)
    book.save(folder / "dati.xlsx")
    return [folder / "dati.xlsx"]


@pytest.mark.parametrize("write", [write_json_lines, write_json_array, write_csv, write_xlsx])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_valid_records_read_back_equal(
    kind: RecordKind,
    write: Callable[[RecordKind, Sequence[Any], Path], list[Path]],
    data: st.DataObject,
) -> None:
    several = st.lists(STRATEGIES[kind], min_size=1, max_size=3, unique_by=lambda each: each.id)
    records = data.draw(several)
    with tempfile.TemporaryDirectory() as folder:
        contents = read_files(write(kind, records, Path(folder)), known_companies={"C-001"})
    assert contents.errors == ()
    assert getattr(contents, kind) == tuple(records)
