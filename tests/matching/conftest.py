"""The demonstration, read and scored once."""

import pytest

from matching.eligibility import assess
from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.intake import read_offer, read_participant
from matching.ranking import ScoredPairs, score_pairs
from matching.standing import Standing
from matching.voices import Facts, gather
from skills_taxonomy import Linker
from tests.programme import DAY, demonstration


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


@pytest.fixture(scope="session")
def standing(engine: Engine, offers: tuple[OfferSide, ...]) -> Standing:
    """The offers of the demonstration as they compete on its day."""
    open_now = tuple(side for side in offers if side.offer.start_date >= DAY)
    return Standing(engine, open_now, {c.id: c for c in demonstration().companies}, DAY)


@pytest.fixture(scope="session")
def first_suggestions(
    standing: Standing, scored: ScoredPairs, people: tuple[PersonSide, ...]
) -> tuple[Facts, ...]:
    """What there is to say of everybody's first three suggestions."""
    found: dict[int, list[str]] = {i: [] for i in range(len(people))}
    for i, j in scored.best_first():
        person, offer = people[i].participant, scored.offers[j].offer
        company = standing.companies[offer.company_id]
        if len(found[i]) < 3 and offer.start_date >= DAY:
            gates = assess(person, offer, company, on=DAY, rules=standing.engine.rules)
            if gates.status != "ineligible":
                found[i].append(offer.id)
    return tuple(
        gather(standing, people[i], offer_id) for i, ids in found.items() for offer_id in ids
    )
