"""The commands that copy the database, and restore a copy."""

import api.speech  # noqa: F401, I001 - it must come before typer

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from api import terminal
from api.options import AsJson, argument, print_json
from api.settings import Settings
from matching.messages import say

if TYPE_CHECKING:
    from api.backup.copying import Copied

BackupFile = Annotated[Path, argument("backup_file")]
RestoredFile = Annotated[Path, argument("restored_file")]


def backup(file: BackupFile, as_json: AsJson = False) -> None:
    """Copy the whole database into a file."""
    from api.backup.copying import backup as copy

    with _progress("backup.copying") as on_table:
        copied = copy(Settings(), file, on_table)
    _report("backup.copied", file, copied, as_json)


def restore(file: RestoredFile, as_json: AsJson = False) -> None:
    """Put a copy into an empty database."""
    from api.backup.copying import restore as put_back

    with _progress("backup.restoring") as on_table:
        copied = put_back(Settings(), file, on_table)
    _report("backup.restored", file, copied, as_json)


@contextmanager
def _progress(key: str) -> Iterator[Callable[[str], None]]:
    """On a terminal, which table is at hand."""
    if not terminal.err.is_terminal:
        yield lambda _: None
        return
    with terminal.err.status(say(key, table="…")) as status:
        yield lambda table: status.update(say(key, table=table))


def _report(key: str, file: Path, copied: "Copied", as_json: bool) -> None:
    state, size = copied.state, file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size, "schema": copied.schema, **asdict(state)})
        return
    line = say(
        key,
        file=file,
        megabytes=f"{size / 1e6:.1f}".replace(".", ","),
        participants=state.participants,
        offers=state.offers,
        events=state.events,
        head=state.head or "-",
    )
    terminal.out.print(line, soft_wrap=True)
