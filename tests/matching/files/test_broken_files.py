"""Every broken file gives its one error, in the right place, in words that help."""

import json
from pathlib import Path

import pytest

from matching.files import read_files
from tests.broken_files import BROKEN_FILES, KNOWN_COMPANIES, BrokenFile


@pytest.mark.parametrize("broken", BROKEN_FILES.values(), ids=lambda broken: broken.name)
def test_a_broken_file_gives_its_one_error(broken: BrokenFile, tmp_path: Path) -> None:
    contents = read_files([broken.write(tmp_path)], known_companies=KNOWN_COMPANIES)
    [error] = contents.errors
    assert (error.row, error.field) == (broken.row, broken.field)
    assert broken.reason in error.reason
    assert len(str(error).splitlines()) == 1


def test_there_are_many_and_most_point_at_a_row() -> None:
    assert len(BROKEN_FILES) >= 45
    assert sum(broken.row is not None for broken in BROKEN_FILES.values()) >= 45


def test_an_error_reads_as_one_line(tmp_path: Path) -> None:
    path = BROKEN_FILES["number_in_letters"].write(tmp_path)
    [error] = read_files([path], known_companies=KNOWN_COMPANIES).errors
    assert str(error) == (
        "dati.csv, riga 2, campo seats: «due» non è un numero: scriva solo cifre, per esempio 20 o "
        "20,5; se non si sa, lasci vuoto"
    )


def test_an_error_names_the_sheet_of_a_workbook(tmp_path: Path) -> None:
    [error] = read_files([BROKEN_FILES["experience_of_no_kind"].write(tmp_path)]).errors
    assert str(error).startswith("dati.xlsx, foglio esperienze, riga 2, campo kind: «volontario»")


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in BROKEN_FILES]
    for folder in folders:
        folder.mkdir()
    written = [b.write(f) for b, f in zip(BROKEN_FILES.values(), folders, strict=True)]
    good = tmp_path / "buono.jsonl"
    good.write_text(
        json.dumps({"id": "P-9", "target": "youth", "birth_year": 2004, "municipality": "Magenta"})
    )
    contents = read_files([*written, good], known_companies=KNOWN_COMPANIES)
    assert "P-9" in [participant.id for participant in contents.participants]
    assert {error.file for error in contents.errors} == {path.name for path in written}


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json", ".xlsx"])
def test_the_name_of_a_file_is_printed_safely(suffix: str, tmp_path: Path) -> None:
    [error] = read_files([tmp_path / f"due\nrighe\x1b[31m{suffix}"]).errors
    assert str(error).isprintable()
