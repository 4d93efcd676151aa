"""Proposing and deciding at the terminal, in words and as JSON, with the audit."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.commands import Cantiere, Done
from tests.contract import check

pytestmark = pytest.mark.db


@pytest.fixture
def loaded(command: Cantiere, database: str, files: list[Path]) -> str:
    """The address of a database with a company, an offer and a person."""
    assert command("load", *files, url=database).code == 0
    return database


def proposed(command: Cantiere, url: str) -> str:
    """A proposal from a list."""
    command("suggest", "P-001", "--on", "2026-12-01", url=url)
    done = command("propose", "P-001", "O-001", "--on", "2026-12-01", "--json", url=url)
    assert (done.code, done.err) == (0, "")
    check(done.document, "placement")
    return str(done.document["decision_id"])


def test_from_a_proposal_to_an_outcome(command: Cantiere, loaded: str) -> None:
    decision = proposed(command, loaded)

    def decide(*words: object) -> Done:
        return command("decide", decision, *words, url=loaded)

    assert "proposto" in decide("accept", "--side", "participant", "--by", "tutor T-02").out
    assert "accettato da entrambi" in decide("accept", "--side", "company").out
    begun = decide("start", "--on", "2026-01-07", "--json").document
    check(begun, "placement")
    assert (begun["status"], begun["seat_taken"], begun["started_on"]) == (
        "started", True, "2026-01-07",
    )  # fmt: skip
    ended = decide("end", "--outcome", "left", "--on", "02/02/2026", "--note", "Ha trovato altro.")
    said = " ".join(ended.out.split())
    assert "5. conclusione del programma, 02/02/2026, operatore: la persona ha scelto" in said
    assert "Ha trovato altro." in said
    undone = decide("undo", "--json").document
    assert [step["undone"] for step in undone["steps"]][-2:] == [True, False]
    listed = command("placements", "--status", "started", "--json", url=loaded).document
    check(listed, "placements")
    assert listed["items"] == [undone]
    assert decision in command("placements", "--participant", "P-001", url=loaded).out
    assert "Nessuna decisione" in command("placements", "--offer", "O-009", url=loaded).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["start"], "non è possibile"),
        (["accept"], "per questa parte"),
        (["refuse", "--side", "company"], "serve un motivo"),
        (["refuse", "--side", "company", "--reason", "distance"], "serve un motivo"),
        (["undo", "--by", "anna@example.org"], "ruolo e un codice"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    command: Cantiere, loaded: str, words: list[str], said: str
) -> None:
    done = command("decide", proposed(command, loaded), *words, url=loaded)
    assert done.code == 1
    assert said in done.error


def test_a_proposal_says_what_it_needs(command: Cantiere, loaded: str) -> None:
    def propose(*words: str, person: str = "P-001") -> Done:
        return command("propose", person, "O-001", "--on", "2026-12-01", *words, url=loaded)

    assert "in nessuna proposta salvata" in propose().error
    assert "P-404" in propose(person="P-404").error
    assert "R-404" in propose("--run", "R-404").error
    done = propose("--override", "person_asked", "--side", "participant")
    assert "contro: RANKING" in done.out
    assert "già una decisione aperta" in propose("--override", "agreed").error
    assert "D-404" in command("decide", "D-404", "undo", url=loaded).error
    assert command("decide", "D-404", "wait", url=loaded).code == 2


def test_what_is_decided_at_the_terminal_is_in_the_audit(command: Cantiere, loaded: str) -> None:
    done = command("propose", "P-001", "O-001", "--override", "agreed", "--json", url=loaded)
    decision = done.document["decision_id"]
    command("decide", decision, "undo", "--note", "Uno sbaglio.", url=loaded)
    whole = command("audit", "verify", "--json", url=loaded).document
    assert whole["events"] == 3
    with psycopg.connect(loaded) as connection:
        found: list[tuple[Any, ...]] = connection.execute(
            "SELECT action, role, object, people FROM audit_event ORDER BY number"
        ).fetchall()
    assert found == [
        (f"decision.{action}", "terminal", decision, ["P-001"])
        for action in ("propose", "override", "undo")
    ]


def test_suggestions_see_the_seats_that_are_left(command: Cantiere, loaded: str) -> None:
    def listed() -> list[str]:
        words = ["suggest", "P-001", "--on", "2026-12-01", "--json"]
        return [item["offer_id"] for item in command(*words, url=loaded).document["items"]]

    assert listed() == ["O-001"]
    decision = proposed(command, loaded)
    for words in (["accept", "--side", "participant"], ["accept", "--side", "company"], ["start"]):
        assert command("decide", decision, *words, url=loaded).code == 0
    assert listed() == []
    assert command("decide", decision, "undo", url=loaded).code == 0
    assert listed() == ["O-001"]
