"""What holds between rows: ids, experiences, companies."""

from pathlib import Path
from typing import Any

import pytest

from matching.files import read_files
from tests.broken_files import COMPANY, OFFER, PARTICIPANT, as_csv, as_jsonl, write

EXPERIENCE: dict[str, Any] = {"participant_id": "P-001", "kind": "lavoro", "title": "sarta"}


def test_nothing_is_read_of_nothing() -> None:
    contents = read_files([])
    assert contents.participants == contents.errors == contents.rejected == ()


def test_experiences_come_from_a_second_file_in_any_order(tmp_path: Path) -> None:
    other = {**EXPERIENCE, "title": "mamma", "kind": "cura di familiari"}
    told = as_csv(tmp_path, EXPERIENCE, other, name="esperienze.csv")
    people = as_csv(tmp_path, PARTICIPANT, name="persone.csv")
    for paths in ([told, people], [people, told]):
        contents = read_files(paths)
        assert contents.errors == ()
        [participant] = contents.participants
        assert [e.title for e in participant.experiences] == ["sarta", "mamma"]


def test_a_header_of_experiences_alone_says_there_are_none(tmp_path: Path) -> None:
    told = write(tmp_path, "esperienze.csv", "participant_id;kind;title\n")
    contents = read_files([as_csv(tmp_path, PARTICIPANT), told])
    assert contents.errors == ()
    assert len(contents.participants) == 1


def test_an_experience_to_mend_holds_its_participant_back(tmp_path: Path) -> None:
    bad = {**EXPERIENCE, "kind": "boh"}
    told = as_csv(tmp_path, EXPERIENCE, bad, name="esperienze.csv")
    people = as_csv(tmp_path, PARTICIPANT, {**PARTICIPANT, "id": "P-2"}, name="persone.csv")
    contents = read_files([people, told])
    assert [(error.file, error.row) for error in contents.errors] == [("esperienze.csv", 3)]
    assert [participant.id for participant in contents.participants] == ["P-2"]
    assert [(r.file.name, r.row) for r in contents.rejected] == [
        ("persone.csv", 2),
        ("esperienze.csv", 2),
        ("esperienze.csv", 3),
    ]


def test_a_participant_to_mend_holds_its_experiences_back(tmp_path: Path) -> None:
    told = as_csv(tmp_path, EXPERIENCE, name="esperienze.csv")
    people = as_csv(tmp_path, {**PARTICIPANT, "target": "boh"}, name="persone.csv")
    contents = read_files([told, people])
    assert [(error.file, error.field) for error in contents.errors] == [("persone.csv", "target")]
    assert [rejected.kind for rejected in contents.rejected] == ["experiences", "participants"]
    assert all(rejected.reasons for rejected in contents.rejected)


def test_too_many_experiences_are_the_participants_error(tmp_path: Path) -> None:
    told = as_csv(tmp_path, *[EXPERIENCE] * 51, name="esperienze.csv")
    contents = read_files([as_csv(tmp_path, PARTICIPANT), told])
    assert [(error.file, error.row, error.field) for error in contents.errors] == [
        ("dati.csv", 2, "experiences")
    ]
    assert len(contents.rejected) == 52


def test_an_id_may_not_come_twice_even_from_two_files(tmp_path: Path) -> None:
    again = as_jsonl(tmp_path, {**COMPANY, "id": "P-001"}, PARTICIPANT)
    contents = read_files([as_csv(tmp_path, PARTICIPANT, name="uno.csv"), again])
    [error] = contents.errors
    assert (error.file, error.row, error.field) == ("dati.jsonl", 2, "id")
    assert "(file uno.csv, riga 2)" in error.reason
    assert len(contents.participants) == len(contents.companies) == 1


@pytest.mark.parametrize("company_first", [True, False])
def test_an_offer_may_name_a_company_of_the_same_load(company_first: bool, tmp_path: Path) -> None:
    records = [{**COMPANY, "id": "C-9"}, {**OFFER, "company_id": "C-9"}]
    path = as_jsonl(tmp_path, *(records if company_first else records[::-1]))
    contents = read_files([path])
    assert contents.errors == ()
    assert [offer.company_id for offer in contents.offers] == ["C-9"]


def test_an_offer_waits_for_a_company_to_mend(tmp_path: Path) -> None:
    company = {**COMPANY, "id": "C-9", "municipality": "Palermo"}
    contents = read_files([as_jsonl(tmp_path, company, {**OFFER, "company_id": "C-9"})])
    assert [(error.row, error.field) for error in contents.errors] == [
        (1, "municipality"),
        (2, "company_id"),
    ]
    assert "da correggere" in contents.errors[1].reason
    assert contents.offers == ()


def test_a_known_company_may_be_loaded_again_with_an_error(tmp_path: Path) -> None:
    path = as_jsonl(tmp_path, {**COMPANY, "id": "C-001", "municipality": "Palermo"}, OFFER)
    contents = read_files([path], known_companies={"C-001"})
    assert [error.row for error in contents.errors] == [1]
    assert len(contents.offers) == 1


def test_the_kind_comes_from_the_columns(tmp_path: Path) -> None:
    """A person's name and town are not a company."""
    path = as_csv(tmp_path, {"id": "P-1", "name": "Anna", "municipality": "Magenta"})
    contents = read_files([path])
    assert contents.companies == ()
    [error] = contents.errors
    assert "partecipanti, aziende o offerte" in error.reason
