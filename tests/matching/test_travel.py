"""Travel between municipalities: shape and laws of the table, and trips people know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.model import Transport
from matching.territory import Municipality, municipalities, municipality
from matching.travel import (
    PLACE_INDEX,
    TRANSPORTS,
    Travel,
    best_travel,
    margin,
    travel_minutes,
    travel_table,
    ways_there,
)
from tests.builders import a_participant, an_offer

PLACES = st.sampled_from(list(municipalities().values()))
MEANS = st.sampled_from(TRANSPORTS)


def minutes(origin: str, destination: str, transport: Transport) -> int:
    found = travel_minutes(municipality(origin), municipality(destination), transport)
    assert found is not None
    return found


# --- The table ----------------------------------------------------------------------------------


def test_the_table_has_every_pair_by_every_means() -> None:
    table = travel_table()
    assert table.shape == (49, 49, 4)
    assert table.dtype == np.float32
    assert TRANSPORTS == ("walk", "bike", "public_transport", "car")
    assert list(PLACE_INDEX) == list(municipalities())


def test_the_table_is_symmetric_and_cannot_be_changed() -> None:
    table = travel_table()
    np.testing.assert_array_equal(table, table.transpose(1, 0, 2))
    with pytest.raises(ValueError, match="read-only"):
        table[0, 0, 0] = 1.0


def test_no_detour_beats_the_direct_trip() -> None:
    direct = np.nan_to_num(travel_table(), nan=np.inf)
    for of_means in np.moveaxis(direct, -1, 0):
        through = (of_means[:, :, None] + of_means[None, :, :]).min(axis=1)
        reachable = np.isfinite(of_means)
        assert (of_means[reachable] <= through[reachable]).all()


def test_a_car_reaches_every_place_and_walking_only_the_near_ones() -> None:
    missing = np.isnan(travel_table())
    assert not missing[..., TRANSPORTS.index("car")].any()
    assert 0.5 < missing[..., TRANSPORTS.index("walk")].mean() < 0.9


@given(PLACES, PLACES, MEANS)
def test_minutes_are_those_of_the_table(
    origin: Municipality, destination: Municipality, transport: Transport
) -> None:
    cell = travel_table()[PLACE_INDEX[origin.name], PLACE_INDEX[destination.name]]
    expected = cell[TRANSPORTS.index(transport)]
    found = travel_minutes(origin, destination, transport)
    assert found == (None if np.isnan(expected) else round(float(expected)))


@given(PLACES, MEANS)
def test_inside_a_municipality_the_trip_is_short_but_not_nothing(
    place: Municipality, transport: Transport
) -> None:
    assert 5 <= minutes(place.name, place.name, transport) <= 25


# --- Trips people know --------------------------------------------------------------------------

KNOWN: list[tuple[str, str, Transport, int, int]] = [
    ("Magenta", "Corbetta", "public_transport", 5, 20),  # one stop of the S6
    ("Magenta", "Corbetta", "bike", 10, 20),
    ("Magenta", "Corbetta", "car", 7, 15),
    ("Legnano", "Parabiago", "public_transport", 15, 25),  # two stops of the S5
    ("Legnano", "Parabiago", "car", 10, 20),
    ("Legnano", "Canegrate", "public_transport", 12, 25),
    ("Magenta", "Legnano", "car", 25, 40),
    ("Magenta", "Legnano", "public_transport", 40, 65),  # S6 to Rho, then S5
    ("Castano Primo", "Legnano", "public_transport", 45, 75),  # by bus
    ("Turbigo", "Rescaldina", "public_transport", 25, 45),  # Saronno–Novara
    ("Gaggiano", "Abbiategrasso", "public_transport", 20, 35),
    ("Marcallo con Casone", "Magenta", "bike", 8, 20),
    ("Magenta", "Magenta", "walk", 10, 25),
]


@pytest.mark.parametrize(("origin", "destination", "transport", "least", "most"), KNOWN)
def test_known_trips_take_about_as_long_as_people_say(
    origin: str, destination: str, transport: Transport, least: int, most: int
) -> None:
    assert least <= minutes(origin, destination, transport) <= most


def test_a_train_helps_only_between_different_stations_of_a_line() -> None:
    # Arluno and Vittuone share a station; Villa Cortese, nearer Legnano than Parabiago, has none.
    assert minutes("Magenta", "Corbetta", "public_transport") < minutes(
        "Arluno", "Vittuone", "public_transport"
    )
    assert minutes("Legnano", "Parabiago", "public_transport") < minutes(
        "Legnano", "Villa Cortese", "public_transport"
    )


def test_a_place_too_far_on_foot_is_not_reached() -> None:
    assert travel_minutes(municipality("Legnano"), municipality("Besate"), "walk") is None


def test_the_margin_grows_with_the_trip() -> None:
    assert 5 <= margin(10) < margin(30) < margin(90) < 45


# --- A person and an offer ----------------------------------------------------------------------


def test_the_fastest_means_of_the_person_is_taken() -> None:
    offer = an_offer(municipality="Parabiago")
    person = a_participant(municipality="Legnano", transport=["walk", "bike", "public_transport"])
    assert best_travel(person, offer) == Travel(
        "public_transport", minutes("Legnano", "Parabiago", "public_transport")
    )


def test_ways_come_fastest_first() -> None:
    ways = ways_there(a_participant(), an_offer(), TRANSPORTS)
    assert ways[0].transport == "car"
    assert [way.minutes for way in ways] == sorted(way.minutes for way in ways)


@pytest.mark.parametrize("transport", [None, []])
def test_without_known_means_there_is_no_way(transport: list[str] | None) -> None:
    assert best_travel(a_participant(transport=transport), an_offer()) is None


@pytest.mark.parametrize("served", [True, None, False])
def test_public_transport_is_excluded_only_by_a_no(served: bool | None) -> None:
    way = best_travel(
        a_participant(transport=["public_transport"]), an_offer(public_transport=served)
    )
    assert (way is None) == (served is False)


def test_an_unserved_offer_is_still_reached_by_other_means() -> None:
    way = best_travel(a_participant(), an_offer(public_transport=False))
    assert way is not None
    assert way.transport == "bike"


def test_when_no_means_gets_there_there_is_no_way() -> None:
    person = a_participant(municipality="Legnano", transport=["walk"])
    assert best_travel(person, an_offer(municipality="Besate")) is None
