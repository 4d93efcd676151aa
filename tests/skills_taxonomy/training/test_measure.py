"""The figures of an encoder."""

import json
from pathlib import Path

import numpy as np

from skills_taxonomy.evaluation import Phrase
from skills_taxonomy.training.measure import ranks, trained_on_another
from tests.skills_taxonomy.small import a_competence, a_taxonomy


def test_the_rank_is_that_of_the_nearest_right_competence() -> None:
    labels = np.array([[1, 0], [0.8, 0.6], [0, 1], [0.6, 0.8]], np.float32)
    owners = ["a", "b", "b", "c"]
    found = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    phrases = [
        Phrase("", frozenset({"a"})),
        Phrase("", frozenset({"c", "b"})),
        Phrase("", frozenset({"a"})),
    ]
    assert ranks(found, labels, owners, phrases) == [0, 1, 2]


def test_a_phrase_whose_competences_are_unknown_is_last() -> None:
    rows = np.eye(2, dtype=np.float32)
    assert ranks(rows[:1], rows, ["a", "b"], [Phrase("", frozenset({"gone"}))]) == [2]


def test_a_model_of_another_state_of_the_taxonomy_is_told(tmp_path: Path) -> None:
    taxonomy = a_taxonomy()
    assert not trained_on_another(tmp_path, taxonomy)
    made = json.dumps({"taxonomies": [taxonomy.version]})
    (tmp_path / "manifest.json").write_text(made, "utf-8")
    assert not trained_on_another(tmp_path, taxonomy)
    wider = a_taxonomy(competences=[*taxonomy.competences, a_competence("stiro")])
    assert trained_on_another(tmp_path, wider)
