"""What to ask a person next, and what they answered."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.schemas.common import Cursor, Document, Id, Label, LogOdds, Sentence, Uri
from api.schemas.people import CompetenceDocument


class QuestionDocument(Document):
    """A question about a competence, why it is asked, and what its answer is worth in log-odds."""

    uri: Uri
    label: Label
    question: Sentence
    why: Sentence
    expected_change: LogOdds


class QuestionPage(Document):
    """What to ask next, best first; none where no answer would change the first suggestions."""

    participant_id: Id
    items: Annotated[list[QuestionDocument], Field(max_length=5)]
    next_cursor: Cursor | None


class AnswerDraft(Document):
    """What a person answered when asked about a competence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"uri": "urn:cantiere:competence:cucire-a-macchina", "answer": "example"}]
        }
    )

    uri: Uri
    answer: Literal["yes", "example", "no", "unsure"]


class AnsweredDocument(Document):
    """The competence as the profile now holds it, and what to ask next; none: nothing more."""

    participant_id: Id
    uri: Uri
    answer: Literal["yes", "example", "no", "unsure"]
    competence: CompetenceDocument | None
    next_question: QuestionDocument | None
