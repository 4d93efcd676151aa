"""The labels of a taxonomy as vectors, made once for a model and kept in eight bits.

Vectors are kept label by label: when a taxonomy grows, only its new labels are encoded.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skills_taxonomy.encoder import Encoder, Vectors
from skills_taxonomy.keeping import write_whole

# Beside a model: the vectors of the built-in taxonomy's labels, made by that model.
BESIDE_MODEL = "labels.npz"
# Two runs of a model differ in the last digits of a float: what is equal must tie.
_COSINE_DIGITS = 5
_LARGEST = 127


@dataclass(frozen=True, slots=True)
class Kept:
    """Directions by the key of their text: ``values`` in eight bits, ``(n_keys, dim)``.

    ``encoder`` is the fingerprint of the model that made them.
    """

    encoder: str
    keys: NDArray[np.uint64]
    values: NDArray[np.int8]

    @property
    def vectors(self) -> Vectors:
        """As unit rows."""
        rows: Vectors = self.values.astype(np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
        return rows

    def with_more(self, more: "Kept") -> "Kept":
        """These and those of another, which are of the same model."""
        if not len(self.keys):
            return more
        new = ~np.isin(more.keys, self.keys)
        return Kept(
            self.encoder,
            np.concatenate([self.keys, more.keys[new]]),
            np.concatenate([self.values, more.values[new]]),
        )

    def write(self, path: Path) -> None:
        """Write a file."""
        write_whole(
            path, {"encoder": np.array(self.encoder), "keys": self.keys, "values": self.values}
        )


def nothing(encoder: str) -> Kept:
    """No vectors yet, of a model."""
    none = np.empty(0)
    return Kept(encoder, none.astype(np.uint64), none.reshape(0, 0).astype(np.int8))


def read(path: Path) -> Kept:
    """The vectors of a file.

    Raises:
        FileNotFoundError: If there is none.
    """
    with np.load(path, allow_pickle=False) as kept:
        return Kept(str(kept["encoder"]), kept["keys"], kept["values"])


def made(labels: Sequence[str], encoder: Encoder) -> Kept:
    """The vectors of some texts, encoded now."""
    return kept_of(labels, encoder.encode(labels), encoder)


def kept_of(labels: Sequence[str], vectors: Vectors, encoder: Encoder) -> Kept:
    """The vectors of some texts, a row each, to be kept."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), 1e-9)
    values = np.round(vectors * (_LARGEST / largest)).astype(np.int8)
    return Kept(encoder.fingerprint, keys(labels), values)


def keys(labels: Iterable[str]) -> NDArray[np.uint64]:
    """The keys of some texts: equal keys are equal texts."""
    digests = b"".join(hashlib.sha256(label.encode()).digest()[:8] for label in labels)
    return np.frombuffer(digests, np.uint64)


class Ahead:
    """An encoder that may be told before which texts it will be asked for.

    Args:
        encoder: What makes the vectors; a text's are the same whatever is beside it.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._rows: dict[str, Vectors] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        """Encode some texts together; what was prepared before is forgotten."""
        each = list(dict.fromkeys(texts))
        self._rows = dict(zip(each, self._encoder.encode(each), strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts as unit rows, ``(len(texts), dimension)``."""
        known = self._rows
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if len(new) == len(texts):
            return self._encoder.encode(texts)
        rows = dict(zip(new, self._encoder.encode(new), strict=True)) if new else known
        return np.stack([rows[text] if text in rows else known[text] for text in texts])


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as they are compared, and their vectors ``(n_texts, dim)`` if there is an encoder."""

    texts: list[str]
    vectors: Vectors | None

    def __getitem__(self, part: slice) -> "Read":
        return Read(self.texts[part], None if self.vectors is None else self.vectors[part])

    def with_wholes(self, texts: Sequence[str], parts: Sequence[Collection[int]]) -> "Read":
        """These and more texts, each the mean of the vectors of its parts, which are rows here."""
        both = [*self.texts, *texts]
        if self.vectors is None:
            return Read(both, None)
        wholes = np.stack([self.vectors[sorted(rows)].mean(axis=0) for rows in parts])
        wholes /= np.linalg.norm(wholes, axis=1, keepdims=True)
        return Read(both, np.concatenate([self.vectors, wholes]))


class DenseIndex:
    """The vectors of some labels, made or read at the first search.

    Args:
        labels: Of any number of concepts.
        encoder: What makes vectors of them.
        cache: A folder where vectors made before are looked for, and new ones are kept.
    """

    def __init__(self, labels: Sequence[str], encoder: Encoder, cache: Path | None = None) -> None:
        self._labels = tuple(labels)
        self._encoder = encoder
        self._cache = cache

    def cosines(self, vectors: Vectors) -> NDArray[np.float32]:
        """Cosine of each unit row with each label, ``(n_rows, n_labels)``."""
        found: NDArray[np.float32] = vectors @ self._columns
        return found.round(_COSINE_DIGITS, out=found)

    @cached_property
    def vectors(self) -> Vectors:
        """A row a label, ``(n_labels, dim)``."""
        wanted = keys(self._labels)
        known = self._known()
        missing = np.flatnonzero(~np.isin(wanted, known.keys))
        if len(missing):
            known = known.with_more(made([self._labels[i] for i in missing], self._encoder))
            if self._cache is not None:
                known.write(self._file)
        order = np.argsort(known.keys)
        rows = order[np.searchsorted(known.keys, wanted, sorter=order)]
        return known.vectors[rows]

    @cached_property
    def _columns(self) -> Vectors:
        return np.ascontiguousarray(self.vectors.T)

    def _known(self) -> Kept:
        """What was made before by the same model: shipped with it, or kept since."""
        paths = [self._encoder.folder / BESIDE_MODEL, *([self._file] if self._cache else [])]
        known = nothing(self._encoder.fingerprint)
        for path in paths:
            if path.is_file() and (kept := read(path)).encoder == known.encoder:
                known = known.with_more(kept)
        return known

    @property
    def _file(self) -> Path:
        assert self._cache is not None  # noqa: S101 - for the types
        return self._cache / f"labels-{self._encoder.fingerprint}.npz"
