"""All SQL about sealed identities; the database sees nothing else of them."""

from matching.store import Store


def sealed_identity(store: Store, participant_id: str) -> str | None:
    """What is sealed of a person."""
    sql = "SELECT sealed FROM identity WHERE programme_id = %s AND participant_id = %s"
    row = store.connection.execute(sql, (store.programme_id, participant_id)).fetchone()
    return None if row is None else str(row[0])


def keep_sealed(store: Store, participant_id: str, sealed: str) -> None:
    """Keep it in place of what was there."""
    sql = """
        INSERT INTO identity VALUES (%s, %s, %s)
        ON CONFLICT (programme_id, participant_id) DO UPDATE SET sealed = excluded.sealed
    """
    store.connection.execute(sql, (store.programme_id, participant_id, sealed))


def forget_identity(store: Store, participant_id: str) -> None:
    """Let it go; what is not there is gone already."""
    store.connection.execute(
        "DELETE FROM identity WHERE programme_id = %s AND participant_id = %s",
        (store.programme_id, participant_id),
    )


def all_sealed(store: Store) -> dict[str, str]:
    """Everything sealed in a programme, by participant; held from changes until the end."""
    sql = """
        SELECT participant_id, sealed FROM identity WHERE programme_id = %s
        ORDER BY participant_id FOR UPDATE
    """
    return dict(store.connection.execute(sql, (store.programme_id,)).fetchall())
