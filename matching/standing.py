"""Where an offer stands for a person among all open offers, also after a change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from matching.eligibility import Eligibility, assess
from matching.engine import Engine
from matching.explanation import Pairing
from matching.features import OfferSide, PersonSide
from matching.model import Company
from matching.ranking import ScoredPairs, score_pairs
from matching.store import Store


@dataclass(frozen=True)
class Standing:
    """The offers that compete on a day, and what they are judged with."""

    engine: Engine
    offers: tuple[OfferSide, ...]
    companies: dict[str, Company]
    on: date

    @classmethod
    def among_open(cls, store: Store, engine: Engine, *, on: date, offer_id: str) -> "Standing":
        """Every offer still open on a day, and the one asked about even if it is closed."""
        offers = tuple(
            engine.offer(offer, reading)
            for offer, reading in store.offers()
            if offer.start_date >= on or offer.id == offer_id
        )
        companies = store.companies(sorted({side.offer.company_id for side in offers}))
        return cls(engine, offers, companies, on)

    def with_offer(self, changed: OfferSide) -> "Standing":
        """The same, with one offer otherwise."""
        offers = tuple(changed if o.offer.id == changed.offer.id else o for o in self.offers)
        return replace(self, offers=offers)

    def offer(self, offer_id: str) -> OfferSide:
        """One of the offers."""
        return next(side for side in self.offers if side.offer.id == offer_id)

    def pairing(self, person: PersonSide, offer_id: str) -> Pairing:
        """The person and one of the offers, with its rank; an ineligible offer has none."""
        scored = score_pairs([person], self.offers, weights=self.engine.weights)
        before: list[int] = []
        for _, j in scored.best_first():
            if scored.offers[j].offer.id == offer_id:
                return self._ranked(scored, j, before)
            before.append(j)
        raise ValueError(f"{offer_id} is not among the offers")

    def _ranked(self, scored: ScoredPairs, j: int, before: Sequence[int]) -> Pairing:
        gates = self._gates(scored, j)
        profile = self.engine.profile(scored.people[0])
        pairing = self.engine.pairing(scored, 0, j, profile, gates)
        if gates.status == "ineligible":
            return pairing
        listed = sum(self._gates(scored, k).status != "ineligible" for k in before)
        return replace(pairing, rank=listed + 1)

    def _gates(self, scored: ScoredPairs, j: int) -> Eligibility:
        offer = scored.offers[j].offer
        return assess(
            scored.people[0].participant,
            offer,
            self.companies[offer.company_id],
            on=self.on,
            rules=self.engine.rules,
        )
