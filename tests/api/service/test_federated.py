"""Signing in at an external issuer: a real one, refused whenever it proves nothing."""

import base64
import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from api.access.issuer import Issuer, identity_of, issuer_of
from api.settings import Settings
from matching.errors import CantiereError
from tests.api.service.documented import undocumented
from tests.api.service.test_requests import problem
from tests.api.service.world import BASE, World
from tests.issuer import CLIENT_ID, CLIENT_SECRET, REDIRECT_URL, LocalIssuer, new_key

pytestmark = pytest.mark.db

SUBJECT = "soggetto-che-non-si-scrive"


@pytest.fixture
def linked(world: World) -> World:
    """The service with an issuer, whose subject is linked to the operator's account."""
    assert link(world, "A-operator", SUBJECT).status_code == 204
    return world


def link(world: World, account: str, subject: str) -> Any:
    path = f"/accounts/{account}/federated-identity"
    return world.ask("administrator", "PUT", path, json={"subject": subject})


def begin(world: World) -> dict[str, Any]:
    answer = world.ask("nobody", "POST", "/federated-sign-ins")
    assert (answer.status_code, undocumented("begin_federated_sign_in", answer)) == (201, [])
    document: dict[str, Any] = answer.json()
    return document


def complete(world: World, continuation: str, returned: dict[str, str]) -> Any:
    headers = {"Authorization": f"Bearer {continuation}"}
    answer = world.client.post(f"{BASE}/federated-tokens", headers=headers, json=returned)
    assert undocumented("issue_federated_token", answer) == []
    return answer


def enter(world: World, issuer: LocalIssuer, subject: str = SUBJECT) -> Any:
    begun = begin(world)
    returned = issuer.enter(begun["authorization_url"], subject)
    return complete(world, begun["continuation"], returned)


def last_reason(world: World) -> str:
    """Why the last sign-in was refused, as the audit says."""
    with psycopg.connect(world.url) as connection:
        [[details]] = connection.execute(
            "SELECT details FROM audit_event WHERE action = 'account.sign_in_failed'"
            " ORDER BY number DESC LIMIT 1"
        ).fetchall()
    return str(details)


def test_who_is_linked_enters_their_account(linked: World, issuer: LocalIssuer) -> None:
    answer = enter(linked, issuer)
    assert answer.status_code == 201
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = linked.client.get(f"{BASE}/me", headers=headers).json()
    assert (me["account_id"], me["linked"], me["second_factor"]) == ("A-operator", True, False)
    assert issuer.asked.count("/.well-known/openid-configuration") == 1
    assert enter(linked, issuer).status_code == 201
    assert issuer.asked.count("/keys") == issuer.asked.count("/.well-known/openid-configuration")


def test_nobody_makes_themselves_an_account(linked: World, issuer: LocalIssuer) -> None:
    before = linked.ask("administrator", "GET", "/accounts").json()
    document = problem(enter(linked, issuer, "mai-visto"), 403)
    assert document["type"] == "urn:cantiere:problem:identity-unknown"
    assert linked.ask("administrator", "GET", "/accounts").json() == before
    assert '"unlinked"' in last_reason(linked)


def test_an_account_that_is_closed_or_unlinked_does_not_open(
    linked: World, issuer: LocalIssuer
) -> None:
    token = enter(linked, issuer).json()["access_token"]
    path = "/accounts/A-operator/federated-identity"
    for _ in range(2):
        assert linked.ask("administrator", "DELETE", path).status_code == 204
    headers = {"Authorization": f"Bearer {token}"}
    assert linked.client.get(f"{BASE}/me", headers=headers).status_code == 401
    problem(enter(linked, issuer), 403)
    assert link(linked, "A-operator", SUBJECT).status_code == 204
    assert linked.ask("administrator", "DELETE", "/accounts/A-operator").status_code == 204
    problem(enter(linked, issuer), 403)


