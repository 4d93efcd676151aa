"""What is older than it may be: shown, then let go; the audit shortened, and still proven."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from pydantic import ValidationError

from api.audit.chain import START, Anchor, verify
from api.audit.store import anchor, append, events
from api.database import connect
from api.rights.retention import months_before
from api.service import now
from api.settings import Settings
from matching.engine import Engine
from matching.replay import replay
from matching.shortlist import suggest
from matching.store import Store
from tests.api.service.world import ELSEWHERE, NOBODYS, OTHER, OWN, World, add_account, mark_of
from tests.commands import Cantiere
from tests.databases import dump_of
from tests.programme import DAY

pytestmark = pytest.mark.db

NOTHING = {"names": 0, "people": 0, "rankings": 0, "keys": 0, "audit": 0, "accounts": 0}


def ago(months: int) -> datetime:
    return months_before(now(), months)


def note(connection: psycopg.Connection[Any], at: datetime, action: str, person: str) -> None:
    """An event of the audit, as it was written then."""
    append(
        connection, programme_id="default", at=at, account_id="A-old", role="operator",
        action=action, about=person, people=[person], details={},
    )  # fmt: skip
    connection.commit()


@pytest.fixture
def aged(world: World) -> World:
    """The programme years later: one person long gone, one idle, one still followed."""
    with connect(world.service.settings) as connection:
        add_account(connection, "analyst", "A-old", "chi-c-era")
        connection.execute("UPDATE account SET active = false WHERE account_id = 'A-old'")
        connection.execute("UPDATE account SET created_at = %s", (ago(80),))
        connection.execute("UPDATE participant SET active_on = %s", (ago(80).date(),))
        connection.execute(
            "UPDATE proposal_consent SET given_at = %s WHERE participant_id = %s", (ago(30), OWN)
        )
        connection.execute("UPDATE run SET asked_at = %s", (ago(30),))
        connection.execute(
            "UPDATE placement_step SET taken_at = %s WHERE placement_id = 'D-mine'", (ago(30),)
        )
        connection.execute("UPDATE credential SET expires_at = %s WHERE account_id = 'A-old'",
                           (ago(3),))  # fmt: skip
        connection.commit()
        note(connection, ago(70), "participant.added", ELSEWHERE)
        note(connection, ago(40), "profile.viewed", OWN)
        note(connection, ago(29), "participants.listed", ELSEWHERE)
        note(connection, ago(7), "profile.viewed", NOBODYS)
    return world


def counts(document: Any) -> dict[str, int]:
    return {item["kind"]: item["count"] for item in document["items"]}


DUE = {"names": 1, "people": 1, "rankings": 2, "keys": 1, "audit": 3, "accounts": 0}


def test_without_apply_it_only_shows(aged: World, command: Cantiere) -> None:
    before = dump_of(aged.url)
    done = command("retention", "--json", url=aged.url)
    assert (done.document["applied"], counts(done.document)) == (False, DUE)
    assert "--apply" in command("retention", url=aged.url).out
    assert dump_of(aged.url) == before


def test_with_apply_what_is_too_old_goes_and_the_rest_stays(aged: World, command: Cantiere) -> None:
    aged.ask("administrator", "GET", f"/participants/{OTHER}/suggestions?on={DAY}")
    done = command("retention", "--apply", "--json", url=aged.url).document
    assert (done["applied"], counts(done)) == (True, DUE)
    tables = dump_of(aged.url)
    people = {p for p in (OWN, OTHER, ELSEWHERE, NOBODYS) if p in str(tables["participant"])}
    assert people == {OWN, OTHER, NOBODYS}
    # The one still followed has a name; the idle one only the record.
    assert OTHER in str(tables["identity"])
    assert OWN not in str(tables["identity"])
    assert mark_of(ELSEWHERE) not in str(tables)
    assert ELSEWHERE not in str(tables)
    assert len(tables["run"]) == 1
    assert len(tables["snapshot"]) > 0
    assert mark_of(OWN) not in str(tables["snapshot"])
    assert tables["erased_people"] == ["(default,other_vulnerable,Legnanese,1)"]
    again = command("retention", "--apply", "--json", url=aged.url).document
    assert counts(again) == NOTHING


def test_the_shortened_audit_is_whole_and_says_that_it_was_shortened(
    aged: World, command: Cantiere
) -> None:
    aged.ask("operator", "GET", f"/participants/{OWN}")
    head = command("audit", "verify", "--json", url=aged.url).document["head"]
    assert command("retention", "--apply", url=aged.url).code == 0
    found = command("audit", "verify", "--head", head, "--json", url=aged.url).document
    assert (found["whole"], found["trimmed"], found["events"]) == (True, 3, 4)
    assert "I primi 3 eventi" in command("audit", "verify", url=aged.url).out
    with connect(aged.service.settings) as connection:
        chain, let_go = list(events(connection)), anchor(connection)
    assert [e.number for e in chain] == [4, 5, 6, 7]
    assert [e.action for e in chain[-2:]] == ["retention.applied", "audit.trimmed"]
    # Without the anchor, with another, or without the event that says so, it is not.
    assert verify(chain).fault == "missing"
    assert verify(chain, anchor=Anchor(3, b"x")).fault == "changed"
    assert verify(chain[:-1], anchor=let_go).fault == "missing"
    assert verify(chain, anchor=let_go).fault is None


def test_the_database_keeps_six_months_of_audit_whoever_asks(aged: World) -> None:
    with psycopg.connect(aged.url) as connection:
        for number in (4, 3, 99):  # too young, not with that fingerprint, not there
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(
                    "INSERT INTO audit_anchor VALUES ('default', %s, 'x')", (number,)
                )
            connection.rollback()
        connection.execute(
            "INSERT INTO audit_anchor SELECT programme_id, number, digest FROM audit_event"
            " WHERE number = 2"
        )
        connection.execute("DELETE FROM audit_event WHERE number <= 2")
        for statement in (
            "DELETE FROM audit_event WHERE number = 3",
            "DELETE FROM audit_anchor",
            "UPDATE audit_anchor SET number = 4",
            "TRUNCATE audit_anchor",
            "UPDATE audit_event SET action = 'x' WHERE number = 3",
        ):
            refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
            with refused, connection.transaction():
                connection.execute(statement)
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(str(aged.service.pool.conninfo)) as connection, refused:
        connection.execute("INSERT INTO audit_anchor VALUES ('default', 1, 'x')")


def test_the_last_event_stays_so_that_the_chain_goes_on(world: World, command: Cantiere) -> None:
    with connect(world.service.settings) as connection:
        for months in (50, 49):
            note(connection, ago(months), "profile.viewed", OWN)
    assert counts(command("retention", "--json", url=world.url).document)["audit"] == 1
    command("retention", "--apply", url=world.url)
    with connect(world.service.settings) as connection:
        chain = list(events(connection))
        assert [e.number for e in chain] == [2, 3, 4]
        assert verify(chain, anchor=anchor(connection)).broken_at is None


def test_what_was_last_done_is_known_after_its_traces_have_gone(
    aged: World, command: Cantiere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rankings of 30 months ago go, and the person is still there at the next run."""
    command("retention", "--apply", url=aged.url)
    with psycopg.connect(aged.url) as connection:
        days = dict(connection.execute("SELECT participant_id, active_on FROM participant"))
    assert days[OWN] == ago(30).date()
    assert days[NOBODYS] == ago(7).date()
    assert counts(command("retention", "--json", url=aged.url).document)["people"] == 0
    monkeypatch.setenv("CANTIERE_KEEP_PEOPLE_MONTHS", "29")
    assert counts(command("retention", "--json", url=aged.url).document)["people"] == 1


