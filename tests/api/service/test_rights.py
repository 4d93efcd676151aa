"""The rights of a person: everything about them, corrected, erased."""

import base64
import hashlib
import json
import threading
from html.parser import HTMLParser
from typing import Any

import psycopg
import pytest

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor
from api.audit.chain import verify
from api.audit.store import events
from api.database import connect
from matching.engine import Engine
from matching.messages import catalogue
from matching.replay import replay
from matching.store import Store
from tests.api.service.world import BASE, ELSEWHERE, OTHER, OWN, PASSWORD, World, mark_of
from tests.commands import Cantiere
from tests.databases import Dump, dump_of
from tests.readability import gulpease, sentences, words

pytestmark = pytest.mark.db

DOSSIER = f"/participants/{OWN}/dossier"
PAGE = f"{DOSSIER}/page"
ERASURE = f"/participants/{OWN}/erasure"
ORDER = {"participant_id": OWN}
HAND = "urn:cantiere:competence:cucire-a-mano"
DAY = "on=2026-12-01"


@pytest.fixture
def lived(world: World) -> World:
    """The programme after some days of work on its own person, and on others."""
    settling = f"/participants/{OWN}/settled-competences"
    seen = {"action": "accept", "side": "participant", "note": f"nota {mark_of(OWN)}"}
    accepted = world.ask(
        "participant", "POST", "/decisions/D-mine/steps", json=seen, headers={"If-Match": "*"}
    )
    assert accepted.status_code < 300
    for role, method, path, body in (
        ("operator", "PUT", settling, {"uri": HAND, "status": "confirmed", "level": "shown"}),
        ("participant", "GET", f"/participants/{OWN}/suggestions?{DAY}", None),
        ("administrator", "GET", f"/offers/O-mine/shortlist?{DAY}", None),
        ("company", "GET", f"/offers/O-mine/candidates?{DAY}", None),
        ("administrator", "GET", f"/participants/{OTHER}/suggestions?{DAY}", None),
    ):
        assert world.ask(role, method, path, json=body).status_code < 300  # type: ignore[arg-type]
    world.client.post(f"{BASE}/tokens", auth=("participant", PASSWORD))
    world.client.post(f"{BASE}/tokens", auth=("participant", "non è questa"))
    return world


# Everything about a person


def test_the_dossier_has_all_of_it_and_nothing_of_others(lived: World) -> None:
    answer = lived.ask("participant", "GET", DOSSIER)
    found = answer.json()
    assert found["record"]["narrative"].endswith(f"{mark_of(OWN)}.")
    assert found["identity"]["family_name"] == f"Cognome {mark_of(OWN)}"
    assert found["organisation"] == {"organisation_id": "ORG-mine", "name": "La mia"}
    held = {c["uri"]: c for c in found["profile"]["competences"]}
    assert held[HAND]["status"] == "confirmed"
    assert any(c["because"] for c in held.values())
    assert [(d["uri"], d["answer"], d["state"]) for d in found["decisions"]] == [
        (HAND, "confirmed", "validated")
    ]
    assert [c["offer_id"] for c in found["consents"]] == ["O-mine"]
    [placement] = found["placements"]
    assert (placement["decision_id"], placement["company"]) == ("D-mine", "Falegnameria Esempio")
    assert [s["action"] for s in placement["steps"]] == ["propose", "accept"]
    assert [a["login"] for a in found["accounts"]] == ["participant"]
    assert [r["direction"] for r in found["rankings"]] == [
        "suggest", "suggest", "shortlist", "shortlist",
    ]  # fmt: skip
    assert {p["participant_id"] for r in found["rankings"] for p in r["items"]} == {OWN}
    assert [(look["account_id"], look["action"]) for look in found["looks"]] == [
        ("A-participant", "decision.accept"), ("A-operator", "competence.settled"),
        ("A-participant", "offers.suggested"),
        ("A-administrator", "people.shortlisted"), ("A-company", "candidates.listed"),
    ]  # fmt: skip
    for person in (OTHER, ELSEWHERE):
        assert person not in answer.text
        assert mark_of(person) not in answer.text


def test_asking_for_it_is_audited_and_stands_in_the_next(lived: World) -> None:
    lived.ask("operator", "GET", DOSSIER)
    lived.ask("administrator", "GET", PAGE)
    looks = lived.ask("operator", "GET", DOSSIER).json()["looks"]
    assert [(look["account_id"], look["action"]) for look in looks[-2:]] == [
        ("A-operator", "dossier.viewed"), ("A-administrator", "dossier.viewed"),
    ]  # fmt: skip


