"""A person's own words, short enough to be read back, and never of what is private."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from matching.intake import Evidence
from matching.messages import say
from matching.model import Participant
from skills_taxonomy.text import STOP_WORDS, clauses

MOST_WORDS: Final = 11
"""Of a quotation: with the words around it a sentence stays under 20."""

_FEWEST_WORDS: Final = 3  # fewer say little: the words around them are tried too
_BEFORE: Final = 4  # words kept before the ones that count, where a sentence is cut
_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.;:!?\n\r()«»\"…–—]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|'\d\d\b")
_DENIAL = re.compile(r"\b(?:no|non|né|mai|nessun[oa]?|niente|nulla|senza|neanche|nemmeno)\b", re.I)
_PAUSE = re.compile(r"[\s.;:!?,…–—-]+$")


def is_discreet(text: str) -> bool:
    """Whether a text says nothing of age, group or health, as far as words show."""
    return _private().search(text) is None and _YEAR.search(text) is None


@cache
def _private() -> re.Pattern[str]:
    stems = [stem for subject in ("age", "group", "health") for stem in _stems(subject)]
    return re.compile(rf"\b(?:{'|'.join(stems)})", re.I)


def _stems(subject: str) -> list[str]:
    """The beginnings of the words that speak of a subject; one that ends in "." is a whole word."""
    return [
        re.escape(stem.removesuffix(".")) + (r"\b" if stem.endswith(".") else "")
        for stem in say(f"private.{subject}").split()
    ]


def own_words(evidence: Evidence, participant: Participant) -> Evidence | None:
    """Some words of a person with those around them; None where even they alone are private.

    The whole clause if it is short enough, else as much of it as is, else of its sentence.
    """
    text = _field(evidence.source, participant)
    for start, end in _stretches(evidence, text):
        words = text[start:end]
        if len(words.split()) <= MOST_WORDS and is_discreet(words) and not _DENIAL.search(words):
            return Evidence(source=evidence.source, text=words, start=start, end=end)
    return None


def _field(source: str, participant: Participant) -> str:
    lists = {"interests": participant.interests, "avoid": participant.avoid}
    name, _, index = source.rstrip("]").partition("[")
    return lists[name][int(index)] if name in lists else participant.texts()[source]


def _stretches(evidence: Evidence, text: str) -> Iterator[tuple[int, int]]:
    """Stretches of a text that hold the evidence, the most telling first."""
    clause = _holding(clauses(text), evidence)
    if clause is not None:
        yield from _windows(text, clause, evidence, before=len(text))
    ends = [0, *(m.end() for m in _SENTENCE_END.finditer(text))]
    stops = [*(m.start() for m in _SENTENCE_END.finditer(text)), len(text)]
    sentence = _holding(zip(ends, stops, strict=True), evidence)
    if sentence is not None:
        yield from _windows(text, sentence, evidence, before=_BEFORE)
    # By themselves a few words may say the opposite of what they said.
    if clause is None or not _DENIAL.search(text, *clause):
        yield evidence.start, evidence.end


def _holding(stretches: Iterable[tuple[int, int]], evidence: Evidence) -> tuple[int, int] | None:
    return next((s for s in stretches if s[0] <= evidence.start and evidence.end <= s[1]), None)


def _windows(
    text: str, stretch: tuple[int, int], evidence: Evidence, *, before: int
) -> Iterator[tuple[int, int]]:
    """Windows of a stretch, each from a word further on, of which enough is left to say something.

    None begins more than ``before`` words ahead of the evidence.
    """
    places = [(m.start(), m.end()) for m in _WORD.finditer(text, *stretch)]
    at = next(i for i, (_, stop) in enumerate(places) if stop > evidence.start)
    for first in range(max(0, at - before), at + 1):
        last = min(first + MOST_WORDS, len(places)) - 1
        # A cut does not leave a small word hanging ("…in francese e in").
        while last + 1 < len(places) and text[slice(*places[last])].casefold() in STOP_WORDS:
            last -= 1
        if last - first + 1 >= _FEWEST_WORDS and places[last][1] >= evidence.end:
            yield places[first][0], places[last][1]


def quoted(words: Evidence, participant: Participant) -> str:
    """Words in quotation marks on one line, with dots where a clause was cut."""
    text = _field(words.source, participant)
    bounds = _holding(clauses(text), words)
    ahead = "…" if bounds is not None and bounds[0] < words.start else ""
    after = "…" if bounds is not None and words.end < bounds[1] else ""
    shown = _PAUSE.sub("", " ".join(words.text.split()))
    return say("voices.quote", words=f"{ahead}{shown}{after}")
