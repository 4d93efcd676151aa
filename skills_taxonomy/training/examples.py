"""Stories and sentences written to learn from, apart from the gold files.

``stories.txt``: a paragraph a story, in it ``[what somebody did|competence, another]``.
``sentences_without.txt``: a line ``kind|sentence``; none says that its teller can do something.
``held_out.txt``: the same, written after the rules of ``claims`` and never fitted on.
"""

import re
from pathlib import Path

from skills_taxonomy.evaluation import COMPETENCE, Marked, Story

_HERE = Path(__file__).parent
HELD_OUT = _HERE / "held_out.txt"
_MARKED = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def stories(path: Path = _HERE / "stories.txt") -> list[Story]:
    """The stories of a file, in order."""
    return [_story(line) for line in path.read_text("utf-8").splitlines() if line]


def sentences_without(path: Path = _HERE / "sentences_without.txt") -> list[tuple[str, str]]:
    """The sentences of a file, each with what it is: ``plain``, or what is said of the deed."""
    lines = path.read_text("utf-8").splitlines()
    return [(kind, sentence) for kind, sentence in (line.split("|") for line in lines)]


def _story(line: str) -> Story:
    text, marked, done = "", [], 0
    for found in _MARKED.finditer(line):
        text += line[done : found.start()]
        quote, names = found.groups()
        accepted = frozenset(COMPETENCE + name.strip() for name in names.split(","))
        marked.append(Marked(len(text), len(text) + len(quote), accepted))
        text += quote
        done = found.end()
    return Story(text + line[done:], tuple(marked))
