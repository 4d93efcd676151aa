"""The empty sheet: filled by hand it loads, and it says what to write."""

from pathlib import Path
from typing import get_args

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from matching.errors import FileError
from matching.files import read_files, write_template
from matching.files.cells import refuse_broken
from matching.files.columns import COLUMNS, MODELS
from matching.files.contents import Kind
from matching.messages import catalogue, say
from matching.model import RecordKind

KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
NEVER_IN_SHEETS = {"experiences"}


def example(kind: Kind, name: str) -> str:
    return say(f"columns.{kind}.{name}.example")


def fill(sheet: Worksheet, kind: Kind) -> None:
    """Write the example of each column under its name."""
    names = [cell.value for cell in sheet[1]]
    for column, name in enumerate(names, 1):
        sheet.cell(2, column).value = example(kind, name)


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_columns_are_the_models_fields_each_explained(kind: Kind) -> None:
    fields = [name for name in MODELS[kind].model_fields if name not in NEVER_IN_SHEETS]
    expected = ["participant_id", *fields] if kind == "experiences" else fields
    assert sorted(COLUMNS[kind]) == sorted(expected)
    explained = {key.split(".")[2] for key in catalogue() if key.startswith(f"columns.{kind}.")}
    assert explained == COLUMNS[kind].keys()
    for name, column in COLUMNS[kind].items():
        cell = example(kind, name)
        refuse_broken(cell)
        column.read(cell)
        assert len(say(f"columns.{kind}.{name}.text")) <= 255  # Excel shows no more


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_filled_with_the_examples_loads(kind: RecordKind, tmp_path: Path) -> None:
    path = tmp_path / "modello.xlsx"
    write_template(kind, path)
    book = load_workbook(path)
    fill(book[kind], kind)
    if kind == "participants":
        fill(book["experiences"], "experiences")
    book.save(path)
    contents = read_files([path], known_companies={"A-001"})
    assert contents.errors == ()
    [record] = getattr(contents, kind)
    missing = [name for name in COLUMNS[kind] if getattr(record, name) is None]
    assert missing == []
    assert kind != "participants" or len(record.experiences) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_csv_filled_with_the_examples_loads(kind: RecordKind, tmp_path: Path) -> None:
    path = tmp_path / "modello.csv"
    write_template(kind, path)
    cells = [f'"{example(kind, name)}"' for name in COLUMNS[kind]]
    with path.open("a", encoding="utf-8") as file:
        file.write(";".join(cells) + "\r\n")
    contents = read_files([path], known_companies={"A-001"})
    assert contents.errors == ()
    assert len(getattr(contents, kind)) == 1


def test_the_header_stays_and_cells_are_guided(tmp_path: Path) -> None:
    write_template("offers", tmp_path / "modello.xlsx")
    book = load_workbook(tmp_path / "modello.xlsx")
    sheet = book["offers"]
    assert sheet.freeze_panes == "A2"
    names = [cell.value for cell in sheet[1]]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    assert names == list(COLUMNS["offers"])
    rules = {str(rule.sqref).rstrip("0123456789")[:-1]: rule for rule in
             sheet.data_validations.dataValidation}  # fmt: skip
    by_name = {name: rules[f"{letters[name]}2:{letters[name]}"[:-1]] for name in names}
    assert (by_name["seats"].type, by_name["seats"].formula1, by_name["seats"].formula2) == (
        "whole", "0", "1000",
    )  # fmt: skip
    assert (by_name["start_date"].type, by_name["start_date"].formula2) == (
        "date", "DATE(2100,12,31)",
    )  # fmt: skip
    assert by_name["hours_week"].type == "decimal"
    assert by_name["kind"].showErrorMessage
    assert not by_name["demands"].showErrorMessage  # several may be written
    assert sheet.column_dimensions[letters["id"]].number_format == "@"
    assert book["Elenchi"].sheet_state == "hidden"


@pytest.mark.parametrize("kind", KINDS)
def test_a_drop_down_points_at_words_that_load(kind: RecordKind, tmp_path: Path) -> None:
    write_template(kind, tmp_path / "modello.xlsx")
    book = load_workbook(tmp_path / "modello.xlsx")
    lists = [rule for rule in book[kind].data_validations.dataValidation if rule.type == "list"]
    assert lists
    for rule in lists:
        title, _, cells = rule.formula1.replace("$", "").rpartition("!")
        words = [row[0].value for row in book[title.strip("'")][cells]]
        assert len(words) > 1
        for word in words:
            COLUMNS[kind][rule.promptTitle].read(word)


def test_the_instructions_name_every_column(tmp_path: Path) -> None:
    write_template("participants", tmp_path / "modello.xlsx")
    sheet = load_workbook(tmp_path / "modello.xlsx")["Istruzioni"]
    told = {row[0].value: row for row in sheet.iter_rows()}
    assert {*COLUMNS["participants"], *COLUMNS["experiences"]} <= told.keys()
    assert told["target"][1].value == "sì"
    assert told["gender"][1].value == "no"


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "modello.csv"
    path.write_text("compilato a mano")
    with pytest.raises(FileError, match="esiste già"):
        write_template("offers", path)
    assert path.read_text() == "compilato a mano"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("modello.ods", "formato"), ("manca/modello.xlsx", "controlli che la cartella esista")],
)
def test_a_template_that_cannot_be_written(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=reason):
        write_template("offers", tmp_path / name)
