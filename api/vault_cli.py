"""The commands of the vault: make a key, seal everything again with the newest."""

import api.speech  # noqa: F401, I001 - it must come before typer

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from api import terminal
from api.access.account_store import Accounts
from api.commanding import administration, audit
from api.options import AsJson, print_json
from api.settings import Settings
from api.vault.identity_store import all_sealed, keep_sealed
from matching.errors import CantiereError
from matching.messages import say

if TYPE_CHECKING:
    from api.sealing import Sealer

vault_app = typer.Typer(help=say("rights.vault.help"), no_args_is_help=True)


@vault_app.command("new-key", help=say("rights.vault.new_key"))
def make_key() -> None:
    """Print a new key, which is kept nowhere."""
    # Read here, since the other commands start faster without it.
    from api.sealing import new_key

    terminal.out.print(new_key(), soft_wrap=True)


@vault_app.command("rotate", help=say("rights.vault.rotate"))
def rotate(as_json: AsJson = False) -> None:
    """Seal every identity and every second factor again with the first key."""
    from api.sealing import sealer_of

    sealer = sealer_of(Settings().vault_keys)
    if sealer is None:
        raise CantiereError(say("rights.vault.no_key"))
    with administration() as (store, _):
        store.begin_writing()
        accounts = Accounts(store.connection, store.programme_id)
        identities = _renewed(sealer, all_sealed(store))
        factors = _renewed(sealer, accounts.sealed_second_factors())
        for participant_id, sealed in identities.items():
            keep_sealed(store, participant_id, sealed.decode())
        for account_id, sealed in factors.items():
            accounts.renew_second_factor(account_id, sealed)
        counts = {"identities": len(identities), "second_factors": len(factors)}
        audit(store, "vault.rotated", details=counts)
    if as_json:
        print_json(counts)
    else:
        terminal.out.print(say("rights.vault.rotated", **counts), soft_wrap=True)


def _renewed(sealer: "Sealer", sealed: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Each sealed again; CantiereError, with how many cannot be opened, if one cannot."""
    from api.sealing import SealError

    renewed = {}
    for owner_id, one in sealed.items():
        try:
            renewed[owner_id] = sealer.renew(one)
        except SealError:
            continue
    if len(renewed) < len(sealed):
        raise CantiereError(say("rights.vault.unreadable", count=len(sealed) - len(renewed)))
    return renewed
