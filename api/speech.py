"""Typer's own words in the language of the catalogue.

Typer asks ``gettext`` for each of its sentences while it is imported: this module answers from our
catalogue, and must be imported before it.
"""

import gettext

from matching.messages import catalogue

_as_given = gettext.gettext


def _translated(message: str) -> str:
    return catalogue().get(f"typer.{message}") or _as_given(message)


gettext.gettext = _translated
