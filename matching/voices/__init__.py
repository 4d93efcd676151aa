"""One pair, three voices: for the operator, the participant and the company, from the same facts.

The operator is told everything. The other two are told what is theirs to know, in the text and in
the document alike (docs/decisions/0013-three-voices.md).
"""

from matching.voices import company, operator, participant
from matching.voices.facts import Facts, gather
from matching.voices.shown import Audience, Explanation

_VOICES = {"operator": operator.speak, "participant": participant.speak, "company": company.speak}


def speak(facts: Facts, audience: Audience, *, most_changes: int) -> Explanation:
    """The explanation for an audience, with at most so many changes."""
    return _VOICES[audience](facts, most_changes)


__all__ = ["Audience", "Explanation", "Facts", "gather", "speak"]
