"""The dossier as a page to read: plain Italian, large type, nothing fetched from anywhere."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from matching.messages import catalogue, join_words, say
from matching.model import LanguageSkill, Participant
from matching.schedule import week_bits, week_in_words

Json = dict[str, Any]

_STYLE = resources.files("api").joinpath("templates", "dossier.css").read_text("utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'"
"""What a browser may do with the page: show it, with its own style."""

_LABELLED = {
    "target": "target", "gender": "gender", "transport": "transport", "limitations": "demand",
}  # fmt: skip
_UNITS = {"max_travel_minutes": "minutes", "max_hours_week": "hours"}
_FACTS = (
    "target", "birth_year", "gender", "municipality", "eqf_level", "languages", "licences",
    "transport", "max_travel_minutes", "availability", "max_hours_week", "limitations",
    "receives_rdc",
)  # fmt: skip
_MOST_QUOTES = 5


def render(dossier: Json, contact_email: str) -> str:
    """The page of a dossier (`api.rights.dossier.gather`); every value is escaped.

    Args:
        dossier: Everything about a person.
        contact_email: Who answers for the service.
    """
    return _template().render(
        dossier=dossier,
        facts=_facts(Participant.model_validate(dossier["record"])),
        style=_STYLE,
        contact_email=contact_email,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "say": lambda key, **values: say(f"rights.page.{key}", **values),
        "placement": lambda part, code: say(f"placement.{part}.{code}"),
        "label": lambda key: say(f"labels.{key}"),
        "who": _who,
        "what": _what,
        "quotes": _quotes,
        "reasons": _reasons,
        "join": join_words,
    }
    environment.filters |= {"day": day, "clock": _clock, "moment": _moment}
    return environment.get_template("dossier.html")


def day(iso: str) -> str:
    """``"24 novembre 2026"``, where the service is."""
    at = datetime.fromisoformat(iso)
    local = at.astimezone() if at.tzinfo else at
    return f"{local.day} {say('labels.months').split()[local.month - 1]} {local.year}"


def _clock(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone():%H.%M}"


def _moment(iso: str) -> str:
    return say("rights.page.moment", day=day(iso), time=_clock(iso))


def _facts(record: Participant) -> list[tuple[str, str]]:
    """The fields of a record that are no texts, each with its name, in words."""
    return [(say(f"rights.page.record.{name}"), _fact(name, record)) for name in _FACTS]


def _fact(name: str, record: Participant) -> str:
    value = getattr(record, name)
    if value is None:
        return say("rights.page.unknown")
    if name == "availability":
        return _list(week_in_words(week_bits(value)))
    if name == "languages":
        return "; ".join(map(_language, value)) or say("rights.page.none")
    if name in _LABELLED:
        codes = [value] if isinstance(value, str) else value
        return _list([say(f"labels.{_LABELLED[name]}.{code}") for code in codes])
    if name in _UNITS:
        return say(f"rights.page.{_UNITS[name]}", value=_number(value))
    if isinstance(value, bool):
        return say("rights.page.yes" if value else "rights.page.no")
    return _list(value) if isinstance(value, tuple) else str(value)


def _language(spoken: LanguageSkill) -> str:
    key = f"labels.language.{spoken.code}"
    name = say(key) if key in catalogue() else f"«{spoken.code}»"
    return say("rights.page.language", language=name, level=spoken.level)


def _list(words: Sequence[str]) -> str:
    return join_words(list(words)) if words else say("rights.page.none")


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _quotes(evidence: Iterable[Json]) -> str:
    """The words behind something, each once."""
    texts = list(dict.fromkeys(one["text"] for one in evidence))[:_MOST_QUOTES]
    return join_words([say("rights.page.quote", text=text) for text in texts])


def _reasons(pair: Json) -> str:
    """What counted for an offer, without figures; the document for programs has those too."""
    labels = [one["label"] for one in pair["contributions"] if one["value"] > 0 and one["label"]]
    return join_words(list(dict.fromkeys(labels))[:_MOST_QUOTES])


def _who(look: Json) -> str:
    if not look["account_id"]:
        return say("rights.page.looks.command")
    key = f"rights.page.role.{look['role']}"
    role = say(key if key in catalogue() else "rights.page.role.other")
    return role if look["role"] == "participant" else f"{role} {look['account_id']}"


def _what(look: Json) -> str:
    key = f"rights.page.action.{look['action']}"
    return say(key) if key in catalogue() else say("rights.page.action.other", **look)
