"""All SQL about the audit: append an event, read the chain."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from api.audit.chain import START, Anchor, Event


def append(
    connection: Connection[Any],
    *,
    programme_id: str,
    at: datetime,
    account_id: str,
    role: str,
    action: str,
    about: str,
    people: Sequence[str],
    details: Mapping[str, object],
) -> None:
    """Add an event at the end of the chain; until the transaction ends nobody else can.

    Args:
        connection: Of a transaction that ends right after.
        programme_id: Whose chain.
        at: When it happened.
        account_id: Whose account did it; empty if nobody was signed in.
        role: In which role.
        action: What, as a short code (``profile.viewed``).
        about: The id of what it was done to.
        people: The participants it showed or concerned.
        details: What else is needed to understand it; no story, no name, no secret.
    """
    sql = """
        INSERT INTO audit_event (
            programme_id, at, account_id, role, action, object, people, details
        ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    """
    text = json.dumps(dict(details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    values = (programme_id, at, account_id, role, action, about, list(people), text)
    connection.execute(sql, values)


def events(connection: Connection[Any], programme_id: str = "default") -> Iterator[Event]:
    """Every event of a programme, in order, read as it goes."""
    sql = """
        SELECT programme_id, number, at, account_id, role, action, object, people, details,
               previous, digest
        FROM audit_event WHERE programme_id = %s ORDER BY number
    """
    with connection.cursor(name="audit", row_factory=dict_row) as cursor:
        cursor.itersize = 1000
        for row in cursor.execute(sql, (programme_id,)):
            people = tuple(row["people"])
            yield Event(**(row | {"people": people}))


def anchor(connection: Connection[Any], programme_id: str = "default") -> Anchor:
    """Up to where the chain was let go."""
    sql = """
        SELECT number, digest FROM audit_anchor
        WHERE programme_id = %s ORDER BY number DESC LIMIT 1
    """
    row = connection.execute(sql, (programme_id,)).fetchone()
    return START if row is None else Anchor(*row)


def last_before(
    connection: Connection[Any], before: datetime, programme_id: str = "default"
) -> Anchor:
    """The last event of those that are all older than a moment; the newest of all is never it."""
    sql = """
        SELECT number, digest FROM audit_event
        WHERE programme_id = %(programme)s AND number < (
            SELECT coalesce(
                min(number) FILTER (WHERE at >= %(before)s), max(number)
            ) FROM audit_event WHERE programme_id = %(programme)s
        )
        ORDER BY number DESC LIMIT 1
    """
    values = {"programme": programme_id, "before": before}
    row = connection.execute(sql, values).fetchone()
    return START if row is None else Anchor(*row)


def let_go(connection: Connection[Any], upto: Anchor, programme_id: str = "default") -> None:
    """Let the chain go up to an event, once another says so (`TRIMMED`); the database checks."""
    connection.execute(
        "INSERT INTO audit_anchor VALUES (%s, %s, %s)", (programme_id, upto.number, upto.digest)
    )
    connection.execute(
        "DELETE FROM audit_event WHERE programme_id = %s AND number <= %s",
        (programme_id, upto.number),
    )
