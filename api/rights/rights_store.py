"""All SQL that goes through the whole database for one person (migration 0008)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.store import Store


@dataclass(frozen=True)
class Ranking:
    """A saved ranking that a person is in, with their own pairs alone."""

    run_id: str
    asked_at: datetime
    question: dict[str, Any]
    versions: dict[str, str]
    pairs: list[dict[str, Any]]


@dataclass(frozen=True)
class Look:
    """Something that was seen or done about a person; ``account_id`` is empty for a command."""

    at: datetime
    role: str
    account_id: str
    action: str
    object: str


@dataclass(frozen=True)
class OwnAccount:
    """An account that opens for a person, together with their tutor."""

    account_id: str
    login: str
    active: bool
    created_at: datetime


def rankings_about(store: Store, participant_id: str) -> list[Ranking]:
    """The saved rankings that a person is in, oldest first."""
    sql = "SELECT run_id, asked_at, question, versions, pairs FROM rankings_about(%s)"
    return [Ranking(*row) for row in store.connection.execute(sql, (participant_id,))]


def looks_at(store: Store, participant_id: str) -> list[Look]:
    """What the audit still holds about a person, oldest first."""
    sql = "SELECT at, role, account_id, action, object FROM events_about(%s)"
    return [Look(*row) for row in store.connection.execute(sql, (participant_id,))]


def accounts_of(store: Store, participant_id: str) -> list[OwnAccount]:
    """The accounts of a person."""
    sql = "SELECT account_id, login, active, created_at FROM accounts_about(%s)"
    return [OwnAccount(*row) for row in store.connection.execute(sql, (participant_id,))]


def in_charge(store: Store, participant_id: str) -> tuple[str, str] | None:
    """Id and name of the organisation in whose charge a person is."""
    sql = """
        SELECT organisation_id, name FROM participant
        JOIN organisation USING (programme_id, organisation_id)
        WHERE programme_id = %s AND participant_id = %s
    """
    return store.connection.execute(sql, (store.programme_id, participant_id)).fetchone()


def erase_case(store: Store, participant_id: str, sub_area: str) -> dict[str, int]:
    """Take a person out of everything but the audit; how much of each there was.

    Args:
        store: Of a transaction in which the administrator acts, or the operator of the case.
        participant_id: Who.
        sub_area: Where they lived, for the figures.
    """
    sql = "SELECT erase_case(%s, %s)"
    [[counts]] = store.connection.execute(sql, (participant_id, sub_area)).fetchall()
    return dict(counts)
