"""The whole database into a file, and from a file into an empty database: all of it or nothing."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.backup import store
from api.backup.programs import nearest, read, run
from api.backup.store import State
from api.database import (
    applied_migrations,
    connect,
    connect_as_it_is,
    database_url,
    hold_off_migrations,
    known_migrations,
)
from api.settings import Settings
from matching.errors import CantiereError, DatabaseError, FileError
from matching.messages import say

OnTable = Callable[[str], None]

_MAGIC = b"PGDMP"
# What opens accounts, or is about to: nothing taken back or used up comes to life with a copy.
_LEFT_OUT = ("credential", "pending_sign_in")
_GRANTED = re.compile(r'^(?:GRANT|REVOKE) .* (?:TO|FROM) ("(?:[^"]|"")+"|\w+);$', re.MULTILINE)
_APPLIED = "_yoyo_migration"


@dataclass(frozen=True)
class Copied:
    """What was copied, and the schema it had (its last migration)."""

    state: State
    schema: str


def backup(settings: Settings, file: Path, on_table: OnTable) -> Copied:
    """Copy the database as it is at one moment, whatever others write meanwhile.

    Args:
        settings: Where the database is; its tables stay of the release they are of.
        file: Where the copy goes; it appears when it is whole, for its owner's eyes alone.
        on_table: Told which table is being copied.

    Raises:
        CantiereError: If the file is there already or cannot be written, if there is nothing to
            copy, or if the copy fails.
    """
    address, password = store.without_password(database_url(settings))
    with connect_as_it_is(settings) as connection:
        view = store.begin_lasting_view(connection)
        schema = applied_migrations(connection)
        if not schema:
            raise DatabaseError(say("backup.nothing"))
        program = nearest("pg_dump", store.major_version(connection))
        with _appearing_whole(file) as written:
            command: tuple[str | Path, ...] = (
                program, "--no-password", "--format=custom", "--verbose", f"--snapshot={view}",
                "--no-unlogged-table-data", *(f"--exclude-table-data={name}" for name in _LEFT_OUT),
                f"--file={written}", f"--dbname={address}",
            )  # fmt: skip
            if not run(command, password, on_table):
                raise DatabaseError(say("backup.failed"))
        return Copied(store.state_of(connection), schema[-1])


@contextmanager
def _appearing_whole(file: Path) -> Iterator[Path]:
    """A file beside the one wanted, for its owner alone, which takes its name at the end."""
    if file.exists():
        raise FileError(say("backup.exists", file=file))
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        raise FileError(say("backup.cannot_write", file=file)) from None
    try:
        yield beside
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)


def restore(settings: Settings, file: Path, on_table: OnTable) -> Copied:
    """Put a copy into a database that has no tables; then bring it up to date.

    Args:
        settings: Where the database is.
        file: The copy. It is trusted: what it holds is run with the rights of the owner.
        on_table: Told which table is being restored.

    Raises:
        CantiereError: If the file is no whole copy or of a newer release, or if the database has
            tables, lacks a role, or refuses. Nothing is then left in it.
    """
    address, password = store.without_password(database_url(settings))
    with connect_as_it_is(settings) as connection:
        hold_off_migrations(connection)
        if store.has_tables(connection):
            raise DatabaseError(say("backup.not_empty"))
        program = nearest("pg_restore", store.major_version(connection))
        missing = store.missing_roles(connection, _roles_of(program, file))
        if missing and settings.database_url is not None:
            raise DatabaseError(say("backup.no_role", role=missing[0]))
        with connect_as_it_is(settings) as beside:
            store.make_roles(beside, missing)
        command = (
            program, "--no-password", "--verbose", "--single-transaction", "--exit-on-error",
            "--no-owner", "--no-comments", f"--dbname={address}", file,
        )  # fmt: skip
        if not run(command, password, on_table):
            raise DatabaseError(say("backup.restore_failed"))
        schema = applied_migrations(connection)[-1]
    with connect(settings) as connection:
        store.analyze(connection)
        return Copied(store.state_of(connection), schema)


def _roles_of(program: Path, file: Path) -> set[str]:
    """Who has rights in a copy, once it is sure that it is whole and of no newer release."""
    try:
        with file.open("rb") as opened:
            begins_well = opened.read(len(_MAGIC)) == _MAGIC
    except OSError:
        raise FileError(say("backup.unreadable", file=file)) from None
    # All of it is read and none of it used, so that a copy that was cut off is found now.
    if not begins_well or not run((program, "--file=/dev/null", file), "", lambda _: None):
        raise FileError(say("backup.not_whole", file=file))
    migrations = re.findall(
        r"\t(\d{4}_\w+)\t",
        read((program, "--data-only", f"--table={_APPLIED}", "--file=-", file)) or "",
    )
    if not migrations:
        raise FileError(say("backup.foreign", file=file))
    if set(migrations) - set(known_migrations()):
        raise CantiereError(say("backup.newer", file=file))
    schema = read((program, "--schema-only", "--no-owner", "--file=-", file)) or ""
    names = {n.strip('"').replace('""', '"') for n in _GRANTED.findall(schema)}
    return names - {"PUBLIC"}
