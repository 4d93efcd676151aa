"""Italian text: tokens with their place, stems and clauses."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from Stemmer import Stemmer


def _words_of(name: str) -> list[str]:
    return resources.files("skills_taxonomy").joinpath(name).read_text("utf-8").split()


# Words that carry no trade: articles, prepositions with article, pronouns, auxiliaries, fillers.
STOP_WORDS = frozenset(_words_of("stop_words.txt"))

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_CLAUSE_END = re.compile(r"[.;:!?\n\r()«»\"…–—]+|,|\s-\s|\b(?:ma|però|pero|invece|mentre)\b", re.I)

# A trade named as the subject of a clause is somebody else's ("Il rappresentante voleva…"), and so
# is that of those one has to do with ("i colloqui con i professori", "dal parrucchiere").
_SOMEBODY = re.compile(
    r"^\W*(?:(?:e|poi|quando|se)\s+)?(?:il|lo|la|l['’]|i|gli|le|un[oa'’]?)\s*$"
    r"|\bcon\s+(?:il|lo|la|l['’]|i|gli|le|un[oa'’]?|mi[oa]|miei|mie)\s*$"
    r"|\b(?:col|coi|da(?:l|llo|lla|ll['’]|i|gli|lle))\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, at code points ``start:end``."""

    start: int
    end: int
    stem: str
    is_content: bool


@cache
def _stemmer() -> Stemmer:
    # Stems are kept by `stem`: its own memory (second argument) would hold them twice.
    return Stemmer("italian", 0)


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode() or word


@cache
def stem(word: str) -> str:
    """The stem of one word, without accents; ``sarto`` and ``sarta`` share it."""
    folded = word.casefold()
    # Snowball leaves the feminine of -tore alone, and cuts -iere but not -iera.
    if folded.endswith("trice"):
        folded = folded.removesuffix("trice") + "tore"
    elif folded.endswith("iera"):
        folded = folded.removesuffix("a") + "e"
    stemmed: str = _stemmer().stemWord(folded)
    return _fold(stemmed)


# Stems of words that say something of a trade only beside others ("prendere", "casa", "sera").
WEAK_WORDS = frozenset(_words_of("weak_words.txt"))
WEAK_STEMS = frozenset(map(stem, WEAK_WORDS))


def tokens(text: str) -> list[Token]:
    """The words of a text in order; an elision (``dell'orto``) is two words."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        found.append(Token(match.start(), match.end(), stem(word), word not in STOP_WORDS))
    return found


def stems(text: str) -> list[str]:
    """The stems of the content words; of every word if none carries content."""
    found = tokens(text)
    return [t.stem for t in found if t.is_content] or [t.stem for t in found]


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """The stretches ``(start, end)`` between punctuation and adversatives, blanks trimmed."""
    start = 0
    for cut in [*_CLAUSE_END.finditer(text), None]:
        end = len(text) if cut is None else cut.start()
        clause = text[start:end]
        if clause.strip():
            left = start + len(clause) - len(clause.lstrip())
            yield left, left + len(clause.strip())
        if cut is not None:
            start = cut.end()


def is_somebody(clause: str, offset: int) -> bool:
    """Whether a trade named at ``offset`` is the subject of its clause, or one dealt with."""
    return _SOMEBODY.search(clause[:offset]) is not None
