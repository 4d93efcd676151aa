"""What is known of every pair of a person and an offer, as numbers: the terms of the score.

People and offers are laid out as tables once; the terms of all pairs are then a few matrix
products. A term that is unknown is ``nan`` here and adds nothing to a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.intake import OfferReading, ParticipantReading, Passage, Wish
from matching.model import Offer, Participant
from matching.profile import Settled
from matching.schedule import week_mask
from matching.travel import PLACE_INDEX, TRANSPORTS, travel_table
from matching.weights import Preferred, Travel, Weights
from skills_taxonomy import Taxonomy

Factor = Literal[
    "required_competence", "preferred_competence", "occupation", "interest", "avoid", "travel",
    "schedule", "likeness",
]  # fmt: skip
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Need:
    """Something an offer asks for: a straight line of a person's coverage of a concept in [0, 1].

    Adds ``gain`` when the concept is covered, takes ``missing`` away when it is not (log-odds).
    """

    factor: Factor
    uri: str
    gain: float
    missing: float

    @property
    def slope(self) -> float:
        return self.gain + self.missing


@dataclass(frozen=True)
class PersonSide:
    """A person, ready to be paired: ``coverage`` holds at least the concepts the offers ask for."""

    participant: Participant
    reading: ParticipantReading
    settled: Mapping[str, Settled]
    coverage: Mapping[str, float]


@dataclass(frozen=True)
class OfferSide:
    """An offer, ready to be paired."""

    offer: Offer
    reading: OfferReading
    needs: tuple[Need, ...]


def offer_needs(
    offer: Offer, reading: OfferReading, *, taxonomy: Taxonomy, weights: Weights
) -> tuple[Need, ...]:
    """What an offer asks for: each recognised competence once, then the trade it is like."""
    required = dict.fromkeys(r.uri for r in reading.required if r.uri and r.uri in taxonomy)
    preferred = dict.fromkeys(
        r.uri for r in reading.preferred if r.uri and r.uri in taxonomy and r.uri not in required
    )
    taught = 1.0 - weights.required.teaches[offer.kind]
    gain = _each(weights.required, len(required))
    needs = [
        Need("required_competence", uri, gain, gain * weights.required.missing * taught)
        for uri in required
    ]
    gain = _each(weights.preferred, len(preferred))
    needs += [Need("preferred_competence", uri, gain, 0.0) for uri in preferred]
    needs += [
        Need("occupation", o.uri, weights.occupation.same, 0.0)
        for o in reading.occupations
        if o.uri in taxonomy
    ]
    return tuple(needs)


def _each(weight: Preferred, count: int) -> float:
    return min(weight.most_each, weight.total / count) if count else 0.0


class OfferTable:
    """Offers laid out for pairing: rows of needs and of passages, each knowing its offer."""

    def __init__(self, offers: Sequence[OfferSide]) -> None:
        self.ids = [side.offer.id for side in offers]
        self.needs = [need for side in offers for need in side.needs]
        self.need_starts = _starts(len(side.needs) for side in offers)
        self.slope = np.array([need.slope for need in self.needs])
        self.missing = np.array([need.missing for need in self.needs])
        self.concepts = {uri: i for i, uri in enumerate(dict.fromkeys(n.uri for n in self.needs))}
        self.need_concept = np.array([self.concepts[n.uri] for n in self.needs], dtype=np.intp)
        self.asked = _incidence([[n.uri for n in side.needs] for side in offers], self.concepts)
        passages = [side.reading.tasks for side in offers]
        words = dict.fromkeys(w for tasks in passages for task in tasks for w in task.terms)
        self.words = {word: i for i, word in enumerate(words)}
        self.tasks = _term_rows([t for tasks in passages for t in tasks], self.words)
        self.task_starts = _starts(len(tasks) for tasks in passages)
        self.place = np.array([PLACE_INDEX[s.offer.municipality] for s in offers], dtype=np.intp)
        self.by_public_transport = np.array(
            [s.offer.public_transport is not False for s in offers], dtype=bool
        )
        self.week = _weeks([side.offer for side in offers], "schedule")

    def __len__(self) -> int:
        return len(self.ids)


class PersonTable:
    """People laid out for pairing with the offers of a table."""

    def __init__(self, people: Sequence[PersonSide], offers: OfferTable) -> None:
        self.ids = [side.participant.id for side in people]
        self.covered = covered_rows([side.coverage for side in people], offers)
        passages = [side.reading.passages for side in people]
        self.passages = _term_rows([p for own in passages for p in own], offers.words)
        self.passage_starts = _starts(len(own) for own in passages)
        self.interests = _Wishes([side.reading.interests for side in people], offers)
        self.avoid = _Wishes([side.reading.avoid for side in people], offers)
        self.home = np.array([PLACE_INDEX[s.participant.municipality] for s in people], np.intp)
        self.means = np.array(
            [[t in (s.participant.transport or ()) for t in TRANSPORTS] for s in people], bool
        ).reshape(len(people), len(TRANSPORTS))
        self.week = _weeks([side.participant for side in people], "availability")

    def __len__(self) -> int:
        return len(self.ids)


def covered_rows(coverages: Sequence[Mapping[str, float]], offers: OfferTable) -> Array:
    """How far each person covers each concept the offers ask for, ``(n_people, n_concepts)``."""
    covered = np.zeros((len(coverages), max(1, len(offers.concepts))))
    for row, coverage in enumerate(coverages):
        for uri, value in coverage.items():
            if (column := offers.concepts.get(uri)) is not None:
                covered[row, column] = value
    return covered


class _Wishes:
    """The wishes of several people, as terms and as concepts."""

    def __init__(self, wishes: Sequence[tuple[Wish, ...]], offers: OfferTable) -> None:
        flat = [wish for own in wishes for wish in own]
        self.starts = _starts(len(own) for own in wishes)
        self.terms = _term_rows([wish.passage for wish in flat], offers.words)
        self.concepts = _incidence([wish.concepts for wish in flat], offers.concepts)


@dataclass(frozen=True)
class Terms:
    """The terms of every pair, in log-odds; ``nan`` where unknown.

    Attributes:
        needs: ``(n_people, n_needs)``, the needs of all offers side by side.
        need_starts: ``(n_offers + 1,)``, where each offer's needs start.
        others: Factor → ``(n_people, n_offers)``.
    """

    needs: Array
    need_starts: NDArray[np.intp]
    others: dict[Factor, Array]

    def total(self) -> Array:
        """The sum of each pair's terms, ``(n_people, n_offers)``."""
        total = _sums(self.needs, self.need_starts)
        for values in self.others.values():
            total += np.nan_to_num(values)
        return total


