"""USE CASE: propose a person for an offer, and take the steps of a placement, one at a time.

Whoever chooses against a rule, or somebody whom no list shows, says why: the choice is theirs.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from matching.consent_store import drop_consent, give_consent
from matching.decisions import require_who
from matching.eligibility import Check, assess
from matching.engine import Engine
from matching.model import Offer
from matching.placement import (
    Move,
    Override,
    Placement,
    PlacementError,
    Step,
    proposal,
)
from matching.placement_store import (
    add,
    add_step,
    free_seat,
    listing_run,
    lock_company,
    locked_placement,
    open_placements,
)
from matching.store import Store
from matching.vacancy_store import companies_with_interns, offer_with_seats_left

NOT_LISTED = "RANKING"
"""What is overridden where no saved list shows the pair."""

# Whoever begins late still begins, and whether there is a seat is asked of the seats themselves.
_ASKED_ONCE = frozenset({"OFF-OPEN", "OFF-SEATS"})


@dataclass(frozen=True)
class Taker:
    """Who takes a step: role and code, the moment, and the day where they are.

    Attributes:
        by: Role and code, never a name.
        at: When.
        on: On which day.
        may_override: Whether they may choose against a rule of eligibility.
    """

    by: str
    at: datetime
    on: date
    may_override: bool = True


@dataclass(frozen=True)
class Choice:
    """A person and an offer that somebody puts together, and the run they chose from."""

    participant_id: str
    offer_id: str
    run_id: str | None = None


def new_placement_id(at: datetime) -> str:
    """An id that nobody guesses; sorted, ids give the order of the proposals."""
    return f"D-{at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"


def propose(
    store: Store, engine: Engine, placement_id: str, choice: Choice, move: Move, taker: Taker
) -> Placement:
    """Propose a person for an offer; who proposes themselves has said yes.

    Raises:
        UnknownRecordError: If there is no such participant, offer or run.
        PlacementError: If an override is needed, or the pair has an open placement already.
    """
    who = require_who(taker.by)
    participant_id, offer_id = choice.participant_id, choice.offer_id
    if choice.run_id is not None:
        store.run(choice.run_id)
    run_id = listing_run(store, participant_id, offer_id, choice.run_id)
    shut = _shut_by(store, engine, participant_id, offer_id, taker.on)
    overridden = _answered_for(move.override, shut, run_id is not None, move.note, taker)
    placement = proposal(
        placement_id,
        participant_id,
        offer_id,
        run_id or choice.run_id,
        Step(1, move, who, taker.at, overridden),
    )
    add(store, placement)
    if move.side == "participant":
        give_consent(store, participant_id, offer_id, who, taker.at)
    return placement


def take_step(
    store: Store, engine: Engine, placement_id: str, move: Move, taker: Taker
) -> Placement:
    """Take the next step of a placement, or undo the last one.

    A person's yes is also their consent to be proposed, and undoing it takes the consent back.

    Raises:
        UnknownRecordError: If there is no such placement.
        PlacementError: If the step cannot be taken, if no seat is left, or an override is needed.
    """
    who = require_who(taker.by)
    before = locked_placement(store, placement_id)
    after = before.with_step(move, by=who, at=taker.at, on=taker.on)
    offer, _ = store.offer(before.offer_id)
    if move.action == "start":
        after = _against_rules(store, engine, before, after, offer, taker)
    after = replace(after, seat=_seat(store, after, offer))
    add_step(store, after)
    _follow_with_consent(store, before, after, taker.at)
    return after


def withdraw_consent(
    store: Store, engine: Engine, participant_id: str, offer_id: str, taker: Taker
) -> list[Placement]:
    """A person no longer agrees to be proposed: what had not begun ends there, without a reason.

    Returns:
        The placement that ended, if one was open.
    """
    move = Move("refuse", "participant", reason="consent_withdrawn")
    ended = [
        take_step(store, engine, placement_id, move, taker)
        for placement_id in open_placements(store, participant_id, offer_id)
    ]
    drop_consent(store, participant_id, offer_id)
    return ended


def _shut_by(
    store: Store, engine: Engine, participant_id: str, offer_id: str, on: date
) -> tuple[Check, ...]:
    """The rules that exclude a pair today, with the seats that are left."""
    participant, _ = store.participant(participant_id)
    offer, _ = offer_with_seats_left(store, offer_id)
    company = companies_with_interns(store, [offer.company_id])[offer.company_id]
    gates = assess(participant, offer, company, on=on, rules=engine.rules)
    return tuple(check for check in gates.checks if check.status == "not_met")


def _answered_for(
    override: Override | None, shut: Sequence[Check], listed: bool, note: str, taker: Taker
) -> tuple[str, ...]:
    """The rules that somebody chooses against, and answers for.

    Raises:
        PlacementError: If they may not, or do not say why.
    """
    rules = (*(check.rule for check in shut), *(() if listed else (NOT_LISTED,)))
    reasons = tuple(check.reason for check in shut)
    if not rules:
        return ()
    if shut and not taker.may_override:
        raise PlacementError("not_eligible", reasons)
    if override is None:
        raise PlacementError("override" if shut else "not_listed", reasons)
    if override == "other" and not note.strip():
        raise PlacementError("override_note")
    return rules


def _against_rules(
    store: Store,
    engine: Engine,
    before: Placement,
    after: Placement,
    offer: Offer,
    taker: Taker,
) -> Placement:
    """A start, with what it overrides that nobody has yet answered for.

    The company is held, so that two who start there at once count each other as interns.
    """
    lock_company(store, offer.company_id)
    known = before.overridden() | _ASKED_ONCE
    shut = [
        check
        for check in _shut_by(store, engine, before.participant_id, offer.id, taker.on)
        if check.rule not in known
    ]
    step = after.steps[-1]
    overridden = _answered_for(step.move.override, shut, True, step.move.note, taker)
    return replace(after, steps=(*after.steps[:-1], replace(step, overridden=overridden)))


def _seat(store: Store, after: Placement, offer: Offer) -> int | None:
    """The seat that a placement has, taking a free one if it needs one and has none."""
    if not after.state.takes_seat(offer.duration_months):
        return None
    seat = after.seat or free_seat(store, offer.id)
    if seat is None:
        raise PlacementError("no_seat")
    return seat


def _follow_with_consent(store: Store, before: Placement, after: Placement, at: datetime) -> None:
    step = after.steps[-1]
    if step.move.action == "accept" and step.move.side == "participant":
        give_consent(store, after.participant_id, after.offer_id, step.by, at)
    said_yes, says_yes = ("participant" in p.state.yes for p in (before, after))
    if step.move.action == "undo" and said_yes and not says_yes:
        drop_consent(store, after.participant_id, after.offer_id)
