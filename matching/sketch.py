"""What the database keeps of a record to bound its scores without reading it: a few numbers.

Hours and journey are exact, and so are the packed terms of a person's texts. For a first order,
words and concepts are one bit each of a few: two records that share none of these bits share no
word, so that what they score together is known to be little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.features import (
    Array,
    OfferSide,
    OfferTable,
    PersonSide,
    above_chance,
    travel_term,
)
from matching.intake import ParticipantReading
from matching.model import Window
from matching.schedule import SLOTS_A_WEEK, week_bits
from matching.travel import PLACE_INDEX, TRANSPORTS, travel_table
from matching.weights import Travel, Weights

WORD_BITS = 2048  # as in the migration: a dozen words here seldom meet a dozen others by chance


@dataclass(frozen=True, slots=True)
class Sketch:
    """The columns of a record.

    Attributes:
        week: Its hours, a bit a quarter; None where they are unknown.
        words: The words and concepts of a person's interests, or of what one does in an offer.
        place: A row (people) or a column (offers) of `travel_terms`.
    """

    week: str | None
    words: str
    place: int


def sketch_of_person(side: PersonSide) -> Sketch:
    """The columns of a participant."""
    interests = side.reading.interests
    words = [word for wish in interests for word in (*wish.passage.terms, *wish.concepts)]
    means = sum(1 << TRANSPORTS.index(t) for t in set(side.participant.transport or ()))
    home = PLACE_INDEX[side.participant.municipality] * _MEANS + means
    return Sketch(_week(side.participant.availability), _word_bits(words), home)


def sketch_of_offer(side: OfferSide) -> Sketch:
    """The columns of an offer."""
    tasks = [word for task in side.reading.tasks for word in task.terms]
    served = side.offer.public_transport is not False
    place = PLACE_INDEX[side.offer.municipality] * 2 + served
    return Sketch(
        _week(side.offer.schedule), _word_bits([*tasks, *(n.uri for n in side.needs)]), place
    )


_MEANS = 2 ** len(TRANSPORTS)


def key(text: str) -> int:
    """A URI or a word as 64 bits, signed: those of the largest taxonomy do not meet by chance."""
    return int.from_bytes(sha256(text.encode()).digest()[:8], signed=True)


_TERM = np.dtype([("part", "u1"), ("row", "<u2"), ("key", "<i8"), ("weight", "<f8")])
_STORY, _INTEREST, _AVOID, _INTEREST_CONCEPT, _AVOID_CONCEPT = range(5)


def packed_terms(reading: ParticipantReading) -> bytes:
    """The words of a story's passages and of wishes, and the wishes' concepts, for `text_terms`."""
    wishes = ((_INTEREST, reading.interests), (_AVOID, reading.avoid))
    texts = [(_STORY, reading.passages), *((p, [w.passage for w in own]) for p, own in wishes)]
    words = [
        (part, row, key(word), weight)
        for part, passages in texts
        for row, passage in enumerate(passages)
        for word, weight in passage.terms.items()
    ]
    concepts = [
        (part + 2, row, key(uri), 1.0)
        for part, own in wishes
        for row, wish in enumerate(own)
        for uri in wish.concepts
    ]
    return np.array(words + concepts, _TERM).tobytes()


def text_terms(packed: Sequence[bytes], offer: OfferSide, weights: Weights) -> Array:
    """What likeness, interests and things to avoid add to the scores for an offer: ``(n,)``."""
    table = OfferTable([offer])
    terms = np.frombuffer(b"".join(packed), _TERM)
    people = np.repeat(np.arange(len(packed)), [len(one) // _TERM.itemsize for one in packed])

    def near(part: int) -> Array:
        own = terms["part"] == part
        return above_chance(_nearest(terms[own], people[own], len(packed), table), weights)

    def asked(part: int) -> Array:
        concepts = [key(need.uri) for need in offer.needs]
        asking = people[(terms["part"] == part) & np.isin(terms["key"], concepts)]
        return (np.bincount(asking, minlength=len(packed)) > 0).astype(float)

    total: Array = (
        weights.likeness.most * near(_STORY)
        + weights.interest.most * np.maximum(near(_INTEREST), asked(_INTEREST_CONCEPT))
        - weights.avoid.most * np.maximum(near(_AVOID), asked(_AVOID_CONCEPT))
    )
    return total


def _nearest(
    terms: NDArray[np.void], people: NDArray[np.intp], n_people: int, table: OfferTable
) -> Array:
    """The greatest cosine of a row of each person and a task, ``(n_people,)``; 0 without words."""
    words = np.array([key(word) for word in table.words], np.int64)
    shared = np.isin(terms["key"], words)
    terms, people = terms[shared], people[shared]
    nearest = np.zeros(n_people)
    if terms.size:
        by_key = words.argsort()
        columns = by_key[np.searchsorted(words, terms["key"], sorter=by_key)]
        places, rows = np.unique(people * 2**16 + terms["row"], return_inverse=True)
        passages = sparse.csr_array(
            (terms["weight"], (rows, columns)), shape=(len(places), len(words))
        )
        cosines = (passages @ table.tasks.T).toarray().max(axis=1)
        np.maximum.at(nearest, places >> 16, cosines)
    return nearest


@cache
def travel_terms(weight: Travel) -> Array:
    """The travel term by sketched home and place, ``(784, 98)``; 0 where it is unknown."""
    minutes = travel_table().astype(float)[:, None, :, None, :]
    means = np.arange(_MEANS)[:, None] >> np.arange(len(TRANSPORTS)) & 1 == 1
    usable = np.repeat(means[None, :, None, None, :], 2, axis=3)
    usable[..., 0, TRANSPORTS.index("public_transport")] = False
    quickest = np.where(usable & ~np.isnan(minutes), minutes, np.inf).min(axis=-1)
    terms = np.where(np.isinf(quickest), 0.0, travel_term(quickest, weight))
    return terms.reshape(len(PLACE_INDEX) * _MEANS, len(PLACE_INDEX) * 2)


def _week(windows: tuple[Window, ...] | None) -> str | None:
    return f"{week_bits(windows):0{SLOTS_A_WEEK}b}" if windows else None


def _word_bits(words: Iterable[str]) -> str:
    bits = 0
    for word in words:
        bits |= 1 << crc32(word.encode()) % WORD_BITS
    return f"{bits:0{WORD_BITS}b}"
