"""The commands of the vault: make a key, seal everything again with the newest."""

import api.speech  # noqa: F401, I001 - it must come before typer

from typing import TYPE_CHECKING

import typer

from api import terminal
from api.commanding import administration, audit
from api.options import AsJson, print_json
from api.settings import Settings
from api.vault.identity_store import all_sealed, keep_sealed
from matching.errors import CantiereError
from matching.messages import say

if TYPE_CHECKING:
    from api.vault.cipher import Vault

vault_app = typer.Typer(help=say("rights.vault.help"), no_args_is_help=True)


@vault_app.command("new-key", help=say("rights.vault.new_key"))
def make_key() -> None:
    """Print a new key, which is kept nowhere."""
    # Read here, since the other commands start faster without it.
    from api.sealing import new_key

    terminal.out.print(new_key(), soft_wrap=True)


@vault_app.command("rotate", help=say("rights.vault.rotate"))
def rotate(as_json: AsJson = False) -> None:
    """Seal every identity again with the first key."""
    from api.vault.cipher import vault_of

    vault = vault_of(Settings())
    if vault is None:
        raise CantiereError(say("rights.vault.no_key"))
    with administration() as (store, _):
        store.begin_writing()
        renewed = _renewed(vault, all_sealed(store))
        for participant_id, sealed in renewed.items():
            keep_sealed(store, participant_id, sealed)
        audit(store, "vault.rotated", details={"identities": len(renewed)})
    if as_json:
        print_json({"rotated": len(renewed)})
    else:
        terminal.out.print(say("rights.vault.rotated", count=len(renewed)), soft_wrap=True)


def _renewed(vault: "Vault", sealed: dict[str, str]) -> dict[str, str]:
    """Each sealed again; CantiereError, with how many cannot be opened, if one cannot."""
    from api.sealing import SealError

    renewed = {}
    for participant_id, one in sealed.items():
        try:
            renewed[participant_id] = vault.renew(one)
        except SealError:
            continue
    if len(renewed) < len(sealed):
        raise CantiereError(say("rights.vault.unreadable", count=len(sealed) - len(renewed)))
    return renewed
