"""What an enemy sends: refused with a documented problem, nothing lost, nothing logged."""

import gzip
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from api.audit.chain import verify
from api.audit.store import events
from tests.api.service.documented import operations, undocumented
from tests.api.service.test_access_matrix import ROUTES
from tests.api.service.test_requests import problem
from tests.api.service.world import BASE, OWN, PASSWORD, World
from tests.builders import a_company, a_participant, an_offer

pytestmark = pytest.mark.db

MARK = "zanzibar"
"""Stands in everything an enemy sends, and nowhere else."""
INJECTED = (
    f"{MARK}'; DROP TABLE participant; -- \" ) OR 1=1 /* $$ {{{{7*7}}}} ${{jndi:ldap://x/{MARK}}}"
    f" <script>alert('{MARK}')</script> ../../etc/{MARK} %00 %s %(programme)s {{0}}"
    f" =cmd|'/C {MARK}'!A0 \u202e\u0007\x1b[31m"
)
TEXTS: dict[str, Any] = {
    "nothing": None,
    "a number": 7,
    "a list": [MARK],
    "an object": {"a": MARK},
    "injection": INJECTED,
    "lines": f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n",
    "nul": f"{MARK}\x00",
    "half a character": f"{MARK}\ud800",
    "long": MARK * 3_000,
}


