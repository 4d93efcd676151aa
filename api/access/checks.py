"""The first wall: whether a person, an offer, a company or a run is the caller's own.

What is not theirs answers as if it were not there. The database asks the same again (0006).
"""

from collections.abc import Mapping, Sequence

from api.access.case_store import both_said_yes, charges, people_of_run
from api.problems import Problem
from api.service import Work
from matching.consent_store import who_agreed
from matching.model import Participant
from matching.placement import RUNNING, Action, Move, Placement, Side
from matching.placement_store import placement


def require_people(work: Work, participant_ids: Sequence[str]) -> None:
    """Each is the caller's case, or the caller.

    Raises:
        Problem: 404 if one is not, or does not exist.
    """
    found = charges(work.store, participant_ids)
    if len(found) < len(set(participant_ids)):
        raise Problem("not_found")
    if work.scope == "all":
        return
    for participant_id, charge in found.items():
        mine = (
            charge.organisation_id == work.actor.organisation_id
            and charge.municipality in work.actor.municipalities
        )
        oneself = work.actor.participant_id == participant_id
        if not (oneself if work.actor.role == "participant" else mine):
            raise Problem("not_found")


def require_in_area(work: Work, participant: Participant) -> None:
    """An operator takes in charge people of their own sub-areas; Problem 403 if not."""
    if work.scope == "own" and participant.municipality not in work.actor.municipalities:
        raise Problem("forbidden")


def require_company(work: Work, company_id: str) -> None:
    """The company exists and, for a company, is its own; Problem 404 if not."""
    if not _is_own(work, company_id) or not work.store.companies([company_id]):
        raise Problem("not_found")


def require_offer(work: Work, offer_id: str) -> None:
    """The offer exists and, for a company, is its own; Problem 404 if not."""
    for offer, _ in work.store.offers([offer_id]):
        if _is_own(work, offer.company_id):
            return
    raise Problem("not_found")


def require_run(work: Work, run_id: str) -> None:
    """Everybody in the run is the caller's case; Problem 404 if not."""
    people = people_of_run(work.store, run_id)
    if people is None:
        raise Problem("not_found")
    require_people(work, people)


def require_agreed(work: Work, offer_id: str, participant_ids: Sequence[str]) -> None:
    """Everybody listed agreed to be proposed for the offer; Problem 403 if not."""
    if not set(participant_ids) <= who_agreed(work.store, offer_id):
        raise Problem("forbidden")


def require_decision(work: Work, decision_id: str) -> Placement:
    """The decision is about the caller's case or themselves; of a company: about its own offer.

    A company sees those of who agrees to be proposed, or is there.

    Raises:
        Problem: 404 if it is not.
        UnknownRecordError: If there is none.
    """
    found = placement(work.store, decision_id)
    if work.actor.role != "company" or work.scope == "all":
        require_people(work, [found.participant_id])
        return found
    require_offer(work, found.offer_id)
    agreed = who_agreed(work.store, found.offer_id, [found.participant_id])
    if not agreed and found.status not in RUNNING:
        raise Problem("not_found")
    return found


# What a side may do by itself; who follows the case does the rest, but never says a company's yes.
_OWN_STEPS: Mapping[Side, frozenset[Action]] = {
    "participant": frozenset({"accept", "refuse", "undo"}),
    "company": frozenset({"accept", "refuse", "interview", "undo"}),
}


def require_may_take(work: Work, found: Placement, move: Move) -> None:
    """The step is the caller's to take; Problem 403 if not."""
    side = side_of(work)
    if side == "programme":
        may = (move.action, move.side) != ("accept", "company")
    else:
        may = move.action in _OWN_STEPS[side] and move.side == side
        if move.action == "undo" and found.standing:
            may = found.standing[-1].move.side == side
    if not may:
        raise Problem("forbidden")


def side_of(work: Work) -> Side:
    """For whom the caller speaks."""
    role = work.actor.role
    return role if role in ("participant", "company") else "programme"


def who(work: Work) -> str:
    """Role and code of the caller, as decisions keep it."""
    return f"{work.actor.role} {work.actor.account_id}"


def may_see_contact(work: Work, offer_id: str, participant_id: str) -> bool:
    """Whether a company may call a candidate: the person agreed, then both said yes."""
    agreed = participant_id in who_agreed(work.store, offer_id, [participant_id])
    return agreed and both_said_yes(work.store, participant_id)


def own_company(work: Work) -> str | None:
    """The only company whose records the caller lists; None: all of them."""
    return work.actor.company_id if work.scope == "own" else None


def _is_own(work: Work, company_id: str) -> bool:
    if work.actor.role != "company" or work.scope == "all":
        return True
    return company_id == work.actor.company_id
