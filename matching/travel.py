"""Minutes door to door between the municipalities of the territory, by four means of transport.

A model, not a timetable: straight lines between town centres, stretched to roads, and railways
between towns with a station. `docs/travel.md` explains it; `margin` says how wrong it may be.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from math import isnan
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from matching.model import Offer, Participant, Transport
from matching.territory import Municipality, municipalities

TRANSPORTS: tuple[Transport, ...] = get_args(Transport)
"""The order of the last axis of `travel_table`."""

PLACE_INDEX: dict[str, int] = {name: i for i, name in enumerate(municipalities())}
"""The row (and column) of a municipality in `travel_table`, by ISTAT name."""

Minutes = NDArray[np.float64]

# --- The constants of the model, each with its reason. -------------------------------------------

# Two random points of a disc of radius R stand 0.9 R apart on average, and the built-up towns here
# have a radius of about 1.1 km: the typical distance inside a municipality.
LOCAL_KM = 1.0
# Roads of a dense plain are about 30% longer than the straight line; bus routes turn aside more.
ROAD_DETOUR = 1.3
BUS_DETOUR = 1.4
# Walking pace of an adult with a bag who waits at crossings.
WALK_KM_H = 4.5
# An everyday cyclist on flat mixed roads; two minutes to unlock, lock and walk in.
BIKE_KM_H = 14.0
BIKE_FIXED_MINUTES = 2.0
# Provincial roads and towns in the rush hour; five minutes to start, park and walk in.
CAR_KM_H = 40.0
CAR_FIXED_MINUTES = 5.0
# Commercial speed (stops included) of suburban buses; a stop every few hundred metres at both ends.
BUS_KM_H = 24.0
STOP_WALK_MINUTES = 4.0
# People know the timetable: they wait a little, but buses are often late.
BUS_WAIT_MINUTES = 8.0
# The farther, the likelier a change of bus: one more wait every 12 km.
KM_PER_CHANGE = 12.0
# Suburban trains with their stops; railways here run almost straight.
TRAIN_KM_H = 60.0
TRAIN_DETOUR = 1.05
# Half of the stations lie within 0.5 km of the centre of their town.
STATION_WALK_MINUTES = 6.0
# On the platform five minutes early; at a change, half of the usual quarter of an hour.
TRAIN_WAIT_MINUTES = 5.0
CHANGE_MINUTES = 8.0
# Beyond two hours and a half the model no longer claims that a way exists.
FARTHEST_MINUTES = 150.0

# Where two lines of the territory meet, in degrees: only Rho (S5 with S6). Every other change is in
# Milan, where the whole trip would take longer than the bus or than anyone would travel daily.
INTERCHANGES: dict[frozenset[str], tuple[float, float]] = {
    frozenset({"Gallarate–Rho–Milano", "Torino–Milano"}): (45.5236, 9.0420),
}

# Towns that share one station (between them no train helps), by the public station list.
SHARED_STATIONS: frozenset[frozenset[str]] = frozenset(
    {
        frozenset({"Albairate", "Vermezzo con Zelo"}),
        frozenset({"Arluno", "Vittuone"}),
        frozenset({"Corbetta", "Santo Stefano Ticino"}),
        frozenset({"Magnago", "Vanzaghello"}),
    }
)

# The error of the model: five minutes for the spread of homes and workplaces inside a town, plus a
# fifth of the trip for traffic and timetables.
MARGIN_MINUTES = 5.0
MARGIN_SHARE = 0.2

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Travel:
    """A way to get there: one means of transport and its minutes, door to door, one way."""

    transport: Transport
    minutes: int


def margin(minutes: float) -> float:
    """Minutes by which an estimate may be off, either way: an informed guess, not a measure."""
    return MARGIN_MINUTES + MARGIN_SHARE * minutes


def travel_minutes(
    origin: Municipality, destination: Municipality, transport: Transport
) -> int | None:
    """Minutes door to door, one way; ``None`` when the means cannot reasonably make the trip."""
    ways = _ways()[PLACE_INDEX[origin.name]][PLACE_INDEX[destination.name]]
    return next((way.minutes for way in ways if way.transport == transport), None)


def ways_there(
    participant: Participant, offer: Offer, means: Collection[Transport]
) -> list[Travel]:
    """Every way these means reach the offer from the person's town, fastest first.

    An offer that says it is not served by public transport is not reached by it; one that does not
    say is reached as the model estimates.
    """
    unserved = offer.public_transport is False
    ways = _ways()[PLACE_INDEX[participant.municipality]][PLACE_INDEX[offer.municipality]]
    return [
        way
        for way in ways
        if way.transport in means and not (unserved and way.transport == "public_transport")
    ]


def best_travel(participant: Participant, offer: Offer) -> Travel | None:
    """The fastest way; ``None`` when the person's means are unknown or none of them gets there."""
    return next(iter(ways_there(participant, offer, participant.transport or ())), None)


