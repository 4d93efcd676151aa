"""Hidden competences: from what is known with some probability to what is likely besides.

Learned from what the trades of a taxonomy require and from how its competences are called; nothing
is learned from people. A probability answers: among the trades that a model has not seen, of which
this is known, how many require that too?
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.going_together import GoingTogether
from skills_taxonomy import Competence, Taxonomy
from skills_taxonomy.concepts import RelationKind
from skills_taxonomy.likeness import label_likeness

Array = NDArray[np.float64]

# What an occupation merely finds useful binds its competences less. Chosen like the ridge.
_KIND_WEIGHTS: Mapping[RelationKind, float] = {"essential": 1.0, "useful": 0.8}
# Calibration: this share of trades is left out of a first fit, half of each one's competences is
# shown, and the best of the others say how often a score is right.
_HELD_OUT = 0.2
_MOST_JUDGED = 50
_SEED = 20261124
# A taxonomy with fewer trades cannot calibrate itself: the line of ESCO v1.1.1, rounded.
_LEAST_TRADES = 50
_NEWTON_STEPS = 50
_DAMPING = 1e-6
# A lift below this is not worth naming.
_LEAST_LIFT = 0.01


@dataclass(frozen=True)
class Calibration:
    """Platt's line from a score to log-odds: ``intercept + slope × score``, ``slope ≥ 0``."""

    intercept: float
    slope: float

    def probability(self, scores: Array) -> Array:
        """The probability of each score, in (0, 1)."""
        probabilities: Array = 1.0 / (1.0 + np.exp(-(self.intercept + self.slope * scores)))
        return probabilities


_UNMEASURED = Calibration(-4.0, 14.0)


@dataclass(frozen=True, slots=True)
class Inference:
    """A competence that is likely besides what is known.

    Attributes:
        because: What is known and how far it speaks for this one, in natural log-odds, the
            strongest first: the weights add up to the log-odds of ``probability``. Each carries an
            equal part of how unlikely any competence is before anything is known.
    """

    uri: str
    label: str
    probability: float
    because: list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Lifts:
    """How far what is known makes competences likelier than they are when nothing is known.

    Attributes:
        probabilities: URI → 1 − (1 − probability now) / (1 − probability before), in (0, 1].
        given: What is known.
        speaking: How far each of these speaks for each competence, ``(n_given, n_competences)``.
        position: URI → its column there.
    """

    probabilities: Mapping[str, float]
    given: Sequence[str]
    speaking: Array
    position: Mapping[str, int]

    def parts(self, uri: str) -> dict[str, float]:
        """Known URI → its share of a competence's lift, adding up to 1."""
        column = self.speaking[:, self.position[uri]]
        shares = column / column.sum()
        return {self.given[i]: float(shares[i]) for i in np.flatnonzero(shares).tolist()}


