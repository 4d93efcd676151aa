"""May this person take this offer: every rule in force on its first day, one answer each."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from matching.eligibility.placement import Internship, least_allowance
from matching.eligibility.rules import Rules
from matching.eligibility.verdict import Check, Eligibility, EligibilityStatus, Pair
from matching.model import Company, Offer, Participant

# The same answer is given for many pairs: one object serves them all, in time and in memory.
_check = lru_cache(maxsize=65_536)(Check)

# The rules that look at the offer and its company alone: their answer is the same for everybody.
_OF_THE_OFFER = frozenset({"OFF-OPEN", "OFF-SEATS", "LOM-06"})


def assess(
    participant: Participant, offer: Offer, company: Company, *, on: date, rules: Rules
) -> Eligibility:
    """Answer every rule that concerns the pair, in the order of the file.

    Args:
        participant: The person.
        offer: The offer; ages and rules are those of its first day.
        company: The company that hosts it.
        on: The day the question is asked (is the offer still open?).
        rules: The rules, from `load_rules`.
    """
    older = offer.start_date.year - participant.birth_year
    pair = Pair(participant, offer, company, on, older - 1, older)
    checks = tuple(
        _check(rule.id, verdict.status, verdict.reason, rule.source)
        for rule in rules.in_force(offer.start_date)
        if (verdict := rule.judge(pair)) is not None
    )
    return Eligibility(_overall(checks), checks)


def closes_offer(gates: Eligibility) -> bool:
    """Whether what keeps this person out would keep anybody out: the offer itself is closed."""
    return any(c.status == "not_met" and c.rule in _OF_THE_OFFER for c in gates.checks)


@dataclass(frozen=True, slots=True)
class LeastAllowance:
    """The least that an internship may pay, in euros a month gross, and where that is written."""

    euros: float
    with_meals: float
    source: str


def least_allowance_of(offer: Offer, rules: Rules) -> LeastAllowance | None:
    """The least allowance by the rules of the offer's first day; ``None`` where they set none."""
    measures = rules.measures("LOM-05", Internship, offer.start_date)
    if offer.kind != "internship" or measures is None:
        return None
    p, source = measures
    euros = least_allowance(offer, p)
    return LeastAllowance(euros, min(euros, p.allowance_with_meals), source)


def _overall(checks: tuple[Check, ...]) -> EligibilityStatus:
    answers = {check.status for check in checks}
    if "not_met" in answers:
        return "ineligible"
    return "unknown" if "unknown" in answers else "eligible"
