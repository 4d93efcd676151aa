"""How the commands are asked for, and how they end."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from api import opening
from matching.engine import builtin_engine
from matching.files import read_files
from tests.commands import Cantiere, run

pytestmark = pytest.mark.db

COMMANDS = [
    [], ["load"], ["template"], ["profile"], ["suggest"], ["shortlist"], ["explain"], ["confirm"],
    ["reject"], ["replay"], ["demo"], ["taxonomy"], ["taxonomy", "search"],
    ["taxonomy", "check"], ["taxonomy", "import-esco"],
]  # fmt: skip


# Help


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help(words: list[str], command: Cantiere) -> None:
    done = command(*words, "--help")
    assert (done.code, done.err) == (0, "")
    assert " ".join(["cantiere", *words]) in done.out
    assert len(done.out.splitlines()) >= 5
    assert "Mostra questo aiuto." in done.out
    assert "Show this" not in done.out


def test_the_help_names_every_command(command: Cantiere) -> None:
    listed = command("--help").out + command("taxonomy", "--help").out
    for words in COMMANDS[1:]:
        assert f"│ {words[-1]} " in listed


@pytest.mark.parametrize("words", [[], ["taxonomy"]])
def test_no_words_is_asking_for_help(words: list[str], command: Cantiere) -> None:
    done = command(*words)
    assert (done.code, done.err) == (2, "")
    assert done.out.rstrip() == command(*words, "--help").out.rstrip()


# Wrong use


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("profile", "Manca PARTECIPANTE."),
        ("explain P-001", "Manca OFFERTA."),
        ("confirm P-001", "Manca COMPETENZA."),
        ("load", "Manca FILE"),
        ("taxonomy search", "Manca TESTO."),
        ("profile P-001 --jsn", "L'opzione --jsn non esiste."),
        ("suggest P-001 --limit 0", "Il valore dato per --limit non va bene."),
        ("suggest P-001 --limit 1001", "Il valore dato per --limit non va bene."),
        ("suggest P-001 --limit tre", "Il valore dato per --limit non va bene."),
        ("suggest P-001 --on domani", "Il valore dato per --on non va bene."),
        ("suggest P-001 --on 2026-02-30", "Il valore dato per --on non va bene."),
        ("shortlist O-001 --on", "Il valore dato per --on non va bene."),
        ("explain P-001 O-001 --audience nonna", "Il valore dato per --audience non va bene."),
        ("taxonomy search x --kind boh", "Il valore dato per --kind non va bene."),
        ("template boh x.xlsx", "Il valore dato per TIPO non va bene."),
        ("sugest P-001", "Comando o argomento non riconosciuto."),
        ("taxonomy serch x", "Comando o argomento non riconosciuto."),
        ("profile P-001 P-002", "Comando o argomento non riconosciuto."),
    ],
)
def test_wrong_use_is_one_line_in_italian_and_exit_2(
    words: str, said: str, command: Cantiere
) -> None:
    done = command(*words.split())
    assert done.code == 2
    assert done.error.startswith(said)
    assert "--help" in done.error


# What the data does not hold


@pytest.mark.parametrize(
    "words",
    [
        "profile P-404", "suggest P-404", "shortlist O-404", "explain P-404 O-001",
        "explain P-001 O-404", "replay R-404", "confirm P-404 urn:404", "reject P-001 urn:404",
        "confirm P-001 urn:404 --undo", "confirm P-001 urn:cantiere:occupation:404",
    ],
)  # fmt: skip
@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_an_unknown_id_is_one_clear_line_and_exit_1(
    words: str, json_too: list[str], command: Cantiere, demo_database: str
) -> None:
    done = command(*words.split(), *json_too, url=demo_database)
    assert done.code == 1
    assert done.error.startswith("Nessun")
    assert "404" in done.error


def test_an_occupation_that_no_text_names_cannot_be_confirmed(
    command: Cantiere, demo_database: str
) -> None:
    trades = command("profile", "P-001", "--json", url=demo_database).document["occupations"]
    told = {trade["uri"] for trade in trades}
    uri = next(o.uri for o in builtin_engine().taxonomy.occupations if o.uri not in told)
    done = command("confirm", "P-001", uri, url=demo_database)
    assert done.code == 1
    assert uri in done.error


def today() -> date:
    return datetime.now().astimezone().date()


def test_the_day_has_two_forms_and_is_today_by_default(
    command: Cantiere, demo_database: str
) -> None:
    for words in (["--on", "2026-12-24"], ["--on", "24/12/2026"]):
        done = command("suggest", "P-001", *words, "--json", url=demo_database)
        assert done.document["on"] == "2026-12-24"
    before = today()
    done = command("suggest", "P-001", "--json", url=demo_database)
    assert before.isoformat() <= done.document["on"] <= today().isoformat()


# Replaying


def test_a_replay_that_differs_is_exit_1(
    command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = command("suggest", "P-001", "--json", url=demo_database).document["run_id"]
    assert command("replay", run_id, url=demo_database).code == 0
    engine = builtin_engine()
    base = engine.weights.base.model_copy(update={"log_odds": -2.0})
    other = engine.weights.model_copy(update={"base": base, "version": "other"})
    monkeypatch.setattr(opening, "builtin_engine", lambda: replace(engine, weights=other))
    monkeypatch.setattr(opening, "refresh", lambda *_, **__: None)
    done = command("replay", run_id, url=demo_database)
    assert (done.code, done.err) == (1, "")
    assert f"{run_id}: diversa." in done.out
    assert "Cambiata la versione di pesi e modello" in done.out
    assert command("replay", run_id, "--json", url=demo_database).code == 1


# The program itself


def test_the_installed_command(demo_database: str, tmp_path: Path) -> None:
    """In a process of its own: output, errors and exit codes reach the shell."""
    done = run(
        "suggest", "P-001", "--on", "2026-12-01", "--limit", "2", "--json", url=demo_database
    )
    assert (done.code, done.err) == (0, "")
    assert len(done.document["items"]) == 2
    unknown = run("profile", "P-404", url=demo_database)
    assert unknown.code == 1
    assert "P-404" in unknown.error
    wrong = run("profile", url=demo_database)
    assert wrong.code == 2
    assert wrong.error.startswith("Manca PARTECIPANTE.")
    path = tmp_path / "aziende.xlsx"
    assert run("template", "companies", path).code == 0
    assert read_files([path]).errors[0].row is None


def test_a_new_participant_is_read_without_a_word_on_standard_error(
    files: list[Path], database: str
) -> None:
    """Where nobody watches, progress is not shown."""
    done = run("load", *files, "--json", url=database)
    assert (done.code, done.err) == (0, "")
    assert done.document["loaded"]["participants"]["added"] == 1