def test_an_identity_is_one_accounts(linked: World) -> None:
    problem(link(linked, "A-company", SUBJECT), 409)
    problem(link(linked, "A-none", "altri"), 404)
    assert link(linked, "A-company", "altri").status_code == 204


def test_only_a_fingerprint_of_the_subject_is_kept(linked: World, issuer: LocalIssuer) -> None:
    enter(linked, issuer)
    with psycopg.connect(linked.url) as connection:
        for table in ("account", "audit_event", "pending_sign_in", "credential"):
            rows = connection.execute(f"SELECT t::text FROM {table} AS t").fetchall()  # noqa: S608
            assert SUBJECT not in str(rows)
        identity = "SELECT identity FROM account WHERE account_id = 'A-operator'"
        assert connection.execute(identity).fetchone() == (identity_of(issuer.url, SUBJECT),)


# What proves nothing

LIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "nonce": lambda claims: claims.update(nonce="un altro"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "aud": lambda claims: claims.update(aud="un altro"),
    "azp": lambda claims: claims.update(aud=[CLIENT_ID, "altri"], azp="altri"),
    "iss": lambda claims: claims.update(iss="https://altrove.example"),
    "exp": lambda claims: claims.update(exp=claims["iat"] - 61),
    "iat": lambda claims: claims.update(iat=claims["iat"] + 3600),
    "no exp": lambda claims: claims.pop("exp"),
    "no sub": lambda claims: claims.pop("sub"),
    "sub": lambda claims: claims.update(sub=[SUBJECT]),
    "at_hash": lambda claims: claims.update(at_hash="x"),
}


@pytest.mark.parametrize("claim", LIES)
def test_a_claim_that_is_not_right_proves_nothing(
    linked: World, issuer: LocalIssuer, claim: str
) -> None:
    issuer.lie = LIES[claim]  # type: ignore[assignment]
    document = problem(enter(linked, issuer), 401)
    assert document["type"] == "urn:cantiere:problem:identity-refused"
    assert f'"{claim.removeprefix("no ")}"' in last_reason(linked)


def encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def test_a_signature_of_another_key_proves_nothing(linked: World, issuer: LocalIssuer) -> None:
    issuer.published = new_key()
    problem(enter(linked, issuer), 401)
    assert '"signature"' in last_reason(linked)


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_signature_that_anybody_can_make_proves_nothing(
    linked: World, issuer: LocalIssuer, algorithm: str
) -> None:
    """None at all, or with the public key taken for the secret of an HMAC: old tricks."""

    def signed(claims: dict[str, Any]) -> str:
        parts = ({"alg": algorithm, "kid": str(issuer.key.kid)}, claims)
        text = b".".join(encoded(json.dumps(part).encode()) for part in parts)
        mac = hmac.digest(issuer.key.as_pem(private=False), text, "sha256")
        return (text + b"." + (encoded(mac) if algorithm == "HS256" else b"")).decode()

    issuer.sign = signed
    problem(enter(linked, issuer), 401)
    assert '"signature"' in last_reason(linked)


def test_new_keys_of_the_issuer_are_asked_for(linked: World, issuer: LocalIssuer) -> None:
    assert enter(linked, issuer).status_code == 201
    issuer.key = new_key()
    assert enter(linked, issuer).status_code == 201
    assert issuer.asked.count("/keys") == 2


def test_another_state_proves_nothing_and_the_code_is_not_even_shown(
    linked: World, issuer: LocalIssuer
) -> None:
    begun = begin(linked)
    returned = issuer.enter(begun["authorization_url"], SUBJECT)
    problem(complete(linked, begun["continuation"], returned | {"state": "f" * 64}), 401)
    assert "/token" not in issuer.asked
    assert '"state"' in last_reason(linked)
    # Nobody tries twice.
    problem(complete(linked, begun["continuation"], returned), 401)


