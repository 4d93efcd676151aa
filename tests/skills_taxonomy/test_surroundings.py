"""What a story is about, on two trades known by heart."""

import numpy as np
import pytest

from skills_taxonomy.surroundings import Surroundings
from tests.skills_taxonomy.small import a_taxonomy

TAXONOMY = a_taxonomy()
COMPETENCES = TAXONOMY.of_kind("competence")
PLACE = {concept.uri: place for place, concept in enumerate(COMPETENCES)}
AROUND = Surroundings(TAXONOMY, COMPETENCES, TAXONOMY.of_kind("occupation"))


def test_a_story_of_a_turner_is_about_the_lathe() -> None:
    turner = [occupation.uri == "tornitore" for occupation in TAXONOMY.occupations]
    taught = AROUND.of_trades(np.where(turner, 20.0, 0.0))
    assert taught[PLACE["tornio"]] == pytest.approx(0.9)
    assert taught[PLACE["pane"]] == pytest.approx(0, abs=1e-6)


def test_what_one_trade_teaches_goes_together() -> None:
    guesses = np.zeros((2, len(COMPETENCES)))
    guesses[0, PLACE["tornio"]] = 1
    near = AROUND.of_neighbours(guesses)
    assert near[1, PLACE["fresa"]] > near[1, PLACE["pane"]] == 0
    assert near[1, PLACE["tornio"]] == pytest.approx(0)  # a competence is no neighbour of itself
    assert (near[0] == 0).all()  # nor is a stretch


def test_a_taxonomy_without_relations_says_nothing() -> None:
    bare = a_taxonomy(relations=[])
    around = Surroundings(bare, bare.of_kind("competence"), bare.of_kind("occupation"))
    assert (around.of_trades(np.array([1.0, 2.0])) == 0).all()
    assert (around.of_neighbours(np.ones((3, 4))) == 0).all()
