"""All SQL about a person's yes to being proposed for an offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.listing_store import Slice
from matching.store import Store


@dataclass(frozen=True)
class Consent:
    """A person's yes to being proposed for an offer."""

    offer_id: str
    given_at: datetime


def consents(store: Store, participant_id: str, part: Slice) -> list[Consent]:
    """What a person agreed to, by offer."""
    sql = """
        SELECT offer_id, given_at FROM proposal_consent
        WHERE programme_id = %s AND participant_id = %s
          AND (%s::text IS NULL OR offer_id > %s)
        ORDER BY offer_id LIMIT %s
    """
    values = (store.programme_id, participant_id, part.after, part.after, part.limit)
    return [Consent(*row) for row in store.connection.execute(sql, values)]


def give_consent(store: Store, participant_id: str, offer_id: str, by: str, at: datetime) -> None:
    """A person agrees; agreeing twice changes nothing."""
    store.connection.execute(
        "INSERT INTO proposal_consent VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (store.programme_id, participant_id, offer_id, at, by),
    )


def drop_consent(store: Store, participant_id: str, offer_id: str) -> None:
    """A person takes their yes back: from now on the company does not see them."""
    store.connection.execute(
        "DELETE FROM proposal_consent"
        " WHERE programme_id = %s AND participant_id = %s AND offer_id = %s",
        (store.programme_id, participant_id, offer_id),
    )


def who_agreed(store: Store, offer_id: str, among: Sequence[str] | None = None) -> set[str]:
    """The people who agreed to be proposed for an offer, all or of some."""
    sql = """
        SELECT participant_id FROM proposal_consent
        WHERE programme_id = %s AND offer_id = %s
          AND (%s::text[] IS NULL OR participant_id = ANY(%s))
    """
    people = None if among is None else list(among)
    values = (store.programme_id, offer_id, people, people)
    return {row[0] for row in store.connection.execute(sql, values)}
