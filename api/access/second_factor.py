"""The second factor: codes of half a minute (TOTP, RFC 6238), each good once.

The secret is shown when it is made and never again; it is kept sealed. Codes are asked for at
sign-in once the first was given, so that nobody is shut out by an application set up wrongly.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp

from api.access.gate_store import Gate
from api.problems import Problem
from api.sealing import Sealer

_ISSUER = "Cantiere"
# The half minute before and the one after are good too (RFC 6238, 5.2): clocks differ.
_STEPS = (-1, 0, 1)


@dataclass(frozen=True)
class NewFactor:
    """A secret that is being shown: as it is typed in, and as an application scans it."""

    secret: str
    address: str


def step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The half minute (since 1970) that a code is of; None if it is wrong or was used already."""
    totp = pyotp.TOTP(secret)
    now = int(at.timestamp()) // totp.interval
    for step in (now + near for near in _STEPS):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if right and step > after:
            return step
    return None


def enrol(gate: Gate, sealer: Sealer, account_id: str, login: str) -> NewFactor:
    """A new secret for an account, not asked for yet; Problem 409 if there is one in use."""
    kept = gate.second_factor(account_id)
    if kept is not None and kept.on:
        raise Problem("second_factor_on")
    secret = pyotp.random_base32()
    gate.set_second_factor(account_id, sealer.seal(secret, _owner(account_id)))
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)
    return NewFactor(secret, address)


def use_code(gate: Gate, sealer: Sealer, account_id: str, code: str, at: datetime) -> bool:
    """Whether a code is right for an account and new; it is then good no more.

    Raises:
        SealError: If the secret does not open with the keys that the service has.
    """
    kept = gate.second_factor(account_id)
    if kept is None:
        return False
    secret = str(sealer.open(kept.sealed, _owner(account_id)))
    step = step_of(secret, code, at, after=kept.last_step)
    if step is None:
        return False
    gate.note_code(account_id, step)
    return True


def _owner(account_id: str) -> str:
    return f"second factor of {account_id}"
