"""Vectors of labels: made once, kept, read again."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from skills_taxonomy.dense import BESIDE_MODEL, Ahead, DenseIndex, made, read
from skills_taxonomy.encoder import Encoder, Vectors


class Letters:
    """Counts letters, and remembers what it was asked."""

    def __init__(self, folder: Path, fingerprint: str = "letters") -> None:
        self.folder = folder
        self.fingerprint = fingerprint
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        counts = np.array([[text.count(x) for x in "abc"] for text in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def index(encoder: Letters, cache: Path | None, labels: Sequence[str] = ("a", "b")) -> DenseIndex:
    return DenseIndex(labels, cast("Encoder", encoder), cache)


def test_texts_that_were_prepared_are_not_encoded_again(tmp_path: Path) -> None:
    encoder = Letters(tmp_path)
    ahead = Ahead(cast("Encoder", encoder))
    ahead.prepare(["a", "ab", "a"])
    assert encoder.asked == [["a", "ab"]]
    texts = ["ab", "c", "a", "c"]
    assert (ahead.encode(texts) == Letters(tmp_path).encode(texts)).all()
    assert encoder.asked[1:] == [["c"]]
    ahead.prepare(["c"])
    ahead.encode(["a"])
    assert encoder.asked[2:] == [["c"], ["a"]]


def test_cosines_are_of_each_row_with_each_label(tmp_path: Path) -> None:
    encoder = Letters(tmp_path)
    found = index(encoder, None).cosines(encoder.encode(["aa", "ab"]))
    assert found == pytest.approx(np.array([[1, 0], [0.70711, 0.70711]]), abs=0.01)


def test_kept_vectors_are_not_made_again(tmp_path: Path) -> None:
    first, again = Letters(tmp_path), Letters(tmp_path)
    vectors = index(first, tmp_path).vectors
    assert (index(again, tmp_path).vectors == vectors).all()
    assert (first.asked, again.asked) == ([["a", "b"]], [])


def test_only_new_labels_are_encoded(tmp_path: Path) -> None:
    index(Letters(tmp_path), tmp_path).vectors  # noqa: B018
    encoder = Letters(tmp_path)
    grown = index(encoder, tmp_path, ("c", "a", "b")).vectors
    assert encoder.asked == [["c"]]
    assert grown == pytest.approx(np.eye(3)[[2, 0, 1]], abs=0.01)


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    index(Letters(tmp_path), tmp_path).vectors  # noqa: B018
    other = Letters(tmp_path, "others")
    index(other, tmp_path).vectors  # noqa: B018
    assert other.asked == [["a", "b"]]


def test_vectors_beside_a_model_are_used_if_they_are_its_own(tmp_path: Path) -> None:
    made(["a", "b"], cast("Encoder", Letters(tmp_path))).write(tmp_path / BESIDE_MODEL)
    own, other = Letters(tmp_path), Letters(tmp_path, "others")
    for encoder in (own, other):
        index(encoder, None).vectors  # noqa: B018
    assert (own.asked, other.asked) == ([], [["a", "b"]])


def test_eight_bits_keep_the_direction(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    class Fixed(Letters):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return rows

    kept = made([str(i) for i in range(50)], cast("Encoder", Fixed(tmp_path)))
    kept.write(tmp_path / "kept.npz")
    again = read(tmp_path / "kept.npz").vectors
    assert ((again * rows).sum(axis=1) > 0.9998).all()


def test_without_a_folder_they_live_in_memory(tmp_path: Path) -> None:
    encoder = Letters(tmp_path)
    kept = index(encoder, None)
    assert kept.vectors is kept.vectors
    assert len(encoder.asked) == 1
