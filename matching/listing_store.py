"""All SQL that goes through records a page at a time, in the order of their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matching.model import Company, Offer
from matching.store import Store


@dataclass(frozen=True)
class Listed:
    """A person as a list shows them: no story, nothing but what tells cases apart."""

    id: str
    municipality: str
    target: str


@dataclass(frozen=True)
class Slice:
    """Which part of a list: what comes after an id (all without it), at most so many."""

    after: str | None
    limit: int


def list_participants(
    store: Store,
    part: Slice,
    *,
    organisation_id: str | None = None,
    municipalities: Sequence[str] | None = None,
) -> list[Listed]:
    """People of some municipalities in the charge of an organisation; everybody without them."""
    sql = """
        SELECT participant_id, municipality, record ->> 'target' FROM participant
        WHERE programme_id = %(programme)s
          AND (%(after)s::text IS NULL OR participant_id > %(after)s)
          AND (%(organisation)s::text IS NULL OR organisation_id = %(organisation)s)
          AND (%(municipalities)s::text[] IS NULL OR municipality = ANY(%(municipalities)s))
        ORDER BY participant_id LIMIT %(limit)s
    """
    values = {
        "organisation": organisation_id,
        "municipalities": None if municipalities is None else list(municipalities),
    }
    return [Listed(*row) for row in _rows(store, sql, part, **values)]


def list_companies(store: Store, part: Slice, *, company_id: str | None = None) -> list[Company]:
    """Companies; only one of them if it is given."""
    sql = """
        SELECT record::text FROM company
        WHERE programme_id = %(programme)s
          AND (%(after)s::text IS NULL OR company_id > %(after)s)
          AND (%(company)s::text IS NULL OR company_id = %(company)s)
        ORDER BY company_id LIMIT %(limit)s
    """
    rows = _rows(store, sql, part, company=company_id)
    return [Company.model_validate_json(row[0]) for row in rows]


def list_offers(store: Store, part: Slice, *, company_id: str | None = None) -> list[Offer]:
    """Offers; only those of a company if it is given."""
    sql = """
        SELECT record::text FROM offer
        WHERE programme_id = %(programme)s
          AND (%(after)s::text IS NULL OR offer_id > %(after)s)
          AND (%(company)s::text IS NULL OR company_id = %(company)s)
        ORDER BY offer_id LIMIT %(limit)s
    """
    rows = _rows(store, sql, part, company=company_id)
    return [Offer.model_validate_json(row[0]) for row in rows]


def _rows(store: Store, sql: str, part: Slice, **values: object) -> list[tuple[Any, ...]]:
    page = {"programme": store.programme_id, "after": part.after, "limit": part.limit}
    return store.connection.execute(sql, page | values).fetchall()
