"""What the law asks of each kind of placement. A fault of the offer is no fault of the person."""

from functools import cached_property
from typing import ClassVar

from matching.eligibility.verdict import (
    EveryDay,
    Pair,
    Parameters,
    Verdict,
    met,
    number,
    rule,
    unknown,
)
from matching.messages import join_words, say
from matching.model import Offer
from matching.schedule import describe_week, hours_by_day, week_bits


class Internship(Parameters):
    """The measures of an extracurricular internship in Lombardy."""

    table: ClassVar[str] = "internship"

    min_months: float
    max_months: float
    max_months_eqf4: float
    allowance: float
    allowance_with_meals: float
    allowance_short_day: float
    short_day_hours: float
    hours_week: float
    night: EveryDay

    @cached_property
    def said(self) -> dict[str, str]:
        """The measures as sentences write them."""
        return {
            "min_months": number(self.min_months),
            "max_months": number(self.max_months),
            "max_months_eqf4": number(self.max_months_eqf4),
            "allowance": number(self.allowance),
            "with_meals": number(self.allowance_with_meals),
            "short_day": number(self.allowance_short_day),
            "short_day_hours": number(self.short_day_hours),
            "hours_week": number(self.hours_week),
        }


class Volunteering(Parameters):
    """What a volunteer may be paid back."""

    table: ClassVar[str] = "volunteering"

    reimbursement_month: float


@rule("LOM-04", Internship)
def duration(pair: Pair, p: Internship) -> Verdict | None:
    """An internship lasts neither too little nor too long."""
    if pair.offer.kind != "internship":
        return None
    months = pair.offer.duration_months
    if months is None:
        return unknown("LOM-04.ask", **p.said)
    written = number(months)
    if p.min_months <= months <= p.max_months:
        return met("LOM-04.met", months=written)
    if months < p.min_months:
        return unknown("LOM-04.short", months=written, **p.said)
    longer = "LOM-04.long" if months <= p.max_months_eqf4 else "LOM-04.too_long"
    return unknown(longer, months=written, **p.said)


@rule("LOM-05", Internship)
def allowance(pair: Pair, p: Internship) -> Verdict | None:
    """An internship is paid at least the minimum allowance."""
    if pair.offer.kind != "internship":
        return None
    euros = pair.offer.allowance_eur_month
    if euros is None:
        return unknown("LOM-05.ask", **p.said)
    short_day = _short_day(pair.offer, p)
    written = number(euros)
    if euros >= p.allowance or (short_day and euros >= p.allowance_short_day):
        return met("LOM-05.met", euros=written)
    if euros >= p.allowance_with_meals:
        return unknown("LOM-05.meals", euros=written, **p.said)
    if short_day is None and euros >= p.allowance_short_day:
        return unknown("LOM-05.short_day", euros=written, **p.said)
    return unknown("LOM-05.low", euros=written, **p.said)


def _short_day(offer: Offer, p: Internship) -> bool | None:
    """Whether no day is longer than a short day; ``None`` when the timetable is unknown."""
    if not offer.schedule:
        return None
    return max(hours_by_day(week_bits(offer.schedule))) <= p.short_day_hours


def least_allowance(offer: Offer, p: Internship) -> float:
    """The least allowance of an internship, in euros a month gross, without meals."""
    return p.allowance_short_day if _short_day(offer, p) else p.allowance


@rule("LOM-09", Internship)
def daytime(pair: Pair, p: Internship) -> Verdict | None:
    """An internship happens by day, within the hours of the collective agreement."""
    offer = pair.offer
    if offer.kind != "internship":
        return None
    hours_week = pair.offer_hours_week
    night = week_bits(offer.schedule or ()) & p.night
    problems = []
    if night:
        problems.append(say("eligibility.LOM-09.night", night=describe_week(night)))
    elif "night_shift" in (offer.demands or ()):
        problems.append(say("eligibility.LOM-09.night_work"))
    if hours_week is not None and hours_week > p.hours_week:
        problems.append(say("eligibility.LOM-09.week", hours=number(hours_week)))
    if problems:
        return unknown("LOM-09.fault", problems=join_words(problems), max=p.said["hours_week"])
    if offer.schedule is None or hours_week is None:
        return unknown("LOM-09.ask")
    return met("LOM-09.met", max=p.said["hours_week"])


@rule("BOT-02")
def container_of_workshop(pair: Pair) -> Verdict | None:
    """A workshop needs a legal form."""
    return unknown("BOT-02.ask") if pair.offer.kind == "workshop" else None


@rule("OJT-01")
def container_of_training_on_the_job(pair: Pair) -> Verdict | None:
    """Training on the job needs a legal form."""
    return unknown("OJT-01.ask") if pair.offer.kind == "on_the_job" else None


@rule("VOL-01", Volunteering)
def unpaid(pair: Pair, p: Volunteering) -> Verdict | None:
    """A volunteer is paid nothing but documented expenses."""
    if pair.offer.kind != "volunteering":
        return None
    euros = pair.offer.allowance_eur_month
    if not euros:
        return met("VOL-01.met")
    return unknown("VOL-01.paid", euros=number(euros), max=number(p.reimbursement_month))
