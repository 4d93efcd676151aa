"""The score of a pair is a base and its terms; an order that depends on nothing else."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.engine import Engine
from matching.explanation import contributions
from matching.features import OfferSide, PersonSide
from matching.intake import read_participant
from matching.model import Demand, Gender, Target
from matching.ranking import ScoredPairs, score_pairs
from skills_taxonomy import Linker
from tests.builders import a_participant, an_offer
from tests.matching.readings import ROUND_WEIGHTS, asking, reading

People = tuple[PersonSide, ...]
Offers = tuple[OfferSide, ...]

# The demonstration is made once for all examples.
slowly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def by_ids(scored: ScoredPairs) -> dict[tuple[str, str], float]:
    """Participant and offer id → score, best first."""
    return {
        (scored.people[i].participant.id, scored.offers[j].offer.id): float(scored.scores[i, j])
        for i, j in scored.best_first()
    }


# --- The demonstration, every pair --------------------------------------------------------------


def test_a_score_is_the_base_and_its_contributions(engine: Engine, scored: ScoredPairs) -> None:
    assert scored.scores.size >= 60 * 100
    for i, person in enumerate(scored.people):
        profile = engine.profile(person)
        sums = [
            scored.base
            + sum(
                c.value
                for c in contributions(
                    scored, i, j, profile, taxonomy=engine.taxonomy, weights=engine.weights
                )
            )
            for j in range(len(scored.offers))
        ]
        assert sums == pytest.approx(scored.scores[i].tolist(), rel=0, abs=1e-9)


def test_scores_are_known_and_differ(scored: ScoredPairs) -> None:
    assert np.isfinite(scored.scores).all()
    assert len(np.unique(scored.scores.round(9))) > scored.scores.size / 10


def test_beyond_concepts_little_is_added(engine: Engine, scored: ScoredPairs) -> None:
    """What lets the store bound a score from coverage alone."""
    gains = np.array([sum(need.gain for need in side.needs) for side in scored.offers])
    most = scored.base + gains + engine.weights.interest.most + engine.weights.likeness.most
    assert (scored.scores <= most + 1e-9).all()


def test_the_best_come_first_and_every_pair_once(scored: ScoredPairs) -> None:
    order = list(scored.best_first())
    assert len(set(order)) == len(order) == scored.scores.size
    listed = [(-score, *ids) for ids, score in by_ids(scored).items()]
    assert listed == sorted(listed)


@given(st.data())
@slowly
def test_the_order_of_inputs_never_matters(
    engine: Engine, people: People, offers: Offers, scored: ScoredPairs, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(people), min_size=1, unique_by=id))
    few = data.draw(st.lists(st.sampled_from(offers), min_size=1, unique_by=id))
    whole = by_ids(scored)
    found = by_ids(score_pairs(some, few, weights=engine.weights))
    assert found == {ids: whole[ids] for ids in found}
    assert list(found) == [ids for ids in whole if ids in found]


# --- What may not move a score ------------------------------------------------------------------

PROTECTED = st.fixed_dictionaries(
    {
        "gender": st.sampled_from([None, *get_args(Gender)]),
        "birth_year": st.integers(1940, 2010),
        "target": st.sampled_from(get_args(Target)),
        "eqf_level": st.none() | st.integers(1, 8),
        "receives_rdc": st.sampled_from([None, True, False]),
        "limitations": st.none() | st.lists(st.sampled_from(get_args(Demand)), unique=True),
    }
)


@given(st.data(), PROTECTED)
@slowly
def test_who_a_person_is_never_moves_a_score(
    engine: Engine,
    linker: Linker,
    people: People,
    offers: Offers,
    scored: ScoredPairs,
    data: st.DataObject,
    changes: dict[str, Any],
) -> None:
    i = data.draw(st.integers(0, len(people) - 1))
    document = people[i].participant.model_dump(by_alias=True)
    other = type(people[i].participant).model_validate(document | changes)
    side = engine.person(other, read_participant(other, linker), {})
    again = score_pairs([side], offers, weights=engine.weights)
    assert again.scores[0].tolist() == scored.scores[i].tolist()


# --- Ties ---------------------------------------------------------------------------------------


@given(st.permutations(["P-10", "P-2", "P-1"]), st.permutations(["O-3", "O-1", "O-20"]))
def test_equal_scores_go_by_participant_and_offer(person_ids: Any, offer_ids: Any) -> None:
    people = [PersonSide(a_participant(id=i), reading(), {}, {}) for i in person_ids]
    offers = [OfferSide(an_offer(id=i), asking(), ()) for i in offer_ids]
    scored = score_pairs(people, offers, weights=ROUND_WEIGHTS)
    assert list(by_ids(scored)) == [
        (person, offer) for person in sorted(person_ids) for offer in sorted(offer_ids)
    ]


def test_a_better_score_goes_before_a_lower_id() -> None:
    at_home = an_offer(id="O-9", municipality="Magenta")
    far = an_offer(id="O-1", municipality="Legnano")
    person = PersonSide(
        a_participant(municipality="Magenta", transport=["bike"]), reading(), {}, {}
    )
    sides = [OfferSide(offer, asking(), ()) for offer in (far, at_home)]
    scored = score_pairs([person], sides, weights=ROUND_WEIGHTS)
    assert [offer for _, offer in by_ids(scored)] == ["O-9", "O-1"]
