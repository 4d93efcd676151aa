"""All SQL about figures: how many people and offers there are, never who."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from psycopg.types.json import Jsonb

from matching.store import Store

FEWEST = 5
"""Counts of people below it are not given (migration 0009)."""

Split = Literal["all", "target", "sub_area"]


@dataclass(frozen=True)
class OfferCount:
    """The open offers of a part of the territory, and their seats."""

    offers: int
    seats: int


def people_figures(store: Store, areas: Mapping[str, str]) -> dict[tuple[Split, str], int | None]:
    """How many people there are, by split and name; None where they are too few to be told.

    Args:
        store: Of a transaction of the administrator or an analyst; others count nobody.
        areas: The part of the territory of each municipality.
    """
    sql = "SELECT split, name, people FROM people_figures(%s)"
    rows = store.connection.execute(sql, (Jsonb(dict(areas)),))
    return {(split, name): people for split, name, people in rows}


def offer_figures(store: Store, areas: Mapping[str, str], on: date) -> dict[str, OfferCount]:
    """The offers open on a day, by part of the territory; as for people otherwise."""
    sql = "SELECT name, offers, seats FROM offer_figures(%s, %s)"
    rows = store.connection.execute(sql, (Jsonb(dict(areas)), on))
    return {name: OfferCount(offers, seats) for name, offers, seats in rows}
