"""The draft of an individual training project (PFI): sections of fields, known or missing."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.schemas.common import Document, Id, Label, Sentence, Uri
from api.schemas.rankings import EligibilityDocument, Versions
from matching.training_plan import Aim, Signatory

# A field by its name; what is missing is null, and then named in `missing`.
Section = Annotated[dict[str, Any], Field(max_length=20)]


class ToAcquireDocument(Document):
    """A competence that the placement is to give, and the objective in words."""

    uri: Uri
    label: Label
    esco_uris: Annotated[list[Uri], Field(max_length=50)]
    aim: Aim
    required: bool
    asked: Annotated[list[Label], Field(max_length=100)]
    objective: Sentence


class BroughtDocument(Document):
    """A competence that the person brings."""

    uri: Uri
    label: Label
    confirmed: bool


class MissingField(Document):
    """A field that people fill in."""

    field: Annotated[str, Field(max_length=100)]
    label: Label


class TrainingPlanDocument(Document):
    """The draft of a training project; nothing in it is invented."""

    participant_id: Id
    offer_id: Id
    on: date
    versions: Versions
    can_start: bool
    eligibility: EligibilityDocument
    participant: Section
    promoter: Section
    host: Section
    agreement: Section
    insurance: Section
    period: Section
    allowance: Section
    training: Section
    tutors: Section
    activities: Annotated[list[Sentence], Field(max_length=20)]
    competences: Annotated[list[ToAcquireDocument], Field(max_length=200)]
    brings: Annotated[list[BroughtDocument], Field(max_length=200)]
    signatures: Annotated[list[Signatory], Field(max_length=4)]
    missing: Annotated[list[MissingField], Field(max_length=200)]
    to_settle: Annotated[list[Sentence], Field(max_length=300)]
