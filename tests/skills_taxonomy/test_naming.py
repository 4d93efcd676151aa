"""Which candidate a stretch names, by hand."""

import numpy as np
import pytest

from skills_taxonomy.fusion import Array, Linear
from skills_taxonomy.naming import Candidates, Families, Namer, likely

# The first two are both below the third; the fourth is alone.
FAMILIES = Families([[2], [2], [], []])
RANKS = np.log(np.array([[0.4, 0.4, 0.15, 0.05]]))


def test_a_family_counts_together() -> None:
    found = likely(RANKS, {"words": RANKS}, {"length": np.array([2.0])}, FAMILIES)
    by_place = dict(
        zip(found.places[0].tolist(), np.exp(found.features["log_family"][0]), strict=True)
    )
    assert by_place == pytest.approx({2: 0.95, 0: 0.4, 1: 0.4, 3: 0.05}, abs=1e-3)
    assert found.places[0, 0] == 2
    assert found.features["below"][0, 0] == pytest.approx(0.8)
    assert found.features["length"].tolist() == [[2.0] * 4]
    assert found.features["words"][0, 0] == RANKS[0, 2]


@pytest.mark.parametrize(
    ("chances", "best"),
    [
        ([0.5, 0.5, 0.9, 0.1], 2),
        ([0.7, 0.2, 0.9, 0.1], 0),
        ([0.2, 0.2, 0.3, 0.8], 3),
    ],
)
def test_the_narrower_one_is_named_when_it_is_nearly_as_likely(
    chances: list[float], best: int
) -> None:
    assert FAMILIES.most_telling([0, 1, 2, 3], chances) == best


def found(ranks: Array) -> Candidates:
    """Stretches of which only the ranks are known."""
    features = {name: np.zeros(ranks.shape) for name in ("meaning_cosine", "words_few")}
    more = {name: np.zeros(len(ranks)) for name in ("neutral", "own_deed")}
    return Candidates([], features | {"ranks": ranks}, more)


def a_namer(weigh: str) -> Namer:
    """One that is as sure as the named feature says."""
    return Namer(Linear(0.0, {"ranks": 1.0}), Linear(0.0, {weigh: 1.0}), Linear(0.0, {"odds": 1.0}))


def test_two_that_cannot_be_told_apart_give_the_one_above() -> None:
    places, sure = a_namer("log_family")(found(RANKS), FAMILIES)
    assert places.tolist() == [2]
    assert sure[0] == pytest.approx(0.95 / 1.95, abs=1e-3)


def test_competences_may_have_none_above_them() -> None:
    ranks = np.array([[0.0, 1.0], [1.0, 0.0]])
    places, _ = a_namer("share")(found(ranks), Families([[], []]))
    assert places.tolist() == [1, 0]
