"""What the commands do, how they end, and what they never say."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from api import cli
from matching.files import read_files
from matching.model import RecordKind
from tests.builders import a_company, a_participant, an_offer
from tests.commands import Cantiere, run
from tests.databases import dump_of
from tests.programme import KINDS, demonstration

pytestmark = pytest.mark.db

COMMANDS = [
    [], ["load"], ["template"], ["profile"], ["suggest"], ["shortlist"], ["explain"], ["confirm"],
    ["reject"], ["replay"], ["demo"], ["taxonomy"], ["taxonomy", "search"],
    ["taxonomy", "import-esco"],
]  # fmt: skip
# In the story of the people loaded here, and nowhere else.
MARK = "parolasegreta"
STORY = f"Ho badato a mia nonna per anni. {MARK}."


def as_jsonl(path: Path, *records: Any) -> Path:
    path.write_text("".join(f"{r.model_dump_json(by_alias=True)}\n" for r in records))
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A programme in three files."""
    company, offer = a_company(), an_offer(required_competences=["saldare"])
    person = a_participant(narrative=STORY)
    records = {"companies": company, "offers": offer, "participants": person}
    return [as_jsonl(tmp_path / f"{kind}.jsonl", record) for kind, record in records.items()]


def told(command: Cantiere, url: str) -> str:
    """The URI of a competence that the story tells."""
    profile = command("profile", "P-001", "--json", url=url).document
    return str(next(c["uri"] for c in profile["competences"] if c["origin"] != "hidden"))


def status_of(command: Cantiere, url: str, uri: str) -> str | None:
    held = command("profile", "P-001", "--json", url=url).document["competences"]
    return next((c["status"] for c in held if c["uri"] == uri), None)


# Help


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help(words: list[str], command: Cantiere) -> None:
    done = command(*words, "--help")
    assert (done.code, done.err) == (0, "")
    assert " ".join(["cantiere", *words]) in done.out
    assert len(done.out.splitlines()) >= 5


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


def test_an_occupation_cannot_be_confirmed(command: Cantiere, demo_database: str) -> None:
    trades = command("profile", "P-001", "--json", url=demo_database).document["occupations"]
    done = command("confirm", "P-001", trades[0]["uri"], url=demo_database)
    assert done.code == 1
    assert trades[0]["uri"] in done.error


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


# Loading


def test_a_programme_is_loaded_in_one_command_or_in_many(
    command: Cantiere, database: str, files: list[Path]
) -> None:
    done = command("load", *reversed(files), url=database)
    assert (done.code, done.err) == (0, "")
    assert [line.split(":")[0] for line in done.out.splitlines()] == [
        "Aziende", "Offerte", "Partecipanti",
    ]  # fmt: skip
    assert done.out.count("1 nuov") == 3
    before = dump_of(database)
    for file in files:
        again = command("load", file, url=database)
        assert (again.code, again.err) == (0, "")
        assert "1 già ugual" in again.out
    assert dump_of(database) == before


def test_offers_of_an_unknown_company_are_refused(
    command: Cantiere, database: str, files: list[Path]
) -> None:
    before = dump_of(database)
    done = command("load", files[1], url=database)
    assert done.code == 1
    assert "C-001" in done.err.splitlines()[0]
    assert dump_of(database) == before


def test_offers_of_a_company_refused_with_them_are_refused_too(
    command: Cantiere, database: str, tmp_path: Path
) -> None:
    companies = tmp_path / "aziende.csv"
    companies.write_text(
        "id;name;sector;municipality\nC-001;Forno;pane;Atlantide\nC-002;Orto;verde;Arluno\n"
    )
    offers = as_jsonl(
        tmp_path / "offerte.jsonl", an_offer(), an_offer(id="O-2", company_id="C-002")
    )
    done = command("load", companies, offers, "--skip-invalid", "--json", url=database)
    assert done.code == 0
    loaded = done.document["loaded"]
    assert (loaded["companies"]["added"], loaded["offers"]["added"]) == (1, 1)
    assert [e["file"] for e in done.document["errors"]] == ["aziende.csv", "offerte.jsonl"]
    assert len(done.document["rejected_files"]) == 2


