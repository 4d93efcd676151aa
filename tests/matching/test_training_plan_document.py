"""The draft as a document: opened again it says it all, in Italian, on A4, with header rows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

from matching.engine import Engine
from matching.errors import FileError
from matching.features import OfferSide, PersonSide
from matching.messages import say
from matching.training_plan import TrainingPlan, write_training_plan
from matching.training_plan.draft import training_plan_of
from tests.programme import DAY, demonstration

COMPANIES = {c.id: c for c in demonstration().companies}


@pytest.fixture(scope="module")
def plans(
    engine: Engine, people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...]
) -> dict[str, TrainingPlan]:
    """A plan for each status of the gates: the first person's first offers of the demonstration."""
    found: dict[str, TrainingPlan] = {}
    for side in offers:
        company = COMPANIES[side.offer.company_id]
        plan = training_plan_of(people[0], side, company, engine, on=DAY)
        found.setdefault(plan.eligibility.status, plan)
    return found


def written(plan: TrainingPlan, path: Path) -> Document:
    write_training_plan(plan, path)
    return docx.Document(str(path))


def lines(document: Document) -> Iterator[str]:
    """Every line that is read, in paragraphs and in cells."""
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)


def caption(table: Table) -> str:
    [told] = table._tbl.tblPr.findall(qn("w:tblCaption"))
    return str(told.get(qn("w:val")))


@pytest.mark.parametrize("status", ["eligible", "unknown", "ineligible"])
def test_it_says_all_that_the_plan_holds(
    status: str, plans: dict[str, TrainingPlan], tmp_path: Path
) -> None:
    plan = plans[status]
    read = list(lines(written(plan, tmp_path / "progetto.docx")))
    whole = "\n".join(read)
    assert say(f"training_plan.state.{status}") in read
    for section in plan.sections.values():
        for field in section:
            assert field.label in read
            assert field.text in whole
    for line in (*plan.activities, *plan.to_settle, *(c.objective for c in plan.acquire)):
        assert line in read
    forbids = [c for c in plan.eligibility.checks if c.status == "not_met"]
    assert bool(forbids) == (status == "ineligible")
    for check in forbids:
        assert any(check.reason in line and check.rule in line for line in read)


def test_what_is_missing_is_listed_and_its_cell_is_blank(
    plans: dict[str, TrainingPlan], tmp_path: Path
) -> None:
    plan = plans["unknown"]
    tables = {caption(t): t for t in written(plan, tmp_path / "p.docx").tables}
    listed = [
        (row.cells[0].text, row.cells[1].text)
        for row in tables[say("training_plan.section.missing")].rows[1:]
    ]
    assert listed == [
        (say(f"training_plan.section.{field.section}"), field.label) for field in plan.missing
    ]
    for name, section in plan.sections.items():
        rows = tables[say(f"training_plan.section.{name}")].rows[1:]
        contents = [row.cells[1].text for row in rows]
        for field, content in zip(section, contents, strict=True):
            if field.value is None:
                assert all(line.startswith("☐ ") for line in content.splitlines()), field.path
            else:
                assert content == field.text
    signatures = tables[say("training_plan.section.signatures")].rows[1:]
    assert [row.cells[0].text for row in signatures] == [
        say(f"training_plan.signatory.{who}") for who in plan.signatories
    ]
    assert {cell.text for row in signatures for cell in row.cells[1:]} == {""}


def test_it_is_accessible(plans: dict[str, TrainingPlan], tmp_path: Path) -> None:
    document = written(plans["eligible"], tmp_path / "p.docx")
    [section] = document.sections
    size = section.page_width, section.page_height
    assert [side and side.twips for side in size] == [11906, 16838]  # A4
    languages = {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"it-IT"}
    properties = document.core_properties
    assert (properties.title, properties.language) == (say("training_plan.title"), "it-IT")
    assert (properties.author, properties.comments, properties.created.date()) == ("", "", DAY)
    levels = [p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == "Heading 1"
    assert {*levels} == {"Heading 1", "Heading 2"}
    captions = [caption(table) for table in document.tables]
    assert len(captions) == len({*captions}) > 10
    for table in document.tables:
        header, *rows = table.rows
        assert all(cell.text for cell in header.cells)
        assert header._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rows)


def test_a_text_that_xml_cannot_hold_is_written_without_it(
    plans: dict[str, TrainingPlan], tmp_path: Path
) -> None:
    plan = plans["eligible"]
    *others, tasks = plan.sections["training"][0], plan.sections["training"][1]
    broken = replace(tasks, text="prima\x07 riga\r\nseconda <&> riga\ufffe 😀")
    section = (*others, broken, *plan.sections["training"][2:])
    changed = replace(plan, sections={**plan.sections, "training": section})
    read = list(lines(written(changed, tmp_path / "p.docx")))
    assert "prima riga\nseconda <&> riga 😀" in read


def test_it_never_takes_the_place_of_a_file(plans: dict[str, TrainingPlan], tmp_path: Path) -> None:
    path = tmp_path / "progetto.docx"
    path.write_text("compilato a mano")
    with pytest.raises(FileError, match=r"progetto\.docx esiste già"):
        write_training_plan(plans["eligible"], path)
    assert path.read_text() == "compilato a mano"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["progetto.pdf", "progetto", "manca/progetto.docx"])
def test_a_name_that_will_not_do_leaves_nothing(
    name: str, plans: dict[str, TrainingPlan], tmp_path: Path
) -> None:
    with pytest.raises(FileError):
        write_training_plan(plans["eligible"], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_nothing(
    plans: dict[str, TrainingPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError):
        write_training_plan(plans["eligible"], tmp_path / "progetto.docx")
    assert list(tmp_path.iterdir()) == []
