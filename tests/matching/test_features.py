"""The terms of a pair, worked out by hand with round weights."""

from typing import Any, get_args

import numpy as np
import pytest

from matching.features import (
    OfferSide,
    OfferTable,
    PersonSide,
    PersonTable,
    Terms,
    offer_needs,
    pair_terms,
    travel_minutes_of_pairs,
)
from matching.intake import OfferReading, ParticipantReading, Passage
from matching.model import OfferKind, Transport
from matching.travel import PLACE_INDEX, TRANSPORTS, travel_table
from tests.builders import MORNINGS, a_participant, an_offer
from tests.matching.readings import ROUND_WEIGHTS, asking, passage, reading, wish
from tests.skills_taxonomy.small import a_taxonomy

TAXONOMY = a_taxonomy()


def a_person(
    coverage: dict[str, float] | None = None,
    said: ParticipantReading | None = None,
    **changes: Any,
) -> PersonSide:
    return PersonSide(a_participant(**changes), said or reading(), {}, coverage or {})


def a_side(said: OfferReading | None = None, **changes: Any) -> OfferSide:
    offer, said = an_offer(**changes), said or asking()
    needs = offer_needs(offer, said, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
    return OfferSide(offer, said, needs)


def terms_of(people: list[PersonSide], offers: list[OfferSide]) -> Terms:
    table = OfferTable(offers)
    return pair_terms(PersonTable(people, table), table, ROUND_WEIGHTS)


def needs_of(coverage: dict[str, float], said: OfferReading, **offer: Any) -> list[float]:
    found: list[float] = terms_of([a_person(coverage)], [a_side(said, **offer)]).needs[0].tolist()
    return found


def term(factor: Any, person: PersonSide, offer: OfferSide) -> float:
    return float(terms_of([person], [offer]).others[factor][0, 0])


# --- Competences --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("covered", "value"),
    [(1.0, 1.0), (0.0, -0.25), (0.6, 0.5)],  # −0.25 + 0.6 × 1.25
    ids=["present", "missing", "partly covered"],
)
def test_a_required_competence_adds_its_share_or_takes_some_away(
    covered: float, value: float
) -> None:
    # Two share a total of 2; a missing one costs half of that, halved again by an internship.
    assert needs_of({"tornio": covered}, asking("tornio", "pane")) == pytest.approx([value, -0.25])


def test_one_requirement_alone_does_not_win_by_itself() -> None:
    assert needs_of({"tornio": 1.0}, asking("tornio")) == pytest.approx([1.0])  # not the total, 2


def test_many_requirements_share_the_total() -> None:
    said = asking("tornio", "pane", "fresa", "metalli")
    assert needs_of(dict.fromkeys(("tornio", "pane", "fresa", "metalli"), 1.0), said) == (
        pytest.approx([0.5] * 4)
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("volunteering", -0.5), ("on_the_job", -0.3), ("internship", -0.25), ("workshop", -0.2),
        ("course", 0.0),
    ],
)  # fmt: skip
def test_a_missing_competence_costs_less_where_it_is_taught(kind: OfferKind, value: float) -> None:
    assert needs_of({}, asking("tornio"), kind=kind) == pytest.approx([value])


def test_every_kind_of_offer_can_be_scored() -> None:
    for kind in get_args(OfferKind):
        assert needs_of({"tornio": 1.0}, asking("tornio"), kind=kind) == pytest.approx([1.0])


@pytest.mark.parametrize(("covered", "value"), [(1.0, 0.4), (0.5, 0.2), (0.0, 0.0)])
def test_a_preferred_competence_only_adds(covered: float, value: float) -> None:
    assert needs_of({"pane": covered}, asking(preferred=("pane",))) == pytest.approx([value])


def test_a_competence_asked_for_twice_counts_once_and_as_required() -> None:
    said = asking("tornio", "tornio", preferred=("tornio", "pane", "pane"))
    needs = a_side(said).needs
    assert [(n.factor, n.uri) for n in needs] == [
        ("required_competence", "tornio"),
        ("preferred_competence", "pane"),
    ]


def test_what_was_not_recognised_asks_for_nothing() -> None:
    assert a_side(asking(None, "gone", preferred=("gone",), occupation="gone")).needs == ()
    # …and leaves its share to the others.
    assert needs_of({}, asking(None, "tornio")) == needs_of({}, asking("tornio"))


