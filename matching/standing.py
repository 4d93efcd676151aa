"""Where an offer stands for a person among all open offers, also after a change."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from matching.eligibility import Eligibility, EligibilityStatus, assess
from matching.engine import Engine
from matching.explanation import Pairing
from matching.features import OfferSide, OfferTable, PersonSide
from matching.model import Company, Offer, Participant
from matching.ranking import ScoredPairs, score_on_table
from matching.store import Store
from matching.vacancy_store import companies_with_interns, offers_with_seats_left


@dataclass(frozen=True)
class Place:
    """Where an offer stands for a person; an ineligible offer has no rank."""

    score: float
    rank: int | None
    status: EligibilityStatus


@dataclass(frozen=True)
class Standing:
    """The offers that compete on a day, and what they are judged with."""

    engine: Engine
    offers: tuple[OfferSide, ...]
    companies: dict[str, Company]
    on: date

    @classmethod
    def among_open(
        cls, store: Store, engine: Engine, *, on: date, offer_id: str | None = None
    ) -> "Standing":
        """Every offer still open on a day, and the one asked about even if it is closed."""
        offers = tuple(
            engine.offer(offer, reading)
            for offer, reading in offers_with_seats_left(store)
            if offer.start_date >= on or offer.id == offer_id
        )
        companies = companies_with_interns(
            store, sorted({side.offer.company_id for side in offers})
        )
        return cls(engine, offers, companies, on)

    @cached_property
    def _table(self) -> OfferTable:
        return OfferTable(self.offers)

    def with_offer(self, changed: OfferSide) -> "Standing":
        """The same, with one offer otherwise; itself where nothing of the offer differs."""
        if self.offer(changed.offer.id) is changed:
            return self
        offers = tuple(changed if o.offer.id == changed.offer.id else o for o in self.offers)
        return replace(self, offers=offers)

    def offer(self, offer_id: str) -> OfferSide:
        """One of the offers."""
        return next(side for side in self.offers if side.offer.id == offer_id)

    def open_to(self, participant: Participant) -> tuple[OfferSide, ...]:
        """The offers from which no gate excludes a person."""
        return tuple(
            side
            for side in self.offers
            if self._assess(participant, side.offer).status != "ineligible"
        )

    def pairing(self, person: PersonSide, offer_id: str) -> Pairing:
        """The person and one of the offers, with its rank and its reasons."""
        scored, j, before = self._scored(person, offer_id)
        gates = self._gates(scored, j)
        pairing = self.engine.pairing(scored, 0, j, self.engine.profile(person), gates)
        return replace(pairing, rank=self._rank(scored, gates, before))

    def place(self, person: PersonSide, offer_id: str) -> Place:
        """The same without the reasons, which is faster."""
        scored, j, before = self._scored(person, offer_id)
        gates = self._gates(scored, j)
        return Place(float(scored.scores[0, j]), self._rank(scored, gates, before), gates.status)

    def _scored(self, person: PersonSide, offer_id: str) -> tuple[ScoredPairs, int, list[int]]:
        """Every offer scored, the position of one, and those that score better."""
        scored = score_on_table([person], self.offers, self._table, weights=self.engine.weights)
        before: list[int] = []
        for _, j in scored.best_first():
            if scored.offers[j].offer.id == offer_id:
                return scored, j, before
            before.append(j)
        raise ValueError(f"{offer_id} is not among the offers")

    def _rank(self, scored: ScoredPairs, gates: Eligibility, before: list[int]) -> int | None:
        if gates.status == "ineligible":
            return None
        return 1 + sum(self._gates(scored, k).status != "ineligible" for k in before)

    def _gates(self, scored: ScoredPairs, j: int) -> Eligibility:
        return self._assess(scored.people[0].participant, scored.offers[j].offer)

    def _assess(self, participant: Participant, offer: Offer) -> Eligibility:
        company = self.companies[offer.company_id]
        return assess(participant, offer, company, on=self.on, rules=self.engine.rules)
