"""A sketch never says less than the pair it stands for scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Engine
from matching.features import Need, OfferSide, OfferTable, PersonSide, PersonTable, pair_terms
from matching.intake import Evidence, OfferReading, ParticipantReading, Passage, Wish
from matching.model import Transport
from matching.sketch import (
    packed_terms,
    sketch_of_offer,
    sketch_of_person,
    text_terms,
    travel_terms,
)
from matching.territory import municipalities
from matching.travel import TRANSPORTS
from tests.builders import a_participant, an_offer

PLACES = st.sampled_from(sorted(municipalities()))


@settings(deadline=None)  # the first example makes the tables
@given(
    home=PLACES,
    place=PLACES,
    means=st.sets(st.sampled_from(TRANSPORTS)),
    served=st.sampled_from([True, False, None]),
)
def test_the_sketched_journey_is_the_journey(
    engine: Engine, home: str, place: str, means: set[Transport], served: bool | None
) -> None:
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


QUOTE = Evidence(source="narrative", text="x", start=0, end=1)
WORDS = ("ago", "filo", "tornio", "vite")
CONCEPTS = ("urn:cantiere:competence:cucire", "urn:cantiere:competence:saldare", "urn:x:y")
PASSAGES = st.dictionaries(st.sampled_from(WORDS), st.floats(0.1, 1.0), max_size=3).map(
    lambda terms: Passage(evidence=QUOTE, terms=terms)
)
WISHES = st.builds(
    Wish, passage=PASSAGES, concepts=st.lists(st.sampled_from(CONCEPTS), max_size=2).map(tuple)
)
STORIES = st.builds(
    ParticipantReading,
    passages=st.lists(PASSAGES, max_size=3).map(tuple),
    interests=st.lists(WISHES, max_size=2).map(tuple),
    avoid=st.lists(WISHES, max_size=2).map(tuple),
)


@settings(deadline=None)
@given(
    stories=st.lists(STORIES, max_size=4),
    tasks=st.lists(PASSAGES, max_size=3).map(tuple),
    asked=st.lists(st.sampled_from(CONCEPTS), max_size=2, unique=True),
)
def test_packed_terms_score_as_the_texts_do(
    engine: Engine,
    stories: list[ParticipantReading],
    tasks: tuple[Passage, ...],
    asked: list[str],
) -> None:
    people = [PersonSide(a_participant(), reading, {}, {}) for reading in stories]
    needs = tuple(Need("required_competence", uri, 1.0, 1.0) for uri in asked)
    offer = OfferSide(an_offer(), OfferReading(tasks=tasks), needs)
    table = OfferTable([offer])
    terms = pair_terms(PersonTable(people, table), table, engine.weights).others
    exact = terms["likeness"] + terms["interest"] + terms["avoid"]
    packed = text_terms([packed_terms(reading) for reading in stories], offer, engine.weights)
    assert packed == pytest.approx(exact[:, 0], abs=1e-12)
