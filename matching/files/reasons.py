"""A pydantic error → an Italian reason, by error type. No value longer than a few words."""

import difflib
import re
from datetime import date

from pydantic_core import ErrorDetails

from matching.files.columns import MODELS
from matching.files.contents import Kind, shown
from matching.files.lists import not_allowed
from matching.messages import say

# What a pattern protects, by the last name of the field's path.
PATTERNS = {
    "id": "identifier",
    "company_id": "identifier",
    "participant_id": "identifier",
    "from": "clock",
    "to": "clock",
    "ateco": "ateco",
    "code": "language",
}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_QUOTED = re.compile(r"'([^']*)'")


def reason_of(error: ErrorDetails, kind: Kind) -> str:
    """The sentence for an error that a model of `matching.model` raised.

    Raises:
        KeyError: If the catalogue has no sentence for its type (a test keeps it complete).
    """
    special = _SPECIAL.get(error["type"])
    if special is not None:
        return special(error, kind)
    bounds = {name: _plain(bound) for name, bound in error.get("ctx", {}).items()}
    return say(f"files.reason.{error['type']}", value=shown(error["input"]), **bounds)


def _pattern(error: ErrorDetails, _: Kind) -> str:
    meaning = PATTERNS[str(error["loc"][-1])]
    return say(f"files.pattern.{meaning}", value=shown(error["input"]))


def _literal(error: ErrorDetails, _: Kind) -> str:
    codes = tuple(_QUOTED.findall(error["ctx"]["expected"]))
    near = difflib.get_close_matches(str(error["input"]), codes, n=1)
    return not_allowed(error["input"], codes, "".join(near))


def _municipality(error: ErrorDetails, _: Kind) -> str:
    suggestion = error["ctx"]["suggestion"]
    told = say("files.reason.unknown_municipality", value=shown(error["input"]))
    return told + (say("files.cell.nearest", nearest=suggestion) if suggestion else "")


def _extra(error: ErrorDetails, kind: Kind) -> str:
    told = say("files.reason.extra_forbidden")
    if len(error["loc"]) > 1:
        return told
    near = difflib.get_close_matches(str(error["loc"][0]), MODELS[kind].model_fields, n=1)
    return told + (say("files.cell.nearest", nearest=near[0]) if near else "")


_SPECIAL = {
    "string_pattern_mismatch": _pattern,
    "literal_error": _literal,
    "unknown_municipality": _municipality,
    "extra_forbidden": _extra,
}


def _plain(bound: object) -> object:
    """A bound as Italians write it: ``80.0`` → 80, ``2100-12-31`` → 31/12/2100."""
    if isinstance(bound, float) and bound.is_integer():
        return int(bound)
    if isinstance(bound, str) and _ISO_DAY.fullmatch(bound):
        return f"{date.fromisoformat(bound):%d/%m/%Y}"
    return bound
