"""The nouns: participants, companies and offers, as contract 5.1 writes them.

Frozen pydantic models: the same class reads a row, checks it and writes it back. A field that may
be missing is ``None`` when it is unknown, which is never the same as an empty list ("none").
"""

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from matching.territory import Municipality, UnknownMunicipalityError, municipality

Target = Literal["youth", "over_50", "new_parent", "other_vulnerable"]
Gender = Literal["F", "M", "X"]
Transport = Literal["walk", "bike", "public_transport", "car"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LanguageLevel = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
OfferKind = Literal["internship", "workshop", "on_the_job", "volunteering", "course"]
ExperienceKind = Literal[
    "work", "care", "household", "volunteering", "hobby", "education", "military"
]
Demand = Literal[
    "heavy_lifting", "night_shift", "prolonged_standing", "heights", "flour_dust", "chemicals",
    "loud_noise", "outdoor_cold", "shift_work", "customer_contact",
]  # fmt: skip
RecordKind = Literal["participants", "companies", "offers"]

DAYS: tuple[Day, ...] = get_args(Day)
LANGUAGE_LEVELS: tuple[LanguageLevel, ...] = get_args(LanguageLevel)


def _storable(text: str) -> str:
    """Refuse the character that no database text can hold (pydantic refuses lone surrogates)."""
    if "\x00" in text:
        raise PydanticCustomError("unstorable_text", "unstorable text")
    return text


# Beside each text and not on every field: records are read back by the hundred for each ranking.
_Storable = AfterValidator(_storable)

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Line = Annotated[str, Field(min_length=1, max_length=300), _Storable]
Story = Annotated[str, Field(max_length=20_000), _Storable]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
Licence = Annotated[str, Field(min_length=1, max_length=40), _Storable]
Licences = Annotated[tuple[Licence, ...], Field(max_length=20)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Year = Annotated[int, Field(ge=1900, le=2100)]
Eqf = Annotated[int, Field(ge=1, le=8)]
HoursWeek = Annotated[float, Field(gt=0, le=80)]
MinutesADay = 24 * 60


class Record(BaseModel):
    """What every noun shares: frozen, nothing unforeseen."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )


class Window(Record):
    """Hours that repeat on some days of the week; an end before the start is past midnight."""

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)]
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")

    @model_validator(mode="after")
    def lasts(self) -> Self:
        if self.start == self.end:
            raise PydanticCustomError("empty_window", "empty window")
        return self


class LanguageSkill(Record):
    """A language (ISO 639-1) and its level (CEFR)."""

    code: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    level: LanguageLevel


class Experience(Record):
    """Something the person did: a job, but also care, a household, volunteering or a hobby."""

    kind: ExperienceKind
    title: Annotated[str, Field(max_length=300), _Storable] = ""
    description: Story = ""
    years: Annotated[float, Field(ge=0, le=80)] | None = None
    end_year: Year | None = None


class Placed(Record):
    """A record that stands in a municipality of the territory, named as ISTAT does."""

    municipality: Annotated[str, Field(max_length=100), _Storable]

    @field_validator("municipality", mode="after")
    @classmethod
    def known_municipality(cls, name: str) -> str:
        try:
            return municipality(name).name
        except UnknownMunicipalityError as error:
            raise PydanticCustomError(
                "unknown_municipality", "{suggestion}", {"suggestion": error.suggestion}
            ) from None

    @property
    def place(self) -> Municipality:
        """Where the record stands on the map."""
        return municipality(self.municipality)


class Participant(Placed):
    """A person of the programme, by code; never by name."""

    id: Identifier
    target: Target
    birth_year: Annotated[int, Field(ge=1920, le=2020)]
    gender: Gender | None = None
    eqf_level: Eqf | None = None
    languages: Annotated[tuple[LanguageSkill, ...], Field(max_length=20)] | None = None
    licences: Licences | None = None
    transport: Annotated[tuple[Transport, ...], Field(max_length=4)] | None = None
    max_travel_minutes: Annotated[int, Field(ge=0, le=300)] | None = None
    availability: Annotated[tuple[Window, ...], Field(max_length=50)] | None = None
    max_hours_week: HoursWeek | None = None
    limitations: Annotated[tuple[Demand, ...], Field(max_length=10)] | None = None
    receives_rdc: bool | None = None
    narrative: Story = ""
    declared_competences: Lines = ()
    experiences: Annotated[tuple[Experience, ...], Field(max_length=50)] = ()
    interests: Lines = ()
    avoid: Lines = ()

    def texts(self) -> dict[str, str]:
        """The texts that tell what the person can do, by source name (contract 5.3)."""
        texts = {"narrative": self.narrative}
        for i, declared in enumerate(self.declared_competences):
            texts[f"declared_competences[{i}]"] = declared
        for i, experience in enumerate(self.experiences):
            texts[f"experiences[{i}].title"] = experience.title
            texts[f"experiences[{i}].description"] = experience.description
        return {source: text for source, text in texts.items() if text}

    def experience_of(self, source: str) -> Experience:
        """The experience that a source (``experiences[1].title``) belongs to."""
        return self.experiences[int(source.removeprefix("experiences[").split("]")[0])]


class Company(Placed):
    """A host company (azienda ospitante)."""

    id: Identifier
    name: Annotated[str, Field(min_length=1, max_length=200), _Storable]
    sector: Annotated[str, Field(max_length=200), _Storable] = ""
    ateco: Annotated[str, Field(pattern=r"^\d{2}(\.\d{1,2}){0,2}$")] | None = None
    permanent_employees: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    active_interns: Annotated[int, Field(ge=0, le=10_000)] | None = None
    description: Story = ""


class Offer(Placed):
    """An opportunity posted by a company."""

    id: Identifier
    company_id: Identifier
    kind: OfferKind
    title: Line
    description: Story = ""
    public_transport: bool | None = None
    seats: Annotated[int, Field(ge=0, le=1000)]
    start_date: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
    duration_months: Annotated[float, Field(gt=0, le=60)] | None = None
    hours_week: HoursWeek | None = None
    schedule: Annotated[tuple[Window, ...], Field(max_length=50)] | None = None
    allowance_eur_month: Annotated[float, Field(ge=0, le=10_000)] | None = None
    required_competences: Lines = ()
    preferred_competences: Lines = ()
    min_age: Annotated[int, Field(ge=0, le=120)] | None = None
    max_age: Annotated[int, Field(ge=0, le=120)] | None = None
    licences: Licences | None = None
    min_italian: LanguageLevel | None = None
    min_eqf: Eqf | None = None
    demands: Annotated[tuple[Demand, ...], Field(max_length=10)] | None = None
    reserved_targets: Annotated[tuple[Target, ...], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def ages_in_order(self) -> Self:
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise PydanticCustomError("ages_reversed", "ages reversed")
        return self


RECORDS: dict[RecordKind, type[Participant] | type[Company] | type[Offer]] = {
    "participants": Participant,
    "companies": Company,
    "offers": Offer,
}
