"""Loading: what it does, what it refuses, what it writes beside; and the sheets to fill in."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from matching.model import RecordKind
from tests.builders import a_company, a_participant, an_offer
from tests.commands import Cantiere
from tests.databases import dump_of, is_true
from tests.programme import KINDS, write_jsonl

pytestmark = pytest.mark.db


def test_a_programme_is_loaded_in_one_command_or_in_many(
    command: Cantiere, database: str, files: list[Path]
) -> None:
    done = command("load", *reversed(files), url=database)
    assert (done.code, done.err) == (0, "")
    assert [line.split(":")[0] for line in done.out.splitlines()] == [
        "Aziende", "Offerte", "Partecipanti",
    ]  # fmt: skip
    assert done.out.count("1 nuov") == 3
    assert is_true(database, "SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'participant'")
    before = dump_of(database)
    for file in files:
        again = command("load", file, url=database)
        assert (again.code, again.err) == (0, "")
        assert "1 già ugual" in again.out
    assert dump_of(database) == before


def test_offers_of_an_unknown_company_are_refused(
    command: Cantiere, database: str, files: list[Path]
) -> None:
    before = dump_of(database)
    done = command("load", files[1], url=database)
    assert done.code == 1
    assert "C-001" in done.err.splitlines()[0]
    assert dump_of(database) == before


def test_offers_of_a_company_refused_with_them_are_refused_too(
    command: Cantiere, database: str, tmp_path: Path
) -> None:
    companies = tmp_path / "aziende.csv"
    companies.write_text(
        "id;name;sector;municipality\nC-001;Forno;pane;Atlantide\nC-002;Orto;verde;Arluno\n"
    )
    offers = write_jsonl(
        tmp_path / "offerte.jsonl", an_offer(), an_offer(id="O-2", company_id="C-002")
    )
    done = command("load", companies, offers, "--skip-invalid", "--json", url=database)
    assert done.code == 0
    loaded = done.document["loaded"]
    assert (loaded["companies"]["added"], loaded["offers"]["added"]) == (1, 1)
    assert [e["file"] for e in done.document["errors"]] == ["aziende.csv", "offerte.jsonl"]
    assert len(done.document["rejected_files"]) == 2


def test_skip_invalid_loads_the_good_rows_and_writes_the_others_beside(
    command: Cantiere, database: str, tmp_path: Path
) -> None:
    good, bad = a_participant(id="P-1"), a_participant(id="P-2")
    file = write_jsonl(tmp_path / "persone.jsonl", good, bad)
    file.write_text(file.read_text().replace('"P-2"', '"P 2"'))
    refused = command("load", file, url=database)
    assert refused.code == 1
    assert refused.out == ""
    assert "riga 2" in refused.err
    assert "--skip-invalid" in refused.err
    assert command("profile", "P-1", url=database).code == 1
    done = command("load", file, "--skip-invalid", url=database)
    assert done.code == 0
    assert "riga 2" in done.err
    [beside] = [p for p in tmp_path.iterdir() if p != file]
    assert str(beside) in done.out
    assert command("profile", "P-1", url=database).code == 0
    beside.write_text(beside.read_text().replace('"P 2"', '"P-2"'))
    assert command("load", beside, url=database).code == 0
    assert command("profile", "P-2", url=database).code == 0


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_written_filled_in_and_loaded(
    kind: RecordKind, suffix: str, command: Cantiere, database: str, tmp_path: Path
) -> None:
    path = tmp_path / f"foglio.{suffix}"
    done = command("template", kind, path)
    assert (done.code, done.err) == (0, "")
    assert str(path) in done.out
    record: dict[str, str | int] = {
        "participants": {"id": "P-9", "target": "over_50", "birth_year": 1970},
        "companies": {"id": "C-9", "name": "Forno"},
        "offers": {"id": "O-9", "company_id": "C-001", "kind": "tirocinio", "title": "Cuoco",
                   "seats": 1, "start_date": "11/01/2027"},
    }[kind] | {"municipality": "Magenta"}  # type: ignore[operator]  # fmt: skip
    fill(path, record)
    command("load", write_jsonl(tmp_path / "a.jsonl", a_company()), url=database)
    loaded = command("load", path, "--json", url=database)
    assert (loaded.code, loaded.document["errors"]) == (0, [])
    assert loaded.document["loaded"][kind]["added"] == 1
    again = command("template", kind, path)
    assert again.code == 1
    assert path.name in again.error


def fill(path: Path, record: dict[str, str | int]) -> None:
    """Write a record under the header of an empty sheet."""
    if path.suffix == ".csv":
        header = path.read_text("utf-8-sig").strip().split(";")
        row = ";".join(str(record.get(name, "")) for name in header)
        path.write_text(f"{';'.join(header)}\n{row}\n")
        return
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = [str(cell.value) for cell in sheet[1]]
    for column, name in enumerate(header, 1):
        sheet.cell(2, column, record.get(name))
    book.save(path)
