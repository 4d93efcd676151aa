"""From the terms of a pair to its reasons: the same numbers, each with its words."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.eligibility import Eligibility
from matching.evidence import Practised
from matching.features import Factor, Need, OfferSide, PersonSide
from matching.intake import Evidence, Passage, Wish
from matching.messages import say
from matching.profile import HeldCompetence, Profile, occupation_likeness, reached_through
from matching.ranking import ScoredPairs
from matching.travel import best_travel
from matching.weights import Weights
from skills_taxonomy import Taxonomy

KNOWN_FROM: Final = 0.4
"""Covered less than this, what an offer asks for is something to learn."""


@dataclass(frozen=True)
class Contribution:
    """One bar of an explanation: ``value`` in log-odds, and the words it rests on."""

    factor: Factor
    uri: str | None
    label: str
    value: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Pairing:
    """A person and an offer: score, reasons, gates. ``score == base + Σ contribution.value``."""

    participant_id: str
    offer_id: str
    score: float
    base: float
    contributions: tuple[Contribution, ...]
    eligibility: Eligibility
    rank: int | None = field(default=None)


def contributions(
    scored: ScoredPairs,
    person: int,
    offer: int,
    profile: Profile,
    *,
    taxonomy: Taxonomy,
    weights: Weights,
) -> tuple[Contribution, ...]:
    """The terms of one pair that are known and not zero, needs first, each with its evidence."""
    person_side, offer_side = scored.people[person], scored.offers[offer]
    start = scored.terms.need_starts[offer]
    found = [
        _need_contribution(need, float(value), profile, taxonomy, weights)
        for need, value in zip(
            offer_side.needs,
            scored.terms.needs[person, start : start + len(offer_side.needs)],
            strict=True,
        )
        if value
    ]
    for factor, values in scored.terms.others.items():
        value = float(values[person, offer])
        if value and not np.isnan(value):
            label, evidence = _words(factor, person_side, offer_side)
            found.append(Contribution(factor, None, label, value, evidence))
    return tuple(found)


def _need_contribution(
    need: Need, value: float, profile: Profile, taxonomy: Taxonomy, weights: Weights
) -> Contribution:
    label = taxonomy.concept(need.uri).label
    if need.factor == "occupation":
        words = _practised_words(need.uri, profile, taxonomy, weights)
        return Contribution(need.factor, need.uri, label, value, words)
    held = reached_through(need.uri, profile, taxonomy=taxonomy, weights=weights)
    if held is None:
        return Contribution(need.factor, need.uri, label, value)
    if held.uri != need.uri:
        label = say("explanation.near", label=label, near=held.label)
    return Contribution(need.factor, need.uri, label, value, words_behind(held, profile))


def words_behind(held: HeldCompetence, profile: Profile) -> tuple[Evidence, ...]:
    """The words behind a competence: its own, or those that named what implies it."""
    if held.evidence:
        return held.evidence
    implied_by = {because.uri for because in held.because}
    causes: tuple[Practised | HeldCompetence, ...] = (
        *profile.occupations,
        *profile.activities,
        *profile.competences,
    )
    return tuple(dict.fromkeys(e for c in causes if c.uri in implied_by for e in c.evidence))


def _practised_words(
    uri: str, profile: Profile, taxonomy: Taxonomy, weights: Weights
) -> tuple[Evidence, ...]:
    asked = taxonomy.occupation(uri)
    best = max(
        profile.occupations,
        key=lambda o: (
            o.confidence * occupation_likeness(taxonomy.occupation(o.uri), asked, weights=weights)
        ),
    )
    return best.evidence


def _words(
    factor: Factor, person: PersonSide, offer: OfferSide
) -> tuple[str, tuple[Evidence, ...]]:
    if factor == "interest":
        return _wish_words("interest", person.reading.interests, offer)
    if factor == "avoid":
        return _wish_words("avoid", person.reading.avoid, offer)
    if factor == "likeness":
        passage, task = _nearest(person.reading.passages, offer.reading.tasks)
        return say("explanation.likeness"), (passage.evidence, task.evidence)
    if factor == "travel":
        travel = best_travel(person.participant, offer.offer)
        if travel is None:
            raise ValueError("a travel term needs a journey")
        means = say(f"labels.by_transport.{travel.transport}")
        return say("explanation.travel", minutes=travel.minutes, means=means), ()
    return say("explanation.schedule"), ()


def _wish_words(
    factor: Factor, wishes: tuple[Wish, ...], offer: OfferSide
) -> tuple[str, tuple[Evidence, ...]]:
    asked = {need.uri for need in offer.needs}
    touching = max(
        wishes,
        key=lambda wish: max(
            1.0 if asked.intersection(wish.concepts) else 0.0,
            *(_cosine(wish.passage, task) for task in offer.reading.tasks),
            0.0,
        ),
    )
    return say(f"explanation.{factor}"), (touching.passage.evidence,)


def _nearest(passages: tuple[Passage, ...], tasks: tuple[Passage, ...]) -> tuple[Passage, Passage]:
    pairs = ((passage, task) for passage in passages for task in tasks)
    return max(pairs, key=lambda pair: _cosine(*pair))


def _cosine(left: Passage, right: Passage) -> float:
    return sum(weight * right.terms.get(word, 0.0) for word, weight in left.terms.items())
