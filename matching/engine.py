"""What a ranking runs on: this release's taxonomy, weights and rules, and their versions."""

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from matching.eligibility import Eligibility, Rules, load_rules
from matching.evidence import Sources
from matching.explanation import Pairing, contributions
from matching.features import OfferSide, PersonSide, offer_needs
from matching.hidden import HiddenCompetences
from matching.intake import OfferReading, ParticipantReading
from matching.model import Offer, Participant
from matching.profile import Profile, Settled, build_coverage, build_profile
from matching.ranking import ScoredPairs
from matching.weights import Weights, load_weights
from skills_taxonomy import Activities, Taxonomy
from skills_taxonomy.linker import WORDS_ALONE

# Raised by hand when code changes what the same data and weights give: readings are then made
# again, and a replay says so.
MODEL = "5"


@dataclass(frozen=True)
class Engine:
    """Taxonomy, weights and rules, together, and what life outside trades teaches.

    ``reader`` is the version of the linker that reads texts (``Linker.version``).
    """

    taxonomy: Taxonomy
    weights: Weights
    rules: Rules
    activities: Activities
    reader: str = WORDS_ALONE

    @property
    def versions(self) -> dict[str, str]:
        """What a ranking was made with (contract 5.3)."""
        return {
            "model": f"{MODEL}-{self.weights.version}-{self.activities.version}",
            "taxonomy": self.taxonomy.version,
            "rules": self.rules.version,
        }

    @property
    def derivation(self) -> str:
        """What stored readings and coverage depend on."""
        return f"{self.versions['model']} {self.versions['taxonomy']} {self.reader}"

    @cached_property
    def sources(self) -> Sources:
        """Where profiles come from; what goes together is learned when it is first needed."""
        hidden = _hidden_competences(self.taxonomy)
        return Sources(self.taxonomy, self.activities, hidden, self.weights)

    def profile(self, person: PersonSide, *, about: Iterable[str] | None = None) -> Profile:
        """The profile of a person, or what of it explains how far these concepts are covered."""
        return build_profile(
            person.participant,
            person.reading,
            person.settled,
            sources=self.sources,
            about=about,
        )

    def person(
        self, participant: Participant, reading: ParticipantReading, settled: Mapping[str, Settled]
    ) -> PersonSide:
        """A person ready to be paired with any offer."""
        covered = build_coverage(participant, reading, settled, sources=self.sources)
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
    engine = Engine(Taxonomy.builtin(), load_weights(), load_rules(), Activities.builtin())
    # It lives as long as the process: no later garbage collection need walk through it.
    gc.freeze()
    return engine


@cache
def _hidden_competences(taxonomy: Taxonomy) -> HiddenCompetences:
    # Nothing known ever speaks against a competence: knowing more never lowers a coverage.
    return HiddenCompetences.fit(taxonomy, only_support=True)
