"""The labels of a taxonomy as an index of words: stems, and the character n-grams inside them.

A phrase or a stretch of text is compared with each label (cosine of tf-idf rows); a concept takes
its best label. One word alone is weak evidence: `telling` keeps the words that name a single
concept.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skills_taxonomy.concepts import Concept
from skills_taxonomy.fusion import Pooled
from skills_taxonomy.label_words import Rows, incidence, label_words, numbered, unit_rows
from skills_taxonomy.text import WEAK_STEMS, WEAK_WORDS, Token, stem, stems, tokens

Scores = NDArray[np.float64]

_COSINE_DIGITS = 12
_FEW = 3  # labels of a concept that are heard together
# A word alone names a concept if its stem is this long and stands in this many, and in this share,
# of its labels.
_TELLING_LENGTH = 5
_TELLING_LABELS = 2
_TELLING_SHARE = 0.25
# …or if it is a whole label, but for an article or two; short words must be the same to the letter.
_NAMING_WORDS = 3
_NAMING_LENGTH = 5
_INFLECTED_LENGTH = 7
# One word in a story is never surer than this: it may be somebody else's, or said in passing.
_SURENESS = 0.7


def _word_key(word: str) -> str:
    """A long word less its last vowel: number and gender mostly agree."""
    folded = word.casefold()
    inflected = len(folded) >= _INFLECTED_LENGTH and folded[-1] in "aeiou"
    return folded[:-1] if inflected else folded


@dataclass(frozen=True, slots=True)
class Telling:
    """A concept that one word is enough to name, and how surely."""

    concept: int
    confidence: float


class LexicalIndex:
    """The labels of some concepts, ready to be searched.

    Args:
        concepts: In the order that equal scores keep.
        kept: A folder where the words of the labels are looked for, and kept.
    """

    def __init__(self, concepts: Sequence[Concept], kept: Path | None = None) -> None:
        self.concepts = tuple(concepts)
        own = [tuple(dict.fromkeys((c.label, c.label_feminine, *c.other_labels))) for c in concepts]
        self.labels = tuple(label for labels in own for label in labels)
        self._starts = np.cumsum([0, *map(len, own)], dtype=np.intp)
        self._words = label_words(self.labels, kept)
        strong = np.array([word not in WEAK_STEMS for word in self._words.stem_column], float)
        self._strong_stem_labels = sparse.diags_array(strong) @ self._words.stem_labels

    def search(self, texts: Sequence[str]) -> Rows:
        """Cosine of each phrase with each label, ``(n_texts, n_labels)``."""
        return self._cosines(self._words.rows([stems(text) for text in texts]))

    def search_windows(self, windows: Sequence[Sequence[Token]]) -> Scores:
        """The best label of each concept that shares enough words with each window.

        Returns:
            Cosines ``(n_windows, n_concepts)``; 0 where less than two words are shared, or none
            that says something by itself.
        """
        column = numbered(token.stem for window in windows for token in window)
        words = self._words.rows([[word] for word in column])
        # A window is the sum of its words: each word's row is made once.
        counts = incidence([[column[t.stem] for t in window] for window in windows], len(column))
        shared = self._words.stem_rows([[t.stem for t in window] for window in windows])
        strong = shared @ self._strong_stem_labels
        enough = ((shared @ self._words.stem_labels) >= 2).multiply(strong >= 1)
        return self.by_concept(Rows(self._cosines(Rows(counts @ words)).multiply(enough)))

    def telling(self, word: str) -> Telling | None:
        """The concept that a single word names, if it names just one."""
        if word.casefold() in WEAK_WORDS:
            return None
        return self._naming_words.get(_word_key(word)) or self._telling_stems.get(stem(word))

    def by_concept(self, cosines: Rows) -> Scores:
        """The best label's score for each concept, ``(n_rows, n_concepts)``."""
        return self.best_of_each(cosines.toarray())

    def best_of_each(self, scores: NDArray[np.floating]) -> Scores:
        """Scores of labels as the best of each concept, ``(n_rows, n_concepts)``."""
        best: Scores = np.maximum.reduceat(scores, self._starts[:-1], axis=1).astype(np.float64)
        return best

    def pooled(self, scores: NDArray[np.floating]) -> Pooled:
        """Scores of labels by concept: the best one, and the mean of the best three.

        Equal scores count once; a concept with fewer labels has its last one counted again.
        """
        rest = scores.astype(np.float32)
        starts, labels = self._starts[:-1], np.diff(self._starts)
        best = np.maximum.reduceat(rest, starts, axis=1)
        first, total = best.astype(np.float64), best.astype(np.float64)
        for _ in range(_FEW - 1):
            rest[rest >= np.repeat(best, labels, axis=1)] = -np.inf
            following = np.maximum.reduceat(rest, starts, axis=1)
            best = np.where(np.isfinite(following), following, best)
            total += best
        return Pooled(first, total / _FEW)

    def rarity(self, word_stem: str) -> float:
        """How telling a stem is: its inverse document frequency among the labels."""
        return self._words.rarity(word_stem)

    @cached_property
    def concept_of_label(self) -> NDArray[np.intp]:
        """The position of each label's concept, ``(n_labels,)``."""
        return np.repeat(np.arange(len(self.concepts)), np.diff(self._starts))

    @cached_property
    def _naming_words(self) -> dict[str, Telling]:
        """Words that are, alone or behind an article, a label of one concept only."""
        named: dict[str, set[int]] = defaultdict(set)
        for concept, label in zip(self.concept_of_label, self.labels, strict=True):
            found = tokens(label)
            content = [t for t in found if t.is_content]
            word = label[content[0].start : content[0].end] if len(content) == 1 else ""
            if len(word) >= _NAMING_LENGTH and len(found) <= _NAMING_WORDS:
                named[_word_key(word)].add(int(concept))
        return {
            word: Telling(next(iter(concepts)), _SURENESS)
            for word, concepts in named.items()
            if len(concepts) == 1
        }

    @cached_property
    def _telling_stems(self) -> dict[str, Telling]:
        """Long stems that stand in several labels of one concept, and in no other's."""
        standing: dict[str, Counter[int]] = defaultdict(Counter)
        for concept, label in zip(self.concept_of_label, self.labels, strict=True):
            for word in dict.fromkeys(stems(label)):
                standing[word][int(concept)] += 1
        sole = {
            word: concept
            for word, counts in standing.items()
            for concept, labels in counts.items()
            if len(word) >= _TELLING_LENGTH
            and len(counts) == 1
            and labels >= max(_TELLING_LABELS, _TELLING_SHARE * len(self._own_labels(concept)))
        }
        scores = self.by_concept(self._cosines(self._words.rows([[word] for word in sole])))
        return {
            word: Telling(concept, min(float(row[concept]), _SURENESS))
            for (word, concept), row in zip(sole.items(), scores, strict=True)
        }

    def _own_labels(self, concept: int) -> range:
        return range(self._starts[concept], self._starts[concept + 1])

    def _cosines(self, rows: Rows) -> Rows:
        known = self._words.labels
        cosines = Rows(unit_rows(rows)[:, : known.shape[0]] @ known)
        # The same sum in another order differs in its last digits: what is equal must tie.
        cosines.data = cosines.data.round(_COSINE_DIGITS)
        return cosines
