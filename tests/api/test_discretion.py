"""What is never said, whatever goes wrong: a piece of a story."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import cli
from tests.builders import a_participant
from tests.commands import Cantiere
from tests.databases import dump_of
from tests.programme import MARK, STORY, demonstration

pytestmark = pytest.mark.db


def unlucky(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def test_a_fault_of_the_program_says_where_and_never_what(
    command: Cantiere, database: str, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump_of(database)
    monkeypatch.setattr(cli, "load_records", unlucky(ValueError(STORY)))
    done = command("load", *files, url=database)
    assert done.code == 1
    assert "ValueError" in done.error
    assert "test_discretion.py" in done.error
    assert MARK not in done.error
    assert dump_of(database) == before


def test_no_story_in_what_goes_wrong(command: Cantiere, database: str, tmp_path: Path) -> None:
    """A story in the wrong place, too long, or in a broken row is never repeated."""
    person = json.loads(a_participant(narrative=STORY).model_dump_json(by_alias=True))
    told = f"{STORY} " * 3
    rows = [
        json.dumps(person | {"narrative": STORY * 2000}),
        json.dumps(person | {"narrative": STORY + "\x00"}),
        json.dumps(person | {"target": told}),
        json.dumps(person | {"municipality": told}),
        json.dumps(person | {"id": told}),
        json.dumps(person | {"interests": told}),
        json.dumps(person | {"birth_year": told}),
        json.dumps(person | {"experiences": [{"kind": told}]}),
        json.dumps(person)[:-1],
        json.dumps([STORY]),
        json.dumps(STORY),
    ]
    for options in ([], ["--skip-invalid"], ["--json"]):
        file = tmp_path / "persone.jsonl"
        file.write_text("\n".join(rows) + "\n")
        done = command("load", file, *options, url=database)
        assert done.code == 1
        assert MARK not in done.err + done.out
        assert len(done.err.splitlines()) >= len(rows) or options == ["--json"]


def test_nothing_of_the_demonstration_in_what_goes_wrong(
    command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = demonstration().participants[0]
    monkeypatch.setattr(cli, "profile_of", unlucky(RuntimeError(repr(person))))
    monkeypatch.setattr(cli, "explain_pair", unlucky(KeyError(person.narrative)))
    for words in (["profile", "P-001"], ["explain", "P-001", "O-001"]):
        done = command(*words, url=demo_database)
        assert done.code == 1
        assert "Errore imprevisto" in done.error
        assert person.narrative[:20] not in done.error
        assert len(done.error) < 300
