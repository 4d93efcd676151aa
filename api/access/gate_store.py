"""All SQL of the gate: whose token this is, how many requests and failed sign-ins there were."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from psycopg import Connection

from api.access.actors import Actor

CredentialKind = Literal["token", "activation"]

_ACCOUNT = """
    account.account_id, account.role, account.organisation_id, account.sub_areas,
    account.company_id, account.participant_id, account.programme_id
"""


def fingerprint(secret: str) -> bytes:
    """What is kept of a token, a code, a login or an address (SHA-256)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def actor_of(row: tuple[Any, ...]) -> Actor:
    """The actor of a row of the columns above."""
    account_id, role, organisation_id, sub_areas, company_id, participant_id, programme_id = row
    return Actor(
        account_id, role, organisation_id, tuple(sub_areas), company_id, participant_id,
        programme_id,
    )  # fmt: skip


@dataclass(frozen=True)
class SecondFactor:
    """What is kept of an account's one-time codes.

    Attributes:
        sealed: The secret that makes them.
        on: Whether a code is asked for at sign-in.
        last_step: The last half minute (since 1970) whose code was used.
    """

    sealed: bytes
    on: bool
    last_step: int


@dataclass(frozen=True)
class Gate:
    """The gate of a programme, through one open transaction."""

    connection: Connection[Any]
    programme_id: str = "default"

    def holder(self, secret: str, kind: CredentialKind, at: datetime) -> Actor | None:
        """Whose valid key a secret is, if it is one and the account is active."""
        sql = f"""
            SELECT {_ACCOUNT} FROM credential JOIN account USING (programme_id, account_id)
            WHERE programme_id = %s AND digest = %s AND kind = %s AND expires_at > %s AND active
        """  # noqa: S608 - the columns are a literal of this module
        values = (self.programme_id, fingerprint(secret), kind, at)
        row = self.connection.execute(sql, values).fetchone()
        return None if row is None else actor_of(row)

    def with_login(self, login: str) -> tuple[Actor, str] | None:
        """The active account of a login that has a password, with its hash."""
        sql = f"""
            SELECT {_ACCOUNT}, password_hash FROM account
            WHERE programme_id = %s AND login = %s AND active AND password_hash IS NOT NULL
        """  # noqa: S608 - the columns are a literal of this module
        row = self.connection.execute(sql, (self.programme_id, login)).fetchone()
        return None if row is None else (actor_of(row[:-1]), row[-1])

    def count_request(self, subject: str, minute: int) -> int:
        """One more request of a caller in a minute (since 1970); how many that makes."""
        sql = """
            INSERT INTO request_window AS w VALUES (%s, %s, %s, 1)
            ON CONFLICT (programme_id, subject) DO UPDATE SET
                minute = excluded.minute,
                used = CASE WHEN w.minute = excluded.minute THEN w.used + 1 ELSE 1 END
            RETURNING used
        """
        values = (self.programme_id, fingerprint(subject), minute)
        [[used]] = self.connection.execute(sql, values).fetchall()
        return int(used)

    def failures(self, subject: str, since: datetime) -> list[datetime]:
        """When sign-ins of a login or from an address failed, oldest first."""
        sql = """
            SELECT failed_at FROM sign_in_failure
            WHERE programme_id = %s AND subject = %s AND failed_at > %s ORDER BY failed_at
        """
        values = (self.programme_id, fingerprint(subject), since)
        return [row[0] for row in self.connection.execute(sql, values)]

    def note_failure(self, subject: str, at: datetime, *, forget_before: datetime) -> None:
        """Remember that a sign-in failed; forget what is too old to matter."""
        self.connection.execute(
            "DELETE FROM sign_in_failure WHERE programme_id = %s AND failed_at < %s",
            (self.programme_id, forget_before),
        )
        self.connection.execute(
            "INSERT INTO sign_in_failure VALUES (%s, %s, %s)",
            (self.programme_id, fingerprint(subject), at),
        )

    def forget_failures(self, subject: str) -> None:
        """A sign-in succeeded."""
        self.connection.execute(
            "DELETE FROM sign_in_failure WHERE programme_id = %s AND subject = %s",
            (self.programme_id, fingerprint(subject)),
        )

    def takes_turn(self, login: str) -> bool:
        """One sign-in of a login at a time, so that no burst of guesses goes uncounted."""
        row = self.connection.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            (f"cantiere sign-in {fingerprint(login).hex()}",),
        ).fetchone()
        return row == (True,)

    def add_credential(
        self, account_id: str, kind: CredentialKind, secret: str, at: datetime, lasts: timedelta
    ) -> None:
        """Keep the fingerprint of a new key; what has expired goes."""
        self.connection.execute(
            "DELETE FROM credential WHERE programme_id = %s AND account_id = %s"
            " AND expires_at <= %s",
            (self.programme_id, account_id, at),
        )
        self.connection.execute(
            "INSERT INTO credential VALUES (%s, %s, %s, %s, %s)",
            (self.programme_id, fingerprint(secret), kind, account_id, at + lasts),
        )

    def drop_credential(self, secret: str) -> None:
        """A key that opens nothing any more."""
        self.connection.execute(
            "DELETE FROM credential WHERE programme_id = %s AND digest = %s",
            (self.programme_id, fingerprint(secret)),
        )

    def drop_credentials(self, account_id: str, kind: CredentialKind | None = None) -> None:
        """Every key of an account, or those of a kind."""
        self.connection.execute(
            "DELETE FROM credential WHERE programme_id = %s AND account_id = %s"
            " AND (%s::text IS NULL OR kind = %s)",
            (self.programme_id, account_id, kind, kind),
        )

    # The second factor

    def second_factor(self, account_id: str) -> SecondFactor | None:
        """The second factor of an account, if it has one; held until the transaction ends."""
        sql = """
            SELECT second_factor, second_factor_on, last_code_step FROM account
            WHERE programme_id = %s AND account_id = %s AND second_factor IS NOT NULL FOR UPDATE
        """
        row = self.connection.execute(sql, (self.programme_id, account_id)).fetchone()
        return None if row is None else SecondFactor(bytes(row[0]), row[1], row[2])

    def set_second_factor(self, account_id: str, sealed: bytes | None) -> None:
        """Another secret, not asked for yet; None: no second factor any more."""
        self.connection.execute(
            "UPDATE account SET second_factor = %s, second_factor_on = false, last_code_step = 0"
            " WHERE programme_id = %s AND account_id = %s",
            (sealed, self.programme_id, account_id),
        )

    def turn_second_factor_on(self, account_id: str) -> bool:
        """A code is asked for at sign-in from now on; False if none of this secret was given."""
        sql = """
            UPDATE account SET second_factor_on = true
            WHERE programme_id = %s AND account_id = %s AND last_code_step > 0
        """
        return self.connection.execute(sql, (self.programme_id, account_id)).rowcount == 1

    def note_code(self, account_id: str, step: int) -> None:
        """The code of a half minute was used: neither it nor an older one is good any more."""
        self.connection.execute(
            "UPDATE account SET last_code_step = %s WHERE programme_id = %s AND account_id = %s",
            (step, self.programme_id, account_id),
        )

    # Sign-ins at the external issuer

    def note_pending(self, secret: str, at: datetime, lasts: timedelta) -> None:
        """Somebody is sent to the issuer; who did not come back in time is forgotten."""
        self.connection.execute(
            "DELETE FROM pending_sign_in WHERE programme_id = %s AND expires_at <= %s",
            (self.programme_id, at),
        )
        self.connection.execute(
            "INSERT INTO pending_sign_in VALUES (%s, %s, %s)",
            (self.programme_id, fingerprint(secret), at + lasts),
        )

    def take_pending(self, secret: str, at: datetime) -> bool:
        """Whether somebody with this secret was sent and is awaited; they come back once."""
        sql = """
            DELETE FROM pending_sign_in WHERE programme_id = %s AND digest = %s
            RETURNING expires_at > %s
        """
        values = (self.programme_id, fingerprint(secret), at)
        return self.connection.execute(sql, values).fetchone() == (True,)

    def identified(self, identity: bytes) -> Actor | None:
        """The active account that an identity of the issuer is linked to."""
        sql = f"""
            SELECT {_ACCOUNT} FROM account WHERE programme_id = %s AND identity = %s AND active
        """  # noqa: S608 - the columns are a literal of this module
        row = self.connection.execute(sql, (self.programme_id, identity)).fetchone()
        return None if row is None else actor_of(row)
