"""The fields of an individual training project (rule LOM-11), known or left to fill in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from matching.eligibility import LeastAllowance
from matching.eligibility.verdict import number
from matching.messages import join_words, say
from matching.model import DAYS, Company, Offer, Participant, Window
from matching.schedule import describe_week, hours_by_day, hours_of, week_bits

Value: TypeAlias = str | float | list[dict[str, object]] | dict[str, float]

_ADULT = 18


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a section: ``value`` for programs, ``text`` for people; None and "" if missing."""

    section: str
    name: str
    value: Value | None = None
    text: str = ""

    @property
    def path(self) -> str:
        """How the JSON names the field: ``"host.ateco"``."""
        return f"{self.section}.{self.name}"

    @property
    def label(self) -> str:
        """How people name the field."""
        return say(f"training_plan.field.{self.path}")


Section = tuple[Field, ...]
Signatory = Literal["participant", "guardian", "promoter", "host"]


def sections(
    participant: Participant, company: Company, offer: Offer, least: LeastAllowance | None
) -> dict[str, Section]:
    """Every section that facts of the records can fill, in the order of the document.

    People are known by a code: names, birth and contacts are always missing. The legal category is
    missing too, since the group of the programme is none.
    """
    blank = {
        "promoter": ("name", "tax_code", "address"),
        "agreement": ("reference", "legal_form"),
        "insurance": ("inail", "liability"),
        "tutors": ("host", "promoter"),
    }
    return {
        "participant": _participant(participant, offer),
        "promoter": _blank("promoter", blank["promoter"]),
        "host": _host(company, offer),
        "agreement": _blank("agreement", blank["agreement"]),
        "insurance": _blank("insurance", blank["insurance"]),
        "period": _period(offer),
        "allowance": _allowance(offer, least),
        "training": (
            _text("training", "title", offer.title),
            _text("training", "tasks", offer.description),
            Field("training", "sep_area"),
            Field("training", "eqf_level"),
        ),
        "tutors": _blank("tutors", blank["tutors"]),
    }


def signatories(participant: Participant, offer: Offer) -> tuple[Signatory, ...]:
    """Who signs; the guardian too, unless the person is surely an adult on the first day."""
    guardian: tuple[Signatory, ...] = ("guardian",) if may_be_minor(participant, offer) else ()
    return ("participant", *guardian, "promoter", "host")


def may_be_minor(participant: Participant, offer: Offer) -> bool:
    """Whether the person, of whom only the year of birth is known, may be under eighteen."""
    return offer.start_date.year - participant.birth_year <= _ADULT


def last_day(start: date, months: float | None) -> date | None:
    """The last day of so many whole months; ``None`` if they are unknown or not whole.

    >>> last_day(date(2027, 2, 1), 6)
    datetime.date(2027, 7, 31)
    >>> last_day(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    if months is None or months != int(months):
        return None
    count = start.month - 1 + int(months)
    year, month = start.year + count // 12, count % 12 + 1
    try:
        after = date(year, month, start.day)
    except ValueError:  # the month is shorter: its last day is the last one
        after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=1)


def _blank(section: str, names: Sequence[str]) -> Section:
    return tuple(Field(section, name) for name in names)


def _text(section: str, name: str, text: str | None) -> Field:
    return Field(section, name, text, text) if text else Field(section, name)


def _figure(section: str, name: str, value: float | None) -> Field:
    if value is None:
        return Field(section, name)
    return Field(
        section, name, value, say(f"training_plan.value.{section}.{name}", it=number(value))
    )


def _day(section: str, name: str, day: date | None) -> Field:
    if day is None:
        return Field(section, name)
    return Field(section, name, day.isoformat(), f"{day:%d/%m/%Y}")


def _participant(participant: Participant, offer: Offer) -> Section:
    blank = ("name", "birth", "tax_code", "address", "category")
    guardian = ("guardian",) if may_be_minor(participant, offer) else ()
    return (
        _text("participant", "code", participant.id),
        _text("participant", "municipality", participant.municipality),
        *_blank("participant", (*blank, *guardian)),
    )


def _host(company: Company, offer: Offer) -> Section:
    return (
        _text("host", "name", company.name),
        _text("host", "sector", company.sector),
        _text("host", "ateco", company.ateco),
        _text("host", "municipality", company.municipality),
        _text("host", "workplace", offer.municipality),
        *_blank("host", ("workplace_address", "tax_code")),
    )


def _period(offer: Offer) -> Section:
    week = week_bits(offer.schedule or ())
    return (
        _day("period", "start_date", offer.start_date),
        _day("period", "end_date", last_day(offer.start_date, offer.duration_months)),
        _months(offer.duration_months),
        _schedule(offer.schedule, week),
        _hours_day(week),
        _figure("period", "hours_week", offer.hours_week or hours_of(week) or None),
    )


def _months(months: float | None) -> Field:
    if months == 1:
        return Field("period", "duration_months", months, say("training_plan.value.period.month"))
    return _figure("period", "duration_months", months)


def _schedule(windows: tuple[Window, ...] | None, week: int) -> Field:
    if not windows:
        return Field("period", "schedule")
    written: list[dict[str, object]] = [w.model_dump(mode="json", by_alias=True) for w in windows]
    return Field("period", "schedule", written, describe_week(week))


def _hours_day(week: int) -> Field:
    by_day: dict[str, float] = {
        day: hours for day, hours in zip(DAYS, hours_by_day(week), strict=True) if hours
    }
    if not by_day:
        return Field("period", "hours_day")
    days_of: dict[float, list[str]] = {}
    for day, hours in by_day.items():
        days_of.setdefault(hours, []).append(say(f"labels.day.{day}"))
    texts = [
        say("training_plan.value.period.hours_day", it=number(hours), days=join_words(days))
        for hours, days in days_of.items()
    ]
    return Field("period", "hours_day", by_day, "; ".join(texts))


def _allowance(offer: Offer, least: LeastAllowance | None) -> Section:
    paid = _figure("allowance", "eur_month", offer.allowance_eur_month)
    if least is None:
        return (paid,)
    text = say("training_plan.value.allowance.minimum_eur_month", it=number(least.euros))
    if least.with_meals < least.euros:
        text += say("training_plan.value.allowance.with_meals", it=number(least.with_meals))
    return (
        paid,
        Field("allowance", "minimum_eur_month", least.euros, text),
        _text("allowance", "minimum_source", least.source),
    )