def pair_terms(people: PersonTable, offers: OfferTable, weights: Weights) -> Terms:
    """Every term of every pair of a person and an offer."""
    return Terms(
        need_terms(people.covered, offers),
        offers.need_starts,
        {
            "interest": weights.interest.most * _touched(people.interests, offers, weights),
            "avoid": -weights.avoid.most * _touched(people.avoid, offers, weights),
            "travel": _travel(people, offers, weights),
            "schedule": _schedule(people, offers, weights),
            "likeness": weights.likeness.most
            * _likeness(people.passages, people.passage_starts, offers, weights),
        },
    )


def need_terms(covered: Array, offers: OfferTable) -> Array:
    """The terms of every need for people who cover so much, ``(n_people, n_needs)``."""
    terms: Array = covered[:, offers.need_concept] * offers.slope - offers.missing
    return terms


def _travel(people: PersonTable, offers: OfferTable, weights: Weights) -> Array:
    return travel_term(travel_minutes_of_pairs(people, offers), weights.travel)


def travel_term(minutes: Array, weight: Travel) -> Array:
    """What journeys of so many minutes take away."""
    beyond = np.maximum(minutes - weight.comfortable_minutes, 0.0)
    return -np.minimum(weight.most, weight.per_minute * beyond)


def travel_minutes_of_pairs(people: PersonTable, offers: OfferTable) -> Array:
    """Minutes by the quickest means, ``(n_people, n_offers)``; ``nan`` where none is known."""
    minutes = travel_table()[people.home[:, None], offers.place[None, :], :].astype(float)
    usable = people.means[:, None, :] & ~np.isnan(minutes)
    public = TRANSPORTS.index("public_transport")
    usable[:, :, public] &= offers.by_public_transport
    quickest: Array = np.where(usable, minutes, np.inf).min(axis=2)
    quickest[np.isinf(quickest)] = np.nan
    return quickest


