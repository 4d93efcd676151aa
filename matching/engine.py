"""What a ranking runs on: this release's taxonomy, weights and rules, and their versions."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matching.eligibility import Eligibility, Rules, load_rules
from matching.explanation import Pairing, contributions
from matching.features import OfferSide, PersonSide, offer_needs
from matching.intake import OfferReading, ParticipantReading
from matching.model import Offer, Participant
from matching.profile import Profile, Settled, build_profile, coverage
from matching.ranking import ScoredPairs
from matching.weights import Weights, load_weights
from skills_taxonomy import Taxonomy

# Raised by hand when code changes what the same data and weights give: readings are then made
# again, and a replay says so.
MODEL = "1"


@dataclass(frozen=True)
class Engine:
    """Taxonomy, weights and rules, together."""

    taxonomy: Taxonomy
    weights: Weights
    rules: Rules

    @property
    def versions(self) -> dict[str, str]:
        """What a ranking was made with (contract 5.3)."""
        return {
            "model": f"{MODEL}-{self.weights.version}",
            "taxonomy": self.taxonomy.version,
            "rules": self.rules.version,
        }

    @property
    def derivation(self) -> str:
        """What stored readings and coverage depend on."""
        return f"{self.versions['model']} {self.versions['taxonomy']}"

    def profile(self, person: PersonSide) -> Profile:
        """The profile of a person."""
        return build_profile(
            person.participant,
            person.reading,
            person.settled,
            taxonomy=self.taxonomy,
            weights=self.weights,
        )

    def person(
        self, participant: Participant, reading: ParticipantReading, settled: Mapping[str, Settled]
    ) -> PersonSide:
        """A person ready to be paired with any offer."""
        bare = PersonSide(participant, reading, settled, {})
        covered = coverage(self.profile(bare), taxonomy=self.taxonomy, weights=self.weights)
        return PersonSide(participant, reading, settled, covered)

    def offer(self, offer: Offer, reading: OfferReading) -> OfferSide:
        """An offer ready to be paired."""
        needs = offer_needs(offer, reading, taxonomy=self.taxonomy, weights=self.weights)
        return OfferSide(offer, reading, needs)

    def pairing(
        self, scored: ScoredPairs, person: int, offer: int, profile: Profile, gates: Eligibility
    ) -> Pairing:
        """A scored pair with its reasons and its gates."""
        return Pairing(
            scored.people[person].participant.id,
            scored.offers[offer].offer.id,
            float(scored.scores[person, offer]),
            scored.base,
            contributions(
                scored, person, offer, profile, taxonomy=self.taxonomy, weights=self.weights
            ),
            gates,
        )


@cache
def builtin_engine() -> Engine:
    """The engine of this release."""
    engine = Engine(Taxonomy.builtin(), load_weights(), load_rules())
    # It lives as long as the process: no later garbage collection need walk through it.
    gc.freeze()
    return engine
