"""The demonstration, read and scored once."""

import pytest

from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.intake import read_offer, read_participant
from matching.ranking import ScoredPairs, score_pairs
from skills_taxonomy import Linker
from tests.programme import demonstration


@pytest.fixture(scope="session")
def people(engine: Engine, linker: Linker) -> tuple[PersonSide, ...]:
    """The people of the demonstration; nothing is settled."""
    return tuple(
        engine.person(p, read_participant(p, linker), {}) for p in demonstration().participants
    )


@pytest.fixture(scope="session")
def offers(engine: Engine, linker: Linker) -> tuple[OfferSide, ...]:
    """The offers of the demonstration."""
    return tuple(engine.offer(o, read_offer(o, linker)) for o in demonstration().offers)


@pytest.fixture(scope="session")
def scored(
    engine: Engine, people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...]
) -> ScoredPairs:
    """Every pair of the demonstration."""
    return score_pairs(people, offers, weights=engine.weights)
