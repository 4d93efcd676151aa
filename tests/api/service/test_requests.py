"""What every request meets: problems, limits, versions, keys, headers, the log."""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.api.service.documented import undocumented
from tests.api.service.world import OWN, World, mark_of
from tests.builders import a_company, a_participant, an_offer
from tests.programme import MARK, STORY

pytestmark = pytest.mark.db


def problem(response: Any, status: int) -> dict[str, Any]:
    """The document of a problem."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:cantiere:problem:")
    assert document["title"]
    assert document["detail"].endswith(".")
    return document


def a_record(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = a_participant(**changes).model_dump(mode="json", by_alias=True)
    return document


# Problems


def test_errors_of_the_framework_are_problems(world: World) -> None:
    problem(world.ask("administrator", "GET", "/nothing-here"), 404)
    problem(world.client.get("http://service/elsewhere"), 404)
    refused = world.ask("administrator", "PATCH", "/offers")
    problem(refused, 405)
    assert refused.headers["allow"] == "GET, POST"
    document = problem(world.ask("administrator", "GET", "/participants?limit=0"), 422)
    assert document["errors"] == [
        {"field": "query.limit", "reason": "il valore è troppo poco: il minimo è 1"}
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"[1]", 422), (b'"x"', 422), (b"null", 422), (b"{", 422), (b"{}", 422),
        (b'{"a": NaN}', 422), (b"\xff\xfe", 400), (b'{"a":' * 100_000, 400),
        (b'{"a": 1' + b"0" * 9999, 400),
    ],
)  # fmt: skip
def test_a_broken_body_is_refused(world: World, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = world.ask("administrator", "POST", "/participants", content=body, headers=headers)
    assert answer.status_code in (status, 422)
    problem(answer, answer.status_code)
    assert undocumented("add_participant", answer) == []


def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"id": "' + b"x" * 10_000_000 + b'"}'

    def in_pieces() -> Any:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    for content in (body, in_pieces()):
        answer = world.ask(
            "administrator", "POST", "/participants", content=content, headers=headers
        )
        problem(answer, 413)


def test_no_value_is_repeated_in_an_error(world: World) -> None:
    wrong: list[dict[str, Any]] = [
        {"target": STORY}, {"municipality": STORY}, {"birth_year": STORY}, {"id": STORY},
        {"interests": STORY}, {STORY: 1}, {"narrative": STORY + "\x00"},
        {"narrative": STORY * 1000}, {"experiences": [{"kind": STORY}]}, {"hours": STORY},
    ]  # fmt: skip
    for changes in wrong:
        answer = world.ask("operator", "POST", "/participants", json=a_record() | changes)
        document = problem(answer, 422)
        assert document["errors"]
        assert MARK not in answer.text
        assert undocumented("add_participant", answer) == []


@pytest.mark.parametrize("day", ["0", "1800000000", "2026-2-1", "2026-02-30", "x", "2026-12-01T00"])
def test_a_day_is_written_in_one_way(world: World, day: str) -> None:
    path = f"/participants/{OWN}/suggestions"
    document = problem(world.ask("operator", "GET", path, params={"on": day}), 422)
    assert document["errors"][0]["field"] == "query.on"


def test_a_fault_of_ours_says_nothing_of_what_was_written(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise ValueError(STORY)

    monkeypatch.setattr("api.records.load", fail)
    with caplog.at_level(logging.INFO):
        answer = world.ask("operator", "POST", "/participants", json=a_record(id="P-9"))
    problem(answer, 500)
    assert MARK not in answer.text
    assert MARK not in caplog.text
    faults = [r.__dict__ for r in caplog.records if r.getMessage() == "fault"]
    assert [(f["fault"], f["where"].split(":")[0]) for f in faults] == [
        ("ValueError", "test_requests.py")
    ]


def test_a_database_that_is_gone_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> Any:
        raise psycopg.OperationalError("server at 10.0.0.1 closed the connection")

    monkeypatch.setattr("api.service.settings_of", gone)
    answer = world.ask("administrator", "GET", "/offers")
    problem(answer, 503)
    assert answer.headers["retry-after"] == "5"
    assert "10.0.0.1" not in answer.text


def test_the_log_has_no_ids_no_logins_no_words(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="cantiere"):
        world.ask("operator", "GET", f"/participants/{OWN}")
        world.ask("operator", "GET", "/taxonomy/search", params={"text": MARK})
        world.client.post("http://service/api/v1/tokens", auth=("anna", "una password"))
    lines = [
        json.dumps(r.__dict__, default=str) for r in caplog.records if r.name.startswith("cantiere")
    ]
    assert len(lines) == 3
    assert [r.__dict__["operation"] for r in caplog.records if r.name.startswith("cantiere")] == [
        "show_participant", "search_taxonomy", "issue_token",
    ]  # fmt: skip
    for secret in (OWN, MARK, "anna", "password", mark_of(OWN)):
        assert all(secret not in line for line in lines)


# Limits


def test_requests_are_counted_to_the_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.service.settings.model_copy(update={"requests_per_minute": 7})
    monkeypatch.setattr(world.service, "settings", settings)
    monkeypatch.setattr("api.middleware.now", _one_moment())
    remaining = []
    for _ in range(7):
        answer = world.ask("operator", "GET", "/me")
        assert (answer.status_code, answer.headers["ratelimit-limit"]) == (200, "7")
        remaining.append(int(answer.headers["ratelimit-remaining"]))
    assert remaining == [6, 5, 4, 3, 2, 1, 0]
    refused = world.ask("operator", "GET", "/me")
    problem(refused, 429)
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    # Everybody has their own count, also who is nobody.
    assert world.ask("company", "GET", "/me").status_code == 200
    assert world.ask("nobody", "GET", "/status").headers["ratelimit-remaining"] == "6"


def test_requests_at_the_same_time_are_counted_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = world.service.settings.model_copy(update={"requests_per_minute": 10})
    monkeypatch.setattr(world.service, "settings", settings)
    monkeypatch.setattr("api.middleware.now", _one_moment())
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(world.ask("operator", "GET", "/me").status_code)
        )
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 10 + [429] * 6


def _one_moment() -> Callable[[], Any]:
    from api.service import now

    moment = now()
    return lambda: moment


# Versions and keys


def test_a_record_is_replaced_only_by_who_saw_it_as_it_is(world: World) -> None:
    path = f"/participants/{OWN}"
    read = world.ask("operator", "GET", path)
    changed = read.json() | {"max_travel_minutes": 30}
    problem(world.ask("operator", "PUT", path, json=changed), 428)
    etag = {"If-Match": read.headers["etag"]}
    first = world.ask("operator", "PUT", path, json=changed, headers=etag)
    assert first.status_code == 200
    assert first.json()["max_travel_minutes"] == 30
    again = world.ask("operator", "PUT", path, json=changed | {"licences": ["B"]}, headers=etag)
    problem(again, 412)
    etag = {"If-Match": first.headers["etag"]}
    assert world.ask("operator", "GET", path).headers["etag"] == first.headers["etag"]
    assert world.ask("operator", "PUT", path, json=changed, headers=etag).status_code == 200
    problem(world.ask("operator", "PUT", path, json=a_record(id="P-x"), headers=etag), 409)


def test_a_key_makes_once(world: World) -> None:
    key = {"Idempotency-Key": "una-chiave-1"}
    body = a_record(id="P-new", narrative=STORY)
    answers = [
        world.ask("operator", "POST", "/participants", json=body, headers=key) for _ in range(3)
    ]
    assert [a.status_code for a in answers] == [201, 201, 201]
    assert len({(a.text, a.headers["etag"], a.headers["location"]) for a in answers}) == 1
    other = world.ask("operator", "POST", "/participants", json=a_record(id="P-two"), headers=key)
    problem(other, 409)
    problem(world.ask("operator", "POST", "/participants", json=body), 409)
    # The key is the account's own.
    mine = world.ask(
        "administrator", "POST", "/participants", json=a_record(id="P-three"), headers=key
    )
    assert mine.status_code == 201


def test_the_same_key_at_the_same_time_makes_once(world: World) -> None:
    statuses: list[int] = []

    def post() -> None:
        answer = world.ask(
            "operator",
            "POST",
            "/participants",
            json=a_record(id="P-new"),
            headers={"Idempotency-Key": "una-chiave-2"},
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 8
    with psycopg.connect(world.url) as connection:
        [[made]] = connection.execute(
            "SELECT count(*) FROM audit_event WHERE action = 'participant.added'"
        ).fetchall()
    assert made == 1


def test_a_failed_creation_does_not_use_the_key_up(world: World) -> None:
    key = {"Idempotency-Key": "una-chiave-3"}
    body = a_record(id=OWN)
    problem(world.ask("operator", "POST", "/participants", json=body, headers=key), 409)
    good = a_record(id="P-new")
    made = world.ask("operator", "POST", "/participants", json=good, headers=key)
    assert made.status_code == 201


# Whose is what


def test_a_code_that_is_somebody_elses_cannot_be_taken(world: World) -> None:
    """Nor is the person's record touched, nor do they change hands."""
    with psycopg.connect(world.url) as connection:
        before = connection.execute("SELECT participant::text FROM participant").fetchall()
    for person in ("P-other", "P-elsewhere", "P-unassigned"):
        problem(world.ask("operator", "POST", "/participants", json=a_record(id=person)), 409)
        same = world.ask("administrator", "GET", f"/participants/{person}").json()
        copied = world.ask("operator", "POST", "/participants", json=same)
        problem(copied, 403 if person == "P-elsewhere" else 409)  # or lives where they do not work
    offer = an_offer(id="O-other", company_id="C-mine").model_dump(mode="json", by_alias=True)
    problem(world.ask("company", "POST", "/offers", json=offer), 409)
    with psycopg.connect(world.url) as connection:
        after = connection.execute("SELECT participant::text FROM participant").fetchall()
    assert after == before


