"""CSV and JSON in all the ways they are really written."""

import codecs
import csv
import json
from pathlib import Path

import pytest

from matching.files import read_files
from matching.model import Participant
from tests.broken_files import PARTICIPANT
from tests.builders import a_company, a_participant, an_offer

HEADER = "id;target;birth_year;municipality;narrative"
ROW = 'P-001;giovane;2004;Magenta;"È così: «cucire»,\r\nstirare; e via"'
STORY = "È così: «cucire»,\r\nstirare; e via"


def only_participant(path: Path) -> Participant:
    contents = read_files([path])
    assert contents.errors == contents.rejected == ()
    [participant] = contents.participants
    return participant


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        pytest.param(b"", "utf-8", id="utf-8"),
        pytest.param(codecs.BOM_UTF8, "utf-8", id="utf-8 with mark"),
        pytest.param(codecs.BOM_UTF16_LE, "utf-16-le", id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE, "utf-16-be", id="utf-16 big endian"),
        pytest.param(codecs.BOM_UTF32_LE, "utf-32-le", id="utf-32"),
        pytest.param(b"", "cp1252", id="windows-1252"),
    ],
)
def test_every_usual_encoding_reads_the_same(mark: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    path.write_bytes(mark + f"{HEADER}\r\n{ROW}\r\n".encode(encoding))
    assert only_participant(path).narrative == STORY


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(HEADER.split(";"))
        writer.writerow(["P-001", "giovane", "2004", "Magenta", STORY])
    assert only_participant(path).narrative == STORY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{HEADER}\n{ROW}", id="no-last-line-end"),
        pytest.param(f"{HEADER}\r{ROW}\r".replace("\r\n", "\n"), id="old-mac-line-ends"),
        pytest.param(f"\n\n{HEADER}\n\n;;;;\n{ROW}\n  ;;;;\n\n", id="blank-lines"),
        pytest.param(f"Elenco dei partecipanti;;;;\n{HEADER}\n{ROW}\n", id="title"),
        pytest.param(f"sep=;\n{HEADER}\n{ROW}\n", id="excel-separator-line"),
        pytest.param(f"Chi è;;;Dove;id\n{HEADER}\n{ROW}\n", id="merged-header-above"),
        pytest.param(f"{HEADER};;\n{ROW};;\n", id="blank-columns"),
        pytest.param(
            f"ID ; Target;BIRTH_YEAR;Municipality;\ufeffnarrative \n{ROW}\n", id="untidy-names"
        ),
        pytest.param(HEADER.replace("birth_year", "Birth Year") + f"\n{ROW}\n", id="spaced-name"),
        pytest.param(f"errore;{HEADER}\nid: boh;{ROW}\n", id="error-column"),
        pytest.param(f"{HEADER};colore\n{ROW};\n", id="unknown-column-without-content"),
    ],
)
def test_an_untidy_table_is_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    path.write_text(text, "utf-8", newline="")
    assert only_participant(path).narrative.replace("\n", "").replace("\r", "") == (
        STORY.replace("\r\n", "")
    )


def test_rows_are_numbered_by_the_lines_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    path.write_text(f"Elenco\n\n{HEADER}\n{ROW}\n\nP-2;boh;2004;Magenta;\n", "utf-8", newline="")
    [error] = read_files([path]).errors
    assert (error.row, error.field) == (7, "target")


