"""Which offers a person may take: dated rules, each answering met, not met or unknown, and why.

Unknown never excludes. `eligibility.toml` holds each rule's source, switch and parameters.
"""

from matching.eligibility.assessment import assess, closes_offer
from matching.eligibility.rules import Rule, Rules, load_rules, parse_rules
from matching.eligibility.verdict import Check, Eligibility, EligibilityStatus, Status

__all__ = [
    "Check",
    "Eligibility",
    "EligibilityStatus",
    "Rule",
    "Rules",
    "Status",
    "assess",
    "closes_offer",
    "load_rules",
    "parse_rules",
]
