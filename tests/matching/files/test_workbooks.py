"""Workbooks in all the ways they are really filled."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.formula import ArrayFormula

from matching.files import read_files
from tests.broken_files import COMPANY, OFFER, PARTICIPANT


def filled(folder: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook with the rows of each sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "dati.xlsx"
    book.save(path)
    return path


def rows_of(*records: dict[str, Any]) -> list[list[Any]]:
    return [list(records[0]), *(list(record.values()) for record in records)]


def test_every_recognised_sheet_is_read_and_instructions_are_not(tmp_path: Path) -> None:
    told = {"participant_id": "P-001", "kind": "lavoro", "title": "sarta", "years": "2,5"}
    path = filled(
        tmp_path,
        Istruzioni=rows_of({"id": "il codice", "target": "il gruppo"}),
        persone=rows_of(PARTICIPANT),
        esperienze=rows_of(told),
        aziende=rows_of({**COMPANY, "id": "C-001"}),
        offerte=rows_of(OFFER),
        vuoto=[[]],
    )
    contents = read_files([path])
    assert contents.errors == ()
    assert contents.participants[0].experiences[0].years == 2.5
    assert len(contents.companies) == len(contents.offers) == 1


def test_a_hidden_sheet_that_is_not_recognised_is_left_alone(tmp_path: Path) -> None:
    book = Workbook()
    for row in rows_of(PARTICIPANT):
        book.active.append(row)
    hidden = book.create_sheet("codici")
    hidden.append(["giovane"])
    hidden.sheet_state = "hidden"
    chart = BarChart()
    chart.add_data(Reference(hidden, min_col=1, min_row=1))
    book.create_chartsheet("grafico").add_chart(chart)
    book.save(tmp_path / "dati.xlsx")
    assert read_files([tmp_path / "dati.xlsx"]).errors == ()


def test_cells_as_excel_types_them(tmp_path: Path) -> None:
    offer = OFFER | {
        "id": 101.0,
        "seats": 2.0,
        "start_date": datetime(2027, 1, 11),  # noqa: DTZ001 - Excel has no zones
        "public_transport": True,
        "hours_week": 20.5,
        "allowance_eur_month": 500,
        "schedule": "lun-ven 8-12",
    }
    path = filled(tmp_path, offerte=rows_of(offer))
    [read] = read_files([path], known_companies={"C-001"}).offers
    assert (read.id, read.seats, read.start_date) == ("101", 2, date(2027, 1, 11))
    assert (read.public_transport, read.hours_week, read.allowance_eur_month) == (True, 20.5, 500)


def test_a_serial_number_is_a_date_in_a_date_column(tmp_path: Path) -> None:
    path = filled(tmp_path, offerte=rows_of({**OFFER, "start_date": 46398}))
    [read] = read_files([path], known_companies={"C-001"}).offers
    assert read.start_date == date(2027, 1, 11)


def test_a_title_blank_rows_and_blank_columns_are_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet["B1"] = "Partecipanti 2027"
    sheet.merge_cells("B1:E1")
    for column, (name, value) in enumerate(PARTICIPANT.items(), 3):
        sheet.cell(4, column).value = f"{name.upper()} "
        sheet.cell(7, column).value = value
    sheet["C8"] = "   "
    sheet["C9"] = "P-002"
    book.save(tmp_path / "dati.xlsx")
    contents = read_files([tmp_path / "dati.xlsx"])
    assert [participant.id for participant in contents.participants] == ["P-001"]
    assert {error.row for error in contents.errors} == {9}


def test_a_far_cell_takes_no_memory(tmp_path: Path) -> None:
    book = Workbook()
    for row in rows_of(PARTICIPANT):
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "dati.xlsx")
    contents = read_files([tmp_path / "dati.xlsx"])
    assert len(contents.participants) == 1
    assert [(error.row, error.field) for error in contents.errors] == [(1_048_576, None)]


def test_styled_text_and_odd_characters_stay_as_they_are(tmp_path: Path) -> None:
    styled = CellRichText("Ho ", TextBlock(InlineFont(b=True), "cucito"), " molto")
    people = [{**PARTICIPANT, "id": f"P-{n}", "narrative": n} for n in range(4)]
    book = Workbook()
    for row in rows_of(*people):
        book.active.append(row)
    book.active["E2"] = styled
    book.active["E3"] = "una riga_x000D_\ne un'altra"
    book.active["E4"] = "=cucire"
    book.active["E4"].data_type = "s"
    book.active["E5"] = " spazi "
    book.save(tmp_path / "dati.xlsx")
    contents = read_files([tmp_path / "dati.xlsx"])
    assert [participant.narrative for participant in contents.participants] == [
        "Ho cucito molto",
        "una riga\r\ne un'altra",
        "=cucire",
        " spazi ",
    ]


def test_a_formula_is_named_by_its_cell_whatever_its_kind(tmp_path: Path) -> None:
    book = Workbook()
    for row in rows_of(PARTICIPANT, {**PARTICIPANT, "id": "P-2"}):
        book.active.append(row)
    book.active["C2"] = "=2000+4"
    book.active["C3"] = ArrayFormula("C3", "=2000+4")
    book.save(tmp_path / "dati.xlsx")
    errors = read_files([tmp_path / "dati.xlsx"]).errors
    assert [error.reason for error in errors] == [
        "la cella C2 contiene una formula: incolli il valore",
        "la cella C3 contiene una formula: incolli il valore",
    ]
