"""The check of the tables: a small sound folder, and each way in which it can be broken."""

from pathlib import Path

import pytest

from matching.messages import catalogue, say
from skills_taxonomy.soundness import check
from skills_taxonomy.tables import Fault
from tests.skills_taxonomy.tables import ROWS, UUID, WORDS, write_tables

COMPETENCES, OCCUPATIONS, RELATIONS = "competences.csv", "occupations.csv", "relations.csv"
# file, what is replaced, by what, and the faults: (row, field, key) each.
Case = tuple[str, str, str, list[tuple[int | None, str | None, str]]]
CASES: list[Case] = [
    (COMPETENCES, "id,label,", "id,etichetta,", [(None, None, "columns")]),
    (COMPETENCES, "fare gli orli,,", "fare gli orli, ben fatti,,", [(3, None, "cells")]),
    (COMPETENCES, "cucire,cucire,", "cucire,cucire ,", [(2, "label", "blanks")]),
    (COMPETENCES, "facevo uno | ", "facevo uno| ", [(3, "other_labels", "blanks")]),
    (COMPETENCES, "facevo uno", '"facevo\nuno"', [(4, "other_labels", "blanks")]),
    (COMPETENCES, "hemming", "", [(3, "label_en", "empty")]),
    (COMPETENCES, "fare gli orli", "", [(3, "label", "empty")]),
    (OCCUPATIONS, "sarto,sarta", "sarto,", [(2, "label_feminine", "empty")]),
    (OCCUPATIONS, "sarto,sarta", "sarto,sarto", [(2, "label_feminine", "gender")]),
    (OCCUPATIONS, "sarto,sarta", "tagliatore,tagliatore", [(2, "label_feminine", "gender")]),
    (COMPETENCES, "skill,cross-sector,cu", "arte,cross-sector,cu", [(3, "kind", "choice")]),
    (COMPETENCES, "cross-sector,cucire", "ovunque,cucire", [(3, "reuse_level", "choice")]),
    (RELATIONS, "useful", "optional", [(3, "kind", "choice")]),
    (OCCUPATIONS, "7531", "753", [(2, "isco", "isco")]),
    (OCCUPATIONS, "7531", "7931", [(2, "isco", "isco")]),
    (RELATIONS, "0.95", "0,95", [(2, None, "cells")]),
    (RELATIONS, "0.95", "0.9", [(2, "weight", "weight_form")]),
    (RELATIONS, "0.95", "1.01", [(2, "weight", "weight")]),
    (RELATIONS, "0.95", "0.59", [(2, "weight", "weight")]),
    (RELATIONS, "0.50", "0.00", [(3, "weight", "weight")]),
    (RELATIONS, "0.50", "0.61", [(3, "weight", "weight")]),
    (OCCUPATIONS, "stilista,stilista,", "Stilista,stilista,", [
        (3, "id", "id_form"), (3, "id", "order"), (3, "id", "teaches_nothing"),
        (4, "occupation", "unknown")]),
    (RELATIONS, "sarto,fare-orli,useful", "sarto,cucire,useful", [(3, "competence", "twice")]),
    (RELATIONS, "sarto,cucire", "sarto,gettare", [
        (2, "competence", "unknown"), (3, "occupation", "order")]),
    (COMPETENCES, "facevo sei | facevo sette | ", "", [(3, "other_labels", "words")]),
    (COMPETENCES, "facevo sei", " | ".join(f"orli {n}" for n in range(11)), [
        (3, "other_labels", "words")]),
    (COMPETENCES, "facevo due", "Facevo uno", [(3, "other_labels", "word_again")]),
    (OCCUPATIONS, "sartoria due", "sarta", [(2, "other_labels", "word_again")]),
    (COMPETENCES, "facevo due", "sette che cucivano", [(3, "other_labels", "reads_like")]),
    (COMPETENCES, "facevo due", "Cucivo sette", [(3, "other_labels", "word_taken")]),
    (COMPETENCES, "facevo due", "cucire", [(3, "other_labels", "word_taken")]),
    (COMPETENCES, "cucivo due", "gli orli che faccio", [(3, "label", "reads_like")]),
    (COMPETENCES, f",skill/{UUID}1,,sewing", ",skill/1,,sewing", [(2, "esco_exact", "esco_form")]),
    (COMPETENCES, f"cucire,,skill/{UUID}1", f"cucire,,occupation/{UUID}1", [
        (3, "esco_close", "esco_form")]),
    (OCCUPATIONS, "occupation/14", f"skill/{UUID}1", [(3, "esco_exact", "esco_form")]),
    (COMPETENCES, f"{UUID}1,,sewing", f"{UUID}1,skill/{UUID}1,sewing", [
        (2, "esco_close", "esco_again")]),
    (COMPETENCES, f"cucire,,skill/{UUID}1", f"cucire,skill/{UUID}1,", [
        (3, "esco_exact", "esco_taken")]),
    (COMPETENCES, "cross-sector,cucire", "cross-sector,tagliare", [(3, "broader", "unknown")]),
    (COMPETENCES, "cross-sector,cucire", "cross-sector,fare-orli", [(3, "broader", "circle")]),
    (COMPETENCES, "sector,,skill", "sector,fare-orli,skill", [(2, "broader", "circle")]),
    (RELATIONS, "stilista,cucire", "modista,cucire", [
        (3, "id", "teaches_nothing"), (4, "occupation", "unknown"), (4, "occupation", "order")]),
    (RELATIONS, "stilista,cucire,essential", "stilista,cucire,useful", [
        (3, "id", "teaches_nothing")]),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tables(tmp_path)


def faults(folder: Path) -> list[Fault]:
    return list(check(folder).faults)


def test_the_small_folder_is_sound(folder: Path) -> None:
    checked = check(folder)
    assert checked.faults == ()
    assert checked.counts == {table: len(rows) for table, rows in ROWS.items()}


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES)
def test_each_fault_is_found_where_it_is(
    folder: Path, file: str, old: str, new: str, expected: list[tuple[int, str, str]]
) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    found = faults(folder)
    assert sorted(found_at(found), key=str) == sorted(expected, key=str)
    assert all(say(f"taxonomy.fault.{fault.key}", **fault.values) for fault in found)


