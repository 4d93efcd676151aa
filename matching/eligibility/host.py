"""How many interns a company may host at once."""

from typing import ClassVar

from matching.eligibility.verdict import Pair, Parameters, Verdict, met, not_met, rule, unknown


class HostMaximum(Parameters):
    """Simultaneous interns by staff of the operating unit.

    ``uncounted`` is how many more people than ``permanent_employees`` a small company may count:
    owners, working partners and staff on fixed terms are in the rule, not in the field.
    """

    table: ClassVar[str] = "host_maximum"

    small_staff: int
    small_maximum: int
    medium_staff: int
    medium_maximum: int
    large_percent: int
    uncounted: int
    bonus_places: int

    def of(self, staff: int) -> int:
        """The most interns at once for a staff."""
        if staff <= self.small_staff:
            return self.small_maximum
        if staff <= self.medium_staff:
            return self.medium_maximum
        return -(-staff * self.large_percent // 100)  # rounded up, without floats

    def with_bonus(self, staff: int) -> int:
        """The most interns at once for a staff that hires its interns (LOM-07)."""
        return self.of(staff) + (self.bonus_places if staff > self.medium_staff else 0)


@rule("LOM-06", HostMaximum)
def room_for_an_intern(pair: Pair, p: HostMaximum) -> Verdict | None:
    """The company has not reached its most interns at once."""
    staff, active = pair.company.permanent_employees, pair.company.active_interns
    if pair.offer.kind != "internship":
        return None
    if active == 0:
        return met("LOM-06.no_intern")
    if staff is None or active is None:
        return unknown("LOM-06.ask")
    maximum = p.of(staff)
    if active < maximum:
        return met("LOM-06.room", active=active, max=maximum)
    if active < p.with_bonus(staff):
        return unknown("LOM-06.bonus", active=active, max=maximum)
    more = p.of(staff + p.uncounted)
    if staff <= p.medium_staff and active < more:
        return unknown("LOM-06.edge", active=active, max=maximum, more=more)
    return not_met("LOM-06.full", active=active, max=maximum)


@rule("LOM-07", HostMaximum)
def bonus_place(pair: Pair, p: HostMaximum) -> Verdict | None:
    """A company above its maximum that hired its interns may have places more."""
    staff, active = pair.company.permanent_employees, pair.company.active_interns
    if pair.offer.kind != "internship" or staff is None or active is None:
        return None
    maximum = p.of(staff)
    if not maximum <= active < p.with_bonus(staff):
        return None
    return unknown("LOM-07.bonus", max=maximum, staff=p.medium_staff, bonus=p.bonus_places)
