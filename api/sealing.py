"""Secrets at rest: sealed with the keys of the environment, each together with whose it is.

Fernet (AES-128-CBC and HMAC-SHA-256). What is sealed for one owner opens for no other, so that
nobody gains by moving it to another row.
"""

import json
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from matching.errors import CantiereError
from matching.messages import say

# What is sealed is as long as a multiple of this, so that its length tells little.
_BLOCK = 512


class SealError(Exception):
    """Sealed with a key that is not here, changed, or sealed for somebody else."""


@dataclass(frozen=True)
class Sealer:
    """Seals with the newest key, opens with any of them."""

    fernet: MultiFernet

    def seal(self, secret: object, owner: str) -> bytes:
        """A secret (what JSON can tell) as the database keeps it."""
        text = json.dumps([owner, secret], ensure_ascii=False).encode()
        return self.fernet.encrypt(text.ljust(-(-len(text) // _BLOCK) * _BLOCK))

    def open(self, sealed: bytes | str, owner: str) -> Any:
        """What was sealed for an owner; SealError if it was not, or with another key."""
        try:
            whose, secret = json.loads(self.fernet.decrypt(sealed))
        except InvalidToken:
            raise SealError from None
        if whose != owner:
            raise SealError
        return secret

    def renew(self, sealed: bytes | str) -> bytes:
        """The same, sealed with the newest key; SealError if it cannot be opened."""
        try:
            return self.fernet.rotate(sealed)
        except InvalidToken:
            raise SealError from None


def new_key() -> str:
    """A key to be kept where the database is not."""
    return Fernet.generate_key().decode()


def sealer_of(keys: SecretStr | None) -> Sealer | None:
    """What the keys of the environment seal with (`CANTIERE_VAULT_KEYS`); None without keys.

    Raises:
        CantiereError: If one of them is no key.
    """
    if keys is None:
        return None
    try:
        fernets = [Fernet(key.strip()) for key in keys.get_secret_value().split(",")]
    except ValueError:
        raise CantiereError(say("rights.vault.bad_key")) from None
    return Sealer(MultiFernet(fernets))