def test_what_one_began_another_does_not_finish(linked: World, issuer: LocalIssuer) -> None:
    """Neither with their own sign-in (login CSRF) nor with a code they came by."""
    mine, theirs = begin(linked), begin(linked)
    returned = issuer.enter(mine["authorization_url"], SUBJECT)
    problem(complete(linked, theirs["continuation"], returned), 401)
    again = begin(linked)
    state = issuer.enter(again["authorization_url"], SUBJECT)["state"]
    stolen = {"state": state, "code": returned["code"]}
    problem(complete(linked, again["continuation"], stolen), 401)
    assert '"code"' in last_reason(linked)


def test_what_is_replayed_opens_nothing(linked: World, issuer: LocalIssuer) -> None:
    begun = begin(linked)
    returned = issuer.enter(begun["authorization_url"], SUBJECT)
    assert complete(linked, begun["continuation"], returned).status_code == 201
    problem(complete(linked, begun["continuation"], returned), 401)
    problem(complete(linked, "mai-dato", returned), 401)


def test_who_comes_back_too_late_begins_again(linked: World, issuer: LocalIssuer) -> None:
    begun = begin(linked)
    returned = issuer.enter(begun["authorization_url"], SUBJECT)
    with psycopg.connect(linked.url) as connection:
        connection.execute("UPDATE pending_sign_in SET expires_at = now() - interval '1 second'")
    problem(complete(linked, begun["continuation"], returned), 401)
    begin(linked)
    with psycopg.connect(linked.url) as connection:
        [[waiting]] = connection.execute("SELECT count(*) FROM pending_sign_in").fetchall()
    assert waiting == 1


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_an_issuer_that_does_not_answer_is_said(
    linked: World, issuer: LocalIssuer, path: str
) -> None:
    issuer.broken.add(path)
    if path.startswith("/."):
        answer = linked.ask("nobody", "POST", "/federated-sign-ins")
        assert undocumented("begin_federated_sign_in", answer) == []
    else:
        answer = enter(linked, issuer)
    document = problem(answer, 503)
    assert document["type"] == "urn:cantiere:problem:issuer-unavailable"
    assert answer.headers["retry-after"] == "60"
    issuer.broken.clear()
    assert enter(linked, issuer).status_code == 201


def test_an_issuer_that_says_it_is_another_is_none(world: World, issuer: LocalIssuer) -> None:
    other = issuer.url.replace("127.0.0.1", "localhost")
    world.service.issuer = Issuer(other, CLIENT_ID, CLIENT_SECRET, REDIRECT_URL)
    problem(world.ask("nobody", "POST", "/federated-sign-ins"), 503)


def test_a_service_without_an_issuer_says_so(world: World) -> None:
    world.service.issuer = None
    problem(world.ask("nobody", "POST", "/federated-sign-ins"), 404)
    problem(complete(world, "x", {"state": "x", "code": "x"}), 404)
    problem(link(world, "A-operator", SUBJECT), 404)


def test_nothing_of_a_sign_in_is_logged(
    linked: World, issuer: LocalIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        begun = begin(linked)
        returned = issuer.enter(begun["authorization_url"], "mai-visto")
        complete(linked, begun["continuation"], returned)
    ours = [str(r.__dict__) for r in caplog.records if r.name.startswith("cantiere")]
    assert len(ours) == 2
    for secret in ("mai-visto", begun["continuation"], returned["code"], returned["state"]):
        assert all(secret not in line for line in ours)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oidc_client_secret": None}, "CANTIERE_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://identita.example"}, "https"),
        ({"oidc_issuer": "identita.example"}, "https"),
    ],
)
def test_settings_that_do_not_hold_are_said(changes: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {
        "oidc_issuer": "https://identita.example", "oidc_client_secret": SecretStr("x"),
    }  # fmt: skip
    assert issuer_of(Settings(**given)) is not None
    with pytest.raises(CantiereError, match=said):
        issuer_of(Settings(**(given | changes)))
