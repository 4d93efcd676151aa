"""What there is to say of a pair, before anybody is spoken to."""

from collections.abc import Iterator
from dataclasses import dataclass

from matching.changes import Consequence, what_would_change
from matching.engine import Engine
from matching.explanation import KNOWN_FROM, Pairing, words_behind
from matching.features import Need, OfferSide, PersonSide
from matching.model import Company, Offer, Participant
from matching.profile import HeldCompetence, Profile, coverage, reached_through
from matching.standing import Standing
from matching.voices.shown import Known, ToLearn
from skills_taxonomy import Competence, Taxonomy


@dataclass(frozen=True)
class Facts:
    """A person, an offer, and all that was found of the two together.

    Attributes:
        held: What covers each need of a competence, by URI; None where nothing does.
        confirmed: What is known by confirmed competences alone, whatever is proposed beside them.
    """

    taxonomy: Taxonomy
    person: PersonSide
    profile: Profile
    side: OfferSide
    company: Company
    pairing: Pairing
    held: dict[str, HeldCompetence | None]
    confirmed: frozenset[str]
    changes: tuple[Consequence, ...]

    @property
    def participant(self) -> Participant:
        return self.person.participant

    @property
    def offer(self) -> Offer:
        return self.side.offer

    def competence(self, uri: str) -> Competence:
        """A competence of the taxonomy."""
        return self.taxonomy.competence(uri)

    def known(self) -> tuple[Known, ...]:
        """What the offer asks for and the person has, as far as is known."""
        return tuple(
            Known(
                need.uri,
                self.competence(need.uri).label,
                None if held.uri == need.uri else held.label,
                held.origin,
                held.status,
                held.confidence,
                words_behind(held, self.profile),
            )
            for need, held in self._needs()
            if held is not None
        )

    def learn(self) -> tuple[ToLearn, ...]:
        """What the offer asks for and the person has not, as far as is known."""
        return tuple(self.to_learn(need) for need, held in self._needs() if held is None)

    def to_learn(self, need: Need) -> ToLearn:
        """A need as something to learn."""
        label = self.competence(need.uri).label
        return ToLearn(need.uri, label, need.factor == "required_competence")

    def _needs(self) -> Iterator[tuple[Need, HeldCompetence | None]]:
        """Each competence asked for, and what covers it well enough to be called known."""
        for need in self.side.needs:
            if need.factor != "occupation":
                enough = self.person.coverage.get(need.uri, 0.0) >= KNOWN_FROM
                yield need, self.held[need.uri] if enough else None


def gather(standing: Standing, person: PersonSide, offer_id: str) -> Facts:
    """Everything there is to say of a person and an offer."""
    engine, side = standing.engine, standing.offer(offer_id)
    profile = engine.profile(person)
    pairing = standing.pairing(person, offer_id)
    held = {
        need.uri: reached_through(
            need.uri, profile, taxonomy=engine.taxonomy, weights=engine.weights
        )
        for need in side.needs
        if need.factor != "occupation"
    }
    return Facts(
        engine.taxonomy,
        person,
        profile,
        side,
        standing.companies[side.offer.company_id],
        pairing,
        held,
        _confirmed(profile, engine),
        what_would_change(standing, person, offer_id, pairing),
    )


def _confirmed(profile: Profile, engine: Engine) -> frozenset[str]:
    settled = tuple(h for h in profile.competences if h.status != "proposed")
    bare = profile.model_copy(update={"competences": settled, "occupations": ()})
    covered = coverage(bare, taxonomy=engine.taxonomy, weights=engine.weights)
    return frozenset(uri for uri, share in covered.items() if share >= KNOWN_FROM)
