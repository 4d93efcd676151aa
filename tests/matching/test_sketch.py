"""A sketch never says less than the pair it stands for scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Engine
from matching.features import OfferTable, PersonTable, pair_terms
from matching.intake import OfferReading, ParticipantReading
from matching.model import Transport
from matching.sketch import sketch_of_offer, sketch_of_person, travel_terms
from matching.territory import municipalities
from matching.travel import TRANSPORTS
from tests.builders import a_participant, an_offer

PLACES = st.sampled_from(sorted(municipalities()))


@given(PLACES, PLACES, st.sets(st.sampled_from(TRANSPORTS)), st.sampled_from([True, False, None]))
def test_the_sketched_journey_is_the_journey(
    home: str, place: str, means: set[Transport], served: bool | None
) -> None:
    from matching.engine import builtin_engine

    engine: Engine = builtin_engine()
    person = engine.person(
        a_participant(municipality=home, transport=sorted(means)), ParticipantReading(), {}
    )
    offer = engine.offer(an_offer(municipality=place, public_transport=served), OfferReading())
    table = OfferTable([offer])
    exact = pair_terms(PersonTable([person], table), table, engine.weights).others["travel"]
    sketched = travel_terms(engine.weights.travel)[
        sketch_of_person(person).place, sketch_of_offer(offer).place
    ]
    assert sketched == pytest.approx(np.nan_to_num(exact)[0, 0], abs=1e-12)
