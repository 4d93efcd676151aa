"""From terms to an order: the score of a pair is a base and the sum of its terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.features import (
    Array,
    OfferSide,
    OfferTable,
    PersonSide,
    PersonTable,
    Terms,
    pair_terms,
)
from matching.weights import Weights


@dataclass(frozen=True)
class ScoredPairs:
    """Every pair of some people and some offers, scored.

    Attributes:
        scores: ``(n_people, n_offers)``, log-odds: ``base`` plus the sum of the pair's terms.
    """

    people: Sequence[PersonSide]
    offers: Sequence[OfferSide]
    terms: Terms
    base: float
    scores: Array

    def best_first(self) -> Iterator[tuple[int, int]]:
        """Positions ``(person, offer)``, best first; equal scores by participant and offer id."""
        person_ids = np.array([side.participant.id for side in self.people])
        offer_ids = np.array([side.offer.id for side in self.offers])
        people, offers = np.indices(self.scores.shape).reshape(2, -1)
        order = np.lexsort((offer_ids[offers], person_ids[people], -self.scores.ravel()))
        yield from zip(people[order].tolist(), offers[order].tolist(), strict=True)


def score_pairs(
    people: Sequence[PersonSide], offers: Sequence[OfferSide], *, weights: Weights
) -> ScoredPairs:
    """Score every pair; additive, so the explanation is exact (Fellegi and Sunter 1969)."""
    return score_on_table(people, offers, OfferTable(offers), weights=weights)


def score_on_table(
    people: Sequence[PersonSide],
    offers: Sequence[OfferSide],
    table: OfferTable,
    *,
    weights: Weights,
) -> ScoredPairs:
    """The same, where the offers are laid out already: ``table`` is theirs."""
    terms = pair_terms(PersonTable(people, table), table, weights)
    base = weights.base.log_odds
    return ScoredPairs(people, offers, terms, base, base + terms.total())
