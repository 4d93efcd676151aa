"""Whether the person is free at the offer's hours, and can get there."""

from functools import lru_cache
from typing import ClassVar

from matching.eligibility.verdict import (
    EveryDay,
    Pair,
    Parameters,
    Verdict,
    met,
    met_if,
    not_met,
    number,
    rule,
    unknown,
)
from matching.messages import join_words, say
from matching.schedule import describe_week, week_bits
from matching.travel import TRANSPORTS, Travel, margin, ways_there


class Timetable(Parameters):
    """Which share of the offer's hours must be free for the rest to be worth settling."""

    table: ClassVar[str] = "timetable"

    settled_from_share: float


class Journey(Parameters):
    """When public transport runs little or not at all."""

    table: ClassVar[str] = "journey"

    few_rides: EveryDay


@rule("FIT-SCHEDULE", Timetable)
def schedule(pair: Pair, p: Timetable) -> Verdict | None:
    """The offer's hours are within the person's availability.

    No window at all counts as unknown: nobody looks for work without a free hour.
    """
    offered, free = pair.offer.schedule, pair.participant.availability
    if offered is None:
        return unknown("FIT-SCHEDULE.ask_company")
    week = week_bits(offered)
    if not week:
        return None
    if not free:
        return unknown("FIT-SCHEDULE.ask_person", hours=describe_week(week))
    missing = week & ~week_bits(free)
    if not missing:
        return met("FIT-SCHEDULE.met", hours=describe_week(week))
    share = 1.0 - missing.bit_count() / week.bit_count()
    if share < p.settled_from_share:
        return not_met("FIT-SCHEDULE.not_met", missing=describe_week(missing))
    return unknown("FIT-SCHEDULE.settle", missing=describe_week(missing))


@rule("FIT-HOURS")
def weekly_hours(pair: Pair) -> Verdict:
    """The offer asks no more weekly hours than the person can give."""
    hours, most = pair.offer_hours_week, pair.participant.max_hours_week
    if hours is None:
        return unknown("FIT-HOURS.ask_company")
    if most is None:
        return unknown("FIT-HOURS.ask_person", hours=number(hours))
    return met_if(hours <= most, "FIT-HOURS", hours=number(hours), max=number(most))


@rule("FIT-TRAVEL", Journey)
def journey(pair: Pair, p: Journey) -> Verdict:
    """The person gets there in the time they accept.

    No means at all counts as unknown: everybody moves somehow.
    """
    person, offer = pair.participant, pair.offer
    if not person.transport:
        return unknown("FIT-TRAVEL.ask_means", ways=_listed(ways_there(person, offer, TRANSPORTS)))
    ways = ways_there(person, offer, person.transport)
    limit = person.max_travel_minutes
    if not ways:
        return not_met("FIT-TRAVEL.unreachable", instead=_instead(pair, limit))
    if limit is None:
        return unknown("FIT-TRAVEL.ask_limit", way=_way(ways[0]))
    in_time = [way for way in ways if way.minutes <= limit]
    if not in_time:
        return _too_far(pair, ways[0], limit)
    for way in in_time:
        if way.transport != "public_transport" or _served(pair, p):
            return met("FIT-TRAVEL.met", way=_way(way), limit=limit)
    unsure = "few_rides" if offer.public_transport else "ask_served"
    return unknown(f"FIT-TRAVEL.{unsure}", way=_way(in_time[0]))


def _too_far(pair: Pair, best: Travel, limit: int) -> Verdict:
    if best.minutes - limit <= margin(best.minutes):
        return unknown("FIT-TRAVEL.within_margin", way=_way(best), limit=limit)
    return not_met("FIT-TRAVEL.too_far", way=_way(best), limit=limit, instead=_instead(pair, limit))


def _served(pair: Pair, p: Journey) -> bool:
    """Whether public transport surely serves the offer, at its hours too where they are known."""
    at_odd_hours = week_bits(pair.offer.schedule or ()) & p.few_rides
    return pair.offer.public_transport is True and not at_odd_hours


def _instead(pair: Pair, limit: int | None) -> str:
    """The means the person lacks that would get there in time, as a sentence; empty if none."""
    lacked = [t for t in TRANSPORTS if t not in (pair.participant.transport or ())]
    ways = ways_there(pair.participant, pair.offer, lacked)
    in_time = [way for way in ways if limit is None or way.minutes <= limit]
    return " " + say("eligibility.FIT-TRAVEL.instead", ways=_listed(in_time)) if in_time else ""


def _listed(ways: list[Travel]) -> str:
    return join_words([_way(way) for way in ways], last="labels.list.or")


@lru_cache(maxsize=4096)
def _way(way: Travel) -> str:
    means = say(f"labels.by_transport.{way.transport}")
    return say("eligibility.FIT-TRAVEL.way", means=means, minutes=way.minutes)
