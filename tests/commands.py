"""The program as its users have it: `cantiere`, in this process or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).parent / "cantiere"


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document of the output."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line of a failure, with nothing on standard output."""
        assert self.out == ""
        assert self.err.endswith("\n")
        [line] = self.err.splitlines()
        assert line.strip()
        return line


Cantiere = Callable[..., Done]
"""``cantiere("suggest", "P-001", "--json")``"""


def environment(*, url: str | None = None, data_dir: Path | None = None) -> Mapping[str, str]:
    """The environment of a command: which database it uses, and a screen of 100 columns.

    Texts are read by words alone: dozens of commands need not wait for the encoder.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("CANTIERE_")}
    chosen = {
        "CANTIERE_ENCODER": "no",
        "CANTIERE_DATABASE_URL": url,
        "CANTIERE_DATA_DIR": data_dir and str(data_dir),
    }
    given = {name: value for name, value in chosen.items() if value}
    return inherited | given | {"COLUMNS": "100"}


def start(*words: object, **database: Any) -> subprocess.Popen[str]:
    """Start a command in a process of its own, with a database as in `environment`."""
    return subprocess.Popen(
        [COMMAND, *map(str, words)],
        env=environment(**database),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> Done:
    """Wait for a command; a minute is more than any takes."""
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err, err
    return Done(process.returncode, out, err)


def run(*words: object, **database: Any) -> Done:
    """Run a command in a process of its own, with a database as in `environment`."""
    return end(start(*words, **database))