@pytest.mark.parametrize(("covered", "value"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_a_trade_like_the_offers_only_adds(covered: float, value: float) -> None:
    said = asking(occupation="tornitore")
    assert needs_of({"tornitore": covered}, said) == pytest.approx([value])


# --- Travel -------------------------------------------------------------------------------------


def minutes(home: str, work: str, transport: Transport) -> float:
    row = travel_table()[PLACE_INDEX[home], PLACE_INDEX[work]]
    return float(row[TRANSPORTS.index(transport)])


def test_a_comfortable_journey_takes_nothing_away() -> None:
    at_home = a_person(municipality="Corbetta", transport=["bike"])
    assert term("travel", at_home, a_side(municipality="Corbetta")) == 0.0


@pytest.mark.parametrize("transport", ["car", "bike", "walk"])
def test_minutes_beyond_comfortable_cost_up_to_a_most(transport: Transport) -> None:
    person = a_person(municipality="Magenta", transport=[transport])
    journey = minutes("Magenta", "Abbiategrasso", transport)
    assert journey > 20
    expected = -min(0.5, 0.02 * (journey - 20))
    found = term("travel", person, a_side(municipality="Abbiategrasso"))
    assert found == pytest.approx(expected, abs=1e-6)


def test_the_quickest_means_counts() -> None:
    offer = a_side(municipality="Abbiategrasso")
    walker = a_person(municipality="Magenta", transport=["walk"])
    driver = a_person(municipality="Magenta", transport=["walk", "car"])
    assert term("travel", walker, offer) == pytest.approx(-0.5)
    assert term("travel", driver, offer) > -0.5


def test_public_transport_does_not_reach_an_offer_that_says_so() -> None:
    person = a_person(municipality="Magenta", transport=["public_transport"])
    served, silent, unserved = (
        a_side(municipality="Abbiategrasso", public_transport=p) for p in (True, None, False)
    )
    assert term("travel", person, served) < 0
    assert term("travel", person, silent) == term("travel", person, served)
    assert np.isnan(term("travel", person, unserved))


@pytest.mark.parametrize("transport", [None, []])
def test_without_a_known_means_the_journey_is_unknown(transport: list[str] | None) -> None:
    assert np.isnan(term("travel", a_person(transport=transport), a_side()))


def test_minutes_are_those_of_the_table() -> None:
    people = [a_person(municipality="Magenta", transport=["car"])]
    offers = OfferTable([a_side(municipality=place) for place in ("Legnano", "Corbetta")])
    found = travel_minutes_of_pairs(PersonTable(people, offers), offers)
    assert found.tolist() == [
        [minutes("Magenta", place, "car") for place in ("Legnano", "Corbetta")]
    ]


# --- Schedule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("availability", "value"),
    [
        ([MORNINGS], 0.0),
        ([MORNINGS | {"to": "10:30"}], -0.5),
        ([MORNINGS | {"days": ["mon"]}], -0.8),
        ([MORNINGS | {"from": "14:00", "to": "18:00"}], -1.0),
    ],
    ids=["inside", "half inside", "one day of five", "outside"],
)
def test_hours_outside_cost_in_proportion(availability: list[dict[str, Any]], value: float) -> None:
    person = a_person(availability=availability)
    assert term("schedule", person, a_side(schedule=[MORNINGS])) == pytest.approx(value)


@pytest.mark.parametrize(
    ("availability", "schedule"),
    [(None, [MORNINGS]), ([], [MORNINGS]), ([MORNINGS], None), ([MORNINGS], [])],
)
def test_without_both_timetables_the_overlap_is_unknown(
    availability: list[Any] | None, schedule: list[Any] | None
) -> None:
    found = term("schedule", a_person(availability=availability), a_side(schedule=schedule))
    assert np.isnan(found)


# --- Words --------------------------------------------------------------------------------------

SEWING = asking(preferred=("pane",), tasks=(passage(ago=0.6, filo=0.8), passage(forbici=1.0)))


@pytest.mark.parametrize(("field", "most"), [("interests", 0.6), ("avoid", -1.2)])
def test_a_wish_counts_whole_by_concept_and_in_part_by_words(field: str, most: float) -> None:
    factor = "interest" if field == "interests" else "avoid"

    def touched(*wishes: Any) -> float:
        return term(factor, a_person(said=reading(**{field: wishes})), a_side(SEWING))

    assert touched(wish("pane")) == pytest.approx(most)
    assert touched(wish(ago=0.6, filo=0.8)) == pytest.approx(most)
    # A cosine of 0.8 is 0.6 of the way from chance, 0.5, to equality.
    assert touched(wish(filo=1.0)) == pytest.approx(0.6 * most)
    assert touched(wish(forno=1.0), wish(filo=1.0)) == pytest.approx(0.6 * most)
    assert touched(wish("tornio", forno=1.0)) == 0.0
    assert touched() == 0.0


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ([passage(ago=0.6, filo=0.8)], 0.4),
        ([passage(filo=1.0)], 0.6 * 0.4),
        ([passage(ago=0.6, forno=0.8)], 0.0),  # a cosine of 0.36
        ([passage(forno=1.0), passage(forbici=1.0)], 0.4),
        ([], 0.0),
    ],
)
def test_the_nearest_clause_and_task_give_the_likeness(told: list[Passage], value: float) -> None:
    person = a_person(said=reading(passages=told))
    assert term("likeness", person, a_side(SEWING)) == pytest.approx(value)


# --- Together -----------------------------------------------------------------------------------


def test_what_is_unknown_adds_nothing() -> None:
    unknown = a_person({"tornio": 1.0}, transport=None, availability=None)
    offer = a_side(asking("tornio"), schedule=None)
    assert terms_of([unknown], [offer]).total().tolist() == [[1.0]]


def test_each_pair_has_its_own_terms() -> None:
    people = [
        a_person({"tornio": 1.0}, id="P-1"),
        a_person({"pane": 0.5}, reading(interests=(wish("pane"),)), id="P-2"),
        a_person(id="P-3", availability=[MORNINGS | {"from": "20:00", "to": "22:00"}]),
    ]
    offers = [
        a_side(asking("tornio"), id="O-1"),
        a_side(id="O-2"),
        a_side(asking("pane", preferred=("tornio",)), id="O-3"),
    ]
    together = terms_of(people, offers).total()
    alone = [[terms_of([p], [o]).total()[0, 0] for o in offers] for p in people]
    assert together.tolist() == alone
    assert alone[0] == pytest.approx([1.0, 0.0, -0.25 + 0.4])
    assert alone[1] == pytest.approx([-0.25, 0.0, 0.375 + 0.6])
    assert alone[2] == pytest.approx([-1.25, -1.0, -1.25])


def test_there_may_be_nobody_or_nothing() -> None:
    person, offer = a_person(), a_side(asking("tornio"))
    assert terms_of([], [offer]).total().shape == (0, 1)
    assert terms_of([person], []).total().shape == (1, 0)
    assert terms_of([], []).total().shape == (0, 0)
