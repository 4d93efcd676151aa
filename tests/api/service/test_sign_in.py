"""Accounts: how one enters, how guessing is slowed, what closes a door, who is the first."""

from datetime import timedelta
from typing import Any, get_args

import psycopg
import pytest

from api.access.actors import sub_areas
from api.access.passwords import is_password, is_weak
from api.access.sign_in import TOKEN_LASTS, first_administrator
from api.schemas.access import SubArea
from api.service import now
from tests.api.service.world import BASE, PASSWORD, World

pytestmark = pytest.mark.db

NEW = "tutt'altre cinque parole"


def enter(world: World, login: str, password: str = PASSWORD) -> Any:
    return world.client.post(f"{BASE}/tokens", auth=(login, password))


def me(world: World, token: str) -> Any:
    return world.client.get(f"{BASE}/me", headers={"Authorization": f"Bearer {token}"})


def test_a_password_gives_a_token_and_leaving_takes_it_back(world: World) -> None:
    answer = enter(world, "operator")
    assert answer.status_code == 201
    assert answer.json()["expires_in"] == TOKEN_LASTS.total_seconds() == 3600
    token = answer.json()["access_token"]
    assert me(world, token).json()["role"] == "operator"
    headers = {"Authorization": f"Bearer {token}"}
    assert world.client.delete(f"{BASE}/tokens/current", headers=headers).status_code == 204
    assert me(world, token).status_code == 401


def test_only_fingerprints_are_kept(world: World) -> None:
    token = enter(world, "operator").json()["access_token"]
    with psycopg.connect(world.url) as connection:
        rows = connection.execute("SELECT credential::text FROM credential").fetchall()
        [hashed] = connection.execute(
            "SELECT password_hash FROM account WHERE login = 'operator'"
        ).fetchall()
    assert token not in str(rows)
    assert hashed[0].startswith("$argon2id$")


@pytest.mark.parametrize("login", ["operator", "nobody-has-this"])
def test_guessing_is_slowed_whether_or_not_the_login_exists(world: World, login: str) -> None:
    for _ in range(5):
        answer = enter(world, login, "una parola sbagliata")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="cantiere"'
    answer = enter(world, login)  # the right one for the account that exists
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    assert enter(world, "company").status_code == 201


def test_a_success_forgets_the_failures(world: World) -> None:
    for _ in range(2):
        for _ in range(4):
            assert enter(world, "operator", "sbagliata sbagliata").status_code == 401
        assert enter(world, "operator").status_code == 201


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Basic YWJj", "Basic AGE6Yg==", "Bearer x", "Basic " + "A" * 4000],
)
def test_a_broken_header_opens_nothing(world: World, header: str) -> None:
    answer = world.client.post(f"{BASE}/tokens", headers={"Authorization": header})
    assert answer.status_code == 401


