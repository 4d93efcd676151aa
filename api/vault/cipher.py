"""Identities as the database keeps them: sealed, each for one person."""

from dataclasses import dataclass

from api.sealing import Sealer, sealer_of
from api.settings import Settings
from api.vault.identity import Identity


@dataclass(frozen=True)
class Vault:
    """Seals and opens identities."""

    sealer: Sealer

    def seal(self, participant_id: str, identity: Identity) -> str:
        """An identity as the database keeps it; it opens for that person only."""
        return self.sealer.seal(identity.model_dump(), participant_id).decode()

    def open(self, participant_id: str, sealed: str) -> Identity:
        """The identity that was sealed; SealError if it cannot be opened."""
        return Identity.model_validate(self.sealer.open(sealed, participant_id))


def vault_of(settings: Settings) -> Vault | None:
    """The vault that the keys of the environment open; None without keys.

    Raises:
        CantiereError: If one of them is no key.
    """
    sealer = sealer_of(settings.vault_keys)
    return None if sealer is None else Vault(sealer)
