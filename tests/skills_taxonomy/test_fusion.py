"""Two opinions made one, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills_taxonomy.fusion import (
    Judge,
    Linear,
    Pooled,
    phrase_features,
    shares,
    squashed,
    standardised,
)

SCORES = st.lists(st.floats(-1, 1), min_size=2, max_size=8)
WORDS = Pooled(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]]))


def test_a_linear_model_by_hand() -> None:
    model = Linear(-1.0, {"words": 2.0})
    assert model({"words": np.array([0.5, 1.0])}).tolist() == [0.0, 1.0]


@given(SCORES)
def test_standard_scores_have_no_mean_and_one_spread(scores: list[float]) -> None:
    (row,) = standardised(np.array([scores]))
    assert abs(row.mean()) < 1e-6
    assert row.std() == pytest.approx(1) or np.ptp(scores) < 1e-6


@given(SCORES)
def test_shares_sum_to_one_and_keep_the_order(scores: list[float]) -> None:
    (row,) = shares(np.array([scores]))
    assert row.sum() == pytest.approx(1)
    assert row[np.argmax(scores)] == row.max()


@given(st.floats(-1e6, 1e6))
def test_a_probability_is_one(log_odds: float) -> None:
    assert 0 <= squashed(np.array(log_odds)) <= 1


def test_a_wider_concept_lends_its_score() -> None:
    features = phrase_features(WORDS, WORDS, [[1], []])
    assert features["wider"].tolist() == [[2.0, 0.0]]
    assert features["words_below_best"].tolist() == [[-1.0, 0.0]]


def test_a_judge_ranks_by_one_model_and_is_as_sure_as_the_other_says() -> None:
    judge = Judge(Linear(0.0, {"words": 1.0}), Linear(0.0, {"margin": 1.0, "deed": 1.0}))
    features = phrase_features(WORDS, WORDS, [[], []])
    ranks, sure = judge.surest(features, {"deed": np.array([-1.0])})
    assert ranks.tolist() == [[0.0, 1.0]]
    assert sure.tolist() == [0.5]