def test_the_functions_behind_it_answer_only_who_may_know(lived: World) -> None:
    """The second wall, asked directly, as the service connects."""
    actors = {
        Actor("A", "operator", "ORG-other", ("Magentino",)): 0,
        Actor("A", "operator", "ORG-mine", ("Legnanese",)): 0,
        Actor("A", "participant", participant_id=OTHER): 0,
        Actor("A", "company", company_id="C-mine"): 0,
        Actor("A", "analyst"): 0,
        Actor("A", "administrator", programme_id="other"): 0,
        Actor("A", "operator", "ORG-mine", ("Magentino",)): 5,
    }
    with psycopg.connect(str(lived.service.pool.conninfo)) as connection:
        for actor, expected in actors.items():
            identify(connection, settings_of(actor, offer_id="O-mine"))
            for function, less in (("rankings_about", 1), ("events_about", 0)):
                rows = connection.execute(f"SELECT FROM {function}(%s)", (OWN,)).fetchall()
                assert len(rows) == max(0, expected - less), (actor, function)
            if not expected and actor.role != "administrator":
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("SELECT erase_case(%s, '-')", (OWN,))
            connection.rollback()
        identify(connection, settings_of(Actor("A", "administrator")))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT erase_person('default', %s, '-')", (OWN,))


