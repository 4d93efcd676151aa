"""The documents say what the program does: every command, setting, rule, column; no broken link."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from api.cli import app
from api.pool_store import GRANTS
from api.settings import Settings
from matching.files.columns import COLUMNS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RULES = ROOT / "matching" / "eligibility" / "eligibility.toml"
RULES_RECORD = next((ROOT / "docs" / "decisions").glob("0007-*.md"))
PAGES = sorted(chain(ROOT.glob("*.md"), ROOT.glob("[!.]*/**/*.md")))

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def names_of(group: TyperGroup, prefix: str = "") -> set[str]:
    """Every command by what the user types: ``taxonomy search``."""
    names: set[str] = set()
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            names |= names_of(command, f"{prefix}{name} ")
        else:
            names.add(prefix + name)
    return names


def test_the_readme_lists_exactly_the_commands() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    rows = re.findall(r"^\| `cantiere((?: [a-z-]+)+)", README.read_text("utf-8"), re.MULTILINE)
    assert sorted(name.strip() for name in rows) == sorted(names_of(group))


def test_the_readme_names_exactly_the_settings() -> None:
    named = set(re.findall(r"\bCANTIERE_\w+", README.read_text("utf-8")))
    assert named == {f"CANTIERE_{field.upper()}" for field in Settings.model_fields}


def test_the_record_of_rules_says_which_are_on() -> None:
    rules = tomllib.loads(RULES.read_text("utf-8"))["rules"]
    text = RULES_RECORD.read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z0-9-]+)` \| (on|off) \|", text, re.MULTILINE)
    assert dict(rows) == {rule: "on" if entry["on"] else "off" for rule, entry in rules.items()}


def test_every_column_of_a_sheet_is_documented_in_its_section() -> None:
    sections = (ROOT / "docs" / "files.md").read_text("utf-8").split("\n### ")
    documented = {
        section.split("\n")[0].lower(): re.findall(r"^\| \**`(\w+)`", section, re.MULTILINE)
        for section in sections[1:]
    }
    assert documented == {kind: list(columns) for kind, columns in COLUMNS.items()}


def test_the_record_of_processing_names_every_table_and_how_long_each_thing_is_kept() -> None:
    text = (ROOT / "docs" / "registro-trattamenti.md").read_text("utf-8")
    assert [table for table in GRANTS if f"`{table}`" not in text] == ["programme"]
    rows = re.findall(r"\| (\d+) \| [^|]+ \| `CANTIERE_(\w+)` \|", text)
    kept = {n: f for n, f in Settings.model_fields.items() if n.startswith("keep_")}
    assert {name.lower(): int(months) for months, name in rows} == {
        name: field.default for name, field in kept.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_relative_links_resolve(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_there_are_pages_and_links_to_check() -> None:
    assert {README, ROOT / "docs" / "scoring.md"} <= set(PAGES)
    assert len(_LINK.findall(README.read_text("utf-8"))) > 5
