"""Sealing and opening: Fernet (AES-128-CBC and HMAC-SHA-256), with keys that can be rotated."""

import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from api.settings import Settings
from api.vault.identity import Identity
from matching.errors import CantiereError
from matching.messages import say

# What is sealed is as long as a multiple of this, so that its length tells little.
_BLOCK = 512


class UnreadableError(Exception):
    """Sealed with a key that is not here, changed, or sealed for somebody else."""


@dataclass(frozen=True)
class Vault:
    """Seals with the newest key, opens with any of them."""

    fernet: MultiFernet

    def seal(self, participant_id: str, identity: Identity) -> str:
        """An identity as the database keeps it; it opens for that person only."""
        text = json.dumps([participant_id, identity.model_dump()], ensure_ascii=False).encode()
        return self.fernet.encrypt(text.ljust(-(-len(text) // _BLOCK) * _BLOCK)).decode()

    def open(self, participant_id: str, sealed: str) -> Identity:
        """The identity that was sealed; UnreadableError if it cannot be opened."""
        try:
            owner, identity = json.loads(self.fernet.decrypt(sealed))
        except InvalidToken:
            raise UnreadableError from None
        if owner != participant_id:
            raise UnreadableError
        return Identity.model_validate(identity)

    def renew(self, sealed: str) -> str:
        """The same, sealed with the newest key; UnreadableError if it cannot be opened."""
        try:
            return self.fernet.rotate(sealed).decode()
        except InvalidToken:
            raise UnreadableError from None


def new_key() -> str:
    """A key to be kept where the database is not."""
    return Fernet.generate_key().decode()


def vault_of(settings: Settings) -> Vault | None:
    """The vault that the keys of the environment open; None without keys.

    Raises:
        CantiereError: If one of them is no key.
    """
    if settings.vault_keys is None:
        return None
    try:
        keys = [Fernet(key.strip()) for key in settings.vault_keys.get_secret_value().split(",")]
    except ValueError:
        raise CantiereError(say("rights.vault.bad_key")) from None
    return Vault(MultiFernet(keys))