def test_who_is_in_a_placement_is_not_idle(aged: World, command: Cantiere) -> None:
    with psycopg.connect(aged.url) as connection:
        connection.execute("UPDATE placement SET status = 'started' WHERE placement_id = 'D-mine'")
    assert counts(command("retention", "--json", url=aged.url).document)["names"] == 0


def test_a_closed_account_goes_when_the_audit_names_it_no_more(
    aged: World, command: Cantiere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTIERE_KEEP_AUDIT_MONTHS", "6")
    aged.ask("operator", "GET", f"/participants/{OWN}")
    assert counts(command("retention", "--json", url=aged.url).document)["accounts"] == 1
    command("retention", "--apply", url=aged.url)
    accounts = str(dump_of(aged.url)["account"])
    assert "chi-c-era" not in accounts
    assert "A-operator" in accounts


def test_a_ranking_still_kept_keeps_what_it_needs(
    world: World, command: Cantiere, engine: Engine
) -> None:
    with connect(world.service.settings) as connection:
        connection.execute("UPDATE run SET asked_at = %s", (ago(30),))
        connection.commit()
        store = Store(connection)
        kept = suggest(store, engine, OWN, on=DAY, at=now(), limit=10)
        connection.commit()
    assert (
        counts(command("retention", "--apply", "--json", url=world.url).document)["rankings"] == 2
    )
    with connect(world.service.settings) as connection:
        assert replay(Store(connection), engine, kept.run_id).identical


@pytest.mark.parametrize("name", ["keep_audit_months", "keep_rankings_months"])
def test_no_setting_keeps_logs_for_less_than_six_months(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: 5})


def test_months_before_are_those_of_the_calendar() -> None:
    at = datetime(2026, 3, 31, 9, tzinfo=UTC)
    assert [months_before(at, n) for n in (0, 1, 3, 13, 24)] == [
        at, datetime(2026, 2, 28, 9, tzinfo=UTC), datetime(2025, 12, 31, 9, tzinfo=UTC),
        datetime(2025, 2, 28, 9, tzinfo=UTC), datetime(2024, 3, 31, 9, tzinfo=UTC),
    ]  # fmt: skip
    assert months_before(at, 240) < at - timedelta(days=7300)


def test_an_anchor_that_is_no_anchor_is_the_start(world: World) -> None:
    with connect(world.service.settings) as connection:
        assert anchor(connection) == START
