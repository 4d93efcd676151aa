"""The draft of an individual training project (PFI): sections of fields, known or missing."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.common import Document, Id, Label, Sentence, Text, Uri
from api.schemas.rankings import EligibilityDocument, Versions
from matching.model import Day, Window
from matching.training_plan import Aim, Signatory

# What is missing is null, and then named in `missing`.
Known = Label | None
# What no record says, and people write on the document.
ByHand = Label | None
HoursADay = Annotated[float, Field(ge=0, le=24)]
Euros = Annotated[float, Field(ge=0, le=10_000)]


class PlanParticipant(Document):
    """Who it is for, by a code."""

    code: Id
    municipality: Label
    name: ByHand
    birth: ByHand
    tax_code: ByHand
    address: ByHand
    category: ByHand
    guardian: ByHand = None  # of who may be a minor


class PlanPromoter(Document):
    """Who promotes the placement."""

    name: ByHand
    tax_code: ByHand
    address: ByHand


class PlanHost(Document):
    """Where it is."""

    name: Label
    sector: Known
    ateco: Known
    municipality: Label
    workplace: Label
    workplace_address: ByHand
    tax_code: ByHand


class PlanAgreement(Document):
    """The agreement between promoter and host."""

    reference: ByHand
    legal_form: ByHand


class PlanInsurance(Document):
    """What the person is insured with."""

    inail: ByHand
    liability: ByHand


class PlanPeriod(Document):
    """From when to when, and in which hours."""

    start_date: date
    end_date: date | None
    duration_months: Annotated[float, Field(ge=0, le=60)] | None
    schedule: Annotated[list[Window], Field(max_length=50)] | None
    hours_day: Annotated[dict[Day, HoursADay], Field(max_length=7)] | None
    hours_week: Annotated[float, Field(ge=0, le=168)] | None


class PlanAllowance(Document):
    """What is paid; the least that may be, where a rule says it."""

    eur_month: Euros | None
    minimum_eur_month: Euros | None = None
    minimum_source: Sentence | None = None


class PlanTraining(Document):
    """What is learnt, and doing what."""

    title: Label
    tasks: Text | None
    sep_area: ByHand
    eqf_level: ByHand


class PlanTutors(Document):
    """Who looks after the person."""

    host: ByHand
    promoter: ByHand


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
    participant: PlanParticipant
    promoter: PlanPromoter
    host: PlanHost
    agreement: PlanAgreement
    insurance: PlanInsurance
    period: PlanPeriod
    allowance: PlanAllowance
    training: PlanTraining
    tutors: PlanTutors
    activities: Annotated[list[Sentence], Field(max_length=20)]
    competences: Annotated[list[ToAcquireDocument], Field(max_length=200)]
    brings: Annotated[list[BroughtDocument], Field(max_length=200)]
    signatures: Annotated[list[Signatory], Field(max_length=4)]
    missing: Annotated[list[MissingField], Field(max_length=200)]
    to_settle: Annotated[list[Sentence], Field(max_length=300)]
