"""Which competences go together: a linear model in closed form of what trades require.

EASE (Steck 2019) predicts each competence of a trade from its others, by ridge regression with
nothing predicted from itself. Here the regression shrinks towards how alike two labels are instead
of towards nothing: relations correct that guess where there are any, and it stands where there are
none.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]

# Chosen on occupations of ESCO v1.1.1 held out from those of fitting, never on the test's
# (docs/decisions/0012-hidden-competences.md).
_RIDGE = 12.0  # how far every weight is shrunk…
_RIDGE_PER_TRADE = 0.6  # …and further for each trade that requires the competence
_PRIOR = 0.12  # what the square of a likeness of labels is worth as a weight
# The weights between so many competences are made once and kept: 32 MB at most.
_KEPT_UP_TO = 2000


class GoingTogether:
    """The weight with which each competence speaks for each other.

    With ``X`` the trades' competences ``(n, m)``, ``D`` the ridge and ``B0`` the prior, it is the
    ``B`` that minimises ``‖X − X B‖² + ‖D½ (B − B0)‖²`` with a diagonal of zeros. By Woodbury's
    identity its rows follow from an ``(n, n)`` inverse: a large one is never made whole.

    Args:
        trades: ``(n_trades, n_competences)``, 0 where a trade does not require a competence.
        likeness: ``(n_competences, n_competences)``, in [0, 1], 0 on the diagonal.
    """

    def __init__(self, trades: sparse.csr_array, likeness: sparse.csr_array) -> None:
        prior = _PRIOR * likeness.multiply(likeness)
        self._prior = sparse.csr_array(prior.astype(np.float32))
        self._trades = sparse.csr_array(trades.astype(np.float32))
        requiring = np.bincount(trades.indices, minlength=trades.shape[1])
        ridge: Array = _RIDGE + _RIDGE_PER_TRADE * requiring.astype(float)
        scaled = sparse.csr_array(self._trades.multiply((1.0 / ridge)[None, :]))
        inner = (scaled @ self._trades.T).toarray().astype(float)
        inner[np.diag_indices_from(inner)] += 1.0
        self._inverse = np.linalg.inv(inner).astype(np.float32)
        self._scaled = sparse.csr_array(scaled.T.astype(np.float32))
        self._own = self._own_weights()

    def _own_weights(self) -> Array:
        """What keeps each competence from predicting itself: Lagrange's multipliers / ridge."""
        solved = (self._scaled @ self._inverse).T  # (n_trades, n_competences)
        missed = self._trades - self._trades @ self._prior
        explained = np.asarray(missed.multiply(solved).sum(axis=0), float)
        fitted = np.asarray(self._trades.multiply(solved).sum(axis=0), float)
        own: Array = explained / (1.0 - fitted)
        return own

    def weights(self, competences: Sequence[int]) -> Array:
        """What some competences say of every one, ``(len(competences), n_competences)``."""
        positions = np.asarray(competences, np.intp)
        if self._trades.shape[1] <= _KEPT_UP_TO:
            return self._whole[positions]
        return self._rows(positions)

    @cached_property
    def _whole(self) -> Array:
        return self._rows(np.arange(self._trades.shape[1]))

    def _rows(self, positions: NDArray[np.intp]) -> Array:
        through = self._scaled[positions] @ self._inverse
        # Products with the tall side first: a sparse row then meets a dense row of memory.
        reached = np.ascontiguousarray((self._trades.T @ through.T).T)
        rows = self._prior[positions].toarray() + reached * (1.0 + self._own)
        rows -= (self._prior.T @ reached.T).T
        # A competence never speaks for itself; what is left of it here is rounding.
        rows[np.arange(len(positions)), positions] = 0.0
        return rows
