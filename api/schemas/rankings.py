"""Rankings, explanations, saved runs, replays."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.common import (
    Cursor,
    Document,
    Id,
    Label,
    LogOdds,
    Rank,
    Sentence,
    Share,
    Text,
    Uri,
)
from api.schemas.people import EvidenceDocument
from matching.eligibility import EligibilityStatus, Status
from matching.features import Factor
from matching.profile import Origin
from matching.profile import Status as HeldStatus
from matching.voices import Audience

# How many pairs are there no more, since a person was erased.
Erased = Annotated[int, Field(ge=0, le=1_000_000)]


class ContributionDocument(Document):
    """A term of a score, in log-odds, and the words it rests on."""

    factor: Factor
    uri: Uri | None
    label: Label
    value: LogOdds
    evidence: Annotated[list[EvidenceDocument], Field(max_length=500)]


class CheckDocument(Document):
    """The answer of a rule, with its reason and its source."""

    rule: Annotated[str, Field(max_length=40)]
    status: Status
    reason: Sentence
    source: Sentence


class EligibilityDocument(Document):
    """What the rules say of a person and an offer."""

    status: EligibilityStatus
    checks: Annotated[list[CheckDocument], Field(max_length=200)]


class _Pairing(Document):
    score: LogOdds
    base: LogOdds
    contributions: Annotated[list[ContributionDocument], Field(max_length=500)]
    eligibility: EligibilityDocument


class RankedOffer(_Pairing):
    """An offer for a person."""

    rank: Rank
    offer_id: Id


class ExcludedOffer(_Pairing):
    """An offer that a rule excludes."""

    offer_id: Id


class RankedPerson(_Pairing):
    """A person for an offer."""

    rank: Rank
    participant_id: Id


class ExcludedPerson(_Pairing):
    """A person whom a rule excludes."""

    participant_id: Id


class RunPairing(_Pairing):
    """A pair of a saved run; no rank: a rule excludes it."""

    rank: Rank | None
    participant_id: Id
    offer_id: Id


class Versions(Document):
    """What a ranking was made with."""

    model: Label
    taxonomy: Label
    rules: Label


class Suggestions(Document):
    """Offers for a person, best first; people decide."""

    run_id: Id
    participant_id: Id
    on: date
    versions: Versions
    items: Annotated[list[RankedOffer], Field(max_length=100)]
    excluded: Annotated[list[ExcludedOffer], Field(max_length=100)]
    next_cursor: Cursor | None


class Shortlist(Document):
    """People for an offer, best first; people decide."""

    run_id: Id
    offer_id: Id
    on: date
    versions: Versions
    items: Annotated[list[RankedPerson], Field(max_length=100)]
    excluded: Annotated[list[ExcludedPerson], Field(max_length=100)]
    next_cursor: Cursor | None


class Candidate(Document):
    """A person as a company first sees them: a code, what they can do, what they would learn."""

    rank: Rank
    participant_id: Id
    known: Annotated[list[Label], Field(max_length=100)]
    learn: Annotated[list[Label], Field(max_length=100)]


class Candidates(Document):
    """The people who agreed to be proposed for an offer, best first."""

    run_id: Id
    offer_id: Id
    on: date
    items: Annotated[list[Candidate], Field(max_length=100)]
    next_cursor: Cursor | None


class ShownContribution(Document):
    """A contribution as an audience sees it; no value: the figure is not for it."""

    factor: Factor
    uri: Uri | None
    label: Label
    value: LogOdds | None
    evidence: Annotated[list[EvidenceDocument], Field(max_length=500)]


class ShownCheck(Document):
    """The answer of a rule as an audience sees it."""

    rule: Annotated[str, Field(max_length=40)] | None
    status: Status
    reason: Sentence
    source: Sentence | None


class ShownEligibility(Document):
    """The answers of the rules that an audience sees."""

    status: EligibilityStatus
    checks: Annotated[list[ShownCheck], Field(max_length=200)]


class KnownDocument(Document):
    """Something that the offer asks for and the person can do."""

    uri: Uri
    label: Label
    through: Label | None
    origin: Origin | None
    status: HeldStatus
    confidence: Share | None
    evidence: Annotated[list[EvidenceDocument], Field(max_length=500)]


class LearnDocument(Document):
    """Something that the offer asks for and the person would learn."""

    uri: Uri
    label: Label
    required: bool


class MindDocument(Document):
    """Something to ask, to settle or to weigh."""

    rule: Annotated[str, Field(max_length=40)] | None
    reason: Sentence


class ChangeDocument(Document):
    """A change of one field, and its new value, as the record would have it."""

    record: Literal["participant", "offer", "profile"]
    field: Label
    value: Any


class OutcomeDocument(Document):
    """One or two changes, and where the offer would then stand."""

    change: Sentence
    apply: Annotated[list[ChangeDocument], Field(min_length=1, max_length=2)]
    score: LogOdds | None
    rank: Rank | None
    status: EligibilityStatus


class ExplanationDocument(Document):
    """Why a person and an offer fit or not, and what would change it, for an audience."""

    participant_id: Id
    offer_id: Id
    audience: Audience
    score: LogOdds | None
    base: LogOdds | None
    contributions: Annotated[list[ShownContribution], Field(max_length=500)]
    eligibility: ShownEligibility
    text: Text
    known: Annotated[list[KnownDocument], Field(max_length=200)]
    learn: Annotated[list[LearnDocument], Field(max_length=200)]
    mind: Annotated[list[MindDocument], Field(max_length=200)]
    what_would_change: Annotated[list[OutcomeDocument], Field(max_length=20)]


class RunDocument(Document):
    """A ranking as it was saved."""

    run_id: Id
    direction: Literal["suggest", "shortlist"]
    subject_id: Id
    on: date
    versions: Versions
    items: Annotated[list[RunPairing], Field(max_length=100)]
    excluded: Annotated[list[RunPairing], Field(max_length=100)]
    erased: Erased
    next_cursor: Cursor | None


class DifferenceDocument(Document):
    """Something of a pair that came out otherwise."""

    participant_id: Id
    offer_id: Id
    what: Label
    then: Any
    now: Any


class DataChangeDocument(Document):
    """A record that is no longer as the ranking used it; no fields: it is gone."""

    kind: Literal["participants", "offers"]
    id: Id
    fields: Annotated[list[Label], Field(max_length=100)]


class ReplayDocument(Document):
    """What came of making a ranking again from its saved inputs."""

    run_id: Id
    identical: bool
    differences: Annotated[list[DifferenceDocument], Field(max_length=1_000)]
    versions_changed: Annotated[
        dict[
            Literal["model", "taxonomy", "rules"],
            Annotated[list[Label], Field(min_length=2, max_length=2)],
        ],
        Field(max_length=3),
    ]
    data_changed: Annotated[list[DataChangeDocument], Field(max_length=1_000)]
    erased: Erased
