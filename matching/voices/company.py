"""To the company: what the person agreed to show, and nothing else.

Confirmed competences that the offer asks for, availability, and the licences and the Italian that
the offer asks for. No story, no limitation, no target, no journey, no rank and no score, since all
these enter it (docs/decisions/0013-three-voices.md).
"""

from typing import Final

from matching.eligibility import Check, EligibilityStatus
from matching.eligibility.verdict import number
from matching.features import Need
from matching.messages import say
from matching.schedule import week_bits, week_in_words
from matching.voices.cautions import licence_names
from matching.voices.facts import Facts
from matching.voices.quoting import is_discreet
from matching.voices.shown import (
    Explanation,
    Known,
    ShownCheck,
    ShownContribution,
    ShownEligibility,
    ToLearn,
)

_OF_HOURS: Final = ("FIT-SCHEDULE", "FIT-HOURS")
_SHOWN: Final = ("FIT-LICENCES", "FIT-ITALIAN", *_OF_HOURS)
"""The rules that rest on what is shown alone."""


def speak(facts: Facts, _most_changes: int) -> Explanation:
    """The person by code; what would change the answer is for the person to be told."""
    known = tuple(_known(facts))
    shown = {x.uri for x in known}
    learn = tuple(
        facts.to_learn(need)
        for need in facts.side.needs
        if need.factor != "occupation" and need.uri not in shown and _is_fit_to_show(need, facts)
    )
    checks = tuple(
        ShownCheck(check.rule, check.status, _reason(check, facts), None)
        for check in facts.pairing.eligibility.checks
        if check.rule in _SHOWN
    )
    return Explanation(
        facts.pairing.participant_id,
        facts.pairing.offer_id,
        "company",
        _text(facts, known, learn, checks),
        known,
        learn,
        (),
        tuple(
            ShownContribution(need.factor, need.uri, facts.competence(need.uri).label, None)
            for need in facts.side.needs
            if need.uri in shown
        ),
        ShownEligibility(_overall(checks), checks),
        None,
        None,
        (),
    )


def _known(facts: Facts) -> list[Known]:
    """What is asked for and covered by a competence that somebody confirmed with the person."""
    return [
        Known(need.uri, facts.competence(need.uri).label, None, None, "confirmed", None, ())
        for need in facts.side.needs
        if need.factor != "occupation" and need.uri in facts.confirmed
    ]


def _is_fit_to_show(need: Need, facts: Facts) -> bool:
    """Beside a person, not even what an offer asks may sound as if it spoke of their health."""
    return is_discreet(facts.competence(need.uri).label)


def _reason(check: Check, facts: Facts) -> str:
    """A rule's answer with what the offer asks alone: how much more a person has is theirs."""
    asked = say(f"voices.italian.{level}") if (level := facts.offer.min_italian) else ""
    licences = licence_names(facts.offer.licences or ())
    key = f"voices.company.{check.rule}.{check.status}"
    return say(key, italian=asked, licences=licences)


def _overall(checks: tuple[ShownCheck, ...]) -> EligibilityStatus:
    """The answer of the shown rules alone: that of all would tell what is not shown."""
    answers = {check.status for check in checks}
    if "not_met" in answers:
        return "ineligible"
    return "unknown" if "unknown" in answers else "eligible"


def _text(
    facts: Facts,
    known: tuple[Known, ...],
    learn: tuple[ToLearn, ...],
    checks: tuple[ShownCheck, ...],
) -> str:
    sections = {
        "who": [
            say("voices.company.who", title=facts.offer.title),
            say("voices.company.code", code=facts.participant.id),
        ],
        "known": [f"- {x.label}" for x in known] or [say("voices.company.none_yet")],
        "free": [*_free(facts), *(c.reason for c in checks if c.rule in _OF_HOURS)],
        "asked": [c.reason for c in checks if c.rule not in _OF_HOURS],
        "learn": [f"- {x.label}" for x in learn],
        "next": [say("voices.company.rest"), say("voices.company.decide")],
    }
    return "\n\n".join(
        "\n".join([say(f"voices.company.heading.{name}"), *lines])
        for name, lines in sections.items()
        if lines
    )


def _free(facts: Facts) -> list[str]:
    person = facts.participant
    week = week_in_words(week_bits(person.availability or ()))
    lines = [f"- {line}" for line in week]
    if person.max_hours_week:
        lines.append(say("voices.company.most_hours", hours=number(person.max_hours_week)))
    return lines
