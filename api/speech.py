"""Typer's own words in the language of the catalogue.

Typer asks ``gettext`` for each of its sentences while it is imported: this module answers from our
catalogue, and must be imported before it.
"""

import gettext
from typing import Any

from matching.messages import catalogue

_as_given = gettext.gettext


def _translated(message: str) -> str:
    return catalogue().get(f"typer.{message}") or _as_given(message)


gettext.gettext = _translated

from typer._click import decorators  # noqa: E402 - only now

_option = decorators.option


def _option_in_words(*names: Any, **attributes: Any) -> Any:
    """The option ``--help``, which Typer makes without asking for its sentence."""
    return _option(*names, **attributes | {"help": _translated(attributes["help"])})


decorators.option = _option_in_words
