"""Which offers a person may take: dated rules, each answering met, not met or unknown, and why.

Unknown never excludes. `eligibility.toml` holds each rule's source, switch and parameters.
"""

from matching.eligibility.assessment import (
    LeastAllowance,
    assess,
    closes_offer,
    least_allowance_of,
)
from matching.eligibility.rules import Rule, Rules, load_rules, parse_rules
from matching.eligibility.verdict import Check, Eligibility, EligibilityStatus, Status

__all__ = [
    "Check",
    "Eligibility",
    "EligibilityStatus",
    "LeastAllowance",
    "Rule",
    "Rules",
    "Status",
    "assess",
    "closes_offer",
    "least_allowance_of",
    "load_rules",
    "parse_rules",
]
