"""What the offer asks of the person: licences, Italian, a qualification, efforts."""

from functools import lru_cache
from typing import ClassVar

from matching.eligibility.verdict import (
    Pair,
    Parameters,
    Verdict,
    demand_names,
    met,
    met_if,
    not_met,
    rule,
    unknown,
)
from matching.messages import join_words
from matching.model import LANGUAGE_LEVELS, Target


class Licences(Parameters):
    """Which driving licences hold others: ``{"C": ("B", …), …}``."""

    table: ClassVar[str] = "licences"

    includes: dict[str, tuple[str, ...]]


class Benefit(Parameters):
    """Which groups must not receive the reddito di cittadinanza."""

    table: ClassVar[str] = "benefit"

    targets: tuple[Target, ...]


@rule("FIT-LICENCES", Licences)
def licences(pair: Pair, p: Licences) -> Verdict | None:
    """The person holds every licence the offer asks for."""
    asked, held = pair.offer.licences, pair.participant.licences
    if not asked:
        return None
    if held is None:
        return unknown("FIT-LICENCES.ask", licences=join_words(list(asked)))
    keys = {_licence(name) for name in held}
    keys |= {name for key in keys for name in p.includes.get(key, ())}
    missing = [name for name in asked if _licence(name) not in keys]
    if missing:
        return not_met("FIT-LICENCES.not_met", missing=join_words(missing))
    return met("FIT-LICENCES.met", licences=join_words(list(asked)))


@lru_cache(maxsize=4096)
def _licence(name: str) -> str:
    """A licence however it is written: ``"patente b"`` → ``"B"``."""
    return name.strip().upper().removeprefix("PATENTE ").strip()


@rule("FIT-ITALIAN")
def italian(pair: Pair) -> Verdict | None:
    """The person's Italian is enough for the offer.

    A list of languages without Italian is no proof of no Italian: whoever told a story to an
    operator speaks some, and the list may only name the other languages. So it is asked.
    """
    asked = pair.offer.min_italian
    if asked is None:
        return None
    levels = [skill.level for skill in pair.participant.languages or () if skill.code == "it"]
    if not levels:
        return unknown("FIT-ITALIAN.ask", min=asked)
    level = max(levels, key=LANGUAGE_LEVELS.index)
    enough = LANGUAGE_LEVELS.index(level) >= LANGUAGE_LEVELS.index(asked)
    return met_if(enough, "FIT-ITALIAN", min=asked, level=level)


@rule("FIT-EQF")
def qualification(pair: Pair) -> Verdict | None:
    """The person's qualification is enough for the offer."""
    asked, held = pair.offer.min_eqf, pair.participant.eqf_level
    if asked is None:
        return None
    if held is None:
        return unknown("FIT-EQF.ask", min=asked)
    return met_if(held >= asked, "FIT-EQF", min=asked, eqf=held)


@rule("FIT-DEMANDS")
def demands(pair: Pair) -> Verdict | None:
    """The offer demands nothing the person must avoid."""
    demanded, limits = pair.offer.demands, pair.participant.limitations
    if demanded is None:
        return unknown("FIT-DEMANDS.ask_company", demands=demand_names(limits)) if limits else None
    if not demanded:
        return None
    if limits is None:
        return unknown("FIT-DEMANDS.ask_person", demands=demand_names(demanded))
    if clash := tuple(d for d in demanded if d in limits):
        return not_met("FIT-DEMANDS.not_met", demands=demand_names(clash))
    return met("FIT-DEMANDS.met", demands=demand_names(demanded))


@rule("BEN-01", Benefit)
def benefit(pair: Pair, p: Benefit) -> Verdict | None:
    """Some groups of the programme are for people without the reddito di cittadinanza."""
    if pair.participant.target not in p.targets:
        return None
    receives = pair.participant.receives_rdc
    return unknown("BEN-01.ask") if receives is None else met_if(not receives, "BEN-01")
