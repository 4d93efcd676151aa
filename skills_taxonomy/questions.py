"""How to ask whether somebody can do something: a question about life, not about a concept.

`builtin/questions.csv` holds the questions written by hand. One that is left empty is about health,
family, debts or justice: what people tell of it is read, but nobody is asked.
"""

import csv
import re
from functools import cache
from importlib import resources

from skills_taxonomy.builtin import COMPETENCE
from skills_taxonomy.concepts import Competence

# What people say of themselves in a verb without gender: "tenevo la cassa", "ho cucito le tende".
# Not "ero" or "sono", nor "facevo la commessa": these agree with who speaks.
_TOLD = re.compile(r"(?!facevo (il|lo|la|l'))(\w+[aei]vo|ho \w+[aeiu]to) \w+", re.IGNORECASE)
_LONGEST = 12  # words: a question must be understood at first hearing


@cache
def _written() -> dict[str, str]:
    text = resources.files("skills_taxonomy.builtin").joinpath("questions.csv").read_text("utf-8")
    return {
        COMPETENCE + row["competence"]: row["question"] for row in csv.DictReader(text.splitlines())
    }


def written_question(uri: str) -> str | None:
    """The question written by hand for a competence of ours, in Italian; None if there is none."""
    return _written().get(uri) or None


def may_be_asked(uri: str) -> bool:
    """Whether a competence may be asked about, and is not left to people to tell."""
    return _written().get(uri) != ""


def told_as(competence: Competence) -> str | None:
    """How somebody who can do it tells it, in the first person; None if no label says.

    >>> told_as(Competence("u", "cucire", "", ("sarta", "facevo gli orli"), "", (), (), "skill",
    ...     "cross-sector", ()))
    'facevo gli orli'
    """
    return next(
        (
            label
            for label in competence.other_labels
            if _TOLD.match(label) and len(label.split()) <= _LONGEST
        ),
        None,
    )
