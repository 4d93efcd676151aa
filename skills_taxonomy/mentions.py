"""The stretches of a story that may name a concept, and the surest that do not overlap.

A stretch is a clause, as far as it says one thing of its deeds (``claims``), or a part of it
between conjunctions. Each is read by itself, and again with its clause, its sentence and the whole
story around it.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from skills_taxonomy.claims import Stretch, stretches
from skills_taxonomy.concepts import HELD, Claim, ConceptKind, Mention
from skills_taxonomy.lexical import LexicalIndex
from skills_taxonomy.text import Token, is_somebody, tokens

# Longest run of a story that is compared with a label by words alone, in words of content.
_LONGEST_RUN = 6
# What people say in their stories that names no competence.
NEUTRAL = tuple(
    resources.files("skills_taxonomy").joinpath("neutral.txt").read_text("utf-8").splitlines()
)
# Without an encoder: below this cosine of words a stretch of a story names nothing.
LEXICAL_THRESHOLD = 0.62
# Parts of a clause are read by themselves if it has this many words of content.
_LONG_CLAUSE = 3
_JOINTS = re.compile(
    r"\b(?:e|ed|o|oppure|poi|che|ch[eé]|perch[eé]|quando|se|finch[eé]|dove|anche)\b", re.I
)
_SENTENCE = re.compile(r"[^.!?\n]+")
_DEED = re.compile(
    r"\b(?:ho|so|sono|ero|faccio|abbiamo|io|\w{2,}(?:avo|evo|ivo|avamo|evamo|ivamo|ava|eva|iva))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch ``start:end`` of a text, the clause and the sentence around it."""

    start: int
    end: int
    clause: tuple[int, int]
    sentence: tuple[int, int]
    words: int
    claim: Claim


@dataclass(frozen=True, slots=True)
class Heard:
    """The stretches of a story, and how likely each tells of each competence.

    ``chances`` are ``(n_stretches, n_competences)``, in [0, 1].
    """

    spans: Sequence[Span]
    chances: NDArray[np.float64]


def spans(text: str, claims: Collection[Claim] = HELD) -> list[Span]:
    """The stretches of a story of which this is said, each once, in order."""
    sentences = [found.span() for found in _SENTENCE.finditer(text)]
    found: dict[tuple[int, int], Span] = {}
    for start, end, claim in ((s.start, s.end, s.claim) for s in stretches(text)):
        clause = _trimmed(text, start, end) if claim in claims else None
        if clause is None:
            continue
        around = next((s for s in sentences if s[0] <= clause.start < s[1]), (start, end))
        parts = _parts(text, start, end) if clause.words >= _LONG_CLAUSE else []
        for part in [clause, *parts]:
            place = (part.start, part.end)
            found.setdefault(
                place, Span(*place, (clause.start, clause.end), around, part.words, claim)
            )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    words: int


def _trimmed(text: str, start: int, end: int) -> _Part | None:
    """A stretch from its first word of content to its last; None if it has none."""
    content = [t for t in tokens(text[start:end]) if t.is_content]
    if not content:
        return None
    return _Part(start + content[0].start, start + content[-1].end, len(content))


def _parts(text: str, start: int, end: int) -> Iterator[_Part]:
    cuts = [start, *(start + j.end() for j in _JOINTS.finditer(text[start:end])), end]
    for left, right in itertools.pairwise(cuts):
        part = _trimmed(text, left, right)
        if part is not None:
            yield part


def own_deed(text: str) -> bool:
    """Whether a stretch has a verb of the teller's past, or one that knows how."""
    return _DEED.search(text) is not None


def places(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """What is encoded of a story, each once: its stretches and their clauses."""
    views = (((span.start, span.end), span.clause) for span in spans)
    return list(dict.fromkeys(itertools.chain.from_iterable(views)))


def traits(text: str, spans: Sequence[Span]) -> dict[str, NDArray[np.float64]]:
    """What a stretch is like, apart from any competence."""
    return {
        "length": np.log([span.words for span in spans]),
        "one_word": np.array([float(span.words == 1) for span in spans]),
        "own_deed": np.array([float(own_deed(text[s.start : s.end])) for s in spans]),
        "whole_clause": np.array([float((s.start, s.end) == s.clause) for s in spans]),
    }


def apart(found: Sequence[Mention]) -> list[Mention]:
    """The surest mentions that do not overlap, in the order of the text."""
    taken: list[Mention] = []
    for mention in sorted(found, key=lambda m: (-m.confidence, m.start, -m.end, m.uri)):
        if all(mention.end <= m.start or mention.start >= m.end for m in taken):
            taken.append(mention)
    return sorted(taken, key=lambda m: m.start)


def by_words(
    text: str, kind: ConceptKind, index: LexicalIndex, claims: Collection[Claim]
) -> list[Mention]:
    """The mentions that words alone give away: telling words, and runs near a label."""
    said = [_words(text, stretch, kind) for stretch in stretches(text) if stretch.claim in claims]
    found = [
        _mention(text, (word,), index, telling.concept, telling.confidence, claim)
        for words, claim in said
        for word in words
        if (telling := index.telling(text[word.start : word.end])) is not None
    ]
    runs = [
        (words[i:j], claim)
        for words, claim in said
        for i in range(len(words))
        for j in range(i + 2, min(i + _LONGEST_RUN, len(words)) + 1)
    ]
    if runs:
        scores = index.search_windows([words for words, _ in runs])
        best = scores.argmax(axis=1)
        found += [
            _mention(text, runs[i][0], index, int(best[i]), float(scores[i, best[i]]), runs[i][1])
            for i in np.flatnonzero(scores.max(axis=1) >= LEXICAL_THRESHOLD)
        ]
    return found


def _words(text: str, stretch: Stretch, kind: ConceptKind) -> tuple[list[Token], Claim]:
    """The content words of a stretch, and what it says."""
    start, clause = stretch.start, text[stretch.start : stretch.end]
    words = [
        Token(start + t.start, start + t.end, t.stem, True)
        for t in tokens(clause)
        if t.is_content and not (kind == "occupation" and is_somebody(clause, t.start))
    ]
    return words, stretch.claim


def _mention(
    text: str,
    words: Sequence[Token],
    index: LexicalIndex,
    concept: int,
    confidence: float,
    claim: Claim,
) -> Mention:
    start, end = words[0].start, words[-1].end
    found = index.concepts[concept]
    return Mention(start, end, text[start:end], found.uri, found.label, confidence, claim)