def as_json(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = record.model_dump(mode="json", by_alias=True)
    return found


BODIES: dict[str, dict[str, Any]] = {
    "add_participant": as_json(a_participant(id="P-new", experiences=[
        {"kind": "work", "title": "sarta", "description": "cucivo"}
    ], declared_competences=["cucire"], interests=["moda"])),
    "add_company": as_json(a_company(id="C-new")),
    "add_offer": as_json(an_offer(
        id="O-new", company_id="C-mine",
        required_competences=["cucire"], preferred_competences=["stirare"],
    )),
    "add_organisation": {"organisation_id": "ORG-new", "name": "Nuova"},
    "add_account": {"login": "nuovo", "role": "operator", "organisation_id": "ORG-mine",
                    "sub_areas": ["Magentino"]},
    "settle_competence": {"uri": "urn:cantiere:competence:cucire-a-mano", "status": "confirmed"},
    "answer_question": {"uri": "urn:cantiere:competence:cucire-a-mano", "answer": "yes"},
    "propose_person": {"participant_id": OWN, "offer_id": "O-mine", "note": "una nota"},
    "take_next_step": {"action": "refuse", "side": "participant", "reason": "distance"},
    "keep_identity": {"given_name": "Nome", "family_name": "Cognome"},
    "erase_participant": {"participant_id": "P-none"},
    "assign_participant": {"organisation_id": "ORG-mine"},
    "link_identity": {"subject": "soggetto"},
    "issue_federated_token": {"state": "x", "code": "x"},
    "enrol_second_factor": {"current_password": PASSWORD},
    "confirm_second_factor": {"code": "123456"},
    "change_own_password": {"current_password": PASSWORD, "new_password": PASSWORD[::-1]},
    "activate_account": {"password": PASSWORD},
}  # fmt: skip
IDS = {
    "participant_id": OWN, "account_id": "A-company", "company_id": "C-mine", "offer_id": "O-mine",
    "run_id": "R-none", "decision_id": "D-none",
}  # fmt: skip
# Bodies of the same schemas as the ones above.
LIKE = {"replace_participant": "add_participant", "replace_company": "add_company",
        "replace_offer": "add_offer"}  # fmt: skip


def texts_in(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all texts of a document."""
    if isinstance(value, str):
        yield where
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from texts_in(item, (*where, key))


def with_text(body: dict[str, Any], where: tuple[Any, ...], text: Any) -> dict[str, Any]:
    """A copy of a document with something else at a place."""
    changed: dict[str, Any] = json.loads(json.dumps(body))
    node: Any = changed
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = text
    return changed


def send(world: World, operation: str, body: Any, **request: Any) -> Any:
    """A body, exactly as it is, from the administrator."""
    [method] = ROUTES[operation].methods
    path = ROUTES[operation].path.format(**IDS)
    headers = {"Content-Type": "application/json", "If-Match": "*"} | request.pop("headers", {})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.ask("administrator", method, path, content=content, headers=headers, **request)


@contextmanager
def nothing_lost(world: World, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """All that was there is still there, the audit is whole, and the log has no word of it."""
    with psycopg.connect(world.url) as connection:
        before = kept(connection)
        with caplog.at_level(logging.INFO):
            yield
        connection.rollback()
        assert before <= kept(connection)
        assert verify(events(connection)).fault is None
    ours = [str(r.__dict__) for r in caplog.records if r.name.startswith("cantiere")]
    assert ours
    assert [line for line in ours if MARK in line] == []


def kept(connection: psycopg.Connection[Any]) -> set[tuple[Any, ...]]:
    """Every record, and in whose charge."""
    return set(
        connection.execute("""
            SELECT participant_id, record::text, organisation_id FROM participant
            UNION ALL SELECT company_id, record::text, NULL FROM company
            UNION ALL SELECT offer_id, record::text, company_id FROM offer
        """).fetchall()
    )


def refused(operation: str, answer: Any) -> dict[str, Any]:
    """The documented problem of an answer, without a word of what was sent."""
    assert undocumented(operation, answer) == []
    assert MARK not in answer.text
    return problem(answer, answer.status_code)


# Bodies


def test_every_body_is_tried() -> None:
    with_body = {name for name, operation in operations().items() if "requestBody" in operation}
    assert with_body == set(BODIES) | set(LIKE)


def test_a_text_is_kept_as_it_is_or_refused(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with nothing_lost(world, caplog):
        for operation, body in BODIES.items():
            for number, where in enumerate(texts_in(body)):
                for name, text in TEXTS.items():
                    if text is None and operation == "assign_participant":
                        continue  # to nobody's charge: that is what it is for
                    tried = with_text(body, where, text)
                    if where != ("id",) and "id" in body:
                        tried["id"] = f"{body['id']}-{number}-{name.replace(' ', '-')}"
                    tell_what_came(operation, tried, send(world, operation, tried))


def tell_what_came(operation: str, tried: dict[str, Any], answer: Any) -> None:
    """A record that was taken comes back as it is; the rest is as documented."""
    if answer.status_code >= 400:
        refused(operation, answer)
    elif operation in ("add_participant", "add_company", "add_offer"):
        assert answer.json() == tried
    else:
        assert undocumented(operation, answer) == []


def test_no_body_is_too_large_or_too_deep_to_be_refused(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with nothing_lost(world, caplog):
        for operation in (*BODIES, *LIKE):
            for name, content in enormous(BODIES[LIKE.get(operation, operation)]):
                headers = {"If-Match": "*", "Content-Encoding": PACKED.get(name, "identity")}
                answer = send(world, operation, content, headers=headers)
                assert answer.status_code == 413 if name == "large" else answer.status_code < 500
                refused(operation, answer)


PACKED = {"packed": "gzip"}


def enormous(document: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """A body made too large, too deep, too wide, packed, or no text at all."""
    body = json.dumps(document).encode()
    deep = b"[" * 50_000 + b"]" * 50_000
    yield "large", body[:-1] + b', "x": "' + MARK.encode() * 1_300_000 + b'"}'
    yield "deep", deep
    yield "deep in a field", body[:-1] + b', "narrative": ' + deep + b"}"
    yield "many fields", json.dumps({f"{MARK} {i}": i for i in range(20_000)}).encode()
    yield "many items", b'{"interests": [' + b'"x",' * 100_000 + b'"x"]}'
    yield "packed", gzip.compress(body + b" " * 20_000_000)
    yield "not text", body.replace(b'"', b'"\xff', 2)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; a=b"]
)
def test_what_a_form_of_another_site_can_send_is_no_body(world: World, media_type: str) -> None:
    """A browser sends these across sites without asking first."""
    headers = {"Content-Type": media_type}
    for operation in BODIES:
        refused(operation, send(world, operation, BODIES[operation], headers=headers))


# Addresses

TRICKS = (
    f"../{MARK}", f"..%2f..%2f{MARK}", f"%2e%2e/{MARK}", f"{MARK}%00", f"{MARK}%0d%0aX: y",
    f"{MARK};x=1", f"{MARK}'--", f"%27 OR 1=1 --{MARK}", f"*{MARK}", f"{MARK}%c0%af", "%ff",
    MARK * 1_000, f"{MARK}%20", f"-{MARK}", "．．",
)  # fmt: skip


def test_an_id_is_no_path_and_no_query(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with nothing_lost(world, caplog):
        for name in (n for n, route in ROUTES.items() if "{" in route.path):
            [method] = ROUTES[name].methods
            named = {p["name"] for p in operations()[name]["parameters"] if p["in"] == "path"}
            body = BODIES.get(LIKE.get(name, name))
            for trick in TRICKS:
                path = ROUTES[name].path.format(**dict.fromkeys(named, trick))
                headers = {"If-Match": "*"}
                answer = world.ask("administrator", method, path, json=body, headers=headers)
                assert answer.status_code in (403, 404, 405, 422), (name, trick)
                assert MARK not in answer.text
                problem(answer, answer.status_code)


def test_a_parameter_is_what_it_should_be(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Or is refused; a text to search for is any text that can be kept."""
    queries = [
        (name, parameter["name"])
        for name, operation in operations().items()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    ]
    assert len(queries) > 20
    with nothing_lost(world, caplog):
        for name, parameter in queries:
            for trick in (INJECTED, f"{MARK}\x00", MARK * 2_000, "-1", "1 e9", ""):
                path = ROUTES[name].path.format(**IDS)
                [method] = ROUTES[name].methods
                answer = world.ask(
                    "administrator", method, path, params={"text": "x"} | {parameter: trick},
                    json=BODIES.get(name),
                )  # fmt: skip
                if parameter != "text" or answer.status_code >= 400:
                    assert answer.status_code in (403, 422), (name, parameter, trick)
                    refused(name, answer)


# Headers


@pytest.mark.parametrize("name", ["Authorization", "Origin", "If-Match", "Idempotency-Key"])
def test_what_is_said_twice_is_not_read(world: World, name: str) -> None:
    token = f"Bearer {world.tokens['company']}"
    headers = [("Authorization", token), (name, "x"), (name, f"Bearer {world.tokens['operator']}")]
    answer = world.client.get(f"{BASE}/me", headers=headers)
    problem(answer, 400)
    assert undocumented("show_own_account", answer) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Original-URL": "/api/v1/accounts"},
        {"X-Forwarded-For": "10.0.0.1", "X-Real-IP": "10.0.0.1"},
        {"X-Forwarded-Host": "altrove.example", "Host": "altrove.example"},
        {"Accept": "text/html"},
        {"Cookie": "session=1"},
        {"Range": "bytes=0-1"},
        {"Upgrade": "websocket", "Connection": "upgrade"},
    ],
)
def test_headers_of_others_change_nothing(world: World, headers: dict[str, str]) -> None:
    plain = world.ask("operator", "GET", "/me")
    answer = world.ask("operator", "GET", "/me", headers=headers)
    assert (answer.status_code, answer.json()) == (200, plain.json())
    body = as_json(a_company(id="C-new"))
    made = world.ask("operator", "POST", "/companies", json=body, headers=headers)
    assert made.headers["location"] == "/api/v1/companies/C-new"
    for text in (answer, made):
        assert "altrove" not in str(text.headers)


