"""What is likely besides what is known: exact reasons, and the laws that inferences keep."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matching import HiddenCompetences, going_together
from matching.going_together import _PRIOR, _RIDGE, _RIDGE_PER_TRADE, GoingTogether
from skills_taxonomy import Taxonomy
from tests.bench.hidden import calibration_error, compared, known, reliability, split
from tests.skills_taxonomy.small import a_taxonomy

BUILTIN = Taxonomy.builtin()
HIDDEN = HiddenCompetences.fit(BUILTIN)
SUPPORT = HiddenCompetences.fit(BUILTIN, only_support=True)
URIS = [c.uri for c in BUILTIN.competences]
# Of one trade, so that there is something to infer.
TAUGHT = [r.competence for r in BUILTIN.taught_by("urn:cantiere:occupation:panettiere")]

KNOWN = st.dictionaries(
    st.sampled_from(TAUGHT) | st.sampled_from(URIS), st.floats(0.0, 1.0), max_size=8
)


# --- The model ----------------------------------------------------------------------------------


def test_the_weights_are_those_of_the_regression_made_whole() -> None:
    """Against the textbook: normal equations, one constrained column at a time."""
    rng = np.random.default_rng(3)
    trades = (rng.random((9, 6)) < 0.4).astype(float)
    likeness = np.triu(rng.random((6, 6)) * (rng.random((6, 6)) < 0.3), 1)
    likeness += likeness.T
    ridge = np.diag(_RIDGE + _RIDGE_PER_TRADE * trades.sum(axis=0))
    prior = _PRIOR * likeness**2
    expected = np.zeros((6, 6))
    for column in range(6):
        others = [i for i in range(6) if i != column]
        left = (trades.T @ trades + ridge)[np.ix_(others, others)]
        right = (trades.T @ trades[:, [column]] + ridge @ prior[:, [column]])[others, 0]
        expected[others, column] = np.linalg.solve(left, right)
    model = GoingTogether(sparse.csr_array(trades), sparse.csr_array(likeness))
    np.testing.assert_allclose(model.weights(range(6)), expected, atol=1e-5)


def test_rows_are_the_same_whether_all_are_kept_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = HIDDEN.infer(dict.fromkeys(TAUGHT[:6], 1.0))
    monkeypatch.setattr(going_together, "_KEPT_UP_TO", 0)
    assert HIDDEN.infer(dict.fromkeys(TAUGHT[:6], 1.0)) == kept


def test_what_trades_require_together_speaks_for_each_other() -> None:
    taxonomy = a_taxonomy()
    found = HiddenCompetences.fit(taxonomy).infer({"tornio": 1.0})
    assert [inference.uri for inference in found] == ["fresa"]
    assert found[0].label == "usare la fresatrice"


# --- Laws ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(KNOWN)
def test_the_reasons_add_up_to_the_log_odds(given_: dict[str, float]) -> None:
    for model in (HIDDEN, SUPPORT):
        for found in model.infer(given_):
            log_odds = math.log(found.probability) - math.log1p(-found.probability)
            assert sum(weight for _, weight in found.because) == pytest.approx(log_odds, abs=1e-9)
            assert {uri for uri, _ in found.because} == {u for u, p in given_.items() if p > 0}
            weights = [weight for _, weight in found.because]
            assert weights == sorted(weights, reverse=True)


@settings(deadline=None)
@given(KNOWN, st.integers(0, 30))
def test_none_of_the_given_ones_comes_back_and_the_best_come_first(
    given_: dict[str, float], limit: int
) -> None:
    found = HIDDEN.infer(given_, limit)
    assert len(found) <= limit
    assert not {inference.uri for inference in found} & given_.keys()
    probabilities = [inference.probability for inference in found]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(probabilities))
    assert all(0 < p < 1 for p in probabilities)


@settings(deadline=None)
@given(KNOWN, st.sampled_from(TAUGHT), st.floats(0.0, 1.0))
def test_knowing_more_never_makes_one_less_likely(
    given_: dict[str, float], uri: str, sureness: float
) -> None:
    before = SUPPORT.lifts(given_).probabilities
    surer = max(sureness, given_.get(uri, 0.0))
    after = SUPPORT.lifts({**given_, uri: surer}).probabilities
    assert all(after[known_uri] >= value - 1e-9 for known_uri, value in before.items())


@settings(deadline=None)
@given(KNOWN)
def test_the_parts_of_a_lift_are_shares_of_it(given_: dict[str, float]) -> None:
    lifts = SUPPORT.lifts(given_)
    for lifted, probability in lifts.probabilities.items():
        assert 0 < probability <= 1
        assert math.fsum(lifts.parts(lifted).values()) == pytest.approx(1.0)
        assert lifts.parts(lifted).keys() <= given_.keys() - {lifted}


@settings(deadline=None)
@given(KNOWN)
def test_the_same_is_inferred_again_in_any_order(given_: dict[str, float]) -> None:
    backwards = dict(reversed(given_.items()))
    again = HiddenCompetences.fit(BUILTIN) if len(given_) == 1 else HIDDEN
    assert again.infer(backwards) == HIDDEN.infer(given_)


def test_nothing_known_implies_nothing() -> None:
    assert HIDDEN.infer({}) == []
    assert HIDDEN.infer({URIS[0]: 0.0}) == []
    assert HIDDEN.lifts({}).probabilities == {}


def test_what_is_retired_is_not_proposed() -> None:
    full = HIDDEN.infer(dict.fromkeys(TAUGHT[:6], 1.0))
    taxonomy = Taxonomy(
        "less one",
        BUILTIN.competences,
        BUILTIN.occupations,
        BUILTIN.relations,
        retired=[full[0].uri],
    )
    found = HiddenCompetences.fit(taxonomy).infer(dict.fromkeys(TAUGHT[:6], 1.0))
    assert [i.uri for i in found[:5]] == [i.uri for i in full[1:6]]


def test_what_is_not_a_competence_or_not_a_probability_is_refused() -> None:
    with pytest.raises(KeyError):
        HIDDEN.infer({"urn:cantiere:occupation:panettiere": 1.0})
    with pytest.raises(ValueError, match="outside"):
        HIDDEN.infer({URIS[0]: 1.5})


# --- How good it is -----------------------------------------------------------------------------


def test_on_trades_not_seen_it_finds_more_than_the_simple_ways() -> None:
    fitting, cases = split(BUILTIN)
    figures = compared(fitting, cases)
    for simple in ("popularity", "item neighbours", "EASE"):
        assert figures["ours"].recall >= figures[simple].recall
        assert figures["ours"].ndcg >= figures[simple].ndcg


def test_it_says_what_it_finds_on_trades_not_seen() -> None:
    fitting, cases = split(BUILTIN)
    assert calibration_error(reliability(HiddenCompetences.fit(fitting), cases, limit=50)) <= 0.05


def test_the_split_hides_half_of_trades_that_are_not_fitted() -> None:
    fitting, cases = split(BUILTIN)
    assert len(fitting.occupations) + len(cases) == len(BUILTIN.occupations)
    assert all(abs(len(c.shown) - len(c.hidden)) <= 1 and not c.hidden & {*c.shown} for c in cases)
    assert split(BUILTIN)[1] == cases
    assert known(cases[0]).keys() == set(cases[0].shown)
