"""Passwords and secrets: hashed with argon2, long enough, random enough."""

import secrets
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash

# OWASP ASVS 2.1: at least 12 characters, at most 128, no rule about their kinds.
SHORTEST, LONGEST = 12, 128
_FEWEST_DIFFERENT = 5
# Each takes 64 MiB: a crowd at the door must not take all the memory.
_AT_ONCE = BoundedSemaphore(2)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def hash_of(password: str) -> str:
    """What is kept of a password."""
    with _AT_ONCE:
        return _hasher().hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one of a hash; without a hash it takes as long, and is not."""
    with _AT_ONCE:
        right = _hasher().verify(password, password_hash or _nobodys_hash())
    return right and password_hash is not None


def is_weak(password: str, login: str) -> bool:
    """Whether a password is too easy to guess: its own login, or the same few characters."""
    return login.casefold() in password.casefold() or len(set(password)) < _FEWEST_DIFFERENT


def new_secret() -> str:
    """A token or a code that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def new_id(prefix: str) -> str:
    """An id that tells nothing: ``A-4f0c…``."""
    return f"{prefix}-{secrets.token_hex(8)}"
