"""What a story is about: the trades it brings to mind, and the competences that go with them.

A clause of a story is short; what it means often follows from the trade its teller is speaking of
("anche quaranta al giorno" is about deliveries in a courier's story).
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from skills_taxonomy.concepts import Concept
from skills_taxonomy.fusion import Array, shares
from skills_taxonomy.taxonomy import Taxonomy


class Surroundings:
    """The relations of a taxonomy, as a matrix.

    Args:
        taxonomy: Whose relations.
        competences: In the order of the columns.
        occupations: In the order of the rows.
    """

    def __init__(
        self, taxonomy: Taxonomy, competences: Sequence[Concept], occupations: Sequence[Concept]
    ) -> None:
        column = {concept.uri: i for i, concept in enumerate(competences)}
        row = {concept.uri: i for i, concept in enumerate(occupations)}
        known = [r for r in taxonomy.relations if r.occupation in row and r.competence in column]
        places = ([row[r.occupation] for r in known], [column[r.competence] for r in known])
        self._taught = sparse.csr_array(
            ([r.weight for r in known], places), shape=(len(occupations), len(competences))
        )
        # What every trade teaches says nothing of the trade.
        trades = np.asarray((self._taught > 0).sum(axis=0), float)
        rarity = np.log((1 + len(occupations)) / (1 + trades))
        lengths = np.sqrt(np.asarray(self._taught.multiply(self._taught).sum(axis=0)))
        scale = np.sqrt(rarity) / np.where(lengths > 0, lengths, 1)
        self._along = (self._taught @ sparse.diags_array(scale)).tocsr()

    def of_trades(self, occupations: Array) -> Array:
        """What the trades of a story teach, ``(n_competences,)``.

        Args:
            occupations: How well each occupation fits the story, in standard deviations.
        """
        if not occupations.size:
            return np.zeros(self._taught.shape[1])
        weights = shares(occupations[None])
        found: Array = self._taught.T @ weights[0]
        return found

    def of_neighbours(self, guesses: Array) -> Array:
        """How well each competence goes with those of the other stretches of a story.

        Args:
            guesses: For each stretch, how its weight is shared among competences,
                ``(n_stretches, n_competences)``.
        """
        others = guesses.sum(axis=0, keepdims=True) - guesses
        along = self._along
        own = others * np.asarray(along.multiply(along).sum(axis=0))[None]
        near: Array = (others @ along.T) @ along - own
        return near / max(1, len(guesses) - 1)
