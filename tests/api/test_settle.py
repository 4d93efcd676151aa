"""Confirming and rejecting: a decision lasts until it is taken back."""

from pathlib import Path

import pytest

from tests.builders import a_participant
from tests.commands import Cantiere
from tests.programme import STORY, write_jsonl

pytestmark = pytest.mark.db


def told(command: Cantiere, url: str) -> str:
    """The URI of a competence that the story tells."""
    profile = command("profile", "P-001", "--json", url=url).document
    return str(next(c["uri"] for c in profile["competences"] if c["origin"] != "hidden"))


def status_of(command: Cantiere, url: str, uri: str) -> str | None:
    held = command("profile", "P-001", "--json", url=url).document["competences"]
    return next((c["status"] for c in held if c["uri"] == uri), None)


def test_a_decision_survives_loading_the_same_and_other_texts(
    command: Cantiere, database: str, files: list[Path]
) -> None:
    command("load", *files, url=database)
    uri = told(command, database)
    assert status_of(command, database, uri) == "proposed"
    done = command("reject", "P-001", uri, url=database)
    assert (done.code, done.err) == (0, "")
    assert "è scartata per P-001" in done.out
    assert status_of(command, database, uri) == "rejected"
    for narrative in (STORY, "So solo cucinare.", STORY + " E cucino."):
        write_jsonl(files[2], a_participant(narrative=narrative))
        assert command("load", files[2], url=database).code == 0
        assert status_of(command, database, uri) == "rejected"
    assert "è confermata per P-001" in command("confirm", "P-001", uri, url=database).out
    write_jsonl(files[2], a_participant(narrative=""))
    command("load", files[2], url=database)
    assert status_of(command, database, uri) == "confirmed"
    undone = command("confirm", "P-001", uri, "--undo", url=database)
    assert "non è più nel profilo di P-001" in undone.out
    assert status_of(command, database, uri) is None
    write_jsonl(files[2], a_participant(narrative=STORY))
    command("load", files[2], url=database)
    undone = command("reject", "P-001", uri, "--undo", url=database)
    assert "torna una proposta per P-001" in undone.out
    assert status_of(command, database, uri) == "proposed"


def test_a_decision_moves_the_ranking(command: Cantiere, demo_database: str) -> None:
    words = ["suggest", "P-001", "--on", "2026-12-01", "--limit", "1", "--json"]
    [before] = command(*words, url=demo_database).document["items"]
    uri = next(
        c["uri"]
        for c in before["contributions"]
        if c["factor"] == "required_competence" and c["value"] > 0
    )
    command("reject", "P-001", uri, url=demo_database)
    after = command("suggest", "P-001", "--on", "2026-12-01", "--all", "--json", url=demo_database)
    now = next(i for i in after.document["items"] if i["offer_id"] == before["offer_id"])
    assert now["score"] < before["score"]
