"""Signing in: password and second factor, counted; a token for a while; the first password."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from api.access.account_store import Account, Accounts
from api.access.actors import NOBODY, Actor
from api.access.gate_store import Gate
from api.access.passwords import hash_of, is_password, is_weak, new_id, new_secret
from api.access.second_factor import use_code
from api.problems import Problem, unauthenticated
from api.sealing import Sealer, SealError
from api.service import AuditEntry, Service, append_entry

TOKEN_LASTS = timedelta(hours=1)
_FIRST_CODE_LASTS = timedelta(hours=24)
_FIRST_LOGIN = "amministratore"

# OWASP ASVS 2.2.1: guessing is slowed down, by login and by address.
_REMEMBERED = timedelta(minutes=15)
_MOST_FOR_LOGIN = 5
_MOST_FROM_ADDRESS = 50
_LONGEST_HEADER = 1_000


# What may be guessed, each counted apart: a right password does not make up for guessed codes.
Proof = Literal["login", "code"]


@dataclass(frozen=True)
class Attempt:
    """Somebody who says who they are.

    Attributes:
        code: Of the second factor; None: none was given.
    """

    login: str
    password: str
    address: str
    at: datetime
    code: str | None = None

    def subjects(self, proof: Proof) -> dict[str, int]:
        """What failures of a proof are counted by, and how many are too many."""
        return {
            f"{proof} {self.login}": _MOST_FOR_LOGIN,
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
    """A new token for who knows the password and, if it is asked for, has the second factor.

    Raises:
        Problem: 401 if they do not, 429 if too many tried.
        SealError: If the second factor does not open with the keys of the service.
    """
    with service.gate() as gate:
        actor, problem = _try(gate, attempt)
        if actor is not None:
            problem = _second_factor(gate, service.sealer, actor.account_id, attempt)
        if actor is not None and problem is None:
            gate.forget_failures(f"login {attempt.login}")
            return open_session(gate, actor, attempt.at, via="password")
    raise problem or unauthenticated()


def open_session(gate: Gate, actor: Actor, at: datetime, *, via: str) -> str:
    """A new token of an account; audited, with how it was entered."""
    token = new_secret()
    gate.add_credential(actor.account_id, "token", token, at, TOKEN_LASTS)
    note(gate, "account.signed_in", actor.account_id, at, via=via)
    return token


def confirm_password(service: Service, attempt: Attempt) -> None:
    """Who is signed in knows the password too; Problem 401 or 429 if not."""
    with service.gate() as gate:
        _, problem = _try(gate, attempt)
        if problem is None:
            gate.forget_failures(f"login {attempt.login}")
    if problem is not None:
        raise problem


def confirm_code(service: Service, account_id: str, attempt: Attempt) -> None:
    """Who is signed in has the second factor too; Problem 401 or 429 if not."""
    with service.gate() as gate:
        problem = _check_code(gate, service.sealer, account_id, attempt)
    if problem is not None:
        raise problem


def _try(gate: Gate, attempt: Attempt) -> tuple[Actor | None, Problem | None]:
    """The actor, or what to answer instead; a failure is kept, so nothing is raised here."""
    problem = _too_soon(gate, attempt, "login")
    if problem is not None:
        return None, problem
    found = gate.with_login(attempt.login)
    if is_password(attempt.password, found and found[1]) and found:
        return found[0], None
    account_id = found[0].account_id if found else ""
    return None, _failed(gate, attempt, account_id, "login", "wrong_credentials")


def _second_factor(
    gate: Gate, sealer: Sealer | None, account_id: str, attempt: Attempt
) -> Problem | None:
    """What to answer to who knows the password; None: all is well."""
    kept = gate.second_factor(account_id)
    if kept is None or not kept.on:
        return None
    if attempt.code is None:
        return unauthenticated("code_needed", scheme="Basic")
    return _check_code(gate, sealer, account_id, attempt)


def _check_code(
    gate: Gate, sealer: Sealer | None, account_id: str, attempt: Attempt
) -> Problem | None:
    if sealer is None:
        raise SealError
    problem = _too_soon(gate, attempt, "code")
    if problem is not None:
        return problem
    if not use_code(gate, sealer, account_id, attempt.code or "", attempt.at):
        return _failed(gate, attempt, account_id, "code", "wrong_code")
    gate.forget_failures(f"code {attempt.login}")
    return None


def _too_soon(gate: Gate, attempt: Attempt, proof: Proof) -> Problem | None:
    """One attempt of a login at a time, and not after too many that failed."""
    wait = _must_wait(gate, attempt, proof) if gate.takes_turn(attempt.login) else 1
    return Problem("too_many_attempts", headers={"Retry-After": str(wait)}) if wait else None


def _failed(gate: Gate, attempt: Attempt, account_id: str, proof: Proof, key: str) -> Problem:
    """Remember a failure; what to answer."""
    for subject in attempt.subjects(proof):
        gate.note_failure(subject, attempt.at, forget_before=attempt.at - _REMEMBERED)
    note(gate, "account.sign_in_failed", account_id, attempt.at, reason=key)
    return unauthenticated(key, scheme="Basic")


def _must_wait(gate: Gate, attempt: Attempt, proof: Proof) -> int:
    """How many seconds until another attempt may be made; 0: now."""
    waits = [0]
    for subject, most in attempt.subjects(proof).items():
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
        note(gate, "account.activated", actor.account_id, at)


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
        note(gate, "activation_code.issued", waiting.account_id, at)
    return waiting.login, code


def note(gate: Gate, action: str, account_id: str, at: datetime, **details: object) -> None:
    """Audit what happens at the gate."""
    append_entry(gate.connection, NOBODY, AuditEntry(action, account_id, (), details), at)
