"""The connections of the service: as a role that owns nothing, bound by every policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from api.database import connect, database_url
from api.settings import Settings
from matching.errors import DatabaseError
from matching.messages import say

Pool = ConnectionPool[Connection[Any]]

ROLE = "cantiere_service"
"""The service's role in the embedded server."""

# What the service may do with each table; what is not here it cannot even read.
GRANTS = {
    "programme": "SELECT, UPDATE (derived_with)",
    "organisation": "SELECT, INSERT",
    "company": "SELECT, INSERT, UPDATE",
    "offer": "SELECT, INSERT, UPDATE",
    "offer_concept": "SELECT, INSERT, DELETE",
    "participant": "SELECT, INSERT, UPDATE",
    "participant_concept": "SELECT, INSERT, DELETE",
    "settled_competence": "SELECT, INSERT",
    "proposal_consent": "SELECT, INSERT, DELETE",
    "placement": "SELECT, INSERT, UPDATE (status, seat)",
    "placement_step": "SELECT, INSERT",
    "snapshot": "SELECT, INSERT",
    "run": "SELECT, INSERT",
    "account": (
        "SELECT, INSERT, UPDATE (password_hash, active, identity, second_factor,"
        " second_factor_on, last_code_step)"
    ),
    "credential": "SELECT, INSERT, DELETE",
    "pending_sign_in": "SELECT, INSERT, DELETE",
    "sign_in_failure": "SELECT, INSERT, DELETE",
    "request_window": "SELECT, INSERT, UPDATE",
    "idempotency_key": "SELECT, INSERT",
    "audit_event": "SELECT, INSERT",
    "audit_anchor": "SELECT",
    "identity": "SELECT, INSERT, UPDATE, DELETE",
    "erased_people": "SELECT",
}
_IN_USE = "cantiere service role"


class RefusedError(Exception):
    """The database refused what the first wall had let through."""


def prepare_role(settings: Settings) -> str:
    """Bring the database up to date and give the service's role its rights; its address.

    Raises:
        DatabaseError: If the role is missing or could see more than its rights.
    """
    with connect(settings) as connection:
        # Two services that start together would disturb each other: held until we leave.
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (_IN_USE,))
        if settings.service_database_url is not None:
            address = settings.service_database_url.get_secret_value()
        elif settings.database_url is None:
            _make_embedded_role(connection)
            connection.commit()
            address = make_conninfo(database_url(settings), user=ROLE)
        else:
            raise DatabaseError(say("database.no_service_role"))
        role = _role_of(address)
        _require_harmless(connection, role)
        _grant(connection, role)
    return address


def _make_embedded_role(connection: Connection[Any]) -> None:
    exists = "SELECT FROM pg_roles WHERE rolname = %s"
    if connection.execute(exists, (ROLE,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))


def _role_of(address: str) -> str:
    """Who one is at an address."""
    try:
        with psycopg.connect(address) as connection:
            [[role]] = connection.execute("SELECT current_user::text").fetchall()
    except psycopg.Error:
        raise DatabaseError(say("database.service_unreachable")) from None
    return str(role)


def _require_harmless(connection: Connection[Any], role: str) -> None:
    """The policies bind the role: it is no superuser, bypasses nothing, owns no table."""
    above = """
        SELECT rolsuper OR rolbypassrls OR EXISTS (
            SELECT FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
              AND pg_has_role(r.oid, relowner, 'USAGE')
        ) FROM pg_roles AS r WHERE rolname = %s
    """
    if connection.execute(above, (role,)).fetchone() != (False,):
        raise DatabaseError(say("database.service_role_too_strong", role=role))


def _grant(connection: Connection[Any], role: str) -> None:
    to = sql.Identifier(role)
    connection.execute(
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(_current_schema(connection), to)
    )
    for table, rights in GRANTS.items():
        # The rights are literals of this module.
        statement = sql.SQL("REVOKE ALL ON {table} FROM {to}; GRANT {rights} ON {table} TO {to}")
        connection.execute(
            statement.format(table=sql.Identifier(table), to=to, rights=sql.SQL(rights))
        )


def _current_schema(connection: Connection[Any]) -> sql.Identifier:
    [[schema]] = connection.execute("SELECT current_schema()::text").fetchall()
    return sql.Identifier(schema)


def make_pool(address: str, size: int) -> Pool:
    """Connections for as many requests at once; closed until it is opened."""
    return ConnectionPool(
        address,
        min_size=1,
        max_size=size,
        open=False,
        timeout=10,
        kwargs={"application_name": "cantiere-service"},
        check=ConnectionPool.check_connection,
    )


@contextmanager
def transaction(pool: Pool) -> Iterator[Connection[Any]]:
    """One transaction: committed at the end, or nothing of it kept.

    Raises:
        DatabaseError: If the database cannot be reached, or was lost meanwhile.
        RefusedError: If a policy or a right forbids what was asked.
    """
    try:
        with pool.connection() as connection:
            yield connection
    except (psycopg.OperationalError, PoolTimeout):
        raise DatabaseError(say("database.lost")) from None
    except psycopg.errors.InsufficientPrivilege:
        raise RefusedError from None


def is_alive(pool: Pool) -> bool:
    """Whether the database answers."""
    try:
        with transaction(pool) as connection:
            connection.execute("SELECT")
    except DatabaseError:
        return False
    return True
