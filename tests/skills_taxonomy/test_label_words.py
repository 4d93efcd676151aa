"""The words of labels: taken apart once, kept, and read back as they were."""

from pathlib import Path

import numpy as np
import pytest

from skills_taxonomy import label_words as module
from skills_taxonomy.label_words import LabelWords, label_words

LABELS = ["tenere la cassa", "potare le viti", "potare alberi e siepi", "perché no", "…"]


def assert_same(one: LabelWords, other: LabelWords) -> None:
    assert one.column == other.column
    assert one.stem_column == other.stem_column
    assert np.array_equal(one.idf, other.idf)
    for left, right in ((one.labels, other.labels), (one.stem_labels, other.stem_labels)):
        assert left.shape == right.shape
        assert (left != right).nnz == 0


@pytest.mark.parametrize("labels", [LABELS, []], ids=["some", "none"])
def test_what_is_kept_is_read_back_as_it_was(labels: list[str], tmp_path: Path) -> None:
    made = label_words(labels)
    assert_same(label_words(labels, tmp_path), made)
    assert_same(label_words(labels, tmp_path), made)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]


def test_labels_are_taken_apart_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label_words(LABELS, tmp_path)
    monkeypatch.setattr(module, "_made", lambda labels: pytest.fail("taken apart again"))
    label_words(LABELS, tmp_path)


def test_other_labels_or_other_code_are_taken_apart_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_words(LABELS, tmp_path)
    label_words(LABELS[1:], tmp_path)
    monkeypatch.setattr(module, "version", lambda name: "another stemmer")
    label_words(LABELS, tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
