"""The commands in this process, which is faster than a process for each."""

import sys

import pytest

from api.cli import main
from tests.commands import Cantiere, Done


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cantiere:
    """Run a command; ``url`` says on which database."""

    def run(*words: object, url: str = "postgresql://nobody@localhost:1/none") -> Done:
        monkeypatch.setenv("CANTIERE_DATABASE_URL", url)
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "argv", ["cantiere", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        code = ended.value.code
        assert isinstance(code, int | None)
        return Done(code or 0, printed.out, printed.err)

    return run
