"""PostgreSQL's own programs: which one suits a server, how it is run, what it says."""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from api.embedded import shipped_programs
from api.settings import environment
from matching.errors import DatabaseError
from matching.messages import say

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_TABLE = re.compile(r'table "(?:[^".]+\.)?([^".]+)"')
# So that what is read below is in English.
_PLAIN = {"LC_ALL": "C"}


def nearest(name: Literal["pg_dump", "pg_restore"], server: int) -> Path:
    """The program that suits a server: not older than it, and as near to it as there is.

    Args:
        name: Of the program.
        server: The major version of the server.

    Raises:
        DatabaseError: If neither PATH nor the embedded server's programs have one.
    """
    found = shutil.which(name)
    programs = [*([Path(found)] if found else []), *(f / name for f in shipped_programs())]
    fitting = [(v, p) for p in programs if (v := _major(p)) is not None and v >= server]
    if not fitting:
        raise DatabaseError(say("backup.no_program", program=name, version=server))
    return min(fitting)[1]


def _major(program: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603 - found above
            [program, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = _VERSION.search(said)
    return int(version[1]) if version else None


def run(command: Sequence[str | Path], password: str, on_table: Callable[[str], None]) -> bool:
    """Run a program that copies a database; whether it did all of it.

    What it says may quote what people wrote: only the tables it names are read.

    Args:
        command: With ``--verbose``; without a password, which others could see.
        password: Of the database; empty if there is none.
        on_table: Told which table is being copied.
    """
    process = subprocess.Popen(  # noqa: S603 - a program of PostgreSQL, found above
        [*command],
        env=environment(**_PLAIN, **({"PGPASSWORD": password} if password else {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    with process:
        try:
            for line in process.stderr or ():
                if table := _TABLE.search(line):
                    on_table(table[1])
        except BaseException:
            process.terminate()
            raise
    return process.returncode == 0


def read(command: Sequence[str | Path]) -> str | None:
    """What a program writes; None if it fails."""
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, found above
        [*command], env=environment(**_PLAIN), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace",
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else None
