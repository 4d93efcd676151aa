"""The reasons that a participant is given: at most three, each in the person's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matching.explanation import Contribution
from matching.intake import Evidence
from matching.messages import say
from matching.model import Participant
from matching.travel import best_travel
from matching.voices.facts import Facts
from matching.voices.quoting import is_discreet, own_words, quoted

MOST_REASONS: Final = 3
EASY_MINUTES: Final = 30
"""A journey up to so long speaks for an offer."""

_ROUND_MINUTES: Final = 5


@dataclass(frozen=True)
class Reason:
    """Why a proposal suits somebody, in sentences; with their words, unless it is practical.

    Attributes:
        way: How the words bear on the offer: what is asked, something near, a likely consequence.
        label: What the offer asks for, as it may be told.
    """

    sentences: tuple[str, ...]
    contribution: Contribution | None = None
    words: Evidence | None = None
    way: str = ""
    label: str = ""


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """The strongest reasons that can be quoted; then what is practical, to make up three."""
    found: list[Reason] = []
    unknown = {thing.uri for thing in facts.learn()}
    for contribution in sorted(facts.pairing.contributions, key=lambda c: _order(c, facts)):
        if contribution.value > 0 and contribution.uri not in unknown:
            reason = _quoting(contribution, facts, found)
            found += [] if reason is None else [reason]
    return tuple([*found, *_practical(facts)][:MOST_REASONS])


def _order(contribution: Contribution, facts: Facts) -> tuple[bool, float]:
    """What was told before what is only supposed, then the strongest first."""
    held = facts.held.get(contribution.uri or "")
    return held is not None and held.origin == "hidden", -contribution.value


def _quoting(contribution: Contribution, facts: Facts, before: list[Reason]) -> Reason | None:
    """A reason with words that no reason before it quotes; None where there are none to show."""
    way, label = _bearing(contribution, facts)
    if not is_discreet(label):
        return None
    said = {reason.words.text.casefold() for reason in before if reason.words}
    for evidence in contribution.evidence[: 1 if way == "likeness" else None]:
        words = own_words(evidence, facts.participant)
        if words is not None and words.text.casefold() not in said:
            told = _told(words, facts.participant, before)
            return Reason((told, _meant(way, label, before)), contribution, words, way, label)
    return None


def _told(words: Evidence, participant: Participant, before: list[Reason]) -> str:
    """The words, and where they were told; not twice with the same beginning."""
    field = words.source.partition("[")[0]
    again = any(r.words and r.words.source.partition("[")[0] == field for r in before)
    return say(
        f"voices.told.{'again' if again else 'first'}.{field}", words=quoted(words, participant)
    )


def _bearing(contribution: Contribution, facts: Facts) -> tuple[str, str]:
    """How some words bear on the offer, and the name of what they bear on."""
    held = facts.held.get(contribution.uri or "")
    if held is None or contribution.uri is None:
        return contribution.factor, contribution.label
    competence = facts.competence(contribution.uri)
    way = "same" if held.uri == competence.uri else "near"
    if held.origin == "hidden" and held.status != "confirmed":
        way = "hidden_fact" if competence.kind == "knowledge" else "hidden"
    return way, competence.label


def _meant(way: str, label: str, before: list[Reason]) -> str:
    """What the words have to do with the offer; not twice with the same beginning."""
    again = any(reason.way == way for reason in before)
    return say(f"voices.meant.{'again' if again else 'first'}.{way}", label=label)


def _practical(facts: Facts) -> Iterator[Reason]:
    """What makes an offer easy to take: the journey, the hours."""
    met = {check.rule for check in facts.pairing.eligibility.checks if check.status == "met"}
    travel = best_travel(facts.participant, facts.offer)
    if travel is not None and "FIT-TRAVEL" in met and travel.minutes <= EASY_MINUTES:
        means = say(f"labels.by_transport.{travel.transport}")
        minutes = rounded_minutes(travel.minutes)
        sentence = say("voices.practical.travel", means=means, minutes=minutes)
        yield Reason((sentence,))
    if "FIT-SCHEDULE" in met:
        yield Reason((say("voices.practical.schedule"),))


def rounded_minutes(minutes: float) -> int:
    """Minutes as people say them: by fives, and never none."""
    return max(_ROUND_MINUTES, _ROUND_MINUTES * round(minutes / _ROUND_MINUTES))