def test_all_the_errors_of_a_file_are_told_one_a_field(tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    rows = [";boh;tanti;Palermo;", "P-2;youth;2004;Magenta;", "P-3;youth;1850;Magenta;"]
    path.write_text("\n".join([HEADER, *rows]), "utf-8")
    contents = read_files([path])
    assert [(error.row, error.field) for error in contents.errors] == [
        (2, "id"),
        (2, "target"),
        (2, "birth_year"),
        (2, "municipality"),
        (4, "birth_year"),
    ]
    assert [participant.id for participant in contents.participants] == ["P-2"]
    assert [rejected.row for rejected in contents.rejected] == [2, 4]
    assert contents.rejected[1].values == {
        "id": "P-3",
        "target": "youth",
        "birth_year": "1850",
        "municipality": "Magenta",
    }


def test_an_empty_cell_is_unknown_and_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    path.write_text(
        "id;target;birth_year;municipality;licences;limitations;transport\n"
        "P-1;youth;2004;Magenta;;nessuna;-\n"
    )
    participant = only_participant(path)
    assert participant.licences is None
    assert participant.limitations == participant.transport == ()


def test_a_row_with_a_value_nobody_reads_is_held_back(tmp_path: Path) -> None:
    path = tmp_path / "dati.csv"
    path.write_text(f"{HEADER};tinta\nP-1;youth;2004;Magenta;;rosso\nP-2;youth;2004;Magenta;;\n")
    contents = read_files([path])
    assert [str(error) for error in contents.errors] == [
        "dati.csv, campo tinta: la colonna «tinta» non è prevista e i suoi valori andrebbero persi"
    ]
    assert [participant.id for participant in contents.participants] == ["P-2"]
    assert [rejected.values["tinta"] for rejected in contents.rejected] == ["rosso"]


def test_json_lines_of_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "tutto.jsonl"
    records = [a_company(), an_offer(), a_participant(experiences=[{"kind": "work", "years": 2.5}])]
    lines = [record.model_dump_json(by_alias=True) for record in records]
    path.write_text("\n\n".join(lines) + "\r\n", "utf-8-sig")
    contents = read_files([path])
    assert (*contents.companies, *contents.offers, *contents.participants) == tuple(records)
    assert contents.errors == ()


@pytest.mark.parametrize("text", ["{}", "[{}]", " [\n {},\n {}\n]\n", "{}\n{}\n"])
def test_a_json_file_is_an_array_an_object_or_lines(text: str, tmp_path: Path) -> None:
    path = tmp_path / "dati.json"
    ids = iter(["P-1", "P-2"])
    for _ in range(text.count("{}")):
        text = text.replace("{}", json.dumps({**PARTICIPANT, "id": next(ids)}, indent=None), 1)
    path.write_text(text)
    contents = read_files([path])
    assert contents.errors == ()
    assert [p.id for p in contents.participants] == ["P-1", "P-2"][: len(contents.participants)]
    assert len(contents.participants) == text.count('"id"')


def test_a_pretty_printed_object_is_one_record(tmp_path: Path) -> None:
    path = tmp_path / "dati.json"
    path.write_text(json.dumps(PARTICIPANT, indent=2))
    assert only_participant(path).id == "P-001"


def test_an_element_of_an_array_is_found_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "dati.json"
    path.write_text(
        json.dumps([PARTICIPANT, {**PARTICIPANT, "id": "P-2", "target": "x"}], indent=1)
    )
    [error] = read_files([path]).errors
    assert (error.row, error.field) == (8, "target")


def test_an_empty_array_holds_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "dati.json"
    path.write_text("[ ]")
    [error] = read_files([path]).errors
    assert "è vuoto" in error.reason


def test_json_is_strict_but_for_what_means_the_same(tmp_path: Path) -> None:
    path = tmp_path / "dati.jsonl"
    offer = json.loads(an_offer().model_dump_json(by_alias=True))
    changes = {"seats": 2.0, "duration_months": 6, "min_age": None, "_error": "da rileggere"}
    path.write_text(json.dumps(offer | changes))
    contents = read_files([path], known_companies={"C-001"})
    assert contents.errors == ()
    assert contents.offers == (an_offer(seats=2, duration_months=6.0),)


def test_every_problem_of_an_object_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dati.jsonl"
    experiences = [{"kind": "x", "years": "due"}, {"kind": "work"}, {"kind": "y"}]
    changes = {"experiences": experiences, "licences": ["", ""], "_boh": 1}
    path.write_text(json.dumps(PARTICIPANT | changes))
    assert [error.field for error in read_files([path]).errors] == [
        "licences[0]",
        "experiences[0].kind",
        "experiences[0].years",
        "experiences[2].kind",
        "_boh",
    ]


@pytest.mark.parametrize("name", ["dati.jsonl", "dati.csv"])
def test_no_story_and_no_long_value_enters_a_reason(name: str, tmp_path: Path) -> None:
    story = "Ho badato a mia nonna per anni e poi ho lavorato in sartoria"
    fields = dict.fromkeys(
        ["id", "target", "birth_year", "municipality", "languages", "availability", "transport",
         "max_hours_week", "receives_rdc", "gender"], story
    )  # fmt: skip
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text(";".join([*fields, story]) + "\n" + ";".join([*fields.values(), story]))
    else:
        path.write_text(json.dumps({**fields, story: story}))
    errors = read_files([path]).errors
    assert len(errors) == len(fields) + 1
    assert not any("nonna" in str(error) for error in errors)
