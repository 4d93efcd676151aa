"""Figures of the programme: right, and never of so few that they could be known."""

from collections import Counter
from datetime import date
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor
from api.figures_store import FEWEST, people_figures
from matching.store import Store
from tests.api.service.world import World
from tests.builders import a_participant
from tests.databases import Server
from tests.programme import put

pytestmark = pytest.mark.db

AREAS = {"Magenta": "Magentino", "Legnano": "Legnanese", "Abbiategrasso": "Abbiatense"}
ANALYST = settings_of(Actor("A-analyst", "analyst"))


def figures(world: World) -> Any:
    return world.ask("analyst", "GET", "/monitoring?on=2026-12-01").json()


def counted(connection: psycopg.Connection[Any], people: Counter[str]) -> dict[str, int | None]:
    """What is told of so many people in each municipality."""
    connection.execute("DELETE FROM participant")
    connection.execute(
        "INSERT INTO participant (programme_id, participant_id, record, reading)"
        " SELECT 'default', place || n, jsonb_build_object('municipality', place), '{}'"
        " FROM jsonb_each_text(%s) AS of(place, many), generate_series(1, many::int) AS n",
        (psycopg.types.json.Jsonb(dict(people)),),
    )
    identify(connection, ANALYST)
    found = people_figures(Store(connection), AREAS)
    return {name: people for (split, name), people in found.items() if split != "target"}


def test_few_people_are_not_counted_out_and_offers_are(world: World) -> None:
    document = figures(world)
    assert document["fewest"] == FEWEST == 5
    assert document["people"] is None  # four
    targets = {p["target"]: p["people"] for p in document["people_by_target"]}
    assert targets == {"youth": 0, "over_50": 0, "new_parent": 0, "other_vulnerable": None}
    assert [p["people"] for p in document["people_by_sub_area"]] == [0, 0, None, None]
    assert (document["offers"], document["seats"]) == (2, 2)


def test_more_are(world: World, engine: Any, linker: Any) -> None:
    with psycopg.connect(world.url) as connection:
        people = (
            a_participant(id=f"P-{target}-{i}", target=target, municipality=place)
            for target, place in (("youth", "Magenta"), ("over_50", "Legnano"))
            for i in range(6)
        )
        put(Store(connection), engine, linker, *people)
    document = figures(world)
    assert document["people"] == 16
    by_area = {p["sub_area"]: p["people"] for p in document["people_by_sub_area"]}
    assert by_area == {"Abbiatense": 0, "Castanese": 0, "Legnanese": 7, "Magentino": 9}
    assert world.ask("administrator", "GET", "/monitoring").json()["people"] == 16


def test_offers_are_counted_while_they_are_open(world: World) -> None:
    late = world.ask("analyst", "GET", "/monitoring?on=2099-01-01").json()
    assert (late["offers"], late["seats"]) == (0, 0)
    assert {o["offers"] for o in late["offers_by_sub_area"]} == {0}


@pytest.fixture(scope="module")
def counting(server: Server, empty_template: str) -> Any:
    """A database where people are put and counted, and nothing is kept."""
    with server.clone(empty_template) as url, psycopg.connect(url) as connection:
        yield connection


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(AREAS)), st.integers(1, 12), min_size=1))
def test_nothing_is_had_by_subtracting(
    counting: psycopg.Connection[Any], people: dict[str, int]
) -> None:
    with counting.transaction(force_rollback=True):
        told = counted(counting, Counter(people))
    total = sum(people.values())
    hidden = [AREAS[p] for p in people if told[AREAS[p]] is None]
    assert told[""] == (total if total >= FEWEST else None)
    for place, many in people.items():
        assert told[AREAS[place]] in (many, None)
        assert many >= FEWEST or told[AREAS[place]] is None
    if hidden and told[""] is not None:
        # What is left of the whole is of two parts at least, and not of so few.
        left = total - sum(n for area, n in told.items() if area and n is not None)
        assert len(hidden) >= 2
        assert left >= FEWEST


@pytest.mark.parametrize("role", ["operator", "company", "participant", "gate", "nobody"])
def test_others_count_nobody(world: World, role: str) -> None:
    with psycopg.connect(str(world.service.pool.conninfo)) as connection:
        identify(connection, {"programme": "default", "role": role})
        assert people_figures(Store(connection), AREAS) == {}
        day = date(2026, 12, 1)
        found = connection.execute("SELECT * FROM offer_figures('{}', %s)", (day,)).fetchall()
    assert found == []
