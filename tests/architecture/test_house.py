"""What holds for every module of the house, read from its source."""

import ast
import re

import pytest

from tests.source import ROOT, imports, modules

MODULES = list(modules())
# Training is done once, by hand, and is no part of the running program.
BELOW_API = [p for p in MODULES if not p.startswith(("api/", "skills_taxonomy/training/"))]

READS_ENVIRONMENT = {"os", "platformdirs", "pydantic_settings", "dotenv", "getpass", "locale"}
READS_CLOCK = {"time"}
CLOCK_METHODS = {"now", "utcnow", "today"}
SQL_CLOCK = re.compile(r"\b(now\s*\(|current_(date|time|timestamp)|clock_timestamp)", re.I)


def _may_see_a_database(path: str) -> bool:
    documented = ast.get_docstring(modules()[path]) or ""
    return path.endswith(("store.py", "api/database.py")) or documented.startswith("USE CASE")


@pytest.mark.parametrize("path", BELOW_API)
def test_only_api_reads_the_environment_and_the_clock(path: str) -> None:
    tree = modules()[path]
    packages = {name.split(".")[0] for name in imports(tree)}
    assert packages & (READS_ENVIRONMENT | READS_CLOCK) == set()
    asked = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_METHODS
    ]
    assert asked == []
    written = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SQL_CLOCK.search(node.value)
    ]
    assert written == []


@pytest.mark.parametrize("path", [p for p in MODULES if p != "api/settings.py"])
def test_settings_alone_read_the_environment(path: str) -> None:
    asked = [
        node.lineno
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert asked == []


@pytest.mark.parametrize("path", MODULES)
def test_only_stores_and_use_cases_know_the_database(path: str) -> None:
    knows = {name for name in imports(modules()[path]) if name.split(".")[0] == "psycopg"}
    assert not knows or _may_see_a_database(path)


@pytest.mark.parametrize("path", MODULES)
def test_every_module_says_what_it_is(path: str) -> None:
    documented = ast.get_docstring(modules()[path]) or ""
    assert re.match(r"\S.*[.:]$", documented.partition("\n")[0]), "one sentence first"


@pytest.mark.parametrize("path", MODULES)
def test_a_module_stays_short(path: str) -> None:
    assert len(ROOT.joinpath(path).read_text("utf-8").splitlines()) <= 400
