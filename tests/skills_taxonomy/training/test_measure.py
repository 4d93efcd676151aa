"""The figures of an encoder."""

import hashlib
import json
from pathlib import Path

import numpy as np

from skills_taxonomy.training.measure import (
    Phrase,
    development_phrases,
    ranks,
    trained_on_another,
)
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


def test_only_the_development_half_is_read(tmp_path: Path) -> None:
    texts = [f"frase {number}" for number in range(40)]
    rows = "".join(f"{text},uno | due\n" for text in texts)
    (tmp_path / "phrases.csv").write_text("phrase,accepted\n" + rows, "utf-8")
    found = development_phrases(tmp_path / "phrases.csv")
    even = [t for t in texts if int(hashlib.sha256(t.encode()).hexdigest(), 16) % 2 == 0]
    assert [phrase.text for phrase in found] == even
    assert 10 < len(even) < 30
    uris = {"urn:cantiere:competence:uno", "urn:cantiere:competence:due"}
    assert all(phrase.accepted == uris for phrase in found)


def test_a_model_of_another_state_of_the_taxonomy_is_told(tmp_path: Path) -> None:
    taxonomy = a_taxonomy()
    assert not trained_on_another(tmp_path, taxonomy)
    made = json.dumps({"taxonomies": [taxonomy.version]})
    (tmp_path / "manifest.json").write_text(made, "utf-8")
    assert not trained_on_another(tmp_path, taxonomy)
    wider = a_taxonomy(competences=[*taxonomy.competences, a_competence("stiro")])
    assert trained_on_another(tmp_path, wider)
