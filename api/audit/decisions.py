"""What the audit keeps of a step of a decision: codes, never the words of a note."""

from collections.abc import Iterator, Mapping

from matching.placement import Placement

Kept = tuple[str, Mapping[str, object]]
"""An action and its details."""


def events_of_last_step(after: Placement) -> Iterator[Kept]:
    """The last step of a placement; once more where it goes against a rule or the ranking."""
    step = after.steps[-1]
    yield (
        f"decision.{step.move.action}",
        {
            "offer": after.offer_id,
            "side": step.move.side,
            "status": after.status,
            "reason": step.move.reason,
            "outcome": step.move.outcome,
            "supersedes": step.supersedes,
        },
    )
    if step.overridden:
        yield (
            "decision.override",
            {
                "offer": after.offer_id,
                "rules": list(step.overridden),
                "reason": step.move.override,
            },
        )
