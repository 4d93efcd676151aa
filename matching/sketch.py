"""What the database keeps of a record to bound its scores without reading it: a few numbers.

Hours and journey are exact. Words and concepts are one bit each of a few: two records that share
none of these bits share no word, so that what they score together is known to be little.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from zlib import crc32

import numpy as np

from matching.features import Array, OfferSide, PersonSide, travel_term
from matching.model import Window
from matching.schedule import SLOTS_A_WEEK, week_bits
from matching.travel import PLACE_INDEX, TRANSPORTS, travel_table
from matching.weights import Travel

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


def concept_key(uri: str) -> int:
    """A URI as 64 bits, signed: two concepts of the largest taxonomy do not meet by chance."""
    return int.from_bytes(sha256(uri.encode()).digest()[:8], signed=True)


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
