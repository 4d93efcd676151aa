"""The commands that decide on placements: propose, take the next step, list where they stand."""

import api.speech  # noqa: F401, I001 - it must come before typer

from datetime import datetime
from typing import Annotated, Literal

import typer
from rich.padding import Padding
from rich.text import Text

from api import terminal
from api.audit.decisions import events_of_last_step
from api.audit.store import append
from api.opening import day, now, programme
from api.options import (
    AsJson,
    By,
    Limit,
    On,
    ParticipantId,
    argument,
    decider,
    option,
    print_json,
)
from matching.listing_store import Slice
from matching.messages import say
from matching.placement import (
    Move,
    Override,
    Placement,
    PlacementOutcome,
    PlacementStatus,
    GivenReason,
    Side,
    Step,
)
from matching.placement_store import Wanted, placements as listed_placements
from matching.placement_view import placement_as_json
from matching.placing import Choice, Taker, new_placement_id, propose as propose_person, take_step
from matching.store import Store

placing_app = typer.Typer()

NextAction = Literal["accept", "refuse", "interview", "start", "suspend", "resume", "end", "undo"]
OfferId = Annotated[str, argument("offer")]
Why = Annotated[Override | None, option("override", "--override")]
Note = Annotated[str, option("note", "--note")]


@placing_app.command(help=say("cli.propose.help"))
def propose(
    participant_id: ParticipantId,
    offer_id: OfferId,
    run: Annotated[str | None, option("from_run", "--run")] = None,
    side: Annotated[Literal["programme", "participant"], option("side", "--side")] = "programme",
    override: Why = None,
    note: Note = "",
    by: By = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Propose a person for an offer."""
    move = Move("propose", side, override=override, note=note)
    at = now()
    taker = Taker(decider(by), at, day(on))
    with programme() as (store, engine):
        choice = Choice(participant_id, offer_id, run)
        made = propose_person(store, engine, new_placement_id(at), choice, move, taker)
        _audit(store, made, at)
    _show(made, as_json)


@placing_app.command(help=say("cli.decide.help"))
def decide(
    decision_id: Annotated[str, argument("decision")],
    action: Annotated[NextAction, argument("step")],
    side: Annotated[Side, option("side", "--side")] = "programme",
    reason: Annotated[GivenReason | None, option("reason", "--reason")] = None,
    outcome: Annotated[PlacementOutcome | None, option("outcome", "--outcome")] = None,
    override: Why = None,
    note: Note = "",
    by: By = None,
    on: Annotated[
        datetime | None, option("step_day", "--on", formats=["%Y-%m-%d", "%d/%m/%Y"])
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take the next step of a placement, or undo the last one."""
    when = None if on is None else on.date()
    move = Move(action, side, when, reason, outcome, override, note)
    at = now()
    taker = Taker(decider(by), at, day(None))
    with programme() as (store, engine):
        after = take_step(store, engine, decision_id, move, taker)
        _audit(store, after, at)
    _show(after, as_json)


@placing_app.command(help=say("cli.placements.help"))
def placements(
    participant_id: Annotated[str | None, option("of_participant", "--participant")] = None,
    offer_id: Annotated[str | None, option("of_offer", "--offer")] = None,
    status: Annotated[PlacementStatus | None, option("status", "--status")] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Show where placements stand, the newest first."""
    with programme() as (store, _):
        wanted = Wanted(participant_id, offer_id, status)
        found = listed_placements(store, wanted, Slice(None, limit))
    if as_json:
        print_json({"items": [placement_as_json(placement) for placement in found]})
        return
    for placement in found:
        _print(placement)
    if not found:
        terminal.out.print(say("cli.placements.none"))


def _audit(store: Store, after: Placement, at: datetime) -> None:
    """The terminal is the programme's own: what it decides is in the same chain."""
    for action, details in events_of_last_step(after):
        append(
            store.connection,
            programme_id=store.programme_id,
            at=at,
            account_id="",
            role="terminal",
            action=action,
            about=after.placement_id,
            people=[after.participant_id],
            details=details,
        )


def _show(placement: Placement, as_json: bool) -> None:
    if as_json:
        print_json(placement_as_json(placement))
    else:
        _print(placement)


def _print(placement: Placement) -> None:
    """Where a placement stands, and each of its steps."""
    line = f"{placement.placement_id}  {placement.participant_id} → {placement.offer_id}"
    status = say(f"placement.status.{placement.status}")
    terminal.out.print(Text.assemble((line, "bold"), f"  {status}"), soft_wrap=True)
    standing = set(placement.standing)
    for step in placement.steps:
        style = "" if step in standing else "dim strike" if step.supersedes is None else "dim"
        terminal.out.print(Padding(Text(_step_line(step), style=style), (0, 0, 0, 4)))


def _step_line(step: Step) -> str:
    move = step.move
    why = [
        say(f"placement.{kind}.{code}")
        for kind, code in terminal.vars_of(move).items()
        if kind in ("reason", "outcome", "override") and code
    ]
    rules = [say("cli.placements.against", rules=", ".join(step.overridden))]
    said = "; ".join(
        (*why, *(rules if step.overridden else []), *([move.note] if move.note else []))
    )
    return say(
        "cli.placements.step",
        number=step.number,
        action=say(f"placement.action.{move.action}"),
        side=say(f"placement.side.{move.side}"),
        on=f"{move.day or step.at:%d/%m/%Y}",
        by=step.by,
        said=f": {said}" if said else "",
    )
