"""The first wall: whether a person, an offer, a company or a run is the caller's own.

What is not theirs answers as if it were not there. The database asks the same again (0006).
"""

from collections.abc import Sequence

from api.access.case_store import charges, people_of_run, who_agreed
from api.problems import Problem
from api.service import Work
from matching.model import Participant


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


def own_company(work: Work) -> str | None:
    """The only company whose records the caller lists; None: all of them."""
    return work.actor.company_id if work.scope == "own" else None


def _is_own(work: Work, company_id: str) -> bool:
    if work.actor.role != "company" or work.scope == "all":
        return True
    return company_id == work.actor.company_id
