"""What documents share: bounded types, pages, problems."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


def storable(text: str) -> str:
    """Refuse the character that no database text can hold."""
    if "\x00" in text:
        raise PydanticCustomError("unstorable_text", "unstorable text")
    return text


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", max_length=64)]
Uri = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(storable)]
Label = Annotated[str, Field(max_length=500)]
Sentence = Annotated[str, Field(max_length=2_000)]
Text = Annotated[str, Field(max_length=20_000)]
Share = Annotated[float, Field(ge=0, le=1)]
LogOdds = Annotated[float, Field(ge=-1_000, le=1_000)]
Rank = Annotated[int, Field(ge=1, le=1_000_000)]
Position = Annotated[int, Field(ge=0, le=20_000)]
Cursor = Annotated[str, Field(min_length=1, max_length=64)]


class Document(BaseModel):
    """What every document shares: nothing unforeseen."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FieldProblem(Document):
    """What is wrong with a field."""

    field: Annotated[str, Field(max_length=200)]
    reason: Sentence


class ProblemDocument(Document):
    """An error, as RFC 9457 writes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:cantiere:problem:not-found",
                    "title": "Non trovato",
                    "status": 404,
                    "detail": "Non c'è nulla con questo codice.",
                }
            ]
        }
    )

    type: Annotated[str, Field(max_length=200)]
    title: Label
    status: Annotated[int, Field(ge=100, le=599)]
    detail: Sentence
    errors: Annotated[list[FieldProblem], Field(max_length=50)] = []


def page(items: list[dict[str, Any]], limit: int, key: str) -> dict[str, Any]:
    """One page of a list that was read one item beyond it."""
    more = len(items) > limit
    return {"items": items[:limit], "next_cursor": items[limit - 1][key] if more else None}
