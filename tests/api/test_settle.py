"""Confirming and rejecting: a decision lasts until it is taken back."""

from pathlib import Path

import pytest

from tests.builders import a_participant
from tests.commands import Cantiere
from tests.contract import check
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


def test_who_decides_is_said_or_set(
    command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--by`, or else the setting, or else the role alone."""
    uri = told(command, demo_database)
    command("confirm", "P-001", uri, url=demo_database)
    monkeypatch.setenv("CANTIERE_OPERATOR", "operatore 07")
    command("reject", "P-001", uri, url=demo_database)
    words = ["confirm", "P-001", uri, "--level", "shown", "--by", "tutor T-02"]
    done = command(*words, "--json", url=demo_database)
    check(done.document, "settled")
    decision = done.document["decision"]
    assert (decision["by"], decision["level"], decision["state"]) == (
        "tutor T-02",
        "shown",
        "validated",
    )
    history = command("settled", "P-001", "--json", url=demo_database).document
    check(history, "decisions")
    assert [d["by"] for d in history["items"]] == ["operatore", "operatore 07", "tutor T-02"]
    printed = command("settled", "P-001", url=demo_database).out
    assert "confermata, tutor T-02" in printed
    assert "mostrata · validata" in printed
    assert "confermata, tutor T-02" in command("profile", "P-001", url=demo_database).out


@pytest.mark.parametrize("by", ["", "mario@rossi.it", "x" * 61])
def test_who_decides_is_no_address(by: str, command: Cantiere, demo_database: str) -> None:
    uri = told(command, demo_database)
    done = command("confirm", "P-001", uri, "--by", by, url=demo_database)
    assert done.code == 1
    assert "ruolo e un codice" in done.error
    assert command("settled", "P-001", url=demo_database).out == "Nessuna decisione ancora.\n"


def test_a_misread_trade_is_rejected_and_comes_back(command: Cantiere, demo_database: str) -> None:
    before = command("profile", "P-001", "--json", url=demo_database).document
    trade = before["occupations"][0]
    assert trade["uri"] in command("profile", "P-001", url=demo_database).out
    done = command("reject", "P-001", trade["uri"], "--json", url=demo_database)
    check(done.document, "settled")
    assert done.document["competence"] is None
    assert done.document["decision"]["answer"] == "rejected"
    after = command("profile", "P-001", "--json", url=demo_database).document
    check(after, "profile")
    assert trade["uri"] not in str(after)
    undone = command("reject", "P-001", trade["uri"], "--undo", url=demo_database)
    assert f"«{trade['label']}»" in undone.out
    assert command("profile", "P-001", "--json", url=demo_database).document == before
    for words, said in ((["confirm"], "confermato"), (["reject"], "tolto")):
        assert said in command(*words, "P-001", trade["uri"], url=demo_database).out
