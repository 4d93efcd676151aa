"""The questions and the interview as people use them: in a terminal, or on a pipe."""

import io
from typing import Any

import pytest

from tests.commands import Cantiere, Done, run
from tests.contract import check

pytestmark = pytest.mark.db

ON = ["--on", "2026-12-01"]
JSON = [*ON, "--json"]
ID = "P-007"


@pytest.fixture
def talk(command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hold an interview with these lines typed, one a reply."""

    def held(*lines: str, options: tuple[str, ...] = ()) -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return command("interview", ID, *ON, *options, url=demo_database)

    return held


def decisions(command: Cantiere, url: str) -> list[dict[str, Any]]:
    document = command("settled", ID, "--json", url=url).document
    check(document, "decisions")
    items: list[dict[str, Any]] = document["items"]
    return items


def test_the_questions_as_json(command: Cantiere, demo_database: str) -> None:
    done = command("questions", ID, *JSON, url=demo_database)
    assert (done.code, done.err) == (0, "")
    check(done.document, "questions")
    assert len(done.document["items"]) == 5
    two = command("questions", ID, *JSON, "--limit", "2", url=demo_database).document
    assert two["items"] == done.document["items"][:2]
    many = command("questions", ID, *JSON, "--limit", "50", url=demo_database).document
    assert many == done.document
    assert "P-404" in command("questions", "P-404", *JSON, url=demo_database).error


def test_the_questions_in_words(command: Cantiere, demo_database: str) -> None:
    done = command("questions", ID, *ON, url=demo_database)
    items = command("questions", ID, *JSON, url=demo_database).document["items"]
    printed = " ".join(done.out.split())
    for number, item in enumerate(items, start=1):
        assert f"{number}. {item['question']} {item['why']}" in printed
    assert f"cantiere interview {ID}" in done.out
    nothing = command("questions", ID, "--on", "2040-01-01", url=demo_database)
    assert "Nessuna domanda" in nothing.out
    assert command("questions", ID, "--on", "2040-01-01", "--json", url=demo_database).document == {
        "participant_id": ID,
        "items": [],
    }


def test_replies_are_kept_with_who_and_ground(
    talk: Any, command: Cantiere, demo_database: str
) -> None:
    done = talk("sì", "E", "No.", "non so", "f", options=("--by", "tutor T-02"))
    assert (done.code, done.err) == (0, "")
    kept = decisions(command, demo_database)
    assert [(d["answer"], d["level"], d["state"], d["by"]) for d in kept] == [
        ("confirmed", "said", "identified", "tutor T-02"),
        ("confirmed", "example", "identified", "tutor T-02"),
        ("rejected", None, None, "tutor T-02"),
        ("unsure", None, None, "tutor T-02"),
    ]
    for decision, reply in zip(kept, ("sì", "sì, con un esempio", "no", "poco"), strict=True):
        assert f"{decision['label']}: {reply}" in done.out
    assert "Le prime proposte" in done.out


@pytest.mark.parametrize(("options", "asked"), [((), 5), (("--limit", "2"), 2)])
def test_five_answers_are_an_interview(
    options: tuple[str, ...], asked: int, talk: Any, command: Cantiere, demo_database: str
) -> None:
    done = talk(*["s"] * 9, options=options)
    assert done.out.count("Risposta:") == asked
    assert len(decisions(command, demo_database)) == asked


def test_the_last_answer_is_undone_and_asked_again(
    talk: Any, command: Cantiere, demo_database: str
) -> None:
    done = talk("i", "s", "i", "n")
    assert "nessuna risposta da ritirare" in done.out
    assert "Risposta ritirata." in done.out
    first, taken_back, second = decisions(command, demo_database)
    assert first["uri"] == taken_back["uri"] == second["uri"]
    assert [d["answer"] for d in (first, taken_back, second)] == [
        "confirmed",
        "withdrawn",
        "rejected",
    ]


def test_what_is_not_understood_is_asked_again_and_what_is_skipped_is_not_kept(
    talk: Any, command: Cantiere, demo_database: str
) -> None:
    done = talk("boh", "", "fine")
    assert "Non ho capito" in done.out
    assert decisions(command, demo_database) == []


def test_the_end_of_the_input_stops_and_loses_nothing(
    talk: Any, command: Cantiere, demo_database: str
) -> None:
    assert talk("s").code == 0
    assert len(decisions(command, demo_database)) == 1


def test_an_interview_as_json(talk: Any, command: Cantiere, demo_database: str) -> None:
    """The questions go to standard error, the document to standard output."""
    before = command("suggest", ID, *JSON, "--limit", "5", url=demo_database).document["items"]
    done = talk("s", "n", "", "i", "p", options=("--json",))
    assert done.code == 0
    check(done.document, "interview")
    assert done.err.count("Risposta:") == 6
    document = done.document
    assert document["by"] == "operatore"
    assert [a["answer"] for a in document["answers"]] == ["yes", "no", "unsure"]
    assert [s["offer_id"] for s in document["before"]] == [i["offer_id"] for i in before]
    after = command("suggest", ID, *JSON, "--limit", "5", url=demo_database).document["items"]
    assert [s["offer_id"] for s in document["after"]] == [i["offer_id"] for i in after]


def test_in_a_process_with_nothing_to_read(demo_database: str) -> None:
    done = run("interview", ID, *ON, url=demo_database)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Risposta:") == 1
    assert "Le prime proposte non cambiano" in done.out