class HiddenCompetences:
    """Infers competences from competences; made by `fit`."""

    def __init__(
        self,
        competences: Sequence[Competence],
        retired: frozenset[str],
        model: GoingTogether,
        calibration: Calibration,
        *,
        only_support: bool,
    ) -> None:
        self.calibration = calibration
        self._competences = competences
        self._position = {c.uri: i for i, c in enumerate(competences)}
        self._retired = [self._position[uri] for uri in retired if uri in self._position]
        self._model = model
        self._only_support = only_support

    @classmethod
    def fit(cls, taxonomy: Taxonomy, *, only_support: bool = False) -> Self:
        """Learn what goes together from a taxonomy; the same taxonomy gives the same model.

        Args:
            taxonomy: Whose relations and labels are learned from.
            only_support: Whether nothing known ever speaks against a competence. Knowing more then
                never makes one less likely, as profiles need; the order is a little worse.
        """
        competences = taxonomy.competences
        trades = _trades(taxonomy)
        likeness = label_likeness(competences)
        calibration = _UNMEASURED
        if trades.shape[0] >= _LEAST_TRADES:
            calibration = _calibrated(trades, likeness, only_support=only_support)
        model = GoingTogether(trades, likeness)
        return cls(competences, taxonomy.retired, model, calibration, only_support=only_support)

    def infer(self, known: Mapping[str, float], limit: int = 20) -> list[Inference]:
        """The competences most likely besides those known, best first; equal ones go by URI.

        Args:
            known: Competence URI → probability that the person has it.
            limit: At most so many.

        Raises:
            KeyError: If a URI is no competence of the taxonomy.
            ValueError: If a probability is outside [0, 1].
        """
        given, shares = self._given(known)
        if not given.size:
            return []
        weights = self._weights(given)
        scores = shares @ weights
        scores[given] = -np.inf
        scores[[self._position[uri] for uri in known]] = -np.inf
        scores[self._retired] = -np.inf
        best = np.argsort(-scores, kind="stable")[:limit]
        return [
            self._inference(i, given, shares * weights[:, i])
            for i in best.tolist()
            if scores[i] > 0.0
        ]

    def lifts(self, known: Mapping[str, float]) -> Lifts:
        """How far what is known makes each competence likelier, the known ones too.

        Arguments and errors as in `infer`; a lift below 0.01 is left out.
        """
        given, shares = self._given(known)
        speaking = shares[:, None] * np.maximum(self._weights(given), 0.0)
        before = self.calibration.probability(np.zeros(1))
        after = self.calibration.probability(speaking.sum(axis=0))
        lifts = (after - before) / (1.0 - before)
        lifts[self._retired] = 0.0
        found = np.flatnonzero(lifts >= _LEAST_LIFT).tolist()
        return Lifts(
            {self._competences[j].uri: float(lifts[j]) for j in found},
            [self._competences[i].uri for i in given.tolist()],
            speaking,
            self._position,
        )

    def _given(self, known: Mapping[str, float]) -> tuple[NDArray[np.intp], Array]:
        """Positions and probabilities of what is known at all, in the order of the taxonomy."""
        if not all(0.0 <= probability <= 1.0 for probability in known.values()):
            raise ValueError("a probability is outside [0, 1]")
        found = sorted((self._position[uri], p) for uri, p in known.items())
        likely = [(position, p) for position, p in found if p > 0.0]
        positions = np.array([position for position, _ in likely], np.intp)
        return positions, np.array([p for _, p in likely], float)

    def _weights(self, given: NDArray[np.intp]) -> Array:
        weights = self._model.weights(given.tolist())
        return np.maximum(weights, 0.0) if self._only_support else weights

    def _inference(self, i: int, given: NDArray[np.intp], parts: Array) -> Inference:
        start = self.calibration.intercept / len(given)
        because = [
            (self._competences[j].uri, start + self.calibration.slope * float(part))
            for j, part in zip(given, parts, strict=True)
        ]
        because.sort(key=lambda reason: (-reason[1], reason[0]))
        log_odds = math.fsum(weight for _, weight in because)
        competence = self._competences[i]
        return Inference(
            competence.uri, competence.label, 1.0 / (1.0 + math.exp(-log_odds)), because
        )


def _trades(taxonomy: Taxonomy) -> sparse.csr_array:
    """What each trade requires, ``(n_trades, n_competences)``, by the kind of each relation."""
    competence = {c.uri: i for i, c in enumerate(taxonomy.competences)}
    trade = {o.uri: i for i, o in enumerate(taxonomy.occupations)}
    relations = taxonomy.relations
    rows = [trade[relation.occupation] for relation in relations]
    columns = [competence[relation.competence] for relation in relations]
    values = [_KIND_WEIGHTS[relation.kind] for relation in relations]
    return sparse.csr_array((values, (rows, columns)), shape=(len(trade), len(competence)))


def _calibrated(
    trades: sparse.csr_array, likeness: sparse.csr_array, *, only_support: bool
) -> Calibration:
    """How often a score is right on trades that the scoring model has not seen."""
    rng = np.random.default_rng(_SEED)
    order = rng.permutation(trades.shape[0])
    held_out = round(_HELD_OUT * len(order))
    model = GoingTogether(trades[np.sort(order[held_out:])], likeness)
    judged: list[tuple[Array, Array]] = []
    for trade in np.sort(order[:held_out]):
        required = trades.indices[trades.indptr[trade] : trades.indptr[trade + 1]]
        if len(required) < 2:
            continue
        shuffled = rng.permutation(required)
        shown, hidden = np.array_split(shuffled, 2)
        weights = model.weights(shown.tolist())
        scores = (np.maximum(weights, 0.0) if only_support else weights).sum(axis=0)
        scores[shown] = -np.inf
        best = np.argsort(-scores, kind="stable")[:_MOST_JUDGED]
        best = best[np.isfinite(scores[best])]
        judged.append((scores[best], np.isin(best, hidden).astype(float)))
    return _platt(*map(np.concatenate, zip(*judged, strict=True)))


def _platt(scores: Array, right: Array) -> Calibration:
    """The line of greatest likelihood (Platt 1999), by Newton's method."""
    columns = np.stack([np.ones_like(scores), scores], axis=1)
    line = np.array([_UNMEASURED.intercept, _UNMEASURED.slope])
    for _ in range(_NEWTON_STEPS):
        said = 1.0 / (1.0 + np.exp(-(columns @ line)))
        curvature = columns.T @ (columns * (said * (1.0 - said))[:, None])
        line += np.linalg.solve(curvature + _DAMPING * np.eye(2), columns.T @ (right - said))
    return Calibration(float(line[0]), max(0.0, float(line[1])))
