"""`cantiere training-plan`: on the screen, as JSON, as a document that is never written over."""

from pathlib import Path

import docx
import pytest

from matching.messages import say
from tests.commands import Cantiere
from tests.contract import check

pytestmark = pytest.mark.db

ON = ["--on", "2026-12-01"]


def test_json_document_and_screen_tell_the_same(
    command: Cantiere, demo_module_database: str, tmp_path: Path
) -> None:
    path = tmp_path / "progetto.docx"
    words = ["training-plan", "P-001", "O-006", *ON]
    told = command(*words, path, "--json", url=demo_module_database)
    assert (told.code, told.err) == (0, "")
    plan = told.document
    check(plan, "training_plan")
    assert (plan["participant_id"], plan["offer_id"], plan["on"]) == ("P-001", "O-006", ON[1])
    assert plan["host"]["name"] == "Calzoleria Passolungo"
    read = "\n".join(
        cell.text
        for table in docx.Document(str(path)).tables
        for row in table.rows
        for cell in row.cells
    )
    screen = " ".join(command(*words, url=demo_module_database).out.split())
    for missing in plan["missing"]:
        assert missing["label"] in read
    assert screen.count(say("cli.training_plan.blank")) == len(plan["missing"])
    for competence in plan["competences"]:
        assert competence["objective"] in screen


def test_a_document_is_not_written_over(
    command: Cantiere, demo_module_database: str, tmp_path: Path
) -> None:
    path = tmp_path / "progetto.docx"
    words = ["training-plan", "P-001", "O-006", path, *ON]
    done = command(*words, url=demo_module_database)
    assert (done.code, done.err) == (0, "")
    assert "progetto.docx" in done.out
    before = path.read_bytes()
    again = command(*words, url=demo_module_database)
    assert again.code == 1
    assert "progetto.docx" in again.error
    assert path.read_bytes() == before


def test_a_pair_that_may_not_start_is_drafted_and_said(
    command: Cantiere, demo_module_database: str, tmp_path: Path
) -> None:
    words = ["training-plan", "P-001", "O-093", *ON]
    done = command(*words, tmp_path / "p.docx", url=demo_module_database)
    assert done.code == 0
    why = say("cli.training_plan.cannot_start", participant="P-001", offer="O-093", on=ON[1])
    assert why in done.out
    assert not command(*words, "--json", url=demo_module_database).document["can_start"]


@pytest.mark.parametrize(
    "words", [["P-999", "O-006"], ["P-001", "O-999"], ["P-001", "O-006", "p.pdf"]]
)
def test_what_is_not_there_or_will_not_do_is_one_line(
    words: list[str], command: Cantiere, demo_module_database: str
) -> None:
    done = command("training-plan", *words, url=demo_module_database)
    assert done.code == 1
    assert done.error
    assert not Path("p.pdf").exists()
