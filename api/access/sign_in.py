"""Signing in: a password, counted; a token for a while; a code that sets the first password."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.access.account_store import Account, Accounts
from api.access.actors import NOBODY, Actor
from api.access.gate_store import Gate
from api.access.passwords import hash_of, is_password, is_weak, new_id, new_secret
from api.problems import Problem, unauthenticated
from api.service import AuditEntry, Service, append_entry

TOKEN_LASTS = timedelta(hours=1)
_FIRST_CODE_LASTS = timedelta(hours=24)
_FIRST_LOGIN = "amministratore"

# OWASP ASVS 2.2.1: guessing is slowed down, by login and by address.
_REMEMBERED = timedelta(minutes=15)
_MOST_FOR_LOGIN = 5
_MOST_FROM_ADDRESS = 50
_LONGEST_HEADER = 1_000


@dataclass(frozen=True)
class Attempt:
    """Somebody who says who they are."""

    login: str
    password: str
    address: str
    at: datetime

    @property
    def subjects(self) -> dict[str, int]:
        """What its failures are counted by, and how many are too many."""
        return {
            f"login {self.login}": _MOST_FOR_LOGIN,
            f"address {self.address}": _MOST_FROM_ADDRESS,
        }


def basic_credentials(authorization: str) -> tuple[str, str]:
    """Login and password of a `Basic` header; Problem 401 if it is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST_HEADER:
        raise unauthenticated(scheme="Basic")
    try:
        login, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise unauthenticated(scheme="Basic") from None
    if not colon or "\x00" in login:
        raise unauthenticated(scheme="Basic")
    return login, password


def sign_in(service: Service, attempt: Attempt) -> str:
    """A new token for who knows the password.

    Raises:
        Problem: 401 if they do not, 429 if too many tried.
    """
    token = new_secret()
    with service.gate() as gate:
        actor, problem = _try(gate, attempt)
        if actor is not None:
            gate.add_credential(actor.account_id, "token", token, attempt.at, TOKEN_LASTS)
    if problem is not None:
        raise problem
    return token


def confirm_password(service: Service, attempt: Attempt) -> None:
    """Who is signed in knows the password too; Problem 401 or 429 if not."""
    with service.gate() as gate:
        _, problem = _try(gate, attempt)
    if problem is not None:
        raise problem


def _try(gate: Gate, attempt: Attempt) -> tuple[Actor | None, Problem | None]:
    """The actor, or what to answer instead; a failure is kept, so nothing is raised here."""
    if not gate.takes_turn(attempt.login):
        return None, Problem("too_many_attempts", headers={"Retry-After": "1"})
    wait = _must_wait(gate, attempt)
    if wait:
        return None, Problem("too_many_attempts", headers={"Retry-After": str(wait)})
    found = gate.with_login(attempt.login)
    account_id = found[0].account_id if found else ""
    if is_password(attempt.password, found and found[1]) and found:
        gate.forget_failures(f"login {attempt.login}")
        _audit(gate, "account.signed_in", account_id, attempt.at)
        return found[0], None
    for subject in attempt.subjects:
        gate.note_failure(subject, attempt.at, forget_before=attempt.at - _REMEMBERED)
    _audit(gate, "account.sign_in_failed", account_id, attempt.at)
    return None, unauthenticated("wrong_credentials", scheme="Basic")


def _must_wait(gate: Gate, attempt: Attempt) -> int:
    """How many seconds until another attempt may be made; 0: now."""
    waits = [0]
    for subject, most in attempt.subjects.items():
        failed = gate.failures(subject, attempt.at - _REMEMBERED)
        if len(failed) >= most:
            waits.append(int((failed[-most] + _REMEMBERED - attempt.at).total_seconds()) + 1)
    return max(waits)


def activate(service: Service, code: str | None, password: str, at: datetime) -> None:
    """Set the password of the account that a code is for; the code and old tokens are then void.

    Raises:
        Problem: 401 if the code opens nothing, 422 if the password is weak.
    """
    with service.gate() as gate:
        actor = gate.holder(code, "activation", at) if code else None
        if actor is None:
            raise unauthenticated()
        accounts = Accounts(gate.connection, gate.programme_id)
        login = accounts.one(actor.account_id).login
        set_password(accounts, actor.account_id, login, password)
        gate.drop_credentials(actor.account_id)
        gate.forget_failures(f"login {login}")
        _audit(gate, "account.activated", actor.account_id, at)


def set_password(accounts: Accounts, account_id: str, login: str, password: str) -> None:
    """Keep a new password; Problem 422 if it is weak."""
    if is_weak(password, login):
        raise Problem("weak_password")
    accounts.set_password(account_id, hash_of(password))


def first_administrator(service: Service, at: datetime) -> tuple[str, str] | None:
    """The login and one-time code of the first administrator; None if there is one already.

    Asked again before the code is used, it is another code, and the one before is void.
    """
    with service.gate() as gate:
        accounts = Accounts(gate.connection, gate.programme_id)
        if accounts.has_administrator():
            return None
        waiting = accounts.waiting_administrator()
        if waiting is None:
            taken = accounts.is_login(_FIRST_LOGIN)
            waiting = Account(
                new_id("A"), new_id(_FIRST_LOGIN) if taken else _FIRST_LOGIN, "administrator",
                None, (), None, None, activated=False, active=True,
            )  # fmt: skip
            accounts.add(waiting, at)
        code = new_secret()
        gate.drop_credentials(waiting.account_id)
        gate.add_credential(waiting.account_id, "activation", code, at, _FIRST_CODE_LASTS)
        _audit(gate, "activation_code.issued", waiting.account_id, at)
    return waiting.login, code


def _audit(gate: Gate, action: str, account_id: str, at: datetime) -> None:
    append_entry(gate.connection, NOBODY, AuditEntry(action, account_id, (), {}), at)
