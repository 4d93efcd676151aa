"""USE CASE: from a person and an offer to the draft of their individual training project."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from matching.eligibility import Check, Eligibility, assess, least_allowance_of
from matching.eligibility.verdict import number
from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.messages import say
from matching.model import Company, Offer
from matching.schedule import SLOTS_AN_HOUR, hours_of, week_bits
from matching.shortlist import load_person
from matching.store import Store
from matching.training_plan.aims import Brought, ToAcquire, activities, aims
from matching.training_plan.fields import sections, signatories
from matching.training_plan.plan import TrainingPlan
from matching.vacancy_store import companies_with_interns, offer_with_seats_left

# The rules whose reasons speak of the offer, or of what the person agrees to show of the working
# day. The others may tell age, group, schooling or health: a plan is read by the company too.
_SAYABLE = frozenset({
    "OFF-OPEN", "OFF-SEATS", "LOM-04", "LOM-05", "LOM-06", "LOM-07", "LOM-09", "BOT-02", "OJT-01",
    "VOL-01", "FIT-LICENCES", "FIT-ITALIAN", "FIT-SCHEDULE", "FIT-HOURS", "FIT-TRAVEL",
})  # fmt: skip


def draft_training_plan(
    store: Store, engine: Engine, participant_id: str, offer_id: str, *, on: date
) -> TrainingPlan:
    """Draft the project of a pair; one that may not start is drafted too, and says why it may not.

    Args:
        store: The programme's records.
        engine: What competences, gates and measures come from.
        participant_id: Whose project.
        offer_id: Under which offer.
        on: The day the draft is asked for.

    Raises:
        UnknownRecordError: If there is no such participant or offer.
    """
    store.begin_reading()
    person = load_person(store, engine, participant_id)
    offer = engine.offer(*offer_with_seats_left(store, offer_id))
    company_id = offer.offer.company_id
    company = companies_with_interns(store, [company_id])[company_id]
    return training_plan_of(person, offer, company, engine, on=on)


def training_plan_of(
    person: PersonSide, side: OfferSide, company: Company, engine: Engine, *, on: date
) -> TrainingPlan:
    """The same, for records at hand."""
    participant, offer = person.participant, side.offer
    gates = assess(participant, offer, company, on=on, rules=engine.rules)
    where = {"participant": participant.id, "offer": offer.id, "on": f"{on}"}
    discreet = Eligibility(gates.status, tuple(_discreet(check, where) for check in gates.checks))
    acquire, brings = aims(
        side,
        person.coverage,
        engine.profile(person),
        taxonomy=engine.taxonomy,
        weights=engine.weights,
    )
    return TrainingPlan(
        participant_id=participant.id,
        offer_id=offer.id,
        on=on,
        versions=engine.versions,
        eligibility=discreet,
        sections=sections(participant, company, offer, least_allowance_of(offer, engine.rules)),
        acquire=acquire,
        brings=brings,
        activities=activities(acquire),
        signatories=signatories(participant, offer),
        to_settle=tuple(dict.fromkeys(_to_settle(side, discreet, acquire, brings))),
    )


def _discreet(check: Check, where: dict[str, str]) -> Check:
    """A gate's answer, with no reason that may tell what is protected of the person."""
    if check.rule in _SAYABLE:
        return check
    return replace(check, reason=say(f"training_plan.reserved.{check.status}", **where))


def _to_settle(
    side: OfferSide,
    gates: Eligibility,
    acquire: tuple[ToAcquire, ...],
    brings: tuple[Brought, ...],
) -> Iterator[str]:
    if side.offer.kind in ("volunteering", "course"):
        yield say(f"training_plan.settle.{side.offer.kind}")
    yield from (check.reason for check in gates.checks if check.status == "unknown")
    if told := _hours_that_differ(side.offer):
        yield say("training_plan.settle.hours", **told)
    for line in (*side.reading.required, *side.reading.preferred):
        if line.uri is None:
            yield say("training_plan.settle.not_recognised", text=line.evidence.text)
    if acquire:
        yield say("training_plan.settle.read")
    for brought in brings:
        if not brought.confirmed:
            yield say("training_plan.settle.brought", label=brought.label)


def _hours_that_differ(offer: Offer) -> dict[str, str] | None:
    """The weekly hours as written and as the timetable adds up, if they are not the same."""
    if offer.hours_week is None or not offer.schedule:
        return None
    added = hours_of(week_bits(offer.schedule))
    if abs(added - offer.hours_week) < 1 / SLOTS_AN_HOUR:
        return None
    return {"written": number(offer.hours_week), "added": number(added)}