def test_a_new_person_is_in_the_charge_of_who_added_them(world: World) -> None:
    assert (
        world.ask("operator", "POST", "/participants", json=a_record(id="P-new")).status_code == 201
    )
    listed = world.ask("operator", "GET", "/participants").json()["items"]
    assert [person["id"] for person in listed] == [OWN, "P-new"]
    moved = world.ask(
        "administrator", "PUT", "/participants/P-new/organisation", json={"organisation_id": None}
    )
    assert moved.status_code == 204
    assert world.ask("operator", "GET", "/participants/P-new").status_code == 404


def test_a_person_is_not_moved_out_of_reach_by_an_operator(world: World) -> None:
    body = a_record(id=OWN, municipality="Legnano")
    answer = world.ask(
        "operator", "PUT", f"/participants/{OWN}", json=body, headers={"If-Match": "*"}
    )
    problem(answer, 403)


def test_a_company_sees_who_agreed_by_code_and_until_they_change_their_mind(
    world: World,
) -> None:
    def candidates() -> Any:
        return world.ask("company", "GET", "/offers/O-mine/candidates")

    seen = candidates()
    assert [item["participant_id"] for item in seen.json()["items"]] == [OWN]
    assert seen.json()["items"][0]["known"] == ["cucire a macchina"]
    assert mark_of(OWN) not in seen.text
    assert "camiceria" not in seen.text
    consent = f"/participants/{OWN}/consents/O-mine"
    assert world.ask("participant", "DELETE", consent).status_code == 204
    assert candidates().json()["items"] == []
    assert world.ask("participant", "PUT", consent).status_code == 204
    assert len(candidates().json()["items"]) == 1


