"""Settings come from the environment or from files; a wrong one is named, never shown."""

import json
import subprocess
from pathlib import Path

import pytest

from api.settings import secret_folders
from tests.commands import COMMAND, Cantiere, environment


def servers(**variables: str) -> str:
    """The address of the service in its description, which is a setting."""
    done = subprocess.run(
        [COMMAND, "openapi"],
        env={**environment(), **variables},
        capture_output=True,
        check=True,
        text=True,
    )
    [server] = json.loads(done.stdout)["servers"]
    return str(server["url"])


def test_a_file_of_secrets_is_read_and_the_environment_comes_first(tmp_path: Path) -> None:
    (tmp_path / "cantiere_public_url").write_text("https://in-a-file.example\n")
    folder = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert servers(**folder).startswith("https://in-a-file.example/")
    both = folder | {"CANTIERE_PUBLIC_URL": "https://in-the-environment.example"}
    assert servers(**both).startswith("https://in-the-environment.example/")


def test_a_folder_of_secrets_that_is_not_there_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.settings._CONTAINER_SECRETS", tmp_path / "none")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret_folders() == [tmp_path]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "none"))
    assert secret_folders() == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [("CANTIERE_METRICS_TOKEN", "breve"), ("CANTIERE_CONNECTIONS", "parolasegreta")],
)
def test_a_wrong_setting_is_named(
    command: Cantiere, monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.setenv(setting, value)
    done = command("openapi")
    assert done.code == 1
    assert f"Il valore di {setting} non va bene" in done.error
    assert value not in done.error
