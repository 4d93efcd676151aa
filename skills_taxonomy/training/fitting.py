"""A ranking and a logistic model fitted on named features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from skills_taxonomy.fusion import Array, Features, Linear

_LIKELY = ("words", "words_few", "meaning", "meaning_few")
_CANDIDATES = 20  # concepts of a text, by each of these features
_RIDGE = 3.0

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Choices:
    """Texts and the concepts that come into question for each: the rows of a ranking.

    ``rows`` is ``(n_rows, n_features)``; ``text`` and ``right`` are ``(n_rows,)``.
    """

    names: tuple[str, ...]
    rows: Array
    text: NDArray[np.intp]
    right: Flags


def choices(features: Features, right: Flags) -> Choices:
    """The likeliest concepts of each text that has a right one among them."""
    likely = np.zeros_like(right)
    for name in _LIKELY:
        best = np.argsort(-features[name], axis=1, kind="stable")[:, :_CANDIDATES]
        np.put_along_axis(likely, best, values=True, axis=1)
    likely &= (likely & right).any(axis=1, keepdims=True)
    text, concept = np.nonzero(likely)
    rows = np.stack([values[text, concept] for values in features.values()], axis=1)
    return Choices(tuple(features), rows, text, right[text, concept])


def joined(parts: Sequence[Choices]) -> Choices:
    """Choices of several stories as one."""
    kept = [part for part in parts if len(part.rows)]
    firsts = np.cumsum([0, *(part.text.max() + 1 for part in kept)])
    return Choices(
        kept[0].names,
        np.concatenate([part.rows for part in kept]),
        np.concatenate([part.text + first for part, first in zip(kept, firsts, strict=False)]),
        np.concatenate([part.right for part in kept]),
    )


def fit_rank(given: Choices) -> Linear:
    """The weights that give the right concepts of each text the largest share."""
    scale = given.rows.std(axis=0)
    scale[scale == 0] = 1
    rows = given.rows / scale
    _, text = np.unique(given.text, return_inverse=True)

    def loss(weights: Array) -> tuple[float, Array]:
        odds = rows @ weights
        highest = np.full(text.max() + 1, -np.inf)
        np.maximum.at(highest, text, odds)
        powers = np.exp(odds - highest[text])
        every = np.bincount(text, powers)[text]
        good = np.bincount(text, powers * given.right)[text]
        pull = powers / every - powers * given.right / good
        total = np.log(np.bincount(text, powers) / np.bincount(text, powers * given.right)).sum()
        return float(total + _RIDGE * weights @ weights / 2), rows.T @ pull + _RIDGE * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / scale
    return Linear(0.0, dict(zip(given.names, found.round(5).tolist(), strict=True)))


def fit_sure(features: Features, right: Flags, weights: Array | None = None) -> Linear:
    """A logistic model, its features brought to one scale for the fit."""
    rows = np.stack(list(features.values()), axis=1)
    scale = rows.std(axis=0)
    scale[scale == 0] = 1
    model = LogisticRegression(C=0.05, max_iter=5000).fit(rows / scale, right, weights)
    found = (model.coef_[0] / scale).round(5).tolist()
    return Linear(round(float(model.intercept_[0]), 5), dict(zip(features, found, strict=True)))