def test_a_list_goes_page_by_page_to_its_end(world: World) -> None:
    seen, cursor = [], None
    for _ in range(4):
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        document = world.ask("administrator", "GET", "/participants", params=params).json()
        seen += [item["id"] for item in document["items"]]
        cursor = document["next_cursor"]
    assert seen == sorted(["P-mine", "P-other", "P-elsewhere", "P-unassigned"])
    assert cursor is None


def test_an_offer_and_a_company_are_posted_and_read_back(world: World) -> None:
    company = a_company(id="C-new").model_dump(mode="json", by_alias=True)
    assert world.ask("operator", "POST", "/companies", json=company).status_code == 201
    offer = an_offer(id="O-new", company_id="C-new").model_dump(mode="json", by_alias=True)
    made = world.ask("operator", "POST", "/offers", json=offer)
    assert made.headers["location"] == "/api/v1/offers/O-new"
    assert world.ask("participant", "GET", "/offers/O-new").json() == offer == made.json()


def test_the_database_has_nothing_to_warn_of(world: World) -> None:
    """The service asks for nothing that is not its own role's to do."""
    warned: list[str] = []
    with world.service.pool.connection() as connection:
        connection.add_notice_handler(lambda notice: warned.append(str(notice.message_primary)))
    person, company = a_record(id="P-new"), a_company(id="C-new").model_dump(mode="json")
    offer = an_offer(id="O-new", company_id="C-new").model_dump(mode="json", by_alias=True)
    for records, record in (("participants", person), ("companies", company), ("offers", offer)):
        made = world.ask("administrator", "POST", f"/{records}", json=record)
        path, version = f"/{records}/{record['id']}", {"If-Match": made.headers["etag"]}
        again = world.ask("administrator", "PUT", path, json=record, headers=version)
        assert (made.status_code, again.status_code) == (201, 200)
    with world.service.pool.connection() as connection:
        connection.execute("DO $$ BEGIN RAISE WARNING 'heard'; END $$")
    assert warned == ["heard"]


# Headers


def test_every_answer_is_closed_to_browsers_and_caches(world: World) -> None:
    for path in ("/status", "/me", "/nothing", "/participants"):
        headers = world.ask("operator", "GET", path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["strict-transport-security"]
        assert "server" not in headers
        assert len(headers["request-id"]) == 36
