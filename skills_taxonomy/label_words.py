"""The words of labels as matrices, made once and kept in a file.

A label is weighed by its stems and by the character n-grams inside them; a phrase that is compared
with it is weighed in the same way.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skills_taxonomy import text
from skills_taxonomy.keeping import write_whole

Rows = sparse.csr_array

# A whole stem counts as this many of its n-grams: without it, long words drown short ones.
_STEM_COUNT = 3
_NGRAM_SIZES = (3, 4)
_PARTS = ("data", "indices", "indptr", "shape")  # of a matrix


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The labels by their stems and n-grams.

    ``column`` numbers the features, whose inverse document frequencies are ``idf``
    ``(n_features,)``; ``labels`` are unit columns ``(n_features, n_labels)``. ``stem_column``
    numbers the stems; ``stem_labels`` has a 1 where a label has a stem ``(n_stems, n_labels)``.
    """

    column: dict[str, int]
    idf: NDArray[np.float64]
    labels: Rows
    stem_column: dict[str, int]
    stem_labels: Rows

    @property
    def _unseen_idf(self) -> float:
        return float(np.log(1 + self.labels.shape[1]) + 1)

    def rarity(self, word_stem: str) -> float:
        """The inverse document frequency of a stem."""
        column = self.column.get(f"={word_stem}")
        return self._unseen_idf if column is None else float(self.idf[column])

    def rows(self, phrases: Sequence[Sequence[str]]) -> Rows:
        """Stems of phrases as weights ``(n_phrases, n_features + 1)``.

        The last column is the length of what no label has: it lowers the cosine of unknown words.
        """
        counts = [_features(phrase) for phrase in phrases]
        return _weighed(counts, self.column, self.idf, self._unseen_idf)

    def stem_rows(self, phrases: Sequence[Sequence[str]]) -> Rows:
        """Which known stems each phrase has, ``(n_phrases, n_stems)``, each counted once."""
        return _stem_rows(phrases, self.stem_column)


def label_words(labels: Sequence[str], kept: Path | None = None) -> LabelWords:
    """The words of some labels.

    Args:
        labels: In the order of the columns.
        kept: A folder where they are looked for, and kept if they are not there.
    """
    if kept is None:
        return _made(labels)
    file = kept / f"words-{_fingerprint(labels)}.npz"
    if not file.is_file():
        _write(_made(labels), file)
    return _read(file)


def _features(word_stems: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word in word_stems:
        counts[f"={word}"] += _STEM_COUNT
        counts.update(_grams(word))
    return counts


@cache
def _grams(word_stem: str) -> tuple[str, ...]:
    padded = f"<{word_stem}>"
    return tuple(padded[i : i + n] for n in _NGRAM_SIZES for i in range(len(padded) - n + 1))


def numbered(items: Iterable[str]) -> dict[str, int]:
    """Each different item and its place among them."""
    return {item: i for i, item in enumerate(dict.fromkeys(items))}


def incidence(columns: Sequence[Sequence[int]], width: int) -> Rows:
    """A 1 in each of the columns of a row; a column named twice counts twice."""
    flat = [column for row in columns for column in row]
    starts = np.cumsum([0, *map(len, columns)])
    return Rows((np.ones(len(flat)), flat, starts), shape=(len(columns), width))


def unit_rows(rows: Rows) -> Rows:
    """Each row with length 1; a row of zeros stays one."""
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    return Rows(sparse.diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ rows)


def _made(labels: Sequence[str]) -> LabelWords:
    label_stems = [text.stems(label) for label in labels]
    counts = [_features(words) for words in label_stems]
    column = numbered(feature for row in counts for feature in row)
    documents = np.zeros(len(column))
    for row in counts:
        documents[[column[feature] for feature in row]] += 1
    idf = np.log((1 + len(labels)) / (1 + documents)) + 1
    stem_column = numbered(word for words in label_stems for word in words)
    return LabelWords(
        column,
        idf,
        unit_rows(_weighed(counts, column, idf, 0.0))[:, : len(idf)].T.tocsr(),
        stem_column,
        _stem_rows(label_stems, stem_column).T.tocsr(),
    )


def _weighed(
    counts: Sequence[Counter[str]],
    column: Mapping[str, int],
    idf: NDArray[np.float64],
    unseen_idf: float,
) -> Rows:
    data: list[float] = []
    columns: list[int] = []
    starts = [0]
    for row in counts:
        unseen = 0.0
        for feature, count in row.items():
            place = column.get(feature)
            if place is None:
                unseen += (count * unseen_idf) ** 2
            else:
                data.append(count * idf[place])
                columns.append(place)
        data.append(unseen**0.5)
        columns.append(len(column))
        starts.append(len(data))
    return Rows((data, columns, starts), shape=(len(counts), len(column) + 1))


def _stem_rows(phrases: Sequence[Sequence[str]], column: Mapping[str, int]) -> Rows:
    known = [[column[w] for w in dict.fromkeys(words) if w in column] for words in phrases]
    return incidence(known, len(column))


def _fingerprint(labels: Sequence[str]) -> str:
    """Of the labels, and of what takes them apart: either changed, they are taken apart again."""
    digest = hashlib.sha256(version("PyStemmer").encode())
    for source in (Path(__file__), Path(text.__file__)):
        digest.update(source.read_bytes())
    for words in (sorted(text.STOP_WORDS), labels):
        digest.update("\0".join(words).encode())
    return digest.hexdigest()[:16]


def _write(words: LabelWords, file: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {"idf": words.idf}
    for name, column in (("column", words.column), ("stem_column", words.stem_column)):
        arrays[name] = np.frombuffer("\n".join(column).encode(), np.uint8)
    for name, matrix in (("labels", words.labels), ("stem_labels", words.stem_labels)):
        for part in _PARTS:
            arrays[f"{name}_{part}"] = np.asarray(getattr(matrix, part))
    write_whole(file, arrays)


def _read(file: Path) -> LabelWords:
    with np.load(file, allow_pickle=False) as kept:

        def column(name: str) -> dict[str, int]:
            return numbered(kept[name].tobytes().decode().splitlines())

        def matrix(name: str) -> Rows:
            *parts, shape = (kept[f"{name}_{part}"] for part in _PARTS)
            return Rows(tuple(parts), shape=tuple(shape))

        return LabelWords(
            column("column"),
            kept["idf"],
            matrix("labels"),
            column("stem_column"),
            matrix("stem_labels"),
        )
