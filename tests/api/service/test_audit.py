"""The audit: everything is in it, nobody changes it, and a change would be found."""

import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from api.audit.chain import Event, digest_of, verify
from api.audit.store import events
from api.database import connect
from matching.engine import Engine
from tests.api.service.world import BASE, OWN, PASSWORD, World, mark_of
from tests.commands import Cantiere

pytestmark = pytest.mark.db


def a_chain(length: int) -> list[Event]:
    """A whole chain."""
    found: list[Event] = []
    for number in range(1, length + 1):
        event = Event(
            "default", number, datetime(2026, 11, 24, 9, number, tzinfo=UTC), "A-1", "operator",
            "profile.viewed", "P-1", ("P-1",), "{}", found[-1].digest if found else b"", b"",
        )  # fmt: skip
        found.append(replace(event, digest=digest_of(event)))
    return found


# The chain


def test_a_whole_chain_is_whole() -> None:
    chain = a_chain(5)
    found = verify(chain)
    assert (found.events, found.broken_at, found.head) == (5, None, chain[-1].digest.hex())
    assert verify([]).events == 0


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 11, 24, 10, tzinfo=UTC)}, {"account_id": "A-2"},
        {"role": "administrator"}, {"action": "run.viewed"}, {"object": "P-2"},
        {"people": ("P-1", "P-2")}, {"people": ()}, {"details": '{"x":1}'}, {"digest": b"x"},
        {"previous": b"x"}, {"programme_id": "other"},
    ],
)  # fmt: skip
def test_every_changed_field_is_found(change: dict[str, Any]) -> None:
    chain = a_chain(5)
    chain[2] = replace(chain[2], **change)
    found = verify(chain)
    assert (found.events, found.broken_at, found.fault) == (2, 3, "changed")


def test_who_makes_the_fingerprint_again_is_found_at_the_next() -> None:
    chain = a_chain(5)
    forged = replace(chain[2], object="P-9")
    chain[2] = replace(forged, digest=digest_of(forged))
    assert verify(chain).broken_at == 4


def test_a_missing_event_is_found_and_so_is_a_cut_end() -> None:
    chain = a_chain(5)
    assert verify([*chain[:2], *chain[3:]]).fault == "missing"
    assert verify(chain[1:]).broken_at == 1
    head = chain[-1].digest.hex()
    assert verify(chain[:3]).fault is None
    cut = verify(chain[:3], expected_head=head)
    assert (cut.broken_at, cut.fault) == (4, "cut")
    assert verify(a_chain(7)[:6], expected_head=a_chain(5)[-1].digest.hex()).fault is None


# In the database


def audited(world: World) -> list[Event]:
    with connect(world.service.settings) as connection:
        return list(events(connection))


def test_what_is_done_and_seen_is_in_it(world: World) -> None:
    person = f"/participants/{OWN}"
    for method, path in (
        ("GET", "/participants"), ("GET", person), ("GET", f"{person}/profile"),
        ("GET", f"{person}/suggestions?on=2026-12-01"),
        ("GET", f"{person}/suggestions/O-mine?on=2026-12-01"),
        ("GET", "/offers/O-mine/shortlist?on=2026-12-01"),
        ("GET", f"/runs/{world.runs[OWN]}"), ("GET", f"/runs/{world.runs[OWN]}/replay"),
        ("GET", f"{person}/consents"), ("PUT", f"{person}/consents/O-other"),
        ("DELETE", f"{person}/consents/O-other"),
    ):  # fmt: skip
        assert world.ask("operator", method, path).status_code < 300
    assert world.ask("company", "GET", "/offers/O-mine/candidates").status_code == 200
    world.client.post(f"{BASE}/tokens", auth=("operator", PASSWORD))
    world.client.post(f"{BASE}/tokens", auth=("operator", "un'altra cosa"))
    chain = audited(world)
    assert verify(chain).broken_at is None
    assert [(e.account_id, e.action, e.people) for e in chain] == [
        ("A-operator", "participants.listed", (OWN,)),
        ("A-operator", "participant.viewed", (OWN,)),
        ("A-operator", "profile.viewed", (OWN,)),
        ("A-operator", "offers.suggested", (OWN,)),
        ("A-operator", "suggestion.explained", (OWN,)),
        ("A-operator", "people.shortlisted", (OWN,)),
        ("A-operator", "run.viewed", (OWN,)),
        ("A-operator", "run.replayed", (OWN,)),
        ("A-operator", "consents.listed", (OWN,)),
        ("A-operator", "consent.given", (OWN,)),
        ("A-operator", "consent.withdrawn", (OWN,)),
        ("A-company", "candidates.listed", (OWN,)),
        ("", "account.signed_in", ()),
        ("", "account.sign_in_failed", ()),
    ]
    assert chain[-1].object == "A-operator"
    assert mark_of(OWN) not in str(chain)
    assert PASSWORD not in str(chain)


