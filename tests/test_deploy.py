"""What stands under `deploy/` names what there is: commands, settings, roles, probes."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.core import TyperGroup

from api.cli import app
from api.main import API
from api.pool_store import ROLE
from api.routes import routes
from api.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".md")
SETTINGS = {f"cantiere_{name}" for name in Settings.model_fields}
UNITS = sorted(DEPLOY.glob("*.service"))


def text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    return document


def exec_start(unit: Path) -> list[str]:
    """The words of what a unit runs."""
    [line] = re.findall(r"^ExecStart=(.+)$", unit.read_text("utf-8"), re.MULTILINE)
    return shlex.split(line)


def commands() -> list[list[str]]:
    """Every command of ours that a file of `deploy/` runs."""
    [in_container] = re.findall(r"^CMD (\[.*?\])", text("Containerfile"), re.MULTILINE | re.DOTALL)
    found = [json.loads(in_container.replace("\\\n", ""))]
    for unit in UNITS:
        words = exec_start(unit)
        if words[0] == "/bin/sh":
            words = shlex.split(words[2].removeprefix("exec "))
        assert words[0].endswith("/bin/cantiere")
        found.append(words[1:])
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one_of_ours_with_options_that_it_takes(words: list[str]) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    command = group.commands[words[0]]
    assert command.make_context(words[0], words[1:]).params


@pytest.mark.parametrize("file", FILES, ids=[path.name for path in FILES])
def test_every_setting_is_one_of_ours(file: Path) -> None:
    content = file.read_text("utf-8")
    named = {name.lower() for name in re.findall(r"\bCANTIERE_[A-Z_]+\b", content)}
    secrets = set(re.findall(r"\bcantiere_\w+(?=_url|_token|_keys)\w+", content))
    assert named | secrets <= SETTINGS


def test_compose_uses_every_secret_that_it_declares_and_no_other() -> None:
    document = compose()
    used = {name for service in document["services"].values() for name in service["secrets"]}
    assert used == set(document["secrets"])
    made = text("secrets.sh")
    assert all(name in made for name in used)


def test_containers_may_do_nothing_that_they_need_not() -> None:
    for service in compose()["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["healthcheck"]["test"]
    [user] = re.findall(r"^USER (\d+):\d+$", text("Containerfile"), re.MULTILINE)
    assert int(user) > 0
    assert "ports" not in compose()["services"]["database"]
    assert compose()["networks"]["inside"] == {"internal": True}


def test_images_are_pinned_to_a_release() -> None:
    [python] = re.findall(r"^ARG PYTHON=(\S+)$", text("Containerfile"), re.MULTILINE)
    database = compose()["services"]["database"]["image"]
    for image in (python, database):
        assert re.search(r":\d+\.\d+\.\d+-", image), image


def test_the_probe_asks_a_path_that_there_is() -> None:
    probe = " ".join(compose()["services"]["service"]["healthcheck"]["test"])
    [path] = re.findall(r"https://127\.0\.0\.1:8443(/\S+?)\"", probe)
    assert path.removeprefix(API) in {route.path for route in routes()}
    compile(compose()["services"]["service"]["healthcheck"]["test"][3], "probe", "exec")


def test_the_roles_of_the_database_are_those_of_the_service() -> None:
    assert f"CREATE ROLE {ROLE} LOGIN" in text("database/10-roles.sh")
    assert f"postgresql://{ROLE}:" in text("secrets.sh")


def test_units_are_closed_to_what_they_need_not() -> None:
    for unit in UNITS:
        lines = set(unit.read_text("utf-8").splitlines())
        assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"} <= lines
        assert "User=cantiere" in lines
