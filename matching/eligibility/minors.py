"""What the law asks for people under eighteen: schooling, the kind of placement, hours, hazards."""

from collections.abc import Hashable
from typing import ClassVar

from matching.eligibility.verdict import (
    EveryDay,
    Pair,
    Parameters,
    Verdict,
    by_age,
    demand_names,
    met,
    not_met,
    number,
    rule,
    unknown,
)
from matching.messages import join_words, say
from matching.model import Demand, OfferKind
from matching.schedule import describe_week, hours_by_day, week_bits

ADULT = 18


class Schooling(Parameters):
    """From when work is lawful, and which qualification tells that schooling is fulfilled."""

    table: ClassVar[str] = "schooling"

    min_age: int
    min_eqf: int


class SchoolWorkshop(Parameters):
    """What is open before the age of work."""

    table: ClassVar[str] = "school_workshop"

    from_age: int
    any_kind_from_age: int
    kinds: tuple[OfferKind, ...]


class Minors(Parameters):
    """The limits of work under eighteen (L. 977/1967), and where the programme adopts them."""

    table: ClassVar[str] = "minors"

    every_placement: bool
    hours_day: float
    hours_week: float
    rest_days: int
    night: EveryDay
    banned: tuple[Demand, ...]
    to_assess: tuple[Demand, ...]

    def concerns(self, pair: Pair) -> bool:
        """Whether the limits hold for the pair: never for adults."""
        return pair.younger < ADULT and (self.every_placement or pair.offer.kind == "on_the_job")


@rule("LOM-02", Schooling)
def internship_age(pair: Pair, p: Schooling) -> Verdict | None:
    """Old enough for an internship, with schooling fulfilled."""
    if pair.offer.kind != "internship":
        return None
    return by_age(pair, lambda age: _schooling(pair, p, age, "LOM-02"))


@rule("LOM-02-18")
def internship_of_adults(pair: Pair) -> Verdict | None:
    """The reading of LOM-02 that keeps internships to adults."""
    if pair.offer.kind != "internship" or pair.younger >= ADULT:
        return None
    return by_age(pair, lambda age: unknown("LOM-02-18.ask") if age < ADULT else None)


@rule("MIN-01", Schooling)
def working_age(pair: Pair, p: Schooling) -> Verdict | None:
    """Old enough for training on the job, with schooling fulfilled."""
    if pair.offer.kind != "on_the_job" or pair.younger >= ADULT:
        return None
    return by_age(pair, lambda age: _schooling(pair, p, age, "MIN-01"))


def _schooling(pair: Pair, p: Schooling, age: int, rule_id: str) -> Verdict:
    eqf = pair.participant.eqf_level
    if age < p.min_age:
        return not_met(f"{rule_id}.too_young", min=p.min_age)
    if age >= ADULT:
        return met("schooling.adult")
    if eqf is not None and eqf >= p.min_eqf:
        return met("schooling.qualified", min=p.min_age, eqf=eqf)
    return unknown("schooling.ask", min=p.min_age)


@rule("BOT-01", SchoolWorkshop)
def before_working_age(pair: Pair, p: SchoolWorkshop) -> Verdict | None:
    """Only what the school agrees to before the age of work; a minor's workshop is the school's."""
    kind = pair.offer.kind
    if pair.younger >= (ADULT if kind == "workshop" else p.any_kind_from_age):
        return None

    def judge(age: int) -> Verdict | None:
        if age < p.from_age:
            return not_met("BOT-01.child", age=p.from_age)
        if age < p.any_kind_from_age and kind not in p.kinds:
            kinds = join_words([say(f"labels.kind.{k}") for k in p.kinds], last="labels.list.or")
            return not_met("BOT-01.other_kind", age=p.any_kind_from_age, kinds=kinds)
        if age < ADULT and kind == "workshop":
            return unknown("BOT-01.agreement")
        return met("BOT-01.allowed") if age < p.any_kind_from_age else None

    return by_age(pair, judge)


@rule("MIN-02", Minors)
def hours_of_minors(pair: Pair, p: Minors) -> Verdict | None:
    """The timetable keeps to the hours, the nights and the rest of people under eighteen."""
    if not p.concerns(pair):
        return None
    verdict = _hours(pair, p)
    return by_age(pair, lambda age: verdict if age < ADULT else None)


def _hours(pair: Pair, p: Minors) -> Verdict:
    limits: dict[str, Hashable] = {
        "day": number(p.hours_day),
        "week": number(p.hours_week),
        "rest": p.rest_days,
    }
    if problems := _excesses(pair, p):
        return not_met("MIN-02.not_met", problems=join_words(problems), **limits)
    if pair.offer.schedule is None or pair.offer_hours_week is None:
        return unknown("MIN-02.ask", **limits)
    return met("MIN-02.met")


def _excesses(pair: Pair, p: Minors) -> list[str]:
    """What the hours of an offer, as far as they are known, ask too much of a minor."""
    offer = pair.offer
    week = week_bits(offer.schedule or ())
    by_day = hours_by_day(week)
    night = week & p.night
    longest = max(by_day)
    hours_week = pair.offer_hours_week or 0.0
    problems = {
        "day": longest > p.hours_day,
        "week": hours_week > p.hours_week,
        "night": night != 0,
        "night_work": night == 0 and "night_shift" in (offer.demands or ()),
        "rest": by_day.count(0.0) < p.rest_days,
    }
    values = {
        "day": number(longest),
        "week": number(hours_week),
        "night": describe_week(night) if night else "",
        "days": 7 - by_day.count(0.0),
    }
    return [
        say(f"eligibility.MIN-02.problem.{problem}", **values)
        for problem, there in problems.items()
        if there
    ]


@rule("MIN-03", Minors)
def hazards_of_minors(pair: Pair, p: Minors) -> Verdict | None:
    """No work that the law keeps from people under eighteen."""
    if not p.concerns(pair):
        return None
    verdict = _hazards(pair.offer.demands, p)
    return by_age(pair, lambda age: verdict if age < ADULT else None)


def _hazards(demands: tuple[Demand, ...] | None, p: Minors) -> Verdict:
    if demands is None:
        return unknown("MIN-03.ask")
    if banned := tuple(d for d in demands if d in p.banned):
        return not_met("MIN-03.banned", demands=demand_names(banned))
    if doubtful := tuple(d for d in demands if d in p.to_assess):
        return unknown("MIN-03.assess", demands=demand_names(doubtful))
    return met("MIN-03.met")


@rule("VOL-02")
def volunteers_under_age(pair: Pair) -> Verdict | None:
    """Guardian and insurer agree to a volunteer under eighteen."""
    if pair.offer.kind != "volunteering" or pair.younger >= ADULT:
        return None
    return by_age(pair, lambda age: unknown("VOL-02.ask") if age < ADULT else None)