def _schedule(people: PersonTable, offers: OfferTable, weights: Weights) -> Array:
    asked = offers.week.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        inside: Array = (people.week @ offers.week.T) / asked
    return -weights.schedule.most * (1.0 - inside)


def _touched(wishes: _Wishes, offers: OfferTable, weights: Weights) -> Array:
    """How far an offer touches the nearest of a person's wishes: 1 by concept, else by words."""
    by_words = _likeness(wishes.terms, wishes.starts, offers, weights)
    shared = (wishes.concepts @ offers.asked.T).toarray() > 0
    return np.maximum(by_words, _most(shared.astype(float), wishes.starts, axis=0))


def _likeness(
    rows: sparse.csr_array, starts: NDArray[np.intp], offers: OfferTable, weights: Weights
) -> Array:
    """The nearest pair of a person's row and an offer's task, from 0 at chance to 1 at equality."""
    cosine = (rows @ offers.tasks.T).toarray()
    return above_chance(_most(_most(cosine, offers.task_starts, axis=1), starts, axis=0), weights)


def above_chance(cosine: Array, weights: Weights) -> Array:
    """From 0 where a cosine may be chance to 1 at equality."""
    floor = weights.likeness.from_cosine
    return np.clip((cosine - floor) / (1.0 - floor), 0.0, 1.0)


def _starts(lengths: Iterable[int]) -> NDArray[np.intp]:
    return np.cumsum([0, *lengths], dtype=np.intp)


def _sums(values: Array, starts: NDArray[np.intp]) -> Array:
    """Sums of the columns of each segment, ``(n_rows, n_segments)``; an empty segment gives 0."""
    padded = np.concatenate([values, np.zeros((len(values), 1))], axis=1)
    sums: Array = np.add.reduceat(padded, starts[:-1], axis=1)
    return np.where(np.diff(starts) > 0, sums, 0.0)


def _most(values: Array, starts: NDArray[np.intp], *, axis: int) -> Array:
    """The greatest of each segment along an axis; an empty segment gives 0."""
    if len(starts) == 1:
        return np.zeros((values.shape[0], 0) if axis else (0, values.shape[1]))
    pad = [(0, 0), (0, 0)]
    pad[axis] = (0, 1)
    most: Array = np.maximum.reduceat(np.pad(values, pad), starts[:-1], axis=axis)
    filled = np.diff(starts) > 0
    return np.where(filled if axis else filled[:, None], most, 0.0)


def _term_rows(passages: Sequence[Passage], words: Mapping[str, int]) -> sparse.csr_array:
    data, columns, starts = [], [], [0]
    for passage in passages:
        for word, weight in passage.terms.items():
            if (column := words.get(word)) is not None:
                data.append(weight)
                columns.append(column)
        starts.append(len(data))
    return sparse.csr_array(
        (np.asarray(data, float), np.asarray(columns, np.intp), starts),
        shape=(len(passages), max(1, len(words))),
    )


def _incidence(rows: Sequence[Sequence[str]], concepts: Mapping[str, int]) -> sparse.csr_array:
    columns = [[concepts[uri] for uri in row if uri in concepts] for row in rows]
    flat = [column for row in columns for column in row]
    return sparse.csr_array(
        (np.ones(len(flat)), np.asarray(flat, np.intp), _starts(map(len, columns))),
        shape=(len(rows), max(1, len(concepts))),
    )


def _weeks(records: Sequence[Participant] | Sequence[Offer], field: str) -> Array:
    """Hours of the week as quarters, ``(n, 672)``; a row of ``nan`` where they are not known."""
    unknown = np.full(672, np.nan)
    weeks = [
        week_mask(windows).astype(float) if (windows := getattr(r, field)) else unknown
        for r in records
    ]
    return np.array(weeks).reshape(len(records), 672)
