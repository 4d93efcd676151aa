"""The second factor: enrolled once shown, asked for at sign-in, good once, lost and taken away."""

import logging
from typing import Any

import psycopg
import pyotp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from api.access.second_factor import step_of
from api.sealing import SealError, sealer_of
from api.service import now
from matching.errors import CantiereError
from tests.api.service.documented import undocumented
from tests.api.service.test_requests import problem
from tests.api.service.world import BASE, PASSWORD, World

pytestmark = pytest.mark.db


def enrol(world: World, password: str = PASSWORD) -> Any:
    answer = world.ask("operator", "POST", "/me/second-factor", json={"current_password": password})
    assert undocumented("enrol_second_factor", answer) == []
    return answer


def code_of(secret: str, later: int = 0) -> str:
    """The code of the present half minute, or of one after it."""
    totp = pyotp.TOTP(secret)
    return totp.generate_otp(int(now().timestamp()) // 30 + later)


def confirm(world: World, code: str) -> Any:
    answer = world.ask("operator", "PUT", "/me/second-factor", json={"code": code})
    assert undocumented("confirm_second_factor", answer) == []
    return answer


def turned_on(world: World) -> str:
    secret = str(enrol(world).json()["secret"])
    assert confirm(world, code_of(secret, -1)).status_code == 204
    return secret


def enter(world: World, code: str | None = None, password: str = PASSWORD) -> Any:
    headers = {} if code is None else {"One-Time-Code": code}
    answer = world.client.post(f"{BASE}/tokens", auth=("operator", password), headers=headers)
    assert undocumented("issue_token", answer) == []
    return answer


def wrong(secret: str) -> str:
    """A code that is none of the three that are good now."""
    good = {code_of(secret, later) for later in (-2, -1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", *map(str, range(10**5, 10**6)))
                if code not in good)  # fmt: skip


def test_it_is_asked_for_once_the_first_code_is_given(world: World) -> None:
    made = enrol(world)
    assert made.status_code == 201
    address = pyotp.parse_uri(made.json()["address"])
    assert isinstance(address, pyotp.TOTP)
    assert (address.issuer, address.name) == ("Cantiere", "operator")
    assert address.secret == made.json()["secret"]
    assert enter(world).status_code == 201  # not yet
    assert world.ask("operator", "GET", "/me").json()["second_factor"] is False
    assert confirm(world, code_of(address.secret, -1)).status_code == 204
    assert world.ask("operator", "GET", "/me").json()["second_factor"] is True
    document = problem(enter(world), 401)
    assert document["type"] == "urn:cantiere:problem:code-needed"
    assert enter(world, code_of(address.secret)).status_code == 201


def test_who_does_not_know_the_password_does_not_learn_of_it(world: World) -> None:
    secret = turned_on(world)
    for code in (None, code_of(secret)):
        document = problem(enter(world, code, "una parola sbagliata"), 401)
        assert document["type"] == "urn:cantiere:problem:wrong-credentials"


def test_a_code_is_good_once(world: World) -> None:
    secret = turned_on(world)
    code = code_of(secret)
    assert enter(world, code).status_code == 201
    document = problem(enter(world, code), 401)
    assert document["type"] == "urn:cantiere:problem:wrong-code"
    problem(enter(world, code_of(secret, -1)), 401)  # nor is an older one
    assert enter(world, code_of(secret, 1)).status_code == 201


def test_the_code_of_the_confirmation_is_used_up_too(world: World) -> None:
    secret = str(enrol(world).json()["secret"])
    code = code_of(secret)
    assert confirm(world, code).status_code == 204
    problem(enter(world, code), 401)


def test_guessing_codes_is_slowed_and_a_right_password_makes_up_for_nothing(world: World) -> None:
    secret = turned_on(world)
    bad = wrong(secret)
    for _ in range(5):
        problem(enter(world, bad), 401)
        problem(enter(world), 401)  # the password alone: neither a failure nor a success
    answer = enter(world, code_of(secret))
    assert problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    problem(world.ask("operator", "PUT", "/me/second-factor", json={"code": code_of(secret)}), 429)


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "12345\n", ""])
def test_what_is_no_code_is_refused(world: World, code: str) -> None:
    headers = {"One-Time-Code": code.encode()}
    answer = world.client.post(f"{BASE}/tokens", auth=("operator", PASSWORD), headers=headers)
    problem(answer, 422)
    problem(confirm(world, code), 422)


