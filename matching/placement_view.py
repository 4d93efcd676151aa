"""A placement as each side reads it: who follows the case all of it, the others what is theirs."""

from typing import Any

from matching.messages import say
from matching.placement import Placement, Side, Step


def placement_as_json(
    placement: Placement, *, to: Side = "programme", by: str = ""
) -> dict[str, Any]:
    """One JSON document.

    Args:
        placement: The placement.
        to: Who reads it. The person and the company read the steps that stand; of the other side's
            no, the words that are kind and not the reason; no note but their own. A company reads
            nothing of rules or rankings.
        by: Role and code of who reads, as in the steps they took.
    """
    state = placement.state
    steps = placement.steps if to == "programme" else placement.standing
    undone = {step.supersedes for step in placement.steps}
    return {
        "decision_id": placement.placement_id,
        "participant_id": placement.participant_id,
        "offer_id": placement.offer_id,
        "run_id": None if to == "company" else placement.run_id,
        "status": placement.status,
        "participant_yes": "participant" in state.yes,
        "company_yes": "company" in state.yes,
        "contact_open": placement.contact_open,
        "seat_taken": placement.seat is not None,
        "started_on": state.started_on and state.started_on.isoformat(),
        "ended_on": state.ended_on and state.ended_on.isoformat(),
        "outcome": state.outcome,
        "steps": [_step(step, to, by, undone=step.number in undone) for step in steps],
    }


def summary_as_json(placement: Placement) -> dict[str, Any]:
    """A placement as a list shows it, to whoever may see it."""
    document = placement_as_json(placement)
    left_out = ("run_id", "steps")
    at = placement.steps[-1].at.isoformat()
    return {key: document[key] for key in document if key not in left_out} | {"changed_at": at}


def _step(step: Step, to: Side, by: str, *, undone: bool) -> dict[str, Any]:
    move = step.move
    sees_all = to == "programme"
    sees_reason = sees_all or move.side in (to, "programme")
    return {
        "number": step.number,
        "action": move.action,
        "side": move.side,
        "by": step.by if sees_all else step.by.split()[0],
        "at": step.at.isoformat(),
        "day": move.day and move.day.isoformat(),
        "reason": move.reason if sees_reason else None,
        "told": _told(step),
        "outcome": move.outcome,
        "note": move.note if sees_all or step.by == by else "",
        "override": None if to == "company" else move.override,
        "overridden": [] if to == "company" else list(step.overridden),
        "supersedes": step.supersedes,
        "undone": undone,
    }


def _told(step: Step) -> str | None:
    """What the other side may be told of a no."""
    if step.move.reason is None:
        return None
    return say(f"placement.told.{step.move.side}.{step.move.reason}")
