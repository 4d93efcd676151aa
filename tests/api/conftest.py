"""The commands in this process, which is faster than a process for each; a small programme."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import main
from tests.builders import a_company, a_participant, an_offer
from tests.commands import Cantiere, Done
from tests.databases import data_folder
from tests.programme import STORY, write_jsonl


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cantiere:
    """Run a command; ``url`` says on which database."""

    def run(*words: object, url: str = "postgresql://nobody@localhost:1/none") -> Done:
        monkeypatch.setenv("CANTIERE_DATABASE_URL", url)
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "argv", ["cantiere", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        code = ended.value.code
        assert isinstance(code, int | None)
        return Done(code or 0, printed.out, printed.err)

    return run


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder for an embedded server."""
    with data_folder() as folder:
        yield folder


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A programme in three files: a company, its offer, a person with a story."""
    company, offer = a_company(), an_offer(required_competences=["saldare"])
    person = a_participant(narrative=STORY)
    return [
        write_jsonl(tmp_path / "companies.jsonl", company),
        write_jsonl(tmp_path / "offers.jsonl", offer),
        write_jsonl(tmp_path / "participants.jsonl", person),
    ]
