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
    """Why a proposal suits somebody: what it rests on, their words, what is said, and which way."""

    contribution: Contribution | None
    words: Evidence | None
    sentences: tuple[str, ...]
    way: str = ""


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """The strongest reasons that can be quoted; then what is practical, to make up three."""
    found: list[Reason] = []
    for contribution in sorted(facts.pairing.contributions, key=lambda c: _order(c, facts)):
        reason = _quoting(contribution, facts, found) if contribution.value > 0 else None
        if reason is not None:
            found.append(reason)
    return tuple([*found, *_practical(facts)][:MOST_REASONS])


def _order(contribution: Contribution, facts: Facts) -> tuple[bool, float]:
    """What was told before what is only supposed, then the strongest first."""
    held = facts.held.get(contribution.uri or "")
    return held is not None and held.origin == "hidden", -contribution.value


def _quoting(contribution: Contribution, facts: Facts, before: list[Reason]) -> Reason | None:
    """A reason with words that no reason before it quotes; None where there are none to show."""
    meant = _meant(contribution, facts, before)
    if meant is None or not is_discreet(meant[1]):
        return None
    way, sentence = meant
    said = {reason.words.text.casefold() for reason in before if reason.words}
    for evidence in contribution.evidence[: 1 if contribution.factor == "likeness" else None]:
        words = own_words(evidence, facts.participant)
        if words is not None and words.text.casefold() not in said:
            return Reason(
                contribution, words, (_told(words, facts.participant, before), sentence), way
            )
    return None


def _told(words: Evidence, participant: Participant, before: list[Reason]) -> str:
    """The words, and where they were told; not twice with the same beginning."""
    field = words.source.partition("[")[0]
    again = any(r.words and r.words.source.partition("[")[0] == field for r in before)
    return say(f"voices.told.{field}{'_again' if again else ''}", words=quoted(words, participant))


def _meant(
    contribution: Contribution, facts: Facts, before: list[Reason]
) -> tuple[str, str] | None:
    """What the words have to do with the offer; not twice the same way."""
    key: str = contribution.factor
    label = ""
    if key in ("required_competence", "preferred_competence"):
        held = facts.held.get(contribution.uri or "")
        if held is None or contribution.uri is None:
            return None
        competence = facts.competence(contribution.uri)
        label = competence.label
        key = "same" if held.uri == competence.uri else "near"
        if held.origin == "hidden" and held.status != "confirmed":
            key = "hidden_fact" if competence.kind == "knowledge" else "hidden"
    again = any(reason.way == key for reason in before)
    return key, say(f"voices.meant.{key}{'_again' if again else ''}", label=label)


def _practical(facts: Facts) -> Iterator[Reason]:
    """What makes an offer easy to take: the journey, the hours."""
    met = {check.rule for check in facts.pairing.eligibility.checks if check.status == "met"}
    travel = best_travel(facts.participant, facts.offer)
    if travel is not None and "FIT-TRAVEL" in met and travel.minutes <= EASY_MINUTES:
        means = say(f"labels.by_transport.{travel.transport}")
        minutes = rounded_minutes(travel.minutes)
        sentence = say("voices.practical.travel", means=means, minutes=minutes)
        yield Reason(None, None, (sentence,))
    if "FIT-SCHEDULE" in met:
        yield Reason(None, None, (say("voices.practical.schedule"),))


def rounded_minutes(minutes: float) -> int:
    """Minutes as people say them: by fives, and never none."""
    return max(_ROUND_MINUTES, _ROUND_MINUTES * round(minutes / _ROUND_MINUTES))