def test_what_is_refused_or_fails_shows_nothing_and_is_not_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.ask("operator", "GET", "/participants/P-other").status_code == 404

    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("api.routes.participants.profile_of", fail)
    assert world.ask("operator", "GET", f"/participants/{OWN}/profile").status_code == 500
    assert audited(world) == []


def test_what_cannot_be_audited_is_not_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise psycopg.OperationalError

    monkeypatch.setattr("api.service.append", fail)
    path = f"/participants/{OWN}/consents/O-other"
    assert world.ask("operator", "PUT", path).status_code == 503
    with psycopg.connect(world.url) as connection:
        given = connection.execute("SELECT offer_id FROM proposal_consent").fetchall()
    assert ("O-mine",) in given
    assert len(given) == 2


def test_many_at_once_make_one_chain(world: World) -> None:
    def look() -> None:
        for _ in range(4):
            world.ask("operator", "GET", f"/participants/{OWN}/profile")
            world.ask("operator", "GET", f"/participants/{OWN}/suggestions?on=2026-12-01")

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(audited(world))
    assert (found.events, found.broken_at) == (48, None)


def test_what_was_acknowledged_survives_lost_connections(world: World, engine: Engine) -> None:
    """Connections are cut while competences are settled: no answer of "done" was untrue."""
    uris = [c.uri for c in engine.taxonomy.of_kind("competence")][:80]
    answers: dict[str, int] = {}

    def settle(share: list[str]) -> None:
        for uri in share:
            body = {"uri": uri, "status": "confirmed"}
            path = f"/participants/{OWN}/settled-competences"
            answers[uri] = world.ask("operator", "PUT", path, json=body).status_code

    threads = [threading.Thread(target=settle, args=(uris[i::4],)) for i in range(4)]
    for thread in threads:
        thread.start()
    with psycopg.connect(world.url, autocommit=True) as killer:
        while any(thread.is_alive() for thread in threads):
            killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                " datname = current_database() AND application_name = 'cantiere-service'"
            )
            time.sleep(0.15)
    for thread in threads:
        thread.join()
    assert set(answers.values()) <= {200, 503}
    done = {uri for uri, status in answers.items() if status == 200}
    with psycopg.connect(world.url) as connection:
        kept = connection.execute("SELECT competence_uri FROM settled_competence").fetchall()
    assert done <= {uri for (uri,) in kept}
    chain = audited(world)
    assert verify(chain).broken_at is None
    assert {json.loads(e.details)["uri"] for e in chain} == {uri for (uri,) in kept}
    assert world.ask("operator", "GET", "/me").status_code == 200


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_nobody_changes_it_not_even_its_owner(world: World, statement: str) -> None:
    world.ask("operator", "GET", f"/participants/{OWN}")
    before = audited(world)
    for url in (world.url, world.service.pool.conninfo):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(str(url)) as connection, refused:
            connection.execute(statement)
    assert audited(world) == before != []


def test_the_service_writes_only_in_its_own_name(world: World) -> None:
    with psycopg.connect(str(world.service.pool.conninfo)) as connection:
        connection.execute("SET cantiere.programme = 'default'")
        connection.execute("SET cantiere.role = 'operator'")
        connection.execute("SET cantiere.account = 'A-operator'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO audit_event (programme_id, at, account_id, role, action, object,"
                " people, details) VALUES ('default', now(), 'A-other', 'operator', 'a', '', '{}',"
                " '{}')"
            )


def test_the_command_proves_it_or_says_where_it_breaks(world: World, command: Cantiere) -> None:
    for _ in range(3):
        world.ask("operator", "GET", f"/participants/{OWN}")
    done = command("audit", "verify", "--json", url=world.url)
    assert (done.code, done.document["whole"], done.document["events"]) == (0, True, 3)
    head = done.document["head"]
    assert "3 eventi" in command("audit", "verify", "--head", head, url=world.url).out
    with psycopg.connect(world.url) as connection:
        # As only a superuser can.
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM audit_event WHERE number = 3")
    cut = command("audit", "verify", "--head", head, url=world.url)
    assert cut.code == 1
    assert "tolto dalla fine" in cut.out
    with psycopg.connect(world.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE audit_event SET account_id = 'A-x' WHERE number = 2")
    changed = command("audit", "verify", url=world.url)
    assert changed.code == 1
    assert "l'evento 2 non corrisponde" in changed.out
