"""Profiles, what was settled, consents, whose case a person is."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.schemas.common import Cursor, Document, Id, Label, Position, Share, Text, Uri
from matching.decisions import Given, Level
from matching.model import Target
from matching.profile import Origin, Status


class EvidenceDocument(Document):
    """The person's own words: the characters `start:end` of a field."""

    source: Annotated[str, Field(max_length=100)]
    text: Text
    start: Position
    end: Position


class BecauseDocument(Document):
    """What implied a competence, and how strongly."""

    uri: Uri
    label: Label
    weight: Share


class CompetenceDocument(Document):
    """A competence of a person."""

    uri: Uri
    label: Label
    esco_uris: Annotated[list[Uri], Field(max_length=50)]
    origin: Origin
    status: Status
    confidence: Share
    evidence: Annotated[list[EvidenceDocument], Field(max_length=500)]
    because: Annotated[list[BecauseDocument], Field(max_length=500)]


class OccupationDocument(Document):
    """A trade that a person has practised."""

    uri: Uri
    label: Label
    esco_uris: Annotated[list[Uri], Field(max_length=50)]
    confidence: Share
    evidence: Annotated[list[EvidenceDocument], Field(max_length=500)]


class ProfileDocument(Document):
    """What a person can do, as far as is known; the surest first."""

    participant_id: Id
    competences: Annotated[list[CompetenceDocument], Field(max_length=500)]
    occupations: Annotated[list[OccupationDocument], Field(max_length=500)]


class Settlement(Document):
    """A decision about a competence, and what a confirmation rests on; no status takes it back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"uri": "urn:cantiere:competence:cucire-a-macchina", "status": "confirmed"}
            ]
        }
    )

    uri: Uri
    status: Given | None
    level: Level = "said"


class SettledDocument(Document):
    """The competence as the profile now holds it; none if it holds it no more."""

    participant_id: Id
    uri: Uri
    competence: CompetenceDocument | None


class ParticipantSummary(Document):
    """A person as a list shows them."""

    id: Id
    municipality: Annotated[str, Field(max_length=100)]
    target: Target


class ParticipantPage(Document):
    """A page of people."""

    items: Annotated[list[ParticipantSummary], Field(max_length=100)]
    next_cursor: Cursor | None


class Assignment(Document):
    """In whose charge a person is; none: nobody's yet."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"organisation_id": "ORG-1"}]})

    organisation_id: Id | None


class ConsentDocument(Document):
    """A person's yes to being proposed for an offer."""

    offer_id: Id
    given_at: datetime


class ConsentPage(Document):
    """A page of what a person agreed to."""

    items: Annotated[list[ConsentDocument], Field(max_length=100)]
    next_cursor: Cursor | None


class SkillMatch(Document):
    """A concept that words may mean."""

    uri: Uri
    label: Label
    score: Share


class MatchPage(Document):
    """The concepts nearest to some words, best first."""

    query: Annotated[str, Field(max_length=300)]
    kind: Literal["competence", "occupation"]
    items: Annotated[list[SkillMatch], Field(max_length=100)]
    next_cursor: Cursor | None