@cache
def travel_table() -> NDArray[np.float32]:
    """Minutes door to door, ``(49, 49, 4)``, read-only: from, to (`PLACE_INDEX`), by `TRANSPORTS`.

    Symmetric; ``nan`` where the means cannot reasonably make the trip.
    """
    places = list(municipalities().values())
    km = _distances_km(_degrees([(p.lat, p.lon) for p in places]))
    local_km = np.hypot(km, LOCAL_KM)
    road_km = local_km * ROAD_DETOUR
    walk = _ride(road_km, WALK_KM_H)
    bus = _bus(local_km)
    by_transport: dict[Transport, Minutes] = {
        "walk": walk,
        "bike": BIKE_FIXED_MINUTES + _ride(road_km, BIKE_KM_H),
        "public_transport": np.minimum(bus, _by_train(places, np.minimum(walk, bus))),
        "car": CAR_FIXED_MINUTES + _ride(road_km, CAR_KM_H),
    }
    table = np.stack([by_transport[t] for t in TRANSPORTS], axis=-1).astype(np.float32)
    table[table > FARTHEST_MINUTES] = np.nan
    table.flags.writeable = False
    return table


@cache
def _ways() -> list[list[tuple[Travel, ...]]]:
    """`travel_table` in whole minutes: from, to, and every way between them, fastest first."""
    return [[_sorted_ways(minutes) for minutes in row] for row in travel_table().tolist()]


def _sorted_ways(minutes: list[float]) -> tuple[Travel, ...]:
    ways = [
        Travel(transport, round(time))
        for transport, time in zip(TRANSPORTS, minutes, strict=True)
        if not isnan(time)
    ]
    return tuple(sorted(ways, key=lambda way: way.minutes))


def _bus(local_km: Minutes) -> Minutes:
    waits = BUS_WAIT_MINUTES * (1.0 + local_km / KM_PER_CHANGE)
    return 2.0 * STOP_WALK_MINUTES + waits + _ride(local_km * BUS_DETOUR, BUS_KM_H)


def _by_train(places: list[Municipality], to_centre: Minutes) -> Minutes:
    """Minutes through the best pair of stations, ``(n, n)``; ``inf`` where no train helps.

    Args:
        places: The ``n`` municipalities.
        to_centre: Minutes ``(n, n)`` to the centre of another town, on foot or by bus.
    """
    stations = [i for i, place in enumerate(places) if place.has_train_station]
    access = to_centre[:, stations].copy()
    for column, place in enumerate(stations):
        access[place, column] = STATION_WALK_MINUTES
    trains = TRAIN_WAIT_MINUTES + _rides_by_train([places[i] for i in stations])
    arrivals = (access[:, :, None] + trains[None, :, :]).min(axis=1)
    by_train: Minutes = (arrivals[:, None, :] + access[None, :, :]).min(axis=2)
    return by_train


def _rides_by_train(stations: list[Municipality]) -> Minutes:
    """Minutes aboard between stations, ``(s, s)``: same line, or a change where two lines meet."""
    hubs = list(INTERCHANGES.items())
    points = [(s.lat, s.lon) for s in stations] + [place for _, place in hubs]
    ride = _ride(_distances_km(_degrees(points)) * TRAIN_DETOUR, TRAIN_KM_H)
    minutes = np.full((len(stations), len(stations)), np.inf)
    for i, start in enumerate(stations):
        for j, end in enumerate(stations):
            lines = {_line(start), _line(end)}
            if len(lines) == 1 and {start.name, end.name} not in SHARED_STATIONS and i != j:
                minutes[i, j] = ride[i, j]
            for hub, (meeting, _) in enumerate(hubs, start=len(stations)):
                if lines == meeting:
                    minutes[i, j] = ride[i, hub] + CHANGE_MINUTES + ride[hub, j]
    return minutes


def _line(station: Municipality) -> str:
    """The railway of a station, without the names of its services."""
    return station.train_line.partition(" (")[0]


def _ride(km: Minutes, km_h: float) -> Minutes:
    return km / km_h * 60.0


def _degrees(points: list[tuple[float, float]]) -> Minutes:
    return np.array(points, dtype=np.float64)


def _distances_km(degrees: Minutes) -> Minutes:
    """Great-circle kilometres between every two points, ``(n, n)`` (haversine)."""
    lat, lon = np.radians(degrees).T
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    distances: Minutes = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    return distances
