"""Who may stand in a list: ids with a bound on each score, without reading a record."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from matching.features import OfferSide, PersonSide
from matching.sketch import (
    key,
    sketch_of_offer,
    sketch_of_person,
    text_terms,
    travel_terms,
)
from matching.store import Store
from matching.weights import Weights

# Ids with a bound on each, best first, and the most that an id of a later page can reach. All in
# log-odds, less the base.
Page = tuple[list[tuple[str, float]], float]

# Enough that the whole programme is seldom needed.
_FIRST_PARTICIPANTS = 2_000

# What is known of a pair from sketches beside needs and journey: what the hours outside the
# person's take away…
_SCHEDULE = """
    coalesce(
        %(schedule)s * (
            bit_count(participant.week & offer.week)::float8 / nullif(bit_count(offer.week), 0) - 1
        ),
        0
    )
"""
# …and the most that an interest can add.
_INTEREST = """
    CASE WHEN bit_count(participant.words & offer.words) > 0 THEN %(interest)s ELSE 0 END
"""

_OFFERS = f"""
    SELECT offer_id,
           coalesce(covered, 0) - missing_all + {_SCHEDULE} + {_INTEREST}
           + (%(travel)s::float8[])[offer.place + 1] + %(likeness)s AS bound
    FROM participant
    JOIN offer USING (programme_id)
    LEFT JOIN (
        SELECT offer_id, sum(slope * coverage) AS covered
        FROM participant
        JOIN participant_concept USING (programme_id, number)
        JOIN offer_concept USING (programme_id, concept)
        WHERE programme_id = %(programme)s AND participant_id = %(participant)s
        GROUP BY offer_id
    ) AS covered USING (offer_id)
    WHERE programme_id = %(programme)s AND participant_id = %(participant)s
      AND (%(from_date)s::date IS NULL OR start_date >= %(from_date)s)
    ORDER BY bound DESC, offer_id
"""  # noqa: S608 - the only insertions are literals of this module

_PARTICIPANTS = f"""
    WITH covering AS (
        SELECT number, sum(slope * coverage) AS covered
        FROM unnest(%(concepts)s::bigint[], %(slopes)s::float8[]) AS need (concept, slope)
        JOIN participant_concept USING (concept)
        WHERE programme_id = %(programme)s
        GROUP BY number
        ORDER BY covered DESC, number
        LIMIT %(limit)s
    ),
    candidate AS (
        SELECT number, covered FROM covering
        UNION ALL
        SELECT number, 0 FROM participant
        WHERE %(limit)s::int IS NULL AND programme_id = %(programme)s
          AND number NOT IN (SELECT number FROM covering)
    ),
    bounded AS (
        SELECT participant_id, {_INTEREST} AS interest,
               CASE WHEN %(limit)s::int IS NOT NULL THEN terms END AS terms,
               covered - %(missing)s + {_SCHEDULE}
               + (%(travel)s::float8[])[participant.place + 1] AS without
        FROM candidate
        JOIN participant USING (number)
        JOIN offer USING (programme_id)
        WHERE programme_id = %(programme)s AND offer_id = %(offer)s
    ),
    left_out AS (
        SELECT CASE
            WHEN %(limit)s::int IS NULL THEN '-infinity'
            -- Nobody left out covers more than the last of these.
            ELSE coalesce(min(covered), 0) - %(missing)s + %(interest)s
        END AS most
        FROM covering
    )
    SELECT most, participant_id, without, interest, terms
    FROM left_out LEFT JOIN bounded ON without + interest >= most
"""  # noqa: S608 - the only insertions are literals of this module


def offer_page(store: Store, person: PersonSide, weights: Weights, from_date: date | None) -> Page:
    """The offers for a saved person, starting that day or later, or all of them without a day."""
    travel = travel_terms(weights.travel)[sketch_of_person(person).place]
    values = _values(store, weights) | {
        "participant": person.participant.id,
        "from_date": from_date,
        "travel": travel.tolist(),
        "likeness": weights.likeness.most,
    }
    return store.connection.execute(_OFFERS, values).fetchall(), -math.inf


def participant_pages(
    store: Store, offer: OfferSide, weights: Weights, *, everybody: bool
) -> Iterator[Page]:
    """The people for a saved offer: those who cover most of it, then the whole programme."""
    travel = travel_terms(weights.travel)[:, sketch_of_offer(offer).place]
    values = _values(store, weights) | {
        "offer": offer.offer.id,
        "concepts": [key(need.uri) for need in offer.needs],
        "slopes": [need.slope for need in offer.needs],
        "missing": sum(need.missing for need in offer.needs),
        "travel": travel.tolist(),
    }
    seen: set[str] = set()
    for limit in (None,) if everybody else (_FIRST_PARTICIPANTS, None):
        rows = store.connection.execute(_PARTICIPANTS, values | {"limit": limit}, binary=True)
        [most_left_out, *_], *_ = found = rows.fetchall()
        new = [row[1:] for row in found if row[1] is not None and row[1] not in seen]
        bounds = _with_texts(new, offer, weights)
        seen.update(bounds)
        yield _best_first(bounds), most_left_out + weights.likeness.most


def _with_texts(rows: Sequence[Any], offer: OfferSide, weights: Weights) -> dict[str, float]:
    """A bound for each person: exact where the terms of their texts are at hand."""
    if any(terms is None for *_, terms in rows):
        most = weights.likeness.most
        return {pid: without + interest + most for pid, without, interest, _ in rows}
    added = text_terms([terms for *_, terms in rows], offer, weights).tolist()
    return {row[0]: row[1] + more for row, more in zip(rows, added, strict=True)}


def _best_first(bounds: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(bounds.items(), key=lambda bound: (-bound[1], bound[0]))


def _values(store: Store, weights: Weights) -> dict[str, object]:
    return {
        "programme": store.programme_id,
        "schedule": weights.schedule.most,
        "interest": weights.interest.most,
    }
