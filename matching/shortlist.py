"""USE CASES: the offers for a person, the people for an offer; each ranking is saved as a run.

Candidates come from the database with a bound on their score, best bound first. They are scored a
batch at a time, and walked in order of score while no candidate still unseen could stand higher:
the list is exactly the one that scoring everybody would give.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from matching.candidate_store import Page, offer_page, participant_pages
from matching.eligibility import Eligibility, assess, closes_offer
from matching.engine import Engine
from matching.explanation import Pairing
from matching.features import OfferSide, PersonSide
from matching.model import Participant
from matching.profile import Profile
from matching.ranking import ScoredPairs, score_pairs
from matching.runs import Answer, Inputs, Question, Run, save_run
from matching.store import Store
from matching.vacancy_store import offer_with_seats_left, offers_with_seats_left

Batch = tuple[ScoredPairs, float]

_FIRST_BATCH = 24
_GROWTH = 1.5
# Sums of the same numbers in another order differ by less than this (log-odds).
_ROUNDING = 1e-9


def suggest(
    store: Store,
    engine: Engine,
    participant_id: str,
    *,
    on: date,
    at: datetime,
    limit: int,
    everything: bool = False,
) -> Run:
    """Rank the open offers for a person, and save the run.

    Args:
        store: The programme's records.
        engine: What to rank with.
        participant_id: Whose suggestions.
        on: The day the question is asked; an offer that started before is closed.
        at: The moment it is asked, kept with the run.
        limit: At most so many offers, and so many excluded ones.
        everything: Every offer, the closed and the excluded too, each scored.

    Raises:
        UnknownRecordError: If there is no such participant.
    """
    store.begin_reading()
    person = load_person(store, engine, participant_id)

    def batch(ids: Sequence[str]) -> ScoredPairs:
        offers = [engine.offer(*found) for found in offers_with_seats_left(store, ids)]
        return score_pairs([person], offers, weights=engine.weights)

    pages = [offer_page(store, person, engine.weights, from_date=None if everything else on)]
    listing = _Listing(
        engine,
        Question("suggest", participant_id, on, None if everything else limit),
        Inputs(store),
    )
    listing.fill(_in_order(_batches(pages, batch, engine, everything)))
    return listing.save(at)


def shortlist(
    store: Store,
    engine: Engine,
    offer_id: str,
    *,
    on: date,
    at: datetime,
    limit: int,
    everything: bool = False,
) -> Run:
    """Rank the people for an offer, and save the run; arguments as in ``suggest``.

    Raises:
        UnknownRecordError: If there is no such offer.
    """
    store.begin_reading()
    offer = engine.offer(*offer_with_seats_left(store, offer_id))
    listing = _Listing(
        engine,
        Question("shortlist", offer_id, on, None if everything else limit),
        Inputs(store),
    )

    def batch(ids: Sequence[str]) -> ScoredPairs:
        if listing.needs_no_more_excluded:  # then most people need not be read in full
            ids = [p.id for p in store.records(ids) if listing.may_take(p, offer)]
        covered = store.coverage(ids, [need.uri for need in offer.needs])
        settled = store.settled(ids)
        people = [
            PersonSide(participant, reading, settled[participant.id], covered[participant.id])
            for participant, reading in store.participants(ids)
        ]
        return score_pairs(people, [offer], weights=engine.weights)

    pages = participant_pages(store, offer, engine.weights, everybody=everything)
    listing.fill(_in_order(_batches(pages, batch, engine, everything)))
    return listing.save(at)


def load_person(store: Store, engine: Engine, participant_id: str) -> PersonSide:
    """A person with all that is known, ready to be paired; UnknownRecordError if there is none."""
    participant, reading = store.participant(participant_id)
    settled = store.settled([participant_id])[participant_id]
    return engine.person(participant, reading, settled)


def _batches(
    pages: Iterable[Page],
    score: Callable[[Sequence[str]], ScoredPairs],
    engine: Engine,
    everything: bool,
) -> Iterator[Batch]:
    """Growing batches of scored candidates, each with the most that an unseen one can score."""
    base = engine.weights.base.log_odds + _ROUNDING
    size = _FIRST_BATCH
    for bounds, rest in pages:
        start = 0
        while start < len(bounds):
            end = len(bounds) if everything else start + size
            most_unseen = max(rest, bounds[end][1]) if end < len(bounds) else rest
            yield score([record_id for record_id, _ in bounds[start:end]]), most_unseen + base
            start, size = end, int(size * _GROWTH) + 1


def _in_order(batches: Iterable[Batch]) -> Iterator[tuple[ScoredPairs, int, int]]:
    """Pairs of all batches, best first; equal scores by id."""
    waiting: list[tuple[float, str, str, int]] = []
    found: list[tuple[ScoredPairs, int, int]] = []
    for scored, most_unseen in batches:
        for person, offer in scored.best_first():
            key = (-float(scored.scores[person, offer]), *_ids(scored, person, offer), len(found))
            heapq.heappush(waiting, key)
            found.append((scored, person, offer))
        while waiting and -waiting[0][0] > most_unseen:
            yield found[heapq.heappop(waiting)[-1]]
    while waiting:  # nobody is unseen now, though the last page may have been empty
        yield found[heapq.heappop(waiting)[-1]]


def _ids(scored: ScoredPairs, person: int, offer: int) -> tuple[str, str]:
    return scored.people[person].participant.id, scored.offers[offer].offer.id


@dataclass
class _Listing:
    """An answer in the making: the pairs that are listed and excluded so far, best first."""

    engine: Engine
    question: Question
    inputs: Inputs
    items: list[Pairing] = field(default_factory=list)
    excluded: list[Pairing] = field(default_factory=list)
    _profiles: dict[str, Profile] = field(default_factory=dict)

    def fill(self, pairs: Iterable[tuple[ScoredPairs, int, int]]) -> None:
        """Take pairs, given best first, until the list is full."""
        for scored, i, j in pairs:
            if self._is_full(self.items):
                break
            person, offer = scored.people[i], scored.offers[j]
            gates = self._gates(person.participant, offer, beside=scored.offers)
            listed = gates.status != "ineligible"
            if not listed and self.needs_no_more_excluded:
                if self.question.direction == "shortlist" and closes_offer(gates):
                    break
                continue
            pairing = self.engine.pairing(scored, i, j, self._profile(person, offer), gates)
            self.inputs.add_offer(offer.offer, offer.reading)
            if listed:
                self.items.append(replace(pairing, rank=len(self.items) + 1))
            else:
                self.excluded.append(pairing)

    @property
    def needs_no_more_excluded(self) -> bool:
        return self._is_full(self.excluded)

    def may_take(self, participant: Participant, offer: OfferSide) -> bool:
        """Whether this pair would be listed, or ends the list, where no more are excluded."""
        gates = self._gates(participant, offer)
        return gates.status != "ineligible" or closes_offer(gates)

    def save(self, at: datetime) -> Run:
        """Keep the answer as a run."""
        answer = Answer(tuple(self.items), tuple(self.excluded))
        engine, inputs = self.engine, self.inputs
        return save_run(inputs.store, self.question, engine.versions, inputs, answer, at)

    def _is_full(self, pairings: list[Pairing]) -> bool:
        return self.question.limit is not None and len(pairings) >= self.question.limit

    def _gates(
        self, participant: Participant, offer: OfferSide, *, beside: Sequence[OfferSide] = ()
    ) -> Eligibility:
        company = self.inputs.company(offer.offer.company_id, beside=beside)
        on, rules = self.question.on, self.engine.rules
        return assess(participant, offer.offer, company, on=on, rules=rules)

    def _profile(self, person: PersonSide, offer: OfferSide) -> Profile:
        known = person.participant.id
        if known not in self._profiles:
            self.inputs.add_participant(person.participant, person.reading, person.settled)
            one_offer = self.question.direction == "shortlist"
            about = [need.uri for need in offer.needs] if one_offer else None
            self._profiles[known] = self.engine.profile(person, about=about)
        return self._profiles[known]