def found_at(found: list[Fault]) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.field, fault.key) for fault in found]


def test_a_competence_bound_to_nothing(folder: Path) -> None:
    path = folder / COMPETENCES
    orphan = f"zappare,zappare,,{WORDS['bottega']},skill,cross-sector,,,,hoeing\n"
    path.write_text(path.read_text("utf-8") + orphan, "utf-8")
    assert found_at(faults(folder)) == [(4, "id", "orphan")]


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / OCCUPATIONS).write_bytes("id,etichetta,città".encode("latin-1"))
    (folder / RELATIONS).unlink()
    found = faults(folder)
    assert [(f.file, f.row, f.key) for f in found] == [
        (OCCUPATIONS, None, "encoding"), (RELATIONS, None, "no_file"),
    ]  # fmt: skip
    assert check(folder).counts == {"competences": 2}


def test_every_sentence_about_a_fault_is_tested() -> None:
    prefix = "taxonomy.fault."
    sentences = {key.removeprefix(prefix) for key in catalogue() if key.startswith(prefix)}
    tested = {key for case in CASES for _, _, key in case[3]}
    assert tested | {"orphan", "encoding", "no_file"} == sentences


def test_faults_stand_by_file_and_row(folder: Path) -> None:
    for file, old, new in (
        (RELATIONS, "0.95", "2.00"), (COMPETENCES, "hemming", ""), (COMPETENCES, "sewing", ""),
    ):  # fmt: skip
        path = folder / file
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert [(f.file, f.row) for f in faults(folder)] == [
        (COMPETENCES, 2), (COMPETENCES, 3), (RELATIONS, 2),
    ]  # fmt: skip