def test_a_made_up_address_is_not_a_new_caller(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever guesses passwords is counted by where they are, not by where they say they are."""
    monkeypatch.setattr("api.access.sign_in._MOST_FROM_ADDRESS", 3)
    statuses = [
        world.client.post(
            f"{BASE}/tokens",
            auth=(f"login-{i}", "una parola sbagliata"),
            headers={"X-Forwarded-For": f"10.0.0.{i}"},
        ).status_code
        for i in range(5)
    ]
    assert statuses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://altrove.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost:8443.altrove.example"},
        {"Origin": "https://localhost:8444"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://localhost:8443"},
    ],
)
def test_a_page_of_another_site_asks_nothing(world: World, headers: dict[str, str]) -> None:
    for operation, method, path in (
        ("show_own_account", "GET", "/me"),
        ("add_organisation", "POST", "/organisations"),
        ("issue_token", "POST", "/tokens"),
        ("show_status", "GET", "/status"),
    ):
        answer = world.ask("administrator", method, path, headers=headers)
        assert problem(answer, 403)["type"] == "urn:cantiere:problem:cross-site"
        assert undocumented(operation, answer) == []
        assert "access-control-allow-origin" not in answer.headers
    preflight = world.client.options(
        f"{BASE}/organisations", headers=headers | {"Access-Control-Request-Method": "POST"}
    )
    problem(preflight, 403)


def test_our_own_pages_ask(world: World) -> None:
    for headers in (
        {"Origin": "https://localhost:8443", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://service", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ):
        assert world.ask("operator", "GET", "/me", headers=headers).status_code == 200


# Keys and ids


def test_a_token_that_was_left_or_taken_back_opens_nothing(world: World) -> None:
    left, taken = world.token("company"), world.token("company")
    headers = {"Authorization": f"Bearer {left}"}
    assert world.client.delete(f"{BASE}/tokens/current", headers=headers).status_code == 204
    assert world.ask("administrator", "DELETE", "/accounts/A-company").status_code == 204
    for token in (left, taken, left.upper(), f"{left}\t", "", "null", "0"):
        headers = {"Authorization": f"Bearer {token}"}
        problem(world.client.get(f"{BASE}/me", headers=headers), 401)


def test_a_code_replayed_or_used_as_a_token_opens_nothing(world: World) -> None:
    code = world.ask("administrator", "POST", "/accounts/A-company/activation-codes").json()["code"]
    headers = {"Authorization": f"Bearer {code}"}
    problem(world.client.get(f"{BASE}/me", headers=headers), 401)
    body = {"password": PASSWORD[::-1]}
    for status in (204, 401):
        answer = world.client.post(f"{BASE}/activations", headers=headers, json=body)
        assert answer.status_code == status
    begun = world.ask("nobody", "POST", "/federated-sign-ins").json()
    headers = {"Authorization": f"Bearer {begun['continuation']}"}
    problem(world.client.get(f"{BASE}/me", headers=headers), 401)
    problem(world.client.post(f"{BASE}/activations", headers=headers, json=body), 401)


def test_ids_cannot_be_told_apart_by_trying(world: World) -> None:
    """Another's answers as if it were not there, to the last byte."""
    own = ("request-id", "ratelimit-remaining", "ratelimit-reset")
    for name, route in ROUTES.items():
        if "{participant_id}" not in route.path or "GET" not in route.methods:
            continue
        answers = set()
        for person in ("P-other", "P-elsewhere", "P-unassigned", "P-none"):
            path = route.path.format(participant_id=person, offer_id="O-mine")
            answer = world.ask("operator", "GET", path)
            assert answer.status_code in (403, 404)  # 403: the route is for other roles
            headers = {k: v for k, v in answer.headers.items() if k not in own}
            answers.add((answer.content, str(headers)))
        assert len(answers) == 1, name


def test_ids_that_are_made_tell_nothing(world: World) -> None:
    made = {
        world.ask(
            "administrator", "POST", "/accounts", json={"login": f"conto-{i}", "role": "analyst"}
        ).json()["account_id"]
        for i in range(8)
    }
    assert len({account[:4] for account in made}) > 2
    assert all(len(account) == 18 for account in made)
