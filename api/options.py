"""What commands share: their options and arguments, and how they print JSON."""

import api.speech  # noqa: F401, I001 - it must come before typer

import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from api.settings import Settings
from matching.decisions import require_who
from matching.messages import say


def option(key: str, *names: str, **rules: Any) -> Any:
    """An option with the catalogue's help."""
    return typer.Option(*names, help=say(f"cli.option.{key}"), **rules)


def argument(key: str, **rules: Any) -> Any:
    """An argument with the catalogue's help and name."""
    return typer.Argument(
        help=say(f"cli.argument.{key}"), metavar=say(f"cli.metavar.{key}"), **rules
    )


AsJson = Annotated[bool, option("json", "--json")]
Limit = Annotated[int, option("limit", "--limit", min=1, max=1000)]
On = Annotated[datetime | None, option("on", "--on", formats=["%Y-%m-%d", "%d/%m/%Y"])]
ParticipantId = Annotated[str, argument("participant")]
By = Annotated[str | None, option("by", "--by")]
NoLimit = Annotated[int | None, option("limit", "--limit", min=1, max=1000)]


def decider(by: str | None) -> str:
    """Role and code of who decides: as given, or as the settings say."""
    return require_who(Settings().operator if by is None else by)


def print_json(document: object) -> None:
    """One document on standard output, and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
