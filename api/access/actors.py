"""Who acts: the role of an account, and what it stands for."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from matching.territory import municipalities

Role = Literal["administrator", "operator", "company", "participant", "analyst", "nobody"]
AccountRole = Literal["administrator", "operator", "company", "participant", "analyst"]


@dataclass(frozen=True)
class Actor:
    """An account that signed in (or `NOBODY`).

    Attributes:
        account_id: Which one.
        role: What it may do.
        organisation_id: Whose operator it is, and ``sub_areas`` of which parts of the territory.
        company_id: Which company it speaks for.
        participant_id: Whose person it is, together with their tutor.
        programme_id: The programme that all of it belongs to.
    """

    account_id: str
    role: Role
    organisation_id: str | None = None
    sub_areas: tuple[str, ...] = ()
    company_id: str | None = None
    participant_id: str | None = None
    programme_id: str = "default"

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The municipalities of an operator's sub-areas."""
        return tuple(name for area in self.sub_areas for name in sub_areas()[area])


@cache
def sub_areas() -> dict[str, tuple[str, ...]]:
    """The parts of the territory, each with the names of its municipalities."""
    areas: dict[str, list[str]] = {}
    for place in municipalities().values():
        areas.setdefault(place.sub_area, []).append(place.name)
    return {area: tuple(names) for area, names in sorted(areas.items())}


NOBODY = Actor("", "nobody")
"""Who is not signed in."""
