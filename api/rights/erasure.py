"""Erasing a person: everything about them goes; counts remain, and what the audit says by code."""

from api.rights.rights_store import erase_case
from matching.store import Store

# Where somebody lived who is not there any more.
_NOWHERE = "-"


def erase(store: Store, participant_id: str) -> dict[str, int]:
    """Erase a person, also what a broken or older release may have left; twice changes nothing.

    Returns:
        How much there was: records, identities, inferences, decisions, consents, accounts, copies
        of the record in saved rankings, and the rankings themselves.
    """
    area = next((p.place.sub_area for p, _ in store.participants([participant_id])), _NOWHERE)
    return erase_case(store, participant_id, area)
