"""Everything about a person, and what an erasure took away."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.schemas.common import Document, Id, Label, Sentence, Uri
from api.schemas.decisions import DecisionDocument
from api.schemas.people import EvidenceDocument, OccupationDocument, ProfileDocument
from api.schemas.rankings import RunPairing, Versions
from api.vault.identity import Identity
from matching.decisions import Answer, Level, State
from matching.model import Participant

Code = Annotated[str, Field(max_length=64)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class InCharge(Document):
    """The organisation that follows a person."""

    organisation_id: Id
    name: Label


class WishDocument(Document):
    """Something the person would like, or avoid, and the concepts that it was read to touch."""

    evidence: EvidenceDocument
    concepts: Annotated[list[Label], Field(max_length=1_000)]


class SettledDecision(Document):
    """A decision about a competence, those taken back too."""

    uri: Uri
    label: Label
    answer: Answer
    level: Level | None
    state: State | None
    by: Label | None
    at: datetime


class GivenConsent(Document):
    """A yes to being proposed."""

    offer_id: Id
    title: Label
    company: Label
    given_at: datetime


class DossierPairing(RunPairing):
    """The person and an offer in a ranking; no title: the offer is not there any more."""

    title: Label | None
    company: Label | None


class DossierRanking(Document):
    """A saved ranking that the person is in: their own pairs, and nobody else's."""

    run_id: Id
    asked_at: datetime
    direction: Literal["suggest", "shortlist"]
    on: date
    versions: Versions
    items: Annotated[list[DossierPairing], Field(max_length=10_000)]


class OwnAccountDocument(Document):
    """An account that opens for the person."""

    account_id: Id
    login: Label
    active: bool
    created_at: datetime


class LookDocument(Document):
    """Something seen or done about the person; an empty account: a command of who administers."""

    at: datetime
    role: Code
    account_id: Code
    action: Code
    object: Sentence


class OwnPlacement(DecisionDocument):
    """A placement of the person, with every step and note."""

    title: Label
    company: Label


class Dossier(Document):
    """Everything that is kept about a person."""

    participant_id: Id
    made_at: datetime
    record: Participant
    identity: Identity | None
    identity_sealed: bool
    organisation: InCharge | None
    profile: ProfileDocument
    activities: Annotated[list[OccupationDocument], Field(max_length=500)]
    wishes: Annotated[list[WishDocument], Field(max_length=1_000)]
    decisions: Annotated[list[SettledDecision], Field(max_length=100_000)]
    consents: Annotated[list[GivenConsent], Field(max_length=100_000)]
    placements: Annotated[list[OwnPlacement], Field(max_length=100_000)]
    rankings: Annotated[list[DossierRanking], Field(max_length=100_000)]
    accounts: Annotated[list[OwnAccountDocument], Field(max_length=1_000)]
    looks: Annotated[list[LookDocument], Field(max_length=1_000_000)]


class ErasureOrder(Document):
    """The person's code, written again by who erases: a wrong one erases nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"participant_id": "P-001"}]})

    participant_id: Id


class Erased(Document):
    """How much an erasure took away."""

    records: Count
    identities: Count
    inferences: Count
    decisions: Count
    consents: Count
    accounts: Count
    copies: Count
    rankings: Count
