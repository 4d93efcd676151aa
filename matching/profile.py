"""From what the texts say, and what people settled, to the profile of a participant.

A competence is *declared* when the person names it, from an *experience* when its description does,
and *hidden* when only a practised trade implies it. Each is a proposal until somebody confirms or
rejects it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from matching.intake import Evidence, Named, ParticipantReading
from matching.model import Participant
from matching.weights import Weights
from skills_taxonomy import Occupation, Taxonomy

Origin = Literal["declared", "experience", "hidden"]
Status = Literal["proposed", "confirmed", "rejected"]
Settled = Literal["confirmed", "rejected"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Because(_Part):
    """What implied a competence, and how strongly (a probability)."""

    uri: str
    label: str
    weight: float


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


class PractisedOccupation(_Part):
    """A trade the person has practised."""

    uri: str
    label: str
    esco_uris: tuple[str, ...]
    confidence: float
    evidence: tuple[Evidence, ...]


class Profile(_Part):
    """What a person can do, as far as is known (contract 5.3)."""

    participant_id: str
    competences: tuple[HeldCompetence, ...]
    occupations: tuple[PractisedOccupation, ...]

    def first(self, limit: int | None) -> "Profile":
        """The profile with at most so many competences and trades."""
        return Profile(
            participant_id=self.participant_id,
            competences=self.competences[:limit],
            occupations=self.occupations[:limit],
        )


def build_profile(
    participant: Participant,
    reading: ParticipantReading,
    settled: Mapping[str, Settled],
    *,
    taxonomy: Taxonomy,
    weights: Weights,
) -> Profile:
    """The profile of a participant: confirmed first, then by confidence, then by URI.

    Args:
        participant: Whose texts were read.
        reading: What the texts say.
        settled: URI of a competence or trade → what people decided; these win over every text.
        taxonomy: Where the concepts and what trades teach come from.
        weights: How much a short experience teaches, and which hidden competences are proposed.
    """
    occupations = _occupations(_believed(reading.occupations, settled), taxonomy)
    named = _by_uri(reading.competences)
    implied = _implied(participant, occupations, taxonomy, weights)
    held = [
        _held(uri, named.get(uri, []), implied.get(uri, []), settled.get(uri), taxonomy)
        for uri in {*named, *implied, *settled}
        if taxonomy.is_competence(uri)
    ]
    kept = [
        h
        for h in held
        if h.origin != "hidden"
        or h.status != "proposed"
        or h.confidence >= weights.coverage.hidden_from
    ]
    rank = {"confirmed": 0, "proposed": 1, "rejected": 2}
    return Profile(
        participant_id=participant.id,
        competences=tuple(sorted(kept, key=lambda h: (rank[h.status], -h.confidence, h.uri))),
        occupations=tuple(occupations),
    )


def coverage(profile: Profile, *, taxonomy: Taxonomy, weights: Weights) -> dict[str, float]:
    """How far a person covers each concept, in (0, 1], partly through wider and narrower ones.

    A rejected competence is covered by nothing; a trade partly covers its ISCO-08 neighbours.
    """
    covered: dict[str, float] = defaultdict(float)
    rejected = {h.uri for h in profile.competences if h.status == "rejected"}
    for held in profile.competences:
        if held.uri not in rejected:
            for uri, share in _reach(held.uri, taxonomy, weights):
                covered[uri] = max(covered[uri], held.confidence * share)
    for uri in rejected:
        covered.pop(uri, None)
    for practised in profile.occupations:
        for occupation in taxonomy.occupations:
            likeness = occupation_likeness(
                taxonomy.occupation(practised.uri), occupation, weights=weights
            )
            if likeness:
                value = practised.confidence * likeness
                covered[occupation.uri] = max(covered[occupation.uri], value)
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
    ways = [
        (uri, 1.0),
        *((narrower.uri, weights.coverage.through_narrower) for narrower in taxonomy.narrower(uri)),
        *((broader.uri, weights.coverage.through_broader) for broader in taxonomy.broader(uri)),
    ]
    reaching = [
        (held.confidence * share, held.uri == uri, held)
        for other, share in sorted(ways)
        if (held := held_by_uri.get(other)) is not None and held.status != "rejected"
    ]
    return max(reaching, key=lambda found: found[:2])[2] if reaching else None


def _reach(uri: str, taxonomy: Taxonomy, weights: Weights) -> Iterable[tuple[str, float]]:
    yield uri, 1.0
    for broader in taxonomy.broader(uri):
        yield broader.uri, weights.coverage.through_narrower
    for narrower in taxonomy.narrower(uri):
        yield narrower.uri, weights.coverage.through_broader


def _by_uri(named: Iterable[Named]) -> dict[str, list[Named]]:
    grouped: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        grouped[one.uri].append(one)
    return grouped


def _believed(named: Iterable[Named], settled: Mapping[str, Settled]) -> list[Named]:
    """What texts were read to name, but for what was rejected; what was confirmed is certain."""
    return [
        one.model_copy(update={"confidence": 1.0}) if one.uri in settled else one
        for one in named
        if settled.get(one.uri) != "rejected"
    ]


def _occupations(named: Iterable[Named], taxonomy: Taxonomy) -> list[PractisedOccupation]:
    found = [
        PractisedOccupation(
            uri=uri,
            label=taxonomy.concept(uri).label,
            esco_uris=taxonomy.concept(uri).esco_uris,
            confidence=max(n.confidence for n in mentions),
            evidence=tuple(n.evidence for n in mentions),
        )
        for uri, mentions in _by_uri(named).items()
        if uri in taxonomy
    ]
    return sorted(found, key=lambda o: (-o.confidence, o.uri))


def _implied(
    participant: Participant,
    occupations: Iterable[PractisedOccupation],
    taxonomy: Taxonomy,
    weights: Weights,
) -> dict[str, list[Because]]:
    """What each practised trade is likely to have taught, by competence."""
    implied: dict[str, list[Because]] = defaultdict(list)
    for practised in occupations:
        learnt = practised.confidence * _share_learnt(participant, practised, weights)
        for relation in taxonomy.taught_by(practised.uri):
            implied[relation.competence].append(
                Because(uri=practised.uri, label=practised.label, weight=learnt * relation.weight)
            )
    return implied


def _share_learnt(
    participant: Participant, practised: PractisedOccupation, weights: Weights
) -> float:
    """1, or less when every mention is in an experience known to have lasted under a year."""
    for evidence in practised.evidence:
        if not evidence.source.startswith("experiences["):
            return 1.0
        years = participant.experience_of(evidence.source).years
        if years is None or years >= 1:
            return 1.0
    return weights.coverage.short_experience


def _held(
    uri: str,
    mentions: list[Named],
    because: list[Because],
    settled: Settled | None,
    taxonomy: Taxonomy,
) -> HeldCompetence:
    competence = taxonomy.competence(uri)
    doubt = 1.0
    for share in (max((m.confidence for m in mentions), default=0.0), *(b.weight for b in because)):
        doubt *= 1.0 - share
    return HeldCompetence(
        uri=uri,
        label=competence.label,
        esco_uris=competence.esco_uris,
        origin=_origin(mentions, because),
        status=settled or "proposed",
        confidence=1.0 if settled == "confirmed" else round(1.0 - doubt, 12),
        evidence=tuple(m.evidence for m in mentions),
        because=tuple(sorted(because, key=lambda b: (-b.weight, b.uri))),
    )


def _origin(mentions: list[Named], because: list[Because]) -> Origin:
    if any(not m.evidence.source.startswith("experiences[") for m in mentions):
        return "declared"
    if mentions:
        return "experience"
    # A competence that somebody added by hand, with no text behind it, was told to them.
    return "hidden" if because else "declared"