class _Text(HTMLParser):
    """The text of a page, its tags, and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str | None] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href", "action")]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text += data


def test_the_page_says_it_in_plain_words_and_fetches_nothing(lived: World) -> None:
    answer = lived.ask("participant", "GET", PAGE)
    page = _Text(answer.text)
    for text in (
        "Tutto ciò che il programma sa di Lei", f"Cognome {mark_of(OWN)}", "La segue: La mia",
        "Per anni ho cucito a macchina", "cucire a mano",
        "confermata", "Offerte per Lei", "Persone per un'offerta", "Falegnameria Esempio",
        "azienda A-company", "Falegnameria Esempio: proposto", "nota ",
        "ha visto il Suo codice tra i candidati", "da lunedì a sabato", "italiano, livello C2",
        "Garante", lived.service.settings.contact_email,
    ):  # fmt: skip
        assert text in page.text, text
    assert page.fetched == []
    assert page.tags.count("h1") == 1
    assert "script" not in page.tags
    # The browser may use the page's own style, and nothing else.
    style = answer.text.split("<style>")[1].split("</style>")[0]
    digest = hashlib.sha256(style.encode()).digest()
    policy = answer.headers["Content-Security-Policy"]
    assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "font: 20px" in style


def test_what_people_wrote_is_text_and_never_markup(lived: World) -> None:
    hostile = "<script>alert(1)</script> & {{ 7 * 7 }} \"'"
    record = lived.ask("operator", "GET", f"/participants/{OWN}")
    changed = record.json() | {
        "narrative": hostile, "declared_competences": [hostile], "avoid": [hostile],
        "experiences": [{"kind": "care", "title": hostile, "description": hostile}],
        "interests": [f"cucire {hostile}"],
    }  # fmt: skip
    version = {"If-Match": record.headers["ETag"]}
    path = f"/participants/{OWN}"
    assert lived.ask("operator", "PUT", path, json=changed, headers=version).status_code == 200
    answer = lived.ask("operator", "GET", PAGE)
    page = _Text(answer.text)
    assert page.text.count(hostile) >= 5
    assert "script" not in page.tags
    [wish] = lived.ask("operator", "GET", DOSSIER).json()["wishes"][:1]
    assert wish["evidence"] == {
        "source": "interests[0]", "text": f"cucire {hostile}", "start": 0,
        "end": len(f"cucire {hostile}"),
    }  # fmt: skip


def test_languages_are_said_in_words_and_by_their_code_where_none_is_known(lived: World) -> None:
    path = f"/participants/{OWN}"
    seen = lived.ask("operator", "GET", path)
    spoken = [{"code": code, "level": "B1"} for code in ("wo", "zz")]
    version = {"If-Match": seen.headers["etag"]}
    changed = seen.json() | {"languages": spoken}
    assert lived.ask("operator", "PUT", path, json=changed, headers=version).status_code == 200
    page = _Text(lived.ask("participant", "GET", PAGE).text)
    assert "wolof, livello B1; «zz», livello B1" in page.text


def test_the_words_of_the_page_are_easy() -> None:
    """Easy to read, as EXP-01 asks: short sentences, Gulpease of 80 at least."""
    said = [
        text
        for key, text in catalogue().items()
        if key.startswith("rights.page.") and text.endswith((".", "?"))
    ]
    assert len(said) > 20
    assert gulpease(" ".join(said)) >= 80
    assert max(len(words(one)) for text in said for one in sentences(text)) <= 15


def test_without_the_key_it_says_that_the_name_is_sealed(lived: World) -> None:
    object.__setattr__(lived.service.settings, "vault_keys", None)
    found = lived.ask("operator", "GET", DOSSIER).json()
    assert (found["identity"], found["identity_sealed"]) == (None, True)
    assert "chiuso con una chiave" in lived.ask("operator", "GET", PAGE).text
    lived.ask("operator", "DELETE", f"/participants/{OWN}/identity")
    assert lived.ask("operator", "GET", DOSSIER).json()["identity_sealed"] is False
    assert "C'è solo il Suo codice" in _Text(lived.ask("operator", "GET", PAGE).text).text


def test_the_command_writes_both_forms(
    lived: World, command: Cantiere, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = lived.service.settings.vault_keys
    assert keys is not None
    monkeypatch.setenv("CANTIERE_VAULT_KEYS", keys.get_secret_value())
    shown = command("rights", "show", OWN, "--json", url=lived.url).document
    through = lived.ask("administrator", "GET", DOSSIER).json()
    moving = {"made_at": "", "looks": []}
    assert shown | moving == through | moving
    page = tmp_path / "tutto.html"
    done = command("rights", "show", OWN, page, url=lived.url)
    assert (done.code, str(page) in done.out) == (0, True)
    assert f"Cognome {mark_of(OWN)}" in page.read_text("utf-8")
    assert page.stat().st_mode & 0o077 == 0
    assert command("rights", "show", "P-none", "--json", url=lived.url).code == 1
    assert command("rights", "show", OWN, page, url=lived.url).code == 1  # it is there already
    last = audited(lived)[-1]
    assert (last.account_id, last.role, last.action) == ("", "administrator", "dossier.viewed")
    assert json.loads(last.details) == {"by": "operatore"}


# Correction


def test_a_correction_needs_the_version_read_and_is_audited(lived: World) -> None:
    path = f"/participants/{OWN}"
    read = lived.ask("operator", "GET", path)
    changed = read.json() | {"max_travel_minutes": 17}
    assert lived.ask("operator", "PUT", path, json=changed).status_code == 428
    version = {"If-Match": read.headers["ETag"]}
    assert lived.ask("operator", "PUT", path, json=changed, headers=version).status_code == 200
    assert lived.ask("operator", "PUT", path, json=changed, headers=version).status_code == 412
    found = lived.ask("participant", "GET", DOSSIER).json()
    assert found["record"]["max_travel_minutes"] == 17
    assert found["looks"][-1]["action"] == "participant.replaced"


# Erasure


def audited(world: World) -> list[Any]:
    with connect(world.service.settings) as connection:
        return list(events(connection))


def where(tables: Dump, *texts: str) -> dict[str, int]:
    """How many rows of each table show one of some words."""
    found = {
        table: sum(any(text.casefold() in row.casefold() for text in texts) for row in rows)
        for table, rows in tables.items()
    }
    return {table: count for table, count in found.items() if count}


def traces() -> list[str]:
    """What would tell of the person: code, story, name, login's and account's fingerprints."""
    prints = ("login participant", "account A-participant")
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in prints]
    return [OWN, mark_of(OWN), "A-participant", *hashes]


def test_after_an_erasure_nothing_of_the_person_is_in_the_database(lived: World) -> None:
    key = {"Idempotency-Key": "una-chiave-lunga"}
    record = lived.ask("operator", "GET", f"/participants/{OWN}").json()
    again = record | {"id": "P-again", "narrative": "", "experiences": []}
    assert (
        lived.ask("operator", "POST", "/participants", json=again, headers=key).status_code == 201
    )
    before = where(dump_of(lived.url), *traces())
    assert set(before) == {
        "account", "audit_event", "credential", "identity", "participant", "placement",
        "placement_step", "proposal_consent", "request_window", "run", "settled_competence",
        "sign_in_failure", "snapshot",
    }  # fmt: skip
    counts = lived.ask("operator", "PUT", ERASURE, json=ORDER)
    assert counts.status_code == 200
    assert counts.json() | {"inferences": 0} == {
        "records": 1, "identities": 1, "inferences": 0, "decisions": 1, "consents": 1,
        "accounts": 1, "copies": 2, "rankings": 4,
    }  # fmt: skip
    assert counts.json()["inferences"] > 10
    after = dump_of(lived.url)
    # The audit keeps the code, and the account that acted, until its time comes: never a word.
    assert set(where(after, *traces())) == {"audit_event"}
    assert where(after, mark_of(OWN), *traces()[3:]) == {}
    assert {"participant", "identity", "snapshot", "run"} <= set(where(after, OTHER))
    # Who was made under an idempotency key too.
    assert "idempotency_key" in where(after, "P-again")
    erased = lived.ask(
        "operator", "PUT", "/participants/P-again/erasure", json={"participant_id": "P-again"}
    )
    assert erased.status_code == 200
    assert set(where(dump_of(lived.url), "P-again")) == {"audit_event"}
    assert lived.ask("participant", "GET", "/me").status_code == 401
    assert dump_of(lived.url)["erased_people"] == ["(default,other_vulnerable,Magentino,2)"]


def test_it_is_audited_without_saying_of_whom_and_the_chain_is_whole(lived: World) -> None:
    lived.ask("operator", "PUT", ERASURE, json=ORDER)
    chain = audited(lived)
    last = chain[-1]
    assert (last.account_id, last.action, last.object, last.people) == (
        "A-operator", "participant.erased", "", (),
    )  # fmt: skip
    assert json.loads(last.details)["rankings"] == 4
    assert verify(chain).broken_at is None


def test_it_needs_the_code_written_again_and_twice_is_fine(lived: World) -> None:
    wrong = lived.ask("operator", "PUT", ERASURE, json={"participant_id": OTHER})
    assert wrong.status_code == 409
    assert lived.ask("operator", "PUT", ERASURE, json={}).status_code == 422
    assert where(dump_of(lived.url), mark_of(OWN))
    assert lived.ask("operator", "PUT", ERASURE, json=ORDER).status_code == 200
    before = dump_of(lived.url)
    # As for everybody who is not there.
    assert lived.ask("operator", "PUT", ERASURE, json=ORDER).status_code == 404
    assert dump_of(lived.url) == before | {"request_window": dump_of(lived.url)["request_window"]}


def test_others_keep_their_place_in_rankings_which_can_be_made_again(
    lived: World, engine: Engine
) -> None:
    with psycopg.connect(lived.url) as connection:
        runs = connection.execute(
            "SELECT run_id, question ->> 'subject_id', answer -> 'items' FROM run"
        ).fetchall()
    lived.ask("administrator", "PUT", ERASURE, json=ORDER)
    with connect(lived.service.settings) as connection:
        store = Store(connection)
        for run_id, subject, items in runs:
            question, versions, inputs, answer = store.run(run_id)
            mine = [pair for pair in items if pair["participant_id"] == OWN]
            others = [pair for pair in items if pair["participant_id"] != OWN]
            assert answer["items"] == others
            assert versions.keys() == {"model", "taxonomy", "rules"}
            assert answer.get("erased", 0) == len(mine)
            if subject == OWN:
                assert (question["subject_id"], inputs) == ("", {"participants": {}, "offers": {}})
            connection.rollback()
            found = replay(store, engine, run_id)
            assert (found.identical, found.erased) == (True, len(mine))
            connection.rollback()
    shortlists = [run_id for run_id, subject, items in runs if len(items) > 2]
    assert shortlists
    shown = lived.ask("administrator", "GET", f"/runs/{shortlists[0]}").json()
    assert shown["erased"] == 1


def test_a_ranking_made_meanwhile_brings_nobody_back(lived: World) -> None:
    """Whoever ranks while a person is erased either comes before, or finds nobody."""
    statuses: list[int] = []

    def rank() -> None:
        for _ in range(6):
            path = f"/participants/{OWN}/suggestions?{DAY}"
            statuses.append(lived.ask("operator", "GET", path).status_code)

    threads = [threading.Thread(target=rank) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert lived.ask("administrator", "PUT", ERASURE, json=ORDER).status_code == 200
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 403, 404}
    assert set(where(dump_of(lived.url), OWN, mark_of(OWN))) == {"audit_event"}


def test_the_command_erases_whom_it_is_told_twice(lived: World, command: Cantiere) -> None:
    refused = command("rights", "erase", OWN, "--confirm", OTHER, url=lived.url)
    assert (refused.code, "non è lo stesso" in refused.error) == (1, True)
    assert where(dump_of(lived.url), mark_of(OWN))
    done = command("rights", "erase", OWN, "--confirm", OWN, "--json", url=lived.url)
    assert (done.code, done.document["records"], done.document["rankings"]) == (0, 1, 4)
    assert set(where(dump_of(lived.url), *traces())) == {"audit_event"}
    again = command("rights", "erase", OWN, "--confirm", OWN, url=lived.url)
    assert (again.code, "Non c'era" in again.out) == (0, True)
    assert verify(audited(lived)).broken_at is None


def test_whatever_has_a_person_in_it_goes_with_them(database: str) -> None:
    """A table that names a participant hangs on them, or the erasure knows it."""
    known = {"account", "snapshot"}  # the first hangs on them too; copies have no foreign key
    with psycopg.connect(database) as connection:
        naming = connection.execute(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relkind = 'r' AND attname = 'participant_id' AND NOT attisdropped"
        ).fetchall()
        hanging = connection.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
            " AND confrelid = 'participant'::regclass AND confdeltype IN ('c', 'n')"
        ).fetchall()
    assert {name for (name,) in naming} - {name for (name,) in hanging} - known == {"participant"}
