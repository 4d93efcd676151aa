"""All SQL that reads offers and companies as placements leave them: the seats left, the interns."""

from collections.abc import Iterator, Sequence

from matching.errors import UnknownRecordError
from matching.intake import OfferReading
from matching.model import Company, Offer
from matching.store import Store


def offers_with_seats_left(
    store: Store, ids: Sequence[str] | None = None
) -> Iterator[tuple[Offer, OfferReading]]:
    """Offers with their readings, by id (all of them without ``ids``); ``seats``: those left."""
    sql = """
        SELECT CASE WHEN taken > 0
            THEN jsonb_set(record, '{seats}', to_jsonb(greatest(seats - taken, 0)))
            ELSE record
        END::text, reading::text
        FROM offer LEFT JOIN seats_taken(%(programme)s, %(ids)s) USING (offer_id)
        WHERE programme_id = %(programme)s
          AND (%(ids)s::text[] IS NULL OR offer_id = ANY(%(ids)s))
        ORDER BY offer_id
    """
    values = {"programme": store.programme_id, "ids": None if ids is None else list(ids)}
    for record, reading in store.connection.execute(sql, values):
        yield Offer.model_validate_json(record), OfferReading.model_validate_json(reading)


def offer_with_seats_left(store: Store, offer_id: str) -> tuple[Offer, OfferReading]:
    """One offer; UnknownRecordError if there is none."""
    for found in offers_with_seats_left(store, [offer_id]):
        return found
    raise UnknownRecordError("offer", offer_id)


def companies_with_interns(store: Store, ids: Sequence[str]) -> dict[str, Company]:
    """Companies by id; ``active_interns``: as declared, and at least those placed from here.

    Those declared may or may not be the same, so the two are not added up; where nothing is
    declared, how many there are is still to be asked.
    """
    sql = """
        SELECT company_id, CASE WHEN interns > (record ->> 'active_interns')::integer
            THEN jsonb_set(record, '{active_interns}', to_jsonb(interns))
            ELSE record
        END::text
        FROM company LEFT JOIN interns_hosted(%(programme)s) USING (company_id)
        WHERE programme_id = %(programme)s AND company_id = ANY(%(ids)s)
    """
    values = {"programme": store.programme_id, "ids": list(ids)}
    rows = store.connection.execute(sql, values)
    return {row[0]: Company.model_validate_json(row[1]) for row in rows}
