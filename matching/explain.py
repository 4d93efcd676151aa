"""USE CASE: why a person and an offer fit or not, what to mind, and what would change it."""

from datetime import date

from matching.engine import Engine
from matching.shortlist import load_person
from matching.standing import Standing
from matching.store import Store
from matching.voices import Audience, Explanation, gather, speak


def explain(
    store: Store,
    engine: Engine,
    participant_id: str,
    offer_id: str,
    *,
    audience: Audience = "operator",
    on: date,
    most_changes: int,
) -> Explanation:
    """Explain a pair to an audience, with at most so many changes.

    Raises:
        UnknownRecordError: If there is no such participant or offer.
    """
    store.begin_reading()
    person = load_person(store, engine, participant_id)
    store.offer(offer_id)
    standing = Standing.among_open(store, engine, on=on, offer_id=offer_id)
    return speak(gather(standing, person, offer_id), audience, most_changes=most_changes)
