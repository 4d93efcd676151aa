"""From what the texts say, and what people settled, to the profile of a participant.

A competence is *declared* when the person names it; from an *experience* when the description of
one does, or when the story only tells of a deed that shows it, or may show it; and *hidden* when no
text names it, but trades practised, activities of life or the other competences imply it. Each is a
proposal until somebody confirms or rejects it.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from matching.evidence import (
    Because,
    Implied,
    Practised,
    Sources,
    as_words_tell,
    implied,
    practised_activities,
    practised_trades,
)
from matching.intake import Evidence, Named, ParticipantReading, by_uri
from matching.model import Participant
from matching.weights import Weights
from skills_taxonomy import Competence, Occupation, Taxonomy
from skills_taxonomy.text import stems

Origin = Literal["declared", "experience", "hidden"]
# Who says at least this share of the words that a competence is called by has named it.
_NAMED_SHARE = 0.5
_DECLARED = "declared_competences["
Status = Literal["proposed", "confirmed", "rejected"]
Settled = Literal["confirmed", "rejected"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class HeldCompetence(_Part):
    """A competence of a person: ``confidence`` in [0, 1], 1 once confirmed."""

    uri: str
    label: str
    esco_uris: tuple[str, ...]
    origin: Origin
    status: Status
    confidence: float
    evidence: tuple[Evidence, ...]
    because: tuple[Because, ...]


class Profile(_Part):
    """What a person can do, as far as is known (contract 5.3).

    The activities, of life and of trades that no word names, are there for the reasons that rest on
    them; the contract does not list them.
    """

    participant_id: str
    competences: tuple[HeldCompetence, ...]
    occupations: tuple[Practised, ...]
    activities: tuple[Practised, ...] = Field(default=(), exclude=True)

    def first(self, limit: int | None) -> "Profile":
        """The profile with at most so many competences and trades."""
        return Profile(
            participant_id=self.participant_id,
            competences=self.competences[:limit],
            occupations=self.occupations[:limit],
            activities=self.activities,
        )


def build_profile(
    participant: Participant,
    reading: ParticipantReading,
    settled: Mapping[str, Settled],
    *,
    sources: Sources,
    about: Iterable[str] | None = None,
) -> Profile:
    """The profile of a participant: confirmed first, then by confidence, then by URI.

    Args:
        participant: Whose texts were read.
        reading: What the texts say.
        settled: URI of a competence or trade → what people decided; these win over every text.
        sources: Where the concepts, and what experience teaches, come from.
        about: Only what was told, and what covers these concepts; everything without it.
    """
    signs = _signs(participant, reading, settled, sources)
    telling = None if about is None else _telling(about, signs, sources)
    held = [
        _held(uri, confidence, signs, settled.get(uri), sources.taxonomy)
        for uri, confidence in signs.confidences.items()
        if telling is None or uri in telling
    ]
    rank = {"confirmed": 0, "proposed": 1, "rejected": 2}
    return Profile(
        participant_id=participant.id,
        competences=tuple(sorted(held, key=lambda h: (rank[h.status], -h.confidence, h.uri))),
        occupations=signs.occupations,
        activities=signs.activities,
    )


def build_coverage(
    participant: Participant,
    reading: ParticipantReading,
    settled: Mapping[str, Settled],
    *,
    sources: Sources,
) -> dict[str, float]:
    """The `coverage` of the `build_profile` of the same arguments, without writing out reasons."""
    signs = _signs(participant, reading, settled, sources)
    rejected = {uri for uri, status in settled.items() if status == "rejected"}
    return _covered(
        signs.confidences,
        rejected,
        signs.occupations,
        taxonomy=sources.taxonomy,
        weights=sources.weights,
    )


@dataclass(frozen=True)
class _Signs:
    """What tells of each competence, and how sure each is that belongs in the profile."""

    occupations: tuple[Practised, ...]
    activities: tuple[Practised, ...]
    named: Mapping[str, list[Named]]
    hinted: Mapping[str, list[Named]]
    reasons: Implied
    confidences: Mapping[str, float]


def _signs(
    participant: Participant,
    reading: ParticipantReading,
    settled: Mapping[str, Settled],
    sources: Sources,
) -> _Signs:
    taxonomy = sources.taxonomy
    occupations = practised_trades(_believed(reading.occupations, settled), taxonomy)
    activities = practised_activities(reading.activities, sources.activities)
    practised = _teaching(reading, settled, occupations, sources)
    named = by_uri(n for n in reading.competences if taxonomy.is_competence(n.uri))
    known = _known(named, settled, taxonomy)
    heard = {hint.uri: hint.confidence for hint in reading.hints}
    hinted = by_uri(
        hint.model_copy(update={"confidence": hint.confidence * sources.weights.hidden.hint})
        for hint in reading.hints
        if taxonomy.is_competence(hint.uri) and hint.uri not in named
    )
    reasons = implied(participant, practised, activities, known, heard, sources)
    doubts = {uri: 1.0 - p for uri, p in reasons.probabilities().items()}
    for uri, mentions in (*named.items(), *hinted.items()):
        doubts[uri] = doubts.get(uri, 1.0) * (1.0 - max(m.confidence for m in mentions))
    sure = {uri: round(1.0 - doubt, 12) for uri, doubt in doubts.items()}
    for uri, status in settled.items():
        if taxonomy.is_competence(uri):
            sure[uri] = 1.0 if status == "confirmed" else sure.get(uri, 0.0)
    least = sources.weights.coverage.hidden_from
    held = {uri: s for uri, s in sure.items() if s >= least or uri in named or uri in settled}
    shown = {trade.uri for trade in occupations}
    lived = (*activities, *(trade for trade in practised if trade.uri not in shown))
    return _Signs(occupations, lived, named, hinted, reasons, held)


def _teaching(
    reading: ParticipantReading,
    settled: Mapping[str, Settled],
    named: tuple[Practised, ...],
    sources: Sources,
) -> tuple[Practised, ...]:
    """The trades that teach: as the whole story was weighed, and those that somebody confirmed."""
    if reading.practised is None:
        return as_words_tell(named, sources)
    confirmed = [one for one in _believed(reading.occupations, settled) if one.uri in settled]
    weighed = [*_believed(reading.practised, settled), *confirmed]
    return practised_trades(weighed, sources.taxonomy)


def _known(
    named: Mapping[str, list[Named]], settled: Mapping[str, Settled], taxonomy: Taxonomy
) -> dict[str, float]:
    """How sure each competence is that was told or confirmed, and not rejected."""
    told = {uri: max(n.confidence for n in mentions) for uri, mentions in named.items()}
    confirmed = {uri: 1.0 for uri, status in settled.items() if status == "confirmed"}
    return {
        uri: min(1.0, sure)
        for uri, sure in sorted((told | confirmed).items())
        if settled.get(uri) != "rejected" and taxonomy.is_competence(uri)
    }


def coverage(profile: Profile, *, taxonomy: Taxonomy, weights: Weights) -> dict[str, float]:
    """How far a person covers each concept, in (0, 1], partly through wider and narrower ones.

    A rejected competence is covered by nothing; a trade partly covers its ISCO-08 neighbours.
    """
    rejected = {h.uri for h in profile.competences if h.status == "rejected"}
    held = {h.uri: h.confidence for h in profile.competences}
    return _covered(held, rejected, profile.occupations, taxonomy=taxonomy, weights=weights)


def _covered(
    held: Mapping[str, float],
    rejected: set[str],
    occupations: Iterable[Practised],
    *,
    taxonomy: Taxonomy,
    weights: Weights,
) -> dict[str, float]:
    covered: dict[str, float] = defaultdict(float)
    for own, confidence in held.items():
        if own not in rejected:
            for uri, share in _reach(own, taxonomy, weights):
                covered[uri] = max(covered[uri], confidence * share)
    for uri in rejected:
        covered.pop(uri, None)
    for practised in occupations:
        trade = taxonomy.occupation(practised.uri)
        for near in taxonomy.of_sub_major_group(trade.isco[:2]):
            if likeness := occupation_likeness(trade, near, weights=weights):
                value = practised.confidence * likeness
                covered[near.uri] = max(covered[near.uri], value)
    return dict(covered)


def occupation_likeness(left: Occupation, right: Occupation, *, weights: Weights) -> float:
    """How alike two trades are in [0, 1], by the ISCO-08 digits they share."""
    if left.uri == right.uri:
        return 1.0
    if left.isco[:3] == right.isco[:3]:
        return weights.occupation.same_minor_group
    return weights.occupation.same_sub_major_group if left.isco[:2] == right.isco[:2] else 0.0


def reached_through(
    uri: str, profile: Profile, *, taxonomy: Taxonomy, weights: Weights
) -> HeldCompetence | None:
    """The held competence that covers ``uri`` best, or None; equal ones go by URI."""
    held_by_uri = {held.uri: held for held in profile.competences}
    if uri in held_by_uri and held_by_uri[uri].status == "rejected":
        return None
    reaching = [
        (held.confidence * share, held.uri == uri, held)
        for other, share in sorted(_ways(uri, taxonomy, weights))
        if (held := held_by_uri.get(other)) is not None and held.status != "rejected"
    ]
    return max(reaching, key=lambda found: found[:2])[2] if reaching else None


def _telling(about: Iterable[str], signs: _Signs, sources: Sources) -> set[str]:
    """The competences that words behind these concepts can come from."""
    taxonomy, weights = sources.taxonomy, sources.weights
    asked = filter(taxonomy.is_competence, about)
    return {*signs.named, *(uri for one in asked for uri, _ in _ways(one, taxonomy, weights))}


def _ways(uri: str, taxonomy: Taxonomy, weights: Weights) -> list[tuple[str, float]]:
    """Every competence that covers ``uri`` when it is held, and how far."""
    return [
        (uri, 1.0),
        *(
            (narrower.uri, _through_narrower(uri, taxonomy, weights))
            for narrower in taxonomy.narrower(uri)
        ),
        *((broader.uri, weights.coverage.through_broader) for broader in taxonomy.broader(uri)),
    ]


def _reach(uri: str, taxonomy: Taxonomy, weights: Weights) -> Iterable[tuple[str, float]]:
    yield uri, 1.0
    for broader in taxonomy.competence(uri).broader:
        yield broader, _through_narrower(broader, taxonomy, weights)
    for narrower in taxonomy.narrower(uri):
        yield narrower.uri, weights.coverage.through_broader


def _through_narrower(broader: str, taxonomy: Taxonomy, weights: Weights) -> float:
    """How far a competence is covered by one below it: the less, the more there are below it."""
    few = weights.coverage.few_narrower / len(taxonomy.narrower(broader))
    return weights.coverage.through_narrower * min(1.0, math.sqrt(few))


def _believed(named: Iterable[Named], settled: Mapping[str, Settled]) -> list[Named]:
    """What texts were read to name, but for what was rejected; what was confirmed is certain."""
    return [
        one.model_copy(update={"confidence": 1.0}) if one.uri in settled else one
        for one in named
        if settled.get(one.uri) != "rejected"
    ]


def _held(
    uri: str, confidence: float, signs: _Signs, settled: Settled | None, taxonomy: Taxonomy
) -> HeldCompetence:
    competence = taxonomy.competence(uri)
    mentions = signs.named.get(uri, [])
    hints = signs.hinted.get(uri, [])
    because = signs.reasons.because(uri)
    return HeldCompetence(
        uri=uri,
        label=competence.label,
        esco_uris=competence.esco_uris,
        origin="experience" if hints else _origin(competence, mentions, because),
        status=settled or "proposed",
        confidence=confidence,
        evidence=tuple(m.evidence for m in (*mentions, *hints)),
        because=tuple(sorted(because, key=lambda b: (-b.weight, b.uri))),
    )


def _origin(competence: Competence, mentions: list[Named], because: list[Because]) -> Origin:
    if any(_names(m.evidence, competence) for m in mentions):
        return "declared"
    if mentions:
        return "experience"
    # A competence that somebody added by hand, with no text behind it, was told to them.
    return "hidden" if because else "declared"


def _names(evidence: Evidence, competence: Competence) -> bool:
    """Whether the person names the competence, and does not only tell of a deed that shows it."""
    if evidence.source.startswith(_DECLARED):
        return True
    said, label = set(stems(evidence.text)), set(stems(competence.label))
    named = not said or len(said & label) >= _NAMED_SHARE * len(label)
    return named and not evidence.source.startswith("experiences[")
