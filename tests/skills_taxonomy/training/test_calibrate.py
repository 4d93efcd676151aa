"""The fits, on numbers with a known answer."""

import numpy as np
import pytest

from skills_taxonomy.training.calibrate import choices, fit_rank, fit_sure, joined, stretched

RNG = np.random.default_rng(0)
FEATURES = {
    name: RNG.normal(size=(60, 12)) for name in ("words", "words_few", "meaning", "meaning_few")
}
BEST = FEATURES["words"].argmax(axis=1)
RIGHT = np.eye(12, dtype=bool)[BEST]


def test_the_feature_that_tells_gets_the_weight() -> None:
    model = fit_rank(choices(FEATURES, RIGHT))
    assert (model(FEATURES).argmax(axis=1) == BEST).mean() > 0.9
    assert model.weights["words"] > 5 * abs(model.weights["meaning"])


def test_a_text_with_nothing_right_teaches_nothing() -> None:
    none = np.zeros_like(RIGHT)
    assert len(choices(FEATURES, none).rows) == 0
    both = joined([choices(FEATURES, RIGHT), choices(FEATURES, none)])
    assert fit_rank(both) == fit_rank(choices(FEATURES, RIGHT))


def test_texts_of_several_stories_stay_apart() -> None:
    both = joined([choices(FEATURES, RIGHT), choices(FEATURES, RIGHT)])
    assert len(set(both.text.tolist())) == 120


def test_probabilities_hold_after_stretching() -> None:
    signal = RNG.normal(size=2000)
    right = RNG.random(2000) < 1 / (1 + np.exp(-(2 * signal - 1)))
    model = fit_sure({"signal": signal}, right)
    fitted = stretched(model, model({"signal": signal}), right)
    sure = 1 / (1 + np.exp(-fitted({"signal": signal})))
    assert sure.mean() == pytest.approx(right.mean(), abs=0.01)
    assert sure[signal > 1].mean() == pytest.approx(right[signal > 1].mean(), abs=0.05)
