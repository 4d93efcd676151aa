"""Who may stand in a list: ids with a bound on each score, without reading a record."""

import math
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

import numpy as np

from matching.features import Array, OfferSide, PersonSide
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

# A person as far as numbers and bits tell: the id, the most they can score, what of it is sure.
Loosely = tuple[str, float, float]
Known = TypeVar("Known", tuple[str, float], Loosely)

# So many people suffice for half of the offers…
_FIRST_PARTICIPANTS = 1_000
# …and the texts of so many.
_TEXTS = 250

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

# What everybody covers of each need, as the bytes of `_KNOWN`: adding them up here takes a third of
# the time of adding up rows there.
_COVERED = """
    SELECT slope, coalesce(
        (
            SELECT string_agg(int4send(number) || float8send(coverage), '')
            FROM participant_concept AS known
            WHERE programme_id = %(programme)s AND known.concept = need.concept
        ),
        ''
    )
    FROM unnest(%(concepts)s::bigint[], %(slopes)s::float8[]) AS need (concept, slope)
"""
_KNOWN = np.dtype([("number", ">i4"), ("coverage", ">f8")])

_PARTICIPANTS = f"""
    SELECT participant_id, number, participant.place, {_SCHEDULE}, {_INTEREST} + %(likeness)s
    FROM participant
    JOIN offer USING (programme_id)
    WHERE programme_id = %(programme)s AND offer_id = %(offer)s
      AND (%(numbers)b::int[] IS NULL OR number = ANY(%(numbers)b))
"""  # noqa: S608 - the only insertions are literals of this module
_PERSON = np.dtype(
    [("id", object), ("number", "i4"), ("place", "i4"), ("sure", "f8"), ("texts", "f8")]
)

_TERMS = """
    SELECT participant_id, terms FROM participant
    WHERE programme_id = %(programme)s AND participant_id = ANY(%(ids)b)
"""


def offer_page(store: Store, person: PersonSide, weights: Weights, from_date: date | None) -> Page:
    """The offers for a saved person, starting that day or later, or all of them without a day."""
    travel = travel_terms(weights.travel)[sketch_of_person(person).place]
    values = _values(store, weights) | {
        "participant": person.participant.id,
        "from_date": from_date,
        "travel": travel.tolist(),
    }
    return store.connection.execute(_OFFERS, values).fetchall(), -math.inf


def participant_pages(
    store: Store, offer: OfferSide, weights: Weights, *, everybody: bool
) -> Iterator[Page]:
    """The people for a saved offer, a few at a time, or everybody at once."""
    if everybody:
        for people, most_unseen in _by_coverage(store, offer, weights, first=sys.maxsize):
            yield [(pid, most) for pid, most, _ in people], most_unseen
    else:
        loosely = _when_sure(_by_coverage(store, offer, weights, first=_FIRST_PARTICIPANTS))
        yield from _when_sure(_with_texts(store, offer, weights, loosely))


def _when_sure(parts: Iterable[tuple[list[Known], float]]) -> Iterator[tuple[list[Known], float]]:
    """The same people, each held back while somebody of a later part may stand higher."""
    waiting: list[Known] = []
    for people, most_unseen in parts:
        waiting = sorted(waiting + people, key=lambda known: (-known[1], known[0]))
        ready = bisect_right(waiting, -most_unseen, key=lambda known: -known[1])
        yield waiting[:ready], most_unseen
        del waiting[:ready]
    yield waiting, -math.inf


def _by_coverage(
    store: Store, offer: OfferSide, weights: Weights, *, first: int
) -> Iterator[tuple[list[Loosely], float]]:
    """Whoever covers most of an offer first, then twice as many each time, at last all others."""
    added = _added_by_needs(store, offer)
    by_coverage = np.argsort(-added)
    travel = travel_terms(weights.travel)[:, sketch_of_offer(offer).place]
    texts = weights.interest.most + weights.likeness.most
    values = _values(store, weights) | {"offer": offer.offer.id}
    start, end = 0, first
    while start < len(added):
        left = by_coverage[end:]
        numbers = by_coverage[start:end].tolist() if left.size else None
        rows = store.connection.execute(_PARTICIPANTS, values | {"numbers": numbers}, binary=True)
        people = np.array(rows.fetchall(), _PERSON)
        people = people[~np.isin(people["number"], by_coverage[:start])]
        # The last of `added` stands for whoever has a higher number, and covers nothing.
        sure = people["sure"] + travel[people["place"]]
        sure += added[np.minimum(people["number"], len(added) - 1)]
        most = sure + people["texts"]
        most_unseen = float(added[left[0]]) + texts if left.size else -math.inf
        yield list(zip(people["id"], most.tolist(), sure.tolist(), strict=True)), most_unseen
        start, end = end, 2 * end


def _added_by_needs(store: Store, offer: OfferSide) -> Array:
    """What the needs of an offer add to each person's score, by number; the last covers none."""
    values = {
        "programme": store.programme_id,
        "concepts": [key(need.uri) for need in offer.needs],
        "slopes": [need.slope for need in offer.needs],
    }
    rows = store.connection.execute(_COVERED, values, binary=True).fetchall()
    covering = [np.frombuffer(known, _KNOWN) for _, known in rows]
    slopes = np.repeat([slope for slope, _ in rows], [len(known) for known in covering])
    known = np.concatenate([np.empty(0, _KNOWN), *covering])
    covered = np.bincount(known["number"], slopes * known["coverage"])
    return np.append(covered, 0.0) - sum(need.missing for need in offer.needs)


def _with_texts(
    store: Store, offer: OfferSide, weights: Weights, parts: Iterable[tuple[list[Loosely], float]]
) -> Iterator[Page]:
    """The same people with what they score, from the packed terms of their texts."""
    for people, most_unseen in parts:
        for start in range(0, len(people), _TEXTS):
            end = start + _TEXTS
            some = people[start:end]
            ids = [pid for pid, *_ in some]
            values = {"programme": store.programme_id, "ids": ids}
            terms = dict(store.connection.execute(_TERMS, values, binary=True).fetchall())
            texts = text_terms([terms[pid] for pid in ids], offer, weights).tolist()
            scores = [sure + more for (*_, sure), more in zip(some, texts, strict=True)]
            rest = people[end][1] if end < len(people) else most_unseen
            yield list(zip(ids, scores, strict=True)), rest


def _values(store: Store, weights: Weights) -> dict[str, object]:
    return {
        "programme": store.programme_id,
        "schedule": weights.schedule.most,
        "interest": weights.interest.most,
        "likeness": weights.likeness.most,
    }
