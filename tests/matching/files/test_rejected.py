"""Rejected rows: written beside their file, safe to open, corrected, loaded again."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from matching.errors import FileError
from matching.files import FileContents, read_files, write_rejected
from tests.broken_files import (
    BROKEN_FILES,
    KNOWN_COMPANIES,
    OFFER,
    PARTICIPANT,
    BrokenFile,
    as_csv,
    as_jsonl,
    as_xlsx,
    write,
)  # fmt: skip

EXPERIENCE: dict[str, Any] = {"participant_id": "P-001", "kind": "lavoro", "title": "sarta"}
DANGERS = ["=HYPERLINK(1)", "@somma", "+1+2", "-1+2", "\tx", "'=già protetto", "-", "-5", "'"]


def read(*paths: Path) -> FileContents:
    return read_files(paths, known_companies=KNOWN_COMPANIES)


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_csv_rows_are_corrected_and_loaded(tmp_path: Path) -> None:
    path = as_csv(tmp_path, {**OFFER, "seats": "due"}, {**OFFER, "id": "O-2"}, name="offerte.csv")
    [beside] = write_rejected(read(path).rejected)
    assert beside.name == "offerte.scartate.csv"
    header, row = csv_rows(beside)
    assert header[:2] == ["errore", "id"]
    assert row[0].startswith("seats: «due» non è un numero")
    beside.write_bytes(beside.read_bytes().replace(b";due;", b";2;"))
    contents = read(beside)
    assert contents.errors == ()
    assert [offer.seats for offer in contents.offers] == [2]


def test_a_workbook_comes_with_its_experiences(tmp_path: Path) -> None:
    path = as_xlsx(
        tmp_path, {**PARTICIPANT, "target": "boh"}, {**PARTICIPANT, "id": "P-2"},
        esperienze=[EXPERIENCE, {**EXPERIENCE, "participant_id": "P-2"}],
    )  # fmt: skip
    [beside] = write_rejected(read(path).rejected)
    book = load_workbook(beside)
    assert book["participants"].max_row == book["experiences"].max_row == 2
    names = [cell.value for cell in book["participants"][1]]
    book["participants"].cell(2, names.index("target") + 1).value = "giovane"
    book.save(beside)
    contents = read(beside)
    assert contents.errors == ()
    [participant] = contents.participants
    assert [experience.title for experience in participant.experiences] == ["sarta"]


def test_two_csv_files_come_back_as_two(tmp_path: Path) -> None:
    people = as_csv(tmp_path, PARTICIPANT, name="persone.csv")
    told = as_csv(tmp_path, {**EXPERIENCE, "kind": "boh"}, name="esperienze.csv")
    written = write_rejected(read(people, told).rejected)
    assert [path.name for path in written] == ["persone.scartate.csv", "esperienze.scartate.csv"]
    written[1].write_text(written[1].read_text().replace(";boh;", ";work;"))
    contents = read(*written)
    assert contents.errors == ()
    assert len(contents.participants[0].experiences) == 1


def test_json_comes_back_as_it_was_written(tmp_path: Path) -> None:
    text = json.dumps(PARTICIPANT)[:-1] + ', "max_hours_week": 20.50, "target": "boh"}'
    broken_line = '{"id": "P-002", "target": "yo'
    [beside] = write_rejected(read(as_jsonl(tmp_path, OFFER, text, broken_line)).rejected)
    first, second = beside.read_text("utf-8").splitlines()
    assert json.loads(first)["_error"].startswith("lo stesso campo compare due volte")
    assert first.endswith(text[1:])
    assert second.endswith(broken_line[1:])
    again = ', "target": "boh"'
    beside.write_text(first.replace(again, ""))
    contents = read(beside)
    assert contents.errors == ()
    assert contents.participants[0].max_hours_week == 20.5


def test_the_error_of_a_json_object_is_told_once(tmp_path: Path) -> None:
    [first] = write_rejected(read(as_jsonl(tmp_path, {**PARTICIPANT, "target": 1})).rejected)
    [second] = write_rejected(read(first).rejected)
    assert second.name == "dati.scartate-2.jsonl"
    assert second.read_text() == first.read_text()
    assert first.read_text().count("_error") == 1


def test_a_json_array_comes_back_as_an_array(tmp_path: Path) -> None:
    records = [{**PARTICIPANT, "target": 1}, PARTICIPANT, {**PARTICIPANT, "target": 2}]
    path = write(tmp_path, "dati.json", json.dumps(records, indent=1))
    [beside] = write_rejected(read(path).rejected)
    assert [each["target"] for each in json.loads(beside.read_text())] == [1, "youth", 2]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    rejected = read(as_csv(tmp_path, {**PARTICIPANT, "target": "boh"})).rejected
    names = [write_rejected(rejected)[0].name for _ in range(3)]
    assert names == ["dati.scartate.csv", "dati.scartate-2.csv", "dati.scartate-3.csv"]


def test_nothing_is_written_for_nothing() -> None:
    assert write_rejected([]) == ()


def test_a_folder_that_is_gone_is_one_clear_error(tmp_path: Path) -> None:
    folder = tmp_path / "via"
    folder.mkdir()
    path = as_csv(folder, {**PARTICIPANT, "target": "boh"})
    rejected = read(path).rejected
    path.unlink()
    folder.rmdir()
    with pytest.raises(FileError, match="non è possibile scrivere"):
        write_rejected(rejected)


@pytest.mark.parametrize("danger", DANGERS)
def test_no_csv_cell_begins_like_a_formula_and_none_changes(danger: str, tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*PARTICIPANT, "narrative"])
        writer.writeheader()
        writer.writerow({**PARTICIPANT, "target": danger, "narrative": danger})
    first = read(path)
    [beside] = write_rejected(first.rejected)
    cells = [cell for row in csv_rows(beside) for cell in row]
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)
    assert not any(cell.startswith("-") for cell in cells if cell not in ("-", "-5"))
    assert read(beside).rejected[0].values == first.rejected[0].values


@pytest.mark.parametrize("danger", [*DANGERS, "a_x000D_b", "a\r\nb", "\x01", "\ufffe"])
def test_no_workbook_cell_is_a_formula_and_none_changes(danger: str, tmp_path: Path) -> None:
    path = write(tmp_path, "dati.csv", f'id;target;birth_year;narrative\nP-1;1;2004;"{danger}"')
    rejected = replace(read(path).rejected[0], file=tmp_path / "dati.xlsx")
    [beside] = write_rejected([rejected])
    sheet = load_workbook(beside)["participants"]
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} == {"s"}
    assert read(beside).rejected[0].values == rejected.values


def test_a_formula_is_still_an_error_when_it_comes_back(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, {**OFFER, "title": "=A1"})
    [beside] = write_rejected(read(path).rejected)
    [error] = read(beside).errors
    assert (error.field, error.reason) == ("title", "qui c'era una formula: scriva il valore")


# (The second of two rows with one id is good on its own: it updates the first.)
@pytest.mark.parametrize(
    "broken",
    [broken for broken in BROKEN_FILES.values() if broken.name != "repeated_id"],
    ids=lambda broken: broken.name,
)
def test_what_was_refused_is_refused_again_until_corrected(
    broken: BrokenFile, tmp_path: Path
) -> None:
    first = read(broken.write(tmp_path))
    if not first.rejected:  # the file itself could not be read: there is nothing to write
        assert first.errors[0].row is None or not first.participants
        return
    again = read(*write_rejected(first.rejected))
    assert [len(again.rejected), again.participants] == [len(first.rejected), ()]
    assert {rejected.reasons for rejected in again.rejected}
