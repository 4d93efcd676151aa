"""A broken file is refused by the command too: one clear line, and nothing has changed."""

from pathlib import Path

import pytest

from matching.messages import say
from tests.broken_files import BROKEN_FILES, KNOWN_COMPANIES, PARTICIPANT, BrokenFile, as_jsonl
from tests.builders import a_company
from tests.commands import Cantiere
from tests.databases import dump_of
from tests.programme import demonstration

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def programme(demo_module_database: str) -> str:
    """The demonstration: it holds the company that the broken offers name."""
    assert {company.id for company in demonstration().companies} >= KNOWN_COMPANIES
    return demo_module_database


@pytest.mark.parametrize("broken", BROKEN_FILES.values(), ids=lambda broken: broken.name)
def test_a_broken_file_is_one_line_and_changes_nothing(
    broken: BrokenFile, command: Cantiere, programme: str, tmp_path: Path
) -> None:
    before = dump_of(programme)
    file = broken.write(tmp_path)
    done = command("load", file, url=programme)
    assert done.code == 1
    assert done.out == ""
    line, *after = done.err.splitlines()
    assert line.startswith(file.name)
    assert broken.reason in line
    assert (broken.row is None) or f"riga {broken.row}" in line
    assert (broken.field is None) or f"campo {broken.field}" in line
    assert line.isprintable()
    assert after in ([], [say("cli.load.refused")])
    assert dump_of(programme) == before


@pytest.mark.parametrize("broken", BROKEN_FILES.values(), ids=lambda broken: broken.name)
def test_good_files_beside_a_broken_one_are_not_loaded_either(
    broken: BrokenFile, command: Cantiere, programme: str, tmp_path: Path
) -> None:
    before = dump_of(programme)
    good = tmp_path / "buono.jsonl"
    good.write_text(a_company(id="C-NEW").model_dump_json(by_alias=True) + "\n")
    done = command("load", good, broken.write(tmp_path), "--json", url=programme)
    assert (done.code, done.err) == (1, "")
    assert done.document["loaded"] is None
    assert len(done.document["errors"]) == 1
    assert dump_of(programme) == before


def test_every_error_of_a_file_is_a_line_in_its_order(
    command: Cantiere, programme: str, tmp_path: Path
) -> None:
    changes: list[dict[str, object]] = [
        {"target": "giovani"}, {}, {"birth_year": "x"}, {"municipality": "Palermo"},
    ]  # fmt: skip
    rows = [{**PARTICIPANT, "id": f"P-9{i}", **change} for i, change in enumerate(changes)]
    done = command("load", as_jsonl(tmp_path, *rows), url=programme)
    lines = [line for line in done.err.splitlines() if line.startswith("dati.jsonl, riga")]
    assert [line.split(",")[1] for line in lines] == [" riga 1", " riga 3", " riga 4"]
