"""The PostgreSQL of the programme: embedded or yours, with pgvector and the right schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from api.embedded import embedded_url
from api.settings import Settings
from matching.errors import DatabaseError
from matching.messages import say

MIGRATIONS = Path(__file__).parent / "migrations"
_OLDEST_POSTGRESQL = 150_000
_OLDEST_PGVECTOR = (0, 5)
_MIGRATING = "cantiere migrations"


@contextmanager
def connect(settings: Settings) -> Iterator[Connection[Any]]:
    """An open transaction on an up-to-date database: committed at the end, or nothing of it kept.

    Raises:
        DatabaseError: If the database cannot be reached or used; the message says what to do.
    """
    with connect_as_it_is(settings) as connection:
        if not _is_current(connection):
            _migrate(connection)
        connection.rollback()
        yield connection


@contextmanager
def connect_as_it_is(settings: Settings) -> Iterator[Connection[Any]]:
    """The same on a database that is left with the tables it has, or with none."""
    try:
        connection = psycopg.connect(database_url(settings), application_name="cantiere")
    except psycopg.Error:
        # The driver's message may show the address with its password: it is not passed on.
        raise DatabaseError(say("database.unreachable")) from None
    try:
        with connection:
            yield connection
    except psycopg.OperationalError:
        raise DatabaseError(say("database.lost")) from None


def database_url(settings: Settings) -> str:
    """The address of the database: yours, or the embedded one's, which is started."""
    own = settings.database_url
    return own.get_secret_value() if own else embedded_url(settings.data_dir)


def known_migrations() -> list[str]:
    """The migrations of this release, in order."""
    return sorted(path.stem for path in MIGRATIONS.glob("*.sql"))


def applied_migrations(connection: Connection[Any]) -> list[str]:
    """The migrations behind the tables of a database, in order; none where it has no tables."""
    exists = connection.execute("SELECT to_regclass('_yoyo_migration')").fetchone()
    if exists is None or exists[0] is None:
        return []
    rows = connection.execute("SELECT migration_id FROM _yoyo_migration ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def _is_current(connection: Connection[Any]) -> bool:
    """Whether every migration is applied, and none from the future."""
    applied = applied_migrations(connection)
    if set(applied) - set(known_migrations()):
        raise DatabaseError(say("database.newer_schema"))
    return applied == known_migrations()


def hold_off_migrations(connection: Connection[Any]) -> None:
    """Let nobody else make or change tables until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (_MIGRATING,))


def _migrate(connection: Connection[Any]) -> None:
    """Apply what is missing, one process at a time."""
    connection.rollback()
    with connection.transaction():
        # A second process waits here, then finds nothing left to do.
        hold_off_migrations(connection)
        if _is_current(connection):
            return
        _require_server(connection)
        from yoyo import read_migrations
        from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
        from yoyo.connections import DatabaseURI

        # Given as arguments, since the library reads URLs only, and a connection string has two
        # forms.
        where = conninfo_to_dict(connection.info.dsn, password=connection.info.password)
        name = where.pop("dbname")
        uri = DatabaseURI("postgresql+psycopg", None, None, None, None, name, where)
        backend = PostgresqlPsycopgBackend(uri, "_yoyo_migration")
        try:
            backend.init_database()
            # Left by a process that was killed here: who holds our own lock is alone.
            backend.break_lock()
            backend.apply_migrations(backend.to_apply(read_migrations(str(MIGRATIONS))))
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseError(say("database.no_privilege")) from None
        finally:
            backend.connection.close()


def _require_server(connection: Connection[Any]) -> None:
    if connection.info.server_version < _OLDEST_POSTGRESQL:
        raise DatabaseError(say("database.old_postgresql"))
    found = connection.execute(
        "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
    ).fetchone()
    version = tuple(int(part) for part in found[0].split(".")[:2]) if found else (0, 0)
    if version < _OLDEST_PGVECTOR:
        raise DatabaseError(say("database.no_pgvector"))
    may_create = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    if connection.execute(may_create).fetchone() != (True,):
        raise DatabaseError(say("database.no_privilege"))
