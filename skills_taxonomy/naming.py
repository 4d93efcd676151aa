"""Which competence a stretch of a story names, and how likely.

The likeliest competences are judged side by side, each with its family: what makes a competence
likely makes the one above it likely too, and of two narrow ones that cannot be told apart the one
above both may be surer than either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skills_taxonomy.fusion import Array, Features, Linear, shares, squashed
from skills_taxonomy.mentions import Span

_CANDIDATES = 15
# A competence is named rather than the one above it if it is this likely beside it.
_LIKELY_ENOUGH = 0.7
_LEAST_SHARE = 1e-4

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The stretches of a story against the competences.

    ``features`` are ``(n_spans, n_competences)``; ``more`` are ``(n_spans,)``.
    """

    spans: list[Span]
    features: Features
    more: Features


@dataclass(frozen=True, slots=True)
class Likely:
    """The likeliest competences of each stretch: ``places`` and each feature ``(n_spans, k)``."""

    places: Places
    features: Features


class Families:
    """Competences and those just above them.

    Args:
        wider: For each competence, the places of those just above it.
    """

    def __init__(self, wider: Sequence[Sequence[int]]) -> None:
        self._wider = wider
        pairs = [(narrow, wide) for narrow, above in enumerate(wider) for wide in above]
        rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
        shape = (len(wider), len(wider))
        # 1 where the column is just above the row.
        self.above = sparse.csr_array((np.ones(len(pairs)), (rows, columns)), shape=shape)

    def most_telling(self, places: Sequence[int], chances: Sequence[float]) -> int:
        """Which candidate to name: the likeliest, or one just below it that is nearly as likely."""
        first = max(range(len(places)), key=chances.__getitem__)
        below = [
            i
            for i, place in enumerate(places)
            if places[first] in self._wider[place] and chances[i] >= _LIKELY_ENOUGH * chances[first]
        ]
        return max(below, key=chances.__getitem__, default=first)


def likely(ranks: Array, features: Features, more: Features, families: Families) -> Likely:
    """The candidates of each stretch and what speaks for them.

    Args:
        ranks: ``(n_spans, n_competences)``, higher is better.
        features: Each of the same shape.
        more: What a stretch is like, each ``(n_spans,)``.
        families: Of the competences.
    """
    above = families.above
    own = shares(ranks)
    below: Array = np.asarray(own @ above)
    family = own + below
    places = np.argsort(-family, axis=1, kind="stable")[:, :_CANDIDATES]

    def of(values: Array) -> Array:
        picked: Array = np.take_along_axis(values, places, axis=1)
        return picked

    everywhere = np.ones(places.shape)
    second = np.sort(own, axis=1)[:, -min(2, own.shape[1])]
    found = {name: of(values) for name, values in features.items()}
    found |= {
        "behind": of(ranks) - ranks.max(axis=1, keepdims=True),
        "share": of(own),
        "log_share": np.log(of(own) + _LEAST_SHARE),
        "below": of(below),
        "log_family": np.log(of(family) + _LEAST_SHARE),
        "family_above": of(np.asarray(family @ above.T)),
        "best_family": everywhere * family.max(axis=1, keepdims=True),
        "best_share": everywhere * own.max(axis=1, keepdims=True),
        "second_share": everywhere * second[:, None],
        "scatter": everywhere * -(own * np.log(own + 1e-9)).sum(axis=1, keepdims=True),
        "narrower": np.log1p(np.asarray(above.sum(axis=0)))[places],
        **{name: everywhere * values[:, None] for name, values in more.items()},
    }
    return Likely(places, found)


@dataclass(frozen=True, slots=True)
class Namer:
    """Ranks competences for a stretch, weighs the likeliest, and says how likely the chosen one is.

    ``weigh`` compares the candidates of one stretch; ``sure`` compares stretches: those that name
    nothing at all with those that do.
    """

    rank: Linear
    weigh: Linear
    sure: Linear

    def __call__(self, found: Candidates, families: Families) -> tuple[Places, Array]:
        """The competence that each stretch names, and its probability, each ``(n_spans,)``."""
        places, told = chosen(self.rank, self.weigh, found, families)
        return places, squashed(self.sure(told))

    def chances(self, found: Candidates, families: Families) -> tuple[Places, Array]:
        """The likeliest competences of each stretch and how likely each, ``(n_spans, k)`` both."""
        known = likely(self.rank(found.features), found.features, found.more, families)
        return known.places, squashed(self.weigh(known.features))


def chosen(
    rank: Linear, weigh: Linear, found: Candidates, families: Families
) -> tuple[Places, Features]:
    """The candidate to name for each stretch, ``(n_spans,)``, and what tells how sure that is."""
    known = likely(rank(found.features), found.features, found.more, families)
    odds = weigh(known.features)
    chances = squashed(odds)
    best = np.array([
        families.most_telling(places, row)
        for places, row in zip(known.places.tolist(), chances.tolist(), strict=True)
    ])  # fmt: skip
    row = np.arange(len(best))
    told = {name: values[row, best] for name, values in known.features.items()}
    beside = told["meaning_cosine"] - told["neutral"]
    told |= {
        "odds": odds[row, best],
        "chances": chances.sum(axis=1),
        "second_chance": np.sort(chances, axis=1)[:, -min(2, chances.shape[1])],
        "beside_neutral": beside,
        "deed_beside_neutral": beside * told["own_deed"],
        "deed_in_words": told["words_few"] * told["own_deed"],
    }
    return known.places[row, best], told
