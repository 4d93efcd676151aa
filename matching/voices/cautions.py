"""What a participant should mind: rules and costs in plain words, the gravest first."""

from collections.abc import Iterator
from typing import Final

from matching.eligibility import Check
from matching.eligibility.verdict import number
from matching.messages import join_words, say
from matching.schedule import week_bits, week_in_words
from matching.travel import best_travel
from matching.voices.facts import Facts
from matching.voices.quoting import MOST_WORDS, own_words, quoted
from matching.voices.reasons import EASY_MINUTES, rounded_minutes
from matching.voices.shown import ToMind

# The rules that have words of their own. Of the others a participant is told that the law, or the
# company, must be asked: they speak of age, of groups, of contracts.
_SPOKEN: Final = {
    "OFF-OPEN", "OFF-SEATS", "FIT-LICENCES", "FIT-ITALIAN", "FIT-EQF", "FIT-DEMANDS",
    "FIT-SCHEDULE", "FIT-HOURS", "FIT-TRAVEL",
}  # fmt: skip
_OF_THE_PERSON: Final = ("OFF-TARGET", "OFF-AGE", "LOM-02", "MIN-", "BOT-01", "VOL-02", "BEN-01")


def cautions(facts: Facts) -> tuple[ToMind, ...]:
    """What to mind, the gravest first; never empty."""
    found: dict[str, ToMind] = {}
    for mind in _every(facts):
        found.setdefault(mind.reason, mind)
    return tuple(found.values())


def _every(facts: Facts) -> Iterator[ToMind]:
    checks = facts.pairing.eligibility.checks
    yield from (caution(check, facts) for check in checks if check.status == "not_met")
    yield from _to_avoid(facts)
    unsure = [check for check in checks if check.status == "unknown"]
    yield from (caution(check, facts) for check in unsure if check.rule in _SPOKEN)
    yield from _costs(facts)
    if facts.offer.demands:
        yield ToMind(None, _demand(facts))
    yield from (caution(check, facts) for check in unsure if check.rule not in _SPOKEN)
    yield ToMind(None, say("voices.mind.ask_the_day"))


def caution(check: Check, facts: Facts) -> ToMind:
    """A rule's answer in plain words; no rule is named where its name would tell too much."""
    if check.rule in _SPOKEN:
        return ToMind(check.rule, _of_rule(check, facts))
    key = "person" if check.rule.startswith(_OF_THE_PERSON) else "company"
    return ToMind(None, say(f"voices.mind.{key}"))


def _of_rule(check: Check, facts: Facts) -> str:
    if check.rule == "FIT-DEMANDS":
        return _demand(facts)
    if check.rule == "FIT-LICENCES":
        return say("voices.mind.FIT-LICENCES", licences=licence_names(facts.offer.licences or ()))
    if check.rule == "FIT-ITALIAN":
        return say("voices.mind.FIT-ITALIAN", italian=italian_in_words(facts))
    if check.rule == "FIT-HOURS":
        hours = facts.offer.hours_week
        key = "voices.mind.FIT-HOURS" if hours else "voices.mind.hours"
        return say(key, hours=number(hours or 0))
    if check.rule == "FIT-TRAVEL":
        return _journey(facts)
    if check.rule == "FIT-SCHEDULE":
        return _hours_outside(facts)
    return say(f"voices.mind.{check.rule}")


def licence_names(licences: tuple[str, ...] | list[str]) -> str:
    """Licences with their articles: "la patente B e l'abilitazione «muletto»"."""
    return join_words([_licence(name) for name in licences])


def _licence(name: str) -> str:
    category = len(name) <= 2 and name.isalnum() and name.isupper()
    return say(f"voices.licence.{'category' if category else 'other'}", name=name)


def italian_in_words(facts: Facts) -> str:
    """The Italian an offer asks for, without the name of its level."""
    return say(f"voices.italian.{facts.offer.min_italian}")


def _journey(facts: Facts) -> str:
    travel = best_travel(facts.participant, facts.offer)
    if travel is None:
        return say("voices.mind.no_way")
    means = say(f"labels.by_transport.{travel.transport}")
    return say("voices.mind.FIT-TRAVEL", means=means, minutes=rounded_minutes(travel.minutes))


def _hours_outside(facts: Facts) -> str:
    """Which of the offer's hours are not free, where that is short to say."""
    free = facts.participant.availability
    if not facts.offer.schedule:
        return say("voices.what.hours_unknown")
    if not free:
        return say("voices.mind.ask_hours")
    lines = week_in_words(week_bits(facts.offer.schedule) & ~week_bits(free))
    if len(lines) == 1 and len(lines[0].split()) <= MOST_WORDS:
        return say("voices.mind.hours_outside", hours=lines[0])
    return say("voices.mind.some_hours_outside")


def _demand(facts: Facts) -> str:
    """What the work asks of whoever does it: the facts of the offer, never of the person.

    First what the person must avoid, though nobody says so; company is seldom a trouble, so last.
    """
    limits = facts.participant.limitations or ()
    demands = sorted(
        facts.offer.demands or (), key=lambda d: (d not in limits, d == "customer_contact")
    )
    return say(f"voices.demand.{demands[0]}") if demands else say("voices.mind.efforts")


def _to_avoid(facts: Facts) -> Iterator[ToMind]:
    for contribution in facts.pairing.contributions:
        if contribution.factor == "avoid":
            words = own_words(contribution.evidence[0], facts.participant)
            if words is not None:
                yield ToMind(None, say("voices.mind.avoid", words=quoted(words, facts.participant)))


def _costs(facts: Facts) -> Iterator[ToMind]:
    for contribution in facts.pairing.contributions:
        if contribution.factor == "schedule" and contribution.value < 0:
            yield ToMind(None, _hours_outside(facts))
    travel = best_travel(facts.participant, facts.offer)
    if travel is not None and travel.minutes > EASY_MINUTES:
        yield ToMind(None, _journey(facts))
