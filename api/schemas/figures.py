"""Figures about the programme: counts, and nothing about anybody."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.access import SubArea
from api.schemas.common import Document
from matching.model import Target

People = Annotated[int, Field(ge=5, le=10_000_000)] | Annotated[int, Field(ge=0, le=0)] | None
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Seats = Annotated[int, Field(ge=0, le=2_000_000_000)]


class PeopleOfTarget(Document):
    """How many people of a target; none given: too few to be told."""

    target: Target
    people: People


class PeopleOfArea(Document):
    """How many people of a part of the territory; none given: too few to be told."""

    sub_area: SubArea
    people: People


class OffersOfArea(Document):
    """The open offers of a part of the territory."""

    sub_area: SubArea
    offers: Count
    seats: Seats


class FiguresDocument(Document):
    """How many people and open offers the programme has; counts below `fewest` are not given."""

    on: date
    fewest: Annotated[int, Field(ge=1, le=100)]
    people: People
    people_by_target: Annotated[list[PeopleOfTarget], Field(max_length=4)]
    people_by_sub_area: Annotated[list[PeopleOfArea], Field(max_length=4)]
    offers: Count
    seats: Seats
    offers_by_sub_area: Annotated[list[OffersOfArea], Field(max_length=4)]