def test_another_is_not_made_while_one_is_on_and_the_password_is_asked_for(world: World) -> None:
    problem(enrol(world, "una parola sbagliata"), 401)
    secret = turned_on(world)
    problem(enrol(world), 409)
    remove = world.ask(
        "operator", "DELETE", "/me/second-factor", headers={"One-Time-Code": code_of(secret)}
    )
    assert remove.status_code == 204
    assert enter(world).status_code == 201
    assert enrol(world).status_code == 201


def test_a_secret_that_was_replaced_before_it_was_confirmed_gives_no_code(world: World) -> None:
    first = str(enrol(world).json()["secret"])
    second = str(enrol(world).json()["secret"])
    assert first != second
    problem(confirm(world, code_of(first)), 401)
    assert confirm(world, code_of(second)).status_code == 204


def test_there_is_nothing_to_confirm_or_remove_without_one(world: World) -> None:
    problem(confirm(world, "123456"), 404)
    headers = {"One-Time-Code": "123456"}
    problem(world.ask("operator", "DELETE", "/me/second-factor", headers=headers), 404)
    problem(world.ask("operator", "DELETE", "/me/second-factor"), 422)


def test_who_lost_it_is_let_in_by_the_administrator_and_it_is_written_down(world: World) -> None:
    secret = turned_on(world)
    token = enter(world, code_of(secret)).json()["access_token"]
    path = "/accounts/A-operator/second-factor"
    assert world.ask("administrator", "GET", "/accounts/A-operator").json()["second_factor"]
    assert world.ask("administrator", "DELETE", path).status_code == 204
    headers = {"Authorization": f"Bearer {token}"}
    assert world.client.get(f"{BASE}/me", headers=headers).status_code == 401
    assert enter(world).status_code == 201
    with psycopg.connect(world.url) as connection:
        written = connection.execute(
            "SELECT account_id, role, object FROM audit_event"
            " WHERE action = 'second_factor.removed'"
        ).fetchall()
    assert written == [("A-administrator", "administrator", "A-operator")]


def test_the_secret_is_nowhere_in_the_database_nor_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        secret = turned_on(world)
        enter(world, code_of(secret))
    assert secret not in caplog.text
    with psycopg.connect(world.url) as connection:
        for table in ("account", "audit_event"):
            rows = connection.execute(f"SELECT t::text FROM {table} AS t").fetchall()  # noqa: S608
            assert secret not in str(rows)
        [[sealed]] = connection.execute(
            "SELECT second_factor FROM account WHERE account_id = 'A-operator'"
        ).fetchall()
    assert secret.encode() not in sealed


def test_a_secret_moved_to_another_account_does_not_open(world: World) -> None:
    turned_on(world)
    with psycopg.connect(world.url) as connection:
        connection.execute("""
            UPDATE account SET second_factor_on = true, second_factor = (
                SELECT second_factor FROM account WHERE account_id = 'A-operator'
            ) WHERE account_id = 'A-administrator'
        """)
    headers = {"One-Time-Code": "123456"}
    answer = world.client.post(f"{BASE}/tokens", auth=("administrator", PASSWORD), headers=headers)
    problem(answer, 503)


def test_without_the_key_nobody_enters_by_the_password_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secret = turned_on(world)
    for sealer in (None, sealer_of(SecretStr(Fernet.generate_key().decode()))):
        world.service.sealer = sealer
        problem(enter(world), 401)
        problem(enter(world, code_of(secret)), 503)
    assert "sealed secret does not open" in caplog.text
    world.service.sealer = None
    problem(enrol(world), 404)


def test_seals() -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    before = sealer_of(SecretStr(old))
    after = sealer_of(SecretStr(f"{new}, {old}"))
    assert before is not None
    assert after is not None
    sealed = before.seal("segreto", "A-1")
    assert after.open(sealed, "A-1") == "segreto"
    with pytest.raises(SealError):
        after.open(sealed, "A-2")
    with pytest.raises(SealError):
        before.open(after.seal("segreto", "A-1"), "A-1")
    renewed = after.renew(sealed)
    assert after.open(renewed, "A-1") == "segreto"
    with pytest.raises(SealError):
        before.open(renewed, "A-1")
    with pytest.raises(CantiereError, match="CANTIERE_VAULT_KEYS") as refused:
        sealer_of(SecretStr("non una chiave"))
    assert "non una chiave" not in str(refused.value)
    assert sealer_of(None) is None


def test_steps() -> None:
    """The vectors of RFC 6238, appendix B (SHA-1), of which six digits are shown."""
    from datetime import UTC, datetime

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - of the RFC
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924")):
        at = datetime.fromtimestamp(seconds, UTC)
        assert step_of(secret, code, at, after=0) == seconds // 30
        assert step_of(secret, code, at, after=seconds // 30) is None
