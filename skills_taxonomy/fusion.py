"""Two opinions made one: words in common and nearness of meaning, as a calibrated probability.

Lexical and dense cosines live on different scales, and a dense cosine means little by itself (it is
high between any two texts): each is first set against what the same text has with every other
concept. A linear model ranks the concepts; a logistic one says how likely the first is right. Both
are fitted on the development half of the gold files (``training.calibrate``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Features = Mapping[str, Array]

_SCORE_DIGITS = 4
# A label's score is a half at this sum of the standard scores of its words and its meaning.
_LIKELY_LABEL = 9.0


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model over named features."""

    intercept: float
    weights: Mapping[str, float]

    def __call__(self, features: Features) -> Array:
        """The weighted sum, of the features' shape."""
        total: Array = sum(
            (weight * features[name] for name, weight in self.weights.items()),
            start=np.asarray(self.intercept),
        )
        return total


@dataclass(frozen=True, slots=True)
class Judge:
    """Ranks concepts for a text, and says how likely the first is right."""

    rank: Linear
    sure: Linear

    def surest(self, features: Features, more: Features) -> tuple[Array, Array]:
        """The ranking of each text and the probability of its first concept.

        Args:
            features: Each ``(n_texts, n_concepts)``.
            more: What else tells how sure one may be, each ``(n_texts,)``.

        Returns:
            The ranks ``(n_texts, n_concepts)``, higher is better, and the probabilities
            ``(n_texts,)``.
        """
        ranks = self.rank(features)
        return ranks, squashed(self.sure(winner_features(ranks, features) | dict(more)))


def squashed(log_odds: Array) -> Array:
    """Log-odds as probabilities, rounded so that equal evidence ties."""
    probabilities: Array = (1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))).round(_SCORE_DIGITS)
    return probabilities


def shares(ranks: Array) -> Array:
    """Each row as exponentials that sum to one."""
    powers = np.exp(ranks - ranks.max(axis=1, keepdims=True))
    found: Array = powers / powers.sum(axis=1, keepdims=True)
    return found


def standardised(scores: NDArray[np.floating]) -> Array:
    """Each row as standard deviations from its mean; a row of equals becomes zeros."""
    rows = scores.astype(np.float64)
    centred: Array = rows - rows.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    # Equals differ from their mean by rounding, which is no spread.
    equal = spread <= 1e-12 * np.abs(rows).max(axis=1, keepdims=True, initial=1e-100)
    return np.where(equal, 0.0, centred / np.where(equal, 1.0, spread))


def label_scores(words: Array, near: NDArray[np.float32] | None) -> Array:
    """How well each label fits, ``(n_texts, n_labels)``: words and meaning count the same."""
    if near is None:
        return words
    both = np.maximum(standardised(words) + standardised(near), 0)
    scores: Array = (both / (both + _LIKELY_LABEL)).round(6)
    return scores


def best_places(scores: Array, limit: int) -> list[list[tuple[int, float]]]:
    """The places and the best scores above nought of each row, the first of equals first."""
    found: list[list[tuple[int, float]]] = [[] for _ in scores]
    if limit < 1:
        return found
    place = max(0, scores.shape[1] - limit)
    least = np.maximum(np.partition(scores, place, axis=1)[:, place], np.finfo(float).tiny)
    rows, columns = np.nonzero(scores >= least[:, None])
    values = scores[rows, columns]
    for i in np.lexsort((columns, -values, rows)).tolist():
        if len(found[rows[i]]) < limit:
            found[rows[i]].append((int(columns[i]), float(values[i])))
    return found


def below_best(scores: NDArray[np.floating]) -> Array:
    """How far each score is from the best of its row; never positive."""
    gaps: Array = (scores - scores.max(axis=1, keepdims=True)).astype(np.float64)
    return gaps


@dataclass(frozen=True, slots=True)
class Pooled:
    """Scores of labels, pooled by concept: the best one, and the mean of the best few."""

    best: Array
    few: Array

    def __getitem__(self, rows: Sequence[int]) -> "Pooled":
        """Some rows, in the order asked for."""
        return Pooled(self.best[rows], self.few[rows])


def phrase_features(words: Pooled, meaning: Pooled, wider: Sequence[Sequence[int]]) -> Features:
    """What a phrase and a concept have in common, each ``(n_phrases, n_concepts)``.

    Args:
        words: Lexical cosines.
        meaning: Dense cosines.
        wider: For each concept, the places of those just above it.
    """
    near, near_few = standardised(meaning.best), standardised(meaning.few)
    heard = standardised(words.best)
    return {
        "words": words.best,
        "words_below_best": below_best(words.best),
        "words_few": words.few,
        "words_few_below_best": below_best(words.few),
        "words_z": heard,
        "meaning": near,
        "meaning_below_best": below_best(near),
        "meaning_few": near_few,
        "meaning_few_below_best": below_best(near_few),
        "meaning_cosine": meaning.best,
        "both": words.best * near_few,
        "wider": _of_wider(heard + near_few, wider),
    }


def _of_wider(scores: Array, wider: Sequence[Sequence[int]]) -> Array:
    """The best score among those just above each concept, 0 at least."""
    found = np.zeros_like(scores)
    for concept, above in enumerate(wider):
        for place in above:
            np.maximum(found[:, concept], scores[:, place], out=found[:, concept])
    return found


def winner_features(ranks: Array, features: Features) -> dict[str, Array]:
    """What tells whether the first concept of each row is right, each ``(n_rows,)``."""
    first = ranks.argmax(axis=1, keepdims=True)
    others = ranks.copy()
    np.put_along_axis(others, first, -np.inf, axis=1)
    second = others.argmax(axis=1, keepdims=True)

    def of(values: Array, place: NDArray[np.intp] = first) -> Array:
        picked: Array = np.take_along_axis(values, place, axis=1)[:, 0]
        return picked

    return {
        "first": of(ranks),
        "margin": of(ranks) - of(ranks, second),
        "share": of(shares(ranks)),
        **{
            f"first_{name}": of(features[name])
            for name in ("words", "words_few", "meaning", "meaning_few", "meaning_cosine")
        },
    }
