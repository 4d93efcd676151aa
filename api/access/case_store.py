"""All SQL about whose case a person is, and what was made under which key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.errors import ForeignKeyViolation, UniqueViolation

from matching.store import Store


@dataclass(frozen=True)
class Charge:
    """In whose charge a person is, and where they live."""

    organisation_id: str | None
    municipality: str


@dataclass(frozen=True)
class Made:
    """What was made under an idempotency key, and the fingerprint of the request that made it."""

    fingerprint: bytes
    resource_id: str


def charges(store: Store, participant_ids: Sequence[str]) -> dict[str, Charge]:
    """In whose charge some people are, by id."""
    sql = """
        SELECT participant_id, organisation_id, municipality FROM participant
        WHERE programme_id = %s AND participant_id = ANY(%s)
    """
    rows = store.connection.execute(sql, (store.programme_id, list(participant_ids)))
    return {row[0]: Charge(row[1], row[2]) for row in rows}


def put_in_charge(store: Store, participant_id: str, organisation_id: str | None) -> bool:
    """Give a person to an organisation, or to none; whether the organisation exists."""
    sql = """
        UPDATE participant SET organisation_id = %s WHERE programme_id = %s AND participant_id = %s
    """
    try:
        store.connection.execute(sql, (organisation_id, store.programme_id, participant_id))
    except ForeignKeyViolation:
        return False
    return True


def people_of_run(store: Store, run_id: str) -> list[str] | None:
    """The participants that a run is about; None if there is no such run."""
    sql = """
        SELECT ARRAY(SELECT jsonb_object_keys(inputs -> 'participants'))
            || CASE question ->> 'direction' WHEN 'suggest'
               THEN ARRAY[question ->> 'subject_id'] ELSE '{}' END
        FROM run WHERE programme_id = %s AND run_id = %s
    """
    row = store.connection.execute(sql, (store.programme_id, run_id)).fetchone()
    return None if row is None else list(row[0])


def both_said_yes(store: Store, participant_id: str) -> bool:
    """Whether a person and the company both said yes, for the offer that it looks at."""
    sql = "SELECT both_said_yes(%s, %s)"
    row = store.connection.execute(sql, (store.programme_id, participant_id)).fetchone()
    return row == (True,)


def made_under(store: Store, account_id: str, key: str) -> Made | None:
    """What an account made under a key."""
    sql = """
        SELECT fingerprint, resource_id FROM idempotency_key
        WHERE programme_id = %s AND account_id = %s AND key = %s
    """
    row = store.connection.execute(sql, (store.programme_id, account_id, key)).fetchone()
    return None if row is None else Made(*row)


def note_made(store: Store, account_id: str, key: str, made: Made, at: datetime) -> bool:
    """Remember what is being made; False if another request has just done so."""
    try:
        with store.connection.transaction():
            store.connection.execute(
                "INSERT INTO idempotency_key VALUES (%s, %s, %s, %s, %s, %s)",
                (store.programme_id, account_id, key, made.fingerprint, made.resource_id, at),
            )
    except UniqueViolation:
        return False
    return True
