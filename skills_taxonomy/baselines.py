"""What the linker is compared with."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skills_taxonomy.concepts import Match
from skills_taxonomy.lexical import LexicalIndex
from skills_taxonomy.text import stems

_SATURATION = 1.2  # k1
_LENGTH = 0.75  # b


def bm25_search(index: LexicalIndex, texts: Sequence[str], limit: int = 5) -> list[list[Match]]:
    """BM25 over the stems of each label, a concept taking its best (Robertson & Zaragoza 2009)."""
    labels = [Counter(stems(label)) for label in index.labels]
    sizes = np.array([label.total() for label in labels], float)
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * sizes / sizes.mean())
    postings: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        for word in label:
            postings.setdefault(word, []).append(place)
    scores = np.zeros((len(texts), len(labels)))
    for row, text in enumerate(texts):
        for word in stems(text):
            places = postings.get(word, [])
            idf = np.log(1 + (len(labels) - len(places) + 0.5) / (len(places) + 0.5))
            counts = np.array([labels[place][word] for place in places], float)
            scores[row, places] += idf * counts * (_SATURATION + 1) / (counts + norm[places])
    return best_matches(index.best_of_each(scores), index, limit)


def best_matches(
    scores: NDArray[np.floating], index: LexicalIndex, limit: int = 5
) -> list[list[Match]]:
    """The best concepts of each row; the scores are no probabilities."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :limit]
    return [
        [Match(index.concepts[i].uri, index.concepts[i].label, float(row[i])) for i in best]
        for row, best in zip(scores, order, strict=True)
    ]
