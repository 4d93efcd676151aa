"""What speaks for each competence besides words: trades, activities of life, what goes with it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from matching.hidden import HiddenCompetences, Lifts
from matching.intake import Evidence, Named, by_uri
from matching.model import Experience, Participant
from matching.weights import Practice, Weights
from skills_taxonomy import Activities, Taxonomy
from skills_taxonomy.mentions import own_deed
from skills_taxonomy.text import stems, tokens


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Because(_Part):
    """What implied a competence, and how likely it alone makes it (a probability)."""

    uri: str
    label: str
    weight: float


class Practised(_Part):
    """A trade or an activity of life that the person has practised."""

    uri: str
    label: str
    esco_uris: tuple[str, ...]
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Sources:
    """Where what experience teaches comes from."""

    taxonomy: Taxonomy
    activities: Activities
    hidden: HiddenCompetences
    weights: Weights

    @cached_property
    def doubt_of_anybody(self) -> dict[str, float]:
        """URI → how likely whoever tells of some trades and activities is not to have learnt it.

        The doubt that as many of them leave, on average, as people usually tell of.
        """
        lessons = [(r.competence, r.weight) for r in self.taxonomy.relations]
        lessons += [(le.competence, le.strength) for le in self.activities.lessons]
        total: dict[str, float] = defaultdict(float)
        for competence, weight in lessons:
            total[competence] += weight
        everything = len(self.taxonomy.occupations) + len(self.activities.activities)
        usual = self.weights.hidden.usual
        return {uri: (1.0 - weight / everything) ** usual for uri, weight in total.items()}


def practised_trades(named: Iterable[Named], taxonomy: Taxonomy) -> tuple[Practised, ...]:
    """The trades that are told, the surest first, then by URI."""
    concepts = {uri: taxonomy.concept(uri) for uri in {n.uri for n in named} if uri in taxonomy}
    labels = {uri: (concept.label, concept.esco_uris) for uri, concept in concepts.items()}
    return _practised(named, labels)


def as_words_tell(trades: Iterable[Practised], sources: Sources) -> tuple[Practised, ...]:
    """Trades that were not weighed: those that only a place or a thing tells of are less sure."""
    passing = sources.weights.practice.in_passing
    return tuple(
        trade
        if _outright(trade, sources)
        else trade.model_copy(update={"confidence": trade.confidence * passing})
        for trade in trades
    )


def _outright(trade: Practised, sources: Sources) -> bool:
    """Whether some words name the trade or a deed, and not only a place or a thing of it."""
    occupation = sources.taxonomy.occupation(trade.uri)
    names = {stems(label)[0] for label in (occupation.label, occupation.label_feminine)}
    return any(
        evidence.source.endswith(".title")
        or own_deed(evidence.text)
        or not names.isdisjoint(token.stem for token in tokens(evidence.text))
        for evidence in trade.evidence
    )


def practised_activities(named: Iterable[Named], activities: Activities) -> tuple[Practised, ...]:
    """The activities of life that are told, the surest first, then by URI."""
    labels = {
        uri: (activities.activity(uri).label, ())
        for uri in {n.uri for n in named}
        if uri in activities
    }
    return _practised(named, labels)


def _practised(
    named: Iterable[Named], labels: Mapping[str, tuple[str, tuple[str, ...]]]
) -> tuple[Practised, ...]:
    found = [
        Practised(
            uri=uri,
            label=labels[uri][0],
            esco_uris=labels[uri][1],
            confidence=max(n.confidence for n in mentions),
            evidence=tuple(n.evidence for n in mentions),
        )
        for uri, mentions in by_uri(named).items()
        if uri in labels
    ]
    return tuple(sorted(found, key=lambda p: (-p.confidence, p.uri)))


@dataclass(frozen=True)
class Implied:
    """What speaks for each competence; the reasons are made for those that are asked for."""

    taught: Mapping[str, list[tuple[Practised, float]]]
    together: Lifts
    sources: Sources

    def probabilities(self) -> dict[str, float]:
        """URI → how likely all that speaks for it makes it, each as if independent.

        As far as it is likelier than of anybody: what everybody is told to have says nothing.
        """
        return {
            uri: 1.0 - self._more_than_anybody(uri, self._doubt(uri))
            for uri in self.taught.keys() | self.together.probabilities.keys()
        }

    def because(self, uri: str) -> list[Because]:
        """What speaks for a competence; nothing if it is no likelier than of anybody.

        The doubt that all together leave is shared out, in proportion to the logarithm of what each
        leaves: it stays their product.
        """
        concept = self.sources.taxonomy.concept
        alone = [(p.uri, p.label, weight) for p, weight in self.taught.get(uri, ())]
        if uri in self.together.probabilities:
            together = self._left_together(uri)
            alone += [
                (known, concept(known).label, 1.0 - together**part)
                for known, part in self.together.parts(uri).items()
            ]
        doubt = self._doubt(uri)
        left = self._more_than_anybody(uri, doubt)
        if left == 1.0:
            return []
        share = math.log(left) / math.log(doubt) if left > 0.0 else 1.0
        return [
            Because(uri=by, label=label, weight=1.0 - (1.0 - weight) ** share)
            for by, label, weight in alone
        ]

    def _doubt(self, uri: str) -> float:
        taught = math.prod(1.0 - weight for _, weight in self.taught.get(uri, ()))
        return taught * self._left_together(uri)

    def _left_together(self, uri: str) -> float:
        share = self.sources.weights.hidden.together
        return 1.0 - share * self.together.probabilities.get(uri, 0.0)

    def _more_than_anybody(self, uri: str, doubt: float) -> float:
        of_anybody = self.sources.doubt_of_anybody.get(uri, 1.0)
        return doubt / of_anybody if doubt < of_anybody else 1.0


def implied(
    participant: Participant,
    trades: Iterable[Practised],
    activities: Iterable[Practised],
    known: Mapping[str, float],
    heard: Mapping[str, float],
    sources: Sources,
) -> Implied:
    """What speaks for each competence.

    Args:
        participant: Whose experiences say for how long, and how long ago.
        trades: What the person worked as.
        activities: What they did besides.
        known: Competence URI → how sure it is that the person has it.
        heard: Competence URI → how likely some words of the texts tell of it.
        sources: What trades and activities teach, and what goes together.
    """
    taught: dict[str, list[tuple[Practised, float]]] = defaultdict(list)
    for practised, lessons in (
        *((trade, _of_trade(trade, heard, sources)) for trade in trades),
        *((activity, _of_activity(activity, sources)) for activity in activities),
    ):
        learnt = practised.confidence * _share_kept(participant, practised, sources.weights)
        for competence, weight in lessons.items():
            taught[competence].append((practised, learnt * weight))
    together = sources.hidden.lifts(known if sources.weights.hidden.together else {})
    return Implied(taught, together, sources)


def _of_trade(trade: Practised, heard: Mapping[str, float], sources: Sources) -> dict[str, float]:
    """What a trade teaches, less where its work is told and this part of it is not.

    Nobody does everything that a trade requires: who tells what they did there, and not this,
    probably did not. What is asked of every trade, patience or order, is seldom told anyway.
    """
    lessons = {r.competence: r.weight for r in sources.taxonomy.taught_by(trade.uri)}
    practice = sources.weights.practice
    told = max((heard.get(competence, 0.0) for competence in lessons), default=0.0)

    def share(competence: str) -> float:
        if sources.taxonomy.competence(competence).reuse_level == "transversal":
            return 1.0
        silent = 1.0 - min(1.0, heard.get(competence, 0.0) / practice.heard_from)
        return 1.0 - practice.untold * told * silent

    return {competence: weight * share(competence) for competence, weight in lessons.items()}


def _of_activity(activity: Practised, sources: Sources) -> dict[str, float]:
    lessons = sources.activities.taught_by(activity.uri)
    return {le.competence: le.strength for le in lessons if le.competence in sources.taxonomy}


def _share_kept(participant: Participant, practised: Practised, weights: Weights) -> float:
    """How much of what a practice teaches is there today, by its best mention.

    1 where nothing says for how long it lasted or when it ended.
    """
    return max(
        _kept(participant.experience_of(evidence.source), weights.practice)
        if evidence.source.startswith("experiences[")
        else 1.0
        for evidence in practised.evidence
    )


def _kept(experience: Experience, practice: Practice) -> float:
    short = experience.years is not None and experience.years < 1
    learnt = practice.short if short else 1.0
    if experience.end_year is None:
        return learnt
    stale = max(0, practice.as_of - experience.end_year - practice.fresh_years)
    return learnt * (1.0 - min(practice.fading_most, practice.fading_per_year * stale))
