"""All SQL about copies: the state that a copy holds, and whether a database is free for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass(frozen=True)
class State:
    """What a database holds at a moment.

    Attributes:
        events: How many events the audit has.
        head: The fingerprint of its last event, in hexadecimal; empty if there is none.
    """

    participants: int
    offers: int
    events: int
    head: str


def without_password(url: str) -> tuple[str, str]:
    """An address that others may see, and its password, empty if it has none."""
    where = conninfo_to_dict(url)
    password = where.pop("password", None)
    return make_conninfo("", **where), str(password or "")


def major_version(connection: Connection[Any]) -> int:
    """Of the server."""
    return connection.info.server_version // 10_000


def begin_lasting_view(connection: Connection[Any]) -> str:
    """See one state of the data until the end; its name, for who shall see the same."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    [[name]] = connection.execute("SELECT pg_export_snapshot()").fetchall()
    return str(name)


def state_of(connection: Connection[Any]) -> State:
    """What the database holds; before there was an audit, it had no events."""
    [[participants, offers, has_audit]] = connection.execute("""
        SELECT (SELECT count(*) FROM participant), (SELECT count(*) FROM offer),
               to_regclass('audit_event') IS NOT NULL
    """).fetchall()
    last = "SELECT number, encode(digest, 'hex') FROM audit_event ORDER BY number DESC LIMIT 1"
    event = connection.execute(last).fetchone() if has_audit else None
    return State(participants, offers, *(event or (0, "")))


def has_tables(connection: Connection[Any]) -> bool:
    """Whether anything stands where the tables would be restored; extensions' own do not count."""
    [[found]] = connection.execute("""
        SELECT EXISTS (
            SELECT FROM pg_class AS c
            WHERE relnamespace = current_schema()::regnamespace
              AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              AND NOT EXISTS (
                  SELECT FROM pg_depend
                  WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'
              )
        )
    """).fetchall()
    return bool(found)


def missing_roles(connection: Connection[Any], names: Iterable[str]) -> list[str]:
    """The roles of a server that are not there, in order."""
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    return sorted(set(names) - known)


def make_roles(connection: Connection[Any], names: Iterable[str]) -> None:
    """Roles that own nothing."""
    for name in names:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))


def analyze(connection: Connection[Any]) -> None:
    """Tell the planner what was restored."""
    connection.execute("ANALYZE")
