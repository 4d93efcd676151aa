"""How alike the labels of competences are: what may go together where relations are thin."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from skills_taxonomy.concepts import Competence
from skills_taxonomy.text import stems

# Below this cosine two labels share a word by chance.
_LEAST = 0.3


def label_likeness(competences: Sequence[Competence]) -> sparse.csr_array:
    """Cosine of each pair of competences by their labels, as tf-idf of stems, ``(n, n)``.

    Zero on the diagonal, and where two have hardly a word in common.
    """
    words = [_words(competence) for competence in competences]
    standing = Counter(word for row in words for word in row)
    column = {word: i for i, word in enumerate(standing)}
    idf = np.log(len(words) / np.array([*standing.values()], float))
    flat = [column[word] for row in words for word in row]
    counts = np.array([count for row in words for count in row.values()], float)
    starts = np.cumsum([0, *map(len, words)])
    rows = sparse.csr_array((counts * idf[flat], flat, starts), shape=(len(words), len(column)))
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    rows = sparse.csr_array(sparse.diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ rows)
    cosines = sparse.csr_array(rows @ rows.T)
    cosines.data[cosines.data < _LEAST] = 0.0
    cosines.setdiag(0.0)
    cosines.eliminate_zeros()
    return cosines


def _words(competence: Competence) -> dict[str, float]:
    """The stems of a competence's name, and of its other names as if they were one more."""
    counted = dict.fromkeys(stems(competence.label), 1.0)
    for other in competence.other_labels:
        for word in dict.fromkeys(stems(other)):
            share = 1.0 / len(competence.other_labels)
            counted[word] = counted.get(word, 0.0) + share
    return counted