def test_skip_invalid_loads_the_good_rows_and_writes_the_others_beside(
    command: Cantiere, database: str, tmp_path: Path
) -> None:
    good, bad = a_participant(id="P-1"), a_participant(id="P-2")
    file = as_jsonl(tmp_path / "persone.jsonl", good, bad)
    file.write_text(file.read_text().replace('"P-2"', '"P 2"'))
    refused = command("load", file, url=database)
    assert refused.code == 1
    assert refused.out == ""
    assert "riga 2" in refused.err
    assert "--skip-invalid" in refused.err
    assert command("profile", "P-1", url=database).code == 1
    done = command("load", file, "--skip-invalid", url=database)
    assert done.code == 0
    assert "riga 2" in done.err
    [beside] = [p for p in tmp_path.iterdir() if p != file]
    assert str(beside) in done.out
    assert command("profile", "P-1", url=database).code == 0
    beside.write_text(beside.read_text().replace('"P 2"', '"P-2"'))
    assert command("load", beside, url=database).code == 0
    assert command("profile", "P-2", url=database).code == 0


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_written_filled_in_and_loaded(
    kind: RecordKind, suffix: str, command: Cantiere, database: str, tmp_path: Path
) -> None:
    path = tmp_path / f"foglio.{suffix}"
    done = command("template", kind, path)
    assert (done.code, done.err) == (0, "")
    assert str(path) in done.out
    record: dict[str, str | int] = {
        "participants": {"id": "P-9", "target": "over_50", "birth_year": 1970},
        "companies": {"id": "C-9", "name": "Forno"},
        "offers": {"id": "O-9", "company_id": "C-001", "kind": "tirocinio", "title": "Cuoco",
                   "seats": 1, "start_date": "11/01/2027"},
    }[kind] | {"municipality": "Magenta"}  # type: ignore[operator]  # fmt: skip
    fill(path, record)
    command("load", as_jsonl(tmp_path / "a.jsonl", a_company()), url=database)
    loaded = command("load", path, "--json", url=database)
    assert (loaded.code, loaded.document["errors"]) == (0, [])
    assert loaded.document["loaded"][kind]["added"] == 1
    again = command("template", kind, path)
    assert again.code == 1
    assert path.name in again.error


def fill(path: Path, record: dict[str, str | int]) -> None:
    """Write a record under the header of an empty sheet."""
    if path.suffix == ".csv":
        header = path.read_text("utf-8-sig").strip().split(";")
        row = ";".join(str(record.get(name, "")) for name in header)
        path.write_text(f"{';'.join(header)}\n{row}\n")
        return
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = [str(cell.value) for cell in sheet[1]]
    for column, name in enumerate(header, 1):
        sheet.cell(2, column, record.get(name))
    book.save(path)


# Settling


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
        as_jsonl(files[2], a_participant(narrative=narrative))
        assert command("load", files[2], url=database).code == 0
        assert status_of(command, database, uri) == "rejected"
    assert "è confermata per P-001" in command("confirm", "P-001", uri, url=database).out
    as_jsonl(files[2], a_participant(narrative=""))
    command("load", files[2], url=database)
    assert status_of(command, database, uri) == "confirmed"
    undone = command("confirm", "P-001", uri, "--undo", url=database)
    assert "non è più nel profilo di P-001" in undone.out
    assert status_of(command, database, uri) is None
    as_jsonl(files[2], a_participant(narrative=STORY))
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


# Replaying


def test_a_replay_that_differs_is_exit_1(
    command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = command("suggest", "P-001", "--json", url=demo_database).document["run_id"]
    assert command("replay", run_id, url=demo_database).code == 0
    engine = cli.builtin_engine()
    base = engine.weights.base.model_copy(update={"log_odds": -2.0})
    other = engine.weights.model_copy(update={"base": base, "version": "other"})
    monkeypatch.setattr(cli, "builtin_engine", lambda: replace(engine, weights=other))
    monkeypatch.setattr(cli, "refresh", lambda *_, **__: None)
    done = command("replay", run_id, url=demo_database)
    assert (done.code, done.err) == (1, "")
    assert f"{run_id}: diversa." in done.out
    assert "Cambiata la versione di pesi e modello" in done.out
    assert command("replay", run_id, "--json", url=demo_database).code == 1


# What is never said


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
    assert "test_cli.py" in done.error
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
