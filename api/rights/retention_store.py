"""All SQL that finds what is older than it may be, and lets it go."""

from datetime import date, datetime

from matching.store import Store

# The last day on which something was done about each person. To be listed among others is not.
_ACTIVITY = """
    activity AS (
        SELECT participant_id, greatest(active_on, max(trace.at)::date) AS last_on
        FROM participant LEFT JOIN (
            SELECT participant_id, settled_at AS at FROM settled_competence
            WHERE programme_id = %(programme)s
            UNION ALL
            SELECT participant_id, given_at FROM proposal_consent
            WHERE programme_id = %(programme)s
            UNION ALL
            SELECT question ->> 'subject_id', asked_at FROM run
            WHERE programme_id = %(programme)s AND question ->> 'direction' = 'suggest'
            UNION ALL
            SELECT participant_id, taken_at
            FROM placement JOIN placement_step USING (programme_id, placement_id)
            WHERE programme_id = %(programme)s
            UNION ALL
            SELECT participant_id, current_timestamp FROM placement
            WHERE programme_id = %(programme)s AND status IN ('started', 'suspended')
            UNION ALL
            SELECT person, at FROM audit_event, unnest(people) AS person
            WHERE programme_id = %(programme)s AND action NOT LIKE '%%listed'
        ) AS trace USING (participant_id)
        WHERE programme_id = %(programme)s
        GROUP BY participant_id, active_on
    )
"""

_OLD_KEYS = {
    "credential": "expires_at < %(before)s",
    "idempotency_key": "used_at < %(before)s",
    "sign_in_failure": "failed_at < %(before)s",
    "request_window": "minute < extract(epoch FROM %(before)s::timestamptz) / 60",
}

_OLD_ACCOUNTS = """
    FROM account
    WHERE programme_id = %(programme)s AND NOT active AND created_at < %(before)s
      AND NOT EXISTS (
        SELECT FROM audit_event AS event
        WHERE event.programme_id = account.programme_id AND number > %(last)s
          AND account.account_id IN (event.account_id, event.object)
    )
"""


def note_activity(store: Store) -> None:
    """Write down when something was last done about each person, before its traces go."""
    sql = f"""
        WITH {_ACTIVITY}
        UPDATE participant SET active_on = last_on FROM activity
        WHERE participant.programme_id = %(programme)s
          AND participant.participant_id = activity.participant_id AND last_on > active_on
    """  # noqa: S608 - the insertion is a literal of this module
    store.connection.execute(sql, {"programme": store.programme_id})


def people_idle_since(store: Store, before: date) -> list[str]:
    """The people about whom nothing was done since a day, by id."""
    sql = f"""
        WITH {_ACTIVITY}
        SELECT participant_id FROM activity WHERE last_on < %(before)s ORDER BY 1
    """  # noqa: S608 - the insertion is a literal of this module
    values = {"programme": store.programme_id, "before": before}
    return [row[0] for row in store.connection.execute(sql, values)]


def count_names(store: Store, participant_ids: list[str]) -> int:
    """How many of some people have a name in the vault."""
    sql = "SELECT count(*) FROM identity WHERE programme_id = %s AND participant_id = ANY(%s)"
    [[count]] = store.connection.execute(sql, (store.programme_id, participant_ids)).fetchall()
    return int(count)


def drop_names(store: Store, participant_ids: list[str]) -> None:
    """Let the names of some people go."""
    store.connection.execute(
        "DELETE FROM identity WHERE programme_id = %s AND participant_id = ANY(%s)",
        (store.programme_id, participant_ids),
    )


def count_rankings(store: Store, before: datetime) -> int:
    """How many rankings were made before a moment."""
    sql = "SELECT count(*) FROM run WHERE programme_id = %s AND asked_at < %s"
    [[count]] = store.connection.execute(sql, (store.programme_id, before)).fetchall()
    return int(count)


def drop_rankings(store: Store, before: datetime) -> None:
    """Let them go, with the copies of records that no other ranking used."""
    store.connection.execute("LOCK TABLE snapshot, run IN EXCLUSIVE MODE")
    store.connection.execute(
        "DELETE FROM run WHERE programme_id = %s AND asked_at < %s", (store.programme_id, before)
    )
    sql = """
        DELETE FROM snapshot WHERE programme_id = %(programme)s AND digest NOT IN (
            SELECT used.digest
            FROM run, jsonb_each(inputs) AS kind, jsonb_each_text(kind.value) AS used (id, digest)
            WHERE programme_id = %(programme)s
        )
    """
    store.connection.execute(sql, {"programme": store.programme_id})


def count_keys(store: Store, before: datetime) -> int:
    """How many tokens, idempotency keys, failures and counters are older than a moment."""
    sql = " UNION ALL ".join(
        f"SELECT count(*) FROM {table} WHERE programme_id = %(programme)s AND {old}"  # noqa: S608
        for table, old in _OLD_KEYS.items()
    )
    values = {"programme": store.programme_id, "before": before}
    return sum(row[0] for row in store.connection.execute(sql, values))


def drop_keys(store: Store, before: datetime) -> None:
    """Let them go."""
    values = {"programme": store.programme_id, "before": before}
    for table, old in _OLD_KEYS.items():
        sql = f"DELETE FROM {table} WHERE programme_id = %(programme)s AND {old}"  # noqa: S608
        store.connection.execute(sql, values)


def count_accounts(store: Store, before: datetime, last: int) -> int:
    """How many accounts are closed, old, and named by no event after a number."""
    values = {"programme": store.programme_id, "before": before, "last": last}
    [[count]] = store.connection.execute("SELECT count(*)" + _OLD_ACCOUNTS, values).fetchall()
    return int(count)


def drop_accounts(store: Store, before: datetime, last: int) -> None:
    """Let them go."""
    values = {"programme": store.programme_id, "before": before, "last": last}
    store.connection.execute("DELETE" + _OLD_ACCOUNTS, values)
