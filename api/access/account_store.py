"""All SQL about accounts and the organisations behind them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from api.access.actors import AccountRole
from matching.errors import UnknownRecordError
from matching.listing_store import Slice


@dataclass(frozen=True)
class Account:
    """An account as it is kept, but for its password."""

    account_id: str
    login: str
    role: AccountRole
    organisation_id: str | None
    sub_areas: tuple[str, ...]
    company_id: str | None
    participant_id: str | None
    activated: bool
    active: bool
    second_factor: bool = False
    linked: bool = False


@dataclass(frozen=True)
class Organisation:
    """A partner organisation of the programme."""

    organisation_id: str
    name: str


class TakenError(Exception):
    """A login or an id that is already somebody's."""


class DanglingError(Exception):
    """An organisation, company or participant that does not exist."""


_COLUMNS = """
    account_id, login, role, organisation_id, sub_areas, company_id, participant_id,
    password_hash IS NOT NULL, active, second_factor_on, identity IS NOT NULL
"""


@dataclass(frozen=True)
class Accounts:
    """The accounts of a programme, through one open transaction."""

    connection: Connection[Any]
    programme_id: str = "default"

    def sealed_second_factors(self) -> dict[str, bytes]:
        """What is sealed of every account's second factor; held from changes until the end."""
        sql = """
            SELECT account_id, second_factor FROM account
            WHERE programme_id = %s AND second_factor IS NOT NULL ORDER BY account_id FOR UPDATE
        """
        return dict(self.connection.execute(sql, (self.programme_id,)).fetchall())

    def renew_second_factor(self, account_id: str, sealed: bytes) -> None:
        """The same second factor, sealed anew."""
        sql = "UPDATE account SET second_factor = %s WHERE programme_id = %s AND account_id = %s"
        self.connection.execute(sql, (sealed, self.programme_id, account_id))

    def add(self, account: Account, at: datetime) -> None:
        """A new account, without a password.

        Raises:
            TakenError: If another has the login.
            DanglingError: If what it stands for does not exist.
        """
        sql = """
            INSERT INTO account (
                programme_id, account_id, login, role, organisation_id, sub_areas, company_id,
                participant_id, created_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """
        values = (
            self.programme_id, account.account_id, account.login, account.role,
            account.organisation_id, list(account.sub_areas), account.company_id,
            account.participant_id, at,
        )  # fmt: skip
        self._write(sql, values)

    def one(self, account_id: str) -> Account:
        """One account; UnknownRecordError if there is none."""
        sql = f"SELECT {_COLUMNS} FROM account WHERE programme_id = %s AND account_id = %s"  # noqa: S608
        for row in self.connection.execute(sql, (self.programme_id, account_id)):
            return _account(row)
        raise UnknownRecordError("account", account_id)

    def some(self, part: Slice) -> list[Account]:
        """Accounts, by id."""
        sql = f"""
            SELECT {_COLUMNS} FROM account
            WHERE programme_id = %s AND (%s::text IS NULL OR account_id > %s)
            ORDER BY account_id LIMIT %s
        """  # noqa: S608 - the columns are a literal of this module
        values = (self.programme_id, part.after, part.after, part.limit)
        return [_account(row) for row in self.connection.execute(sql, values)]

    def has_administrator(self) -> bool:
        """Whether somebody can already administer the programme."""
        sql = """
            SELECT FROM account WHERE programme_id = %s AND role = 'administrator'
              AND active AND password_hash IS NOT NULL LIMIT 1
        """
        return self.connection.execute(sql, (self.programme_id,)).fetchone() is not None

    def waiting_administrator(self) -> Account | None:
        """An administrator who has not yet chosen a password."""
        sql = f"""
            SELECT {_COLUMNS} FROM account WHERE programme_id = %s AND role = 'administrator'
              AND active AND password_hash IS NULL ORDER BY account_id LIMIT 1
        """  # noqa: S608 - the columns are a literal of this module
        row = self.connection.execute(sql, (self.programme_id,)).fetchone()
        return None if row is None else _account(row)

    def is_login(self, login: str) -> bool:
        """Whether an account, of whatever state, has a login."""
        sql = "SELECT FROM account WHERE programme_id = %s AND login = %s"
        return self.connection.execute(sql, (self.programme_id, login)).fetchone() is not None

    def set_password(self, account_id: str, password_hash: str) -> None:
        """A new password."""
        sql = "UPDATE account SET password_hash = %s WHERE programme_id = %s AND account_id = %s"
        self.connection.execute(sql, (password_hash, self.programme_id, account_id))

    def deactivate(self, account_id: str) -> None:
        """The account opens no more; it stays, since the audit refers to it."""
        sql = "UPDATE account SET active = false WHERE programme_id = %s AND account_id = %s"
        self.connection.execute(sql, (self.programme_id, account_id))

    def link(self, account_id: str, identity: bytes | None) -> None:
        """Link an account to an identity of the external issuer, or to none.

        Raises:
            TakenError: If the identity is another account's.
        """
        sql = "UPDATE account SET identity = %s WHERE programme_id = %s AND account_id = %s"
        self._write(sql, (identity, self.programme_id, account_id))

    # Organisations

    def add_organisation(self, organisation: Organisation) -> None:
        """A new organisation; TakenError if another has its id."""
        self._write(
            "INSERT INTO organisation VALUES (%s, %s, %s)",
            (self.programme_id, organisation.organisation_id, organisation.name),
        )

    def organisation(self, organisation_id: str) -> Organisation:
        """One organisation; UnknownRecordError if there is none."""
        sql = """
            SELECT organisation_id, name FROM organisation
            WHERE programme_id = %s AND organisation_id = %s
        """
        for row in self.connection.execute(sql, (self.programme_id, organisation_id)):
            return Organisation(*row)
        raise UnknownRecordError("organisation", organisation_id)

    def organisations(self, part: Slice) -> list[Organisation]:
        """Organisations, by id."""
        sql = """
            SELECT organisation_id, name FROM organisation
            WHERE programme_id = %s AND (%s::text IS NULL OR organisation_id > %s)
            ORDER BY organisation_id LIMIT %s
        """
        values = (self.programme_id, part.after, part.after, part.limit)
        return [Organisation(*row) for row in self.connection.execute(sql, values)]

    def _write(self, sql: str, values: tuple[object, ...]) -> None:
        try:
            self.connection.execute(sql, values)
        except UniqueViolation:
            raise TakenError from None
        except ForeignKeyViolation:
            raise DanglingError from None


def _account(row: tuple[Any, ...]) -> Account:
    account_id, login, role, organisation, areas, *rest = row
    return Account(account_id, login, role, organisation, tuple(areas), *rest)