def test_an_expired_token_opens_nothing(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("UPDATE credential SET expires_at = now() - interval '1 second'")
    assert world.ask("administrator", "GET", "/me").status_code == 401


def test_a_new_account_opens_with_a_code_once(world: World) -> None:
    draft = {"login": "nuovo", "role": "operator", "organisation_id": "ORG-mine"}
    draft |= {"sub_areas": ["Magentino"]}  # type: ignore[dict-item]
    made = world.ask("administrator", "POST", "/accounts", json=draft)
    assert (made.status_code, made.json()["activated"]) == (201, False)
    where = made.headers["Location"]
    assert enter(world, "nuovo", "").status_code == 401
    codes = [
        world.ask("administrator", "POST", f"{where.removeprefix('/api/v1')}/activation-codes")
        for _ in range(2)
    ]
    first, second = (code.json()["code"] for code in codes)

    def activate(code: str, password: str = NEW) -> int:
        headers = {"Authorization": f"Bearer {code}"}
        answer = world.client.post(
            f"{BASE}/activations", headers=headers, json={"password": password}
        )
        return int(answer.status_code)

    assert activate(first) == 401  # the second made it void
    assert activate(second, "nuovo nuovo nuovo") == 422  # too near to the login
    assert activate(second) == 204
    assert activate(second) == 401
    assert enter(world, "nuovo", NEW).status_code == 201


def test_a_changed_password_closes_what_was_open(world: World) -> None:
    token = enter(world, "company").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    change = {"current_password": "non questa ma un'altra", "new_password": NEW}
    put = world.client.put
    assert put(f"{BASE}/me/password", headers=headers, json=change).status_code == 401
    change["current_password"] = PASSWORD
    assert put(f"{BASE}/me/password", headers=headers, json=change).status_code == 204
    assert me(world, token).status_code == 401
    assert enter(world, "company").status_code == 401
    assert enter(world, "company", NEW).status_code == 201


def test_a_deactivated_account_is_closed_at_once(world: World) -> None:
    token = enter(world, "company").json()["access_token"]
    assert world.ask("administrator", "DELETE", "/accounts/A-company").status_code == 204
    assert me(world, token).status_code == 401
    assert enter(world, "company").status_code == 401
    assert world.ask("administrator", "GET", "/accounts/A-company").json()["active"] is False


def test_an_administrator_does_not_shut_themselves_out(world: World) -> None:
    answer = world.ask("administrator", "DELETE", "/accounts/A-administrator")
    assert answer.status_code == 403
    assert world.ask("administrator", "GET", "/me").status_code == 200


@pytest.mark.parametrize(
    "draft",
    [
        {"role": "operator"},
        {"role": "operator", "organisation_id": "ORG-mine"},
        {"role": "operator", "organisation_id": "ORG-mine", "sub_areas": []},
        {"role": "company"},
        {"role": "analyst", "company_id": "C-mine"},
        {"role": "nobody"},
        {"role": "administrator", "login": "Maiuscole"},
    ],
)
def test_an_account_stands_for_what_its_role_says(world: World, draft: dict[str, Any]) -> None:
    answer = world.ask("administrator", "POST", "/accounts", json={"login": "nuovo"} | draft)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_an_account_stands_for_something_that_is_there(world: World) -> None:
    draft = {"login": "nuovo", "role": "company", "company_id": "C-none"}
    answer = world.ask("administrator", "POST", "/accounts", json=draft)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "body")


def test_a_login_is_somebodys_once(world: World) -> None:
    draft = {"login": "operator", "role": "analyst"}
    assert world.ask("administrator", "POST", "/accounts", json=draft).status_code == 409


def test_the_first_administrator_gets_a_code_and_there_is_no_default_password(
    world: World,
) -> None:
    assert first_administrator(world.service, now()) is None
    with psycopg.connect(world.url) as connection:
        connection.execute("DELETE FROM account")
    first = first_administrator(world.service, now())
    second = first_administrator(world.service, now())
    assert first is not None
    assert second is not None
    assert first[0] == second[0] == "amministratore"
    assert first[1] != second[1]
    late = first_administrator(world.service, now() - timedelta(days=2))
    assert late is not None
    for code, expected in ((first[1], 401), (second[1], 401), (late[1], 401)):
        headers = {"Authorization": f"Bearer {code}"}
        answer = world.client.post(
            f"{BASE}/activations", headers=headers, json={"password": PASSWORD}
        )
        assert answer.status_code == expected
    last = first_administrator(world.service, now())
    assert last is not None
    headers = {"Authorization": f"Bearer {last[1]}"}
    answer = world.client.post(f"{BASE}/activations", headers=headers, json={"password": PASSWORD})
    assert answer.status_code == 204
    assert enter(world, "amministratore").status_code == 201
    assert first_administrator(world.service, now()) is None


def test_the_sub_areas_of_accounts_are_those_of_the_territory() -> None:
    assert set(get_args(SubArea)) == set(sub_areas())


def test_weak_passwords() -> None:
    assert is_weak("anna.verdi.2026", "anna.verdi")
    assert is_weak("aaaabbbbcccc", "x")
    assert not is_weak(PASSWORD, "anna")


def test_no_hash_is_no_password() -> None:
    assert not is_password("", None)
