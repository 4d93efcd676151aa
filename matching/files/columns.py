"""The columns of each kind of table: how their cells are read, and what tells the kinds apart."""

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import BaseModel

from matching.files import cells, hours, lists
from matching.files.contents import Cell, Kind
from matching.files.lists import Choices
from matching.model import (
    LANGUAGE_LEVELS,
    Company,
    Demand,
    Experience,
    ExperienceKind,
    Gender,
    Offer,
    OfferKind,
    Participant,
    Target,
    Transport,
)

_GENDER_WORDS = (
    ("femmina", "F"), ("donna", "F"), ("maschio", "M"), ("uomo", "M"), ("altro", "X"),
)  # fmt: skip

TARGETS = Choices(get_args(Target), "labels.target")
GENDERS = Choices(get_args(Gender), synonyms=_GENDER_WORDS)
TRANSPORTS = Choices(get_args(Transport), "labels.transport")
DEMANDS = Choices(get_args(Demand), "labels.demand")
OFFER_KINDS = Choices(get_args(OfferKind), "labels.kind")
EXPERIENCE_KINDS = Choices(get_args(ExperienceKind), "labels.experience_kind")
LEVELS = Choices(LANGUAGE_LEVELS)


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is read. ``choices``: its closed list; ``many``: a cell may hold several."""

    read: Callable[[Cell], object]
    choices: Choices | None = None
    many: bool = False


def _one(choices: Choices) -> Column:
    return Column(choices.one, choices)


def _many(choices: Choices) -> Column:
    return Column(choices.many, choices, many=True)


_TEXT, _CODE = Column(cells.text), Column(cells.code)
_INTEGER, _DECIMAL, _MONEY = Column(cells.integer), Column(cells.decimal), Column(cells.money)
_TRUTH, _DAY = Column(cells.truth), Column(cells.day)
_LINES, _LICENCES = Column(lists.lines), Column(lists.licences)
_LANGUAGES, _HOURS = Column(lists.languages), Column(hours.windows)

COLUMNS: Mapping[Kind, dict[str, Column]] = {
    "offers": {
        "id": _CODE,
        "company_id": _CODE,
        "kind": _one(OFFER_KINDS),
        "title": _TEXT,
        "description": _TEXT,
        "municipality": _CODE,
        "public_transport": _TRUTH,
        "seats": _INTEGER,
        "start_date": _DAY,
        "duration_months": _DECIMAL,
        "hours_week": _DECIMAL,
        "schedule": _HOURS,
        "allowance_eur_month": _MONEY,
        "required_competences": _LINES,
        "preferred_competences": _LINES,
        "min_age": _INTEGER,
        "max_age": _INTEGER,
        "licences": _LICENCES,
        "min_italian": _one(LEVELS),
        "min_eqf": _INTEGER,
        "demands": _many(DEMANDS),
        "reserved_targets": _many(TARGETS),
    },
    "participants": {
        "id": _CODE,
        "target": _one(TARGETS),
        "birth_year": _INTEGER,
        "gender": _one(GENDERS),
        "municipality": _CODE,
        "eqf_level": _INTEGER,
        "languages": _LANGUAGES,
        "licences": _LICENCES,
        "transport": _many(TRANSPORTS),
        "max_travel_minutes": _INTEGER,
        "availability": _HOURS,
        "max_hours_week": _DECIMAL,
        "limitations": _many(DEMANDS),
        "receives_rdc": _TRUTH,
        "narrative": _TEXT,
        "declared_competences": _LINES,
        "interests": _LINES,
        "avoid": _LINES,
    },
    "experiences": {
        "participant_id": _CODE,
        "kind": _one(EXPERIENCE_KINDS),
        "title": _TEXT,
        "description": _TEXT,
        "years": _DECIMAL,
        "end_year": _INTEGER,
    },
    "companies": {
        "id": _CODE,
        "name": _TEXT,
        "sector": _TEXT,
        "ateco": Column(cells.ateco),
        "municipality": _CODE,
        "permanent_employees": _INTEGER,
        "active_interns": _INTEGER,
        "description": _TEXT,
    },
}

MODELS: Mapping[Kind, type[BaseModel]] = {
    "offers": Offer,
    "participants": Participant,
    "experiences": Experience,
    "companies": Company,
}

ALL_NAMES = frozenset(name for columns in COLUMNS.values() for name in columns)


def _marks(kind: Kind) -> frozenset[str]:
    """The columns that no other kind has. A name alone is no mark: people have one too."""
    others = {name for other in COLUMNS if other != kind for name in COLUMNS[other]}
    return frozenset(COLUMNS[kind]) - others - {"name"}


_MARKS: dict[Kind, frozenset[str]] = {kind: _marks(kind) for kind in COLUMNS}


def kind_of(names: Collection[str]) -> Kind | None:
    """What a table with these columns (or an object with these fields) is about, or ``None``."""
    scores = {kind: len(marks.intersection(names)) for kind, marks in _MARKS.items()}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] else None


def nearest_column(kind: Kind, name: str) -> str:
    """The column of the kind that a name may be a misspelling of, or an empty text."""
    near = difflib.get_close_matches(name.casefold(), COLUMNS[kind], n=1)
    return near[0] if near else ""
