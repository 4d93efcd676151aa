"""To the participant, who reads with a tutor: plain words, no score, no age, the right to say no.

Rules EXP-01 and EXP-02: at most three reasons in the person's words, one thing to mind, what one
would learn, what would change it, who decides. Headings are questions.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from matching.changes import FIRST, Consequence, Idea
from matching.eligibility.verdict import number
from matching.messages import join_words, say
from matching.schedule import week_bits, week_in_words
from matching.voices.cautions import caution, cautions, licence_names
from matching.voices.facts import Facts
from matching.voices.quoting import MOST_WORDS, is_discreet
from matching.voices.reasons import Reason, reasons
from matching.voices.shown import (
    Explanation,
    Known,
    Outcome,
    ShownCheck,
    ShownContribution,
    ShownEligibility,
    ToLearn,
    ToMind,
)

_MOST_TO_LEARN: Final = 2
_MOST_CHANGES: Final = 2  # in the text
_MOST_HOURS: Final = 3  # lines of a timetable


def speak(facts: Facts, most_changes: int) -> Explanation:
    """The proposal in plain words; figures and what is private are left out."""
    why, mind = reasons(facts), cautions(facts)[0]
    learn = tuple(x for x in facts.learn() if is_discreet(x.label))[:_MOST_TO_LEARN]
    changes = [found for found in facts.changes if is_discreet(_if(found))][:most_changes]
    sections = {
        "what": _what(facts),
        "why": [s for reason in why for s in reason.sentences] or [say("voices.why.nothing")],
        "mind": [mind.reason, *_talk_about(mind)],
        "learn": [_would_learn(x, facts) for x in learn] or [say("voices.learn.practice")],
        "change": _changes(facts, changes[:_MOST_CHANGES]),
        "who": [say(f"voices.who.{key}") for key in ("decides", "no", "nothing_lost", "talk")],
    }
    return Explanation(
        facts.pairing.participant_id,
        facts.pairing.offer_id,
        "participant",
        "\n\n".join(_section(name, lines) for name, lines in sections.items()),
        tuple(_known(facts, why)),
        learn,
        (mind,),
        tuple(_contributions(why)),
        _eligibility(facts),
        None,
        None,
        tuple(_outcome(found) for found in changes),
    )


def _section(name: str, lines: list[str]) -> str:
    return "\n".join([say(f"voices.heading.{name}"), *lines])


def _what(facts: Facts) -> list[str]:
    offer = facts.offer
    start = offer.start_date
    checks = facts.pairing.eligibility.checks
    begun = any(c.rule == "OFF-OPEN" and c.status == "not_met" for c in checks)
    return [
        say("voices.what.title", title=_shortened(offer.title)),
        say(f"voices.what.{offer.kind}"),
        say("voices.what.where", company=_shortened(facts.company.name), place=offer.municipality),
        say(f"voices.what.{'began' if begun else 'begins'}", day=_day(start), year=start.year),
        *_hours(facts),
        *([say("voices.what.not_now")] if facts.pairing.rank is None else []),
    ]


def _day(day: date) -> str:
    month = say("labels.months").split()[day.month - 1]
    return (
        say("voices.day", day=day.day, month=month)
        if day.day > 1
        else say("voices.first_day", month=month)
    )


def _shortened(name: str) -> str:
    """A name that a sentence can hold."""
    words = name.split()
    return name if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])}…"


def _hours(facts: Facts) -> list[str]:
    lines = week_in_words(week_bits(facts.offer.schedule or ()))
    if not lines:
        return [say("voices.what.hours_unknown")]
    if len(lines) > _MOST_HOURS:
        return [say("voices.what.hours_vary")]
    return [
        say("voices.what.hours", hours=lines[0]),
        *(f"{x[0].upper()}{x[1:]}." for x in lines[1:]),
    ]


def _talk_about(mind: ToMind) -> list[str]:
    """A gate is talked over; a fact of the work is only said."""
    return [say("voices.mind.talk")] if mind.rule else []


def _would_learn(thing: ToLearn, facts: Facts) -> str:
    return say(f"voices.learn.{facts.competence(thing.uri).kind}", label=thing.label)


def _changes(facts: Facts, found: list[Consequence]) -> list[str]:
    told = [_sentence(facts, one) for one in found]
    if not told and (facts.pairing.rank or FIRST + 1) <= FIRST:
        told = [say("voices.change.already_first")]
    return [*told, say("voices.change.tell")]


def _sentence(facts: Facts, found: Consequence) -> str:
    """A change and what it does: «Se ha la patente B, questa proposta diventa possibile»."""
    status, now = found.place.status, facts.pairing.eligibility.status
    key = "first" if status == now else "clearer" if now == "unknown" else str(status)
    return say(f"changes.participant.then.{key}", change=_if(found))


def _if(found: Consequence) -> str:
    """What would have to happen, to complete «Se …»."""
    alone = len(found.ideas) == 1
    return join_words([_said(idea, alone=alone) for idea in found.ideas])


def _said(idea: Idea, *, alone: bool) -> str:
    said = dict(idea.said)
    key = f"{idea.kind}.{said['concept']}" if "concept" in said else str(idea.kind)
    if idea.kind == "hours":
        said["hours"] = number(said["hours"])
    if idea.kind == "licence":
        said["licences"] = licence_names(said["licences"])
    if idea.kind == "italian":
        said["level"] = say(f"voices.italian.{said['level']}")
    if idea.kind == "availability":
        lines = week_in_words(said["week"])
        said["hours"] = lines[0]
        short = alone and len(lines) == 1 and len(lines[0].split()) <= MOST_WORDS
        key += f".{'these' if short else 'whole' if said['whole'] else 'more'}"
    return say(f"changes.participant.{key}", **said)


def _outcome(found: Consequence) -> Outcome:
    place = found.place
    return Outcome(_if(found), found.apply, None, place.rank, place.status)


def _known(facts: Facts, why: tuple[Reason, ...]) -> Iterator[Known]:
    """The competences behind the reasons, with the words that are quoted."""
    words = {r.contribution.uri: r.words for r in why if r.contribution and r.words}
    for known in facts.known():
        if (quote := words.get(known.uri)) is not None:
            yield replace(known, confidence=None, evidence=(quote,), through=None)


def _contributions(why: tuple[Reason, ...]) -> Iterator[ShownContribution]:
    for reason in why:
        if (found := reason.contribution) is not None and reason.words is not None:
            yield ShownContribution(found.factor, found.uri, reason.label, None, (reason.words,))


def _eligibility(facts: Facts) -> ShownEligibility:
    """What is open, in the same plain words as the text; a reason is said once."""
    gates = facts.pairing.eligibility
    said: dict[str, ShownCheck] = {}
    for check in gates.checks:
        if check.status != "met":
            mind = caution(check, facts)
            said.setdefault(mind.reason, ShownCheck(mind.rule, check.status, mind.reason, None))
    return ShownEligibility(gates.status, tuple(said.values()))
