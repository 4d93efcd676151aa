"""Decisions through the service: who takes which step, what each side reads, consent, the audit."""

import io
import json
import threading
from typing import Any

import docx
import psycopg
import pytest

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor, Role
from tests.api.service.documented import undocumented
from tests.api.service.test_requests import problem
from tests.api.service.world import OTHER, OWN, World
from tests.contract import check

pytestmark = pytest.mark.db

MINE = "/decisions/D-mine"
PERSON_YES = {"action": "accept", "side": "participant"}
COMPANY_YES = {"action": "accept", "side": "company"}
START = {"action": "start", "day": "2027-02-01"}


def step(world: World, role: Role, body: dict[str, Any], path: str = MINE) -> Any:
    answer = world.ask(role, "POST", f"{path}/steps", json=body, headers={"If-Match": "*"})
    assert undocumented("take_next_step", answer) == []
    return answer


def proposal(person: str = OWN, offer: str = "O-other", **more: Any) -> dict[str, Any]:
    return {"participant_id": person, "offer_id": offer, **more}


def propose(world: World, role: Role, body: dict[str, Any], **request: Any) -> Any:
    answer = world.ask(role, "POST", "/decisions", json=body, **request)
    assert undocumented("propose_person", answer) == []
    return answer


def events(world: World, action: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(world.url) as connection:
        return connection.execute(
            "SELECT object, people, details::jsonb, role FROM audit_event"
            " WHERE action = %s ORDER BY number",
            (action,),
        ).fetchall()


# Steps


def test_from_the_proposal_to_the_outcome(world: World) -> None:
    run = world.runs[OWN]
    made = propose(world, "operator", proposal(run_id=run, note="Ne ha parlato volentieri."))
    assert made.status_code == 201
    document = made.json()
    assert (document["status"], document["run_id"]) == ("proposed", run)
    path = made.headers["location"].removeprefix("/api/v1")
    assert path == f"/decisions/{document['decision_id']}"
    assert step(world, "participant", PERSON_YES, path).json()["participant_yes"]
    with psycopg.connect(world.url) as connection:
        connection.execute("UPDATE account SET company_id = 'C-other' WHERE role = 'company'")
    both = step(world, "company", COMPANY_YES, path).json()
    assert (both["status"], both["contact_open"]) == ("accepted", True)
    assert step(world, "company", {"action": "interview"}, path).json()["status"] == "interview"
    begun = step(world, "operator", {"action": "start", "day": "2026-01-07"}, path).json()
    assert (begun["status"], begun["seat_taken"]) == ("started", True)
    ended = {"action": "end", "day": "2026-03-01", "outcome": "hired_elsewhere"}
    over = step(world, "operator", ended, path).json()
    assert (over["status"], over["seat_taken"], over["outcome"]) == (
        "ended", False, "hired_elsewhere",
    )  # fmt: skip
    again = step(world, "operator", {"action": "undo"}, path).json()
    assert (again["status"], again["seat_taken"], len(again["steps"])) == ("started", True, 7)
    assert [len(events(world, f"decision.{a}")) for a in ("propose", "accept", "end", "undo")] == [
        1, 2, 1, 1,
    ]  # fmt: skip


NOT_THEIRS: list[tuple[Role, dict[str, Any]]] = [
    ("operator", COMPANY_YES),
    ("administrator", COMPANY_YES),
    ("company", PERSON_YES),
    ("company", {"action": "refuse", "side": "participant", "reason": "tasks"}),
    ("company", START),
    ("company", {"action": "undo"}),
    ("participant", COMPANY_YES),
    ("participant", START),
    ("participant", {"action": "interview"}),
    ("participant", {"action": "undo"}),
]
IMPOSSIBLE: list[tuple[dict[str, Any], int]] = [
    (START, 409),
    ({"action": "end", "outcome": "left"}, 409),
    ({"action": "refuse", "side": "participant", "reason": "skills"}, 409),
    ({"action": "refuse", "side": "participant", "reason": "consent_withdrawn"}, 422),
    ({"action": "refuse", "side": "participant"}, 422),
    ({"action": "start", "day": "2027-2-1"}, 422),
    ({"action": "start", "day": 1_800_000_000}, 422),
    ({"action": "start", "day": "2027-02-30"}, 422),
    ({"action": "start", "day": "9999-12-31"}, 409),
    ({"action": "propose"}, 422),
    ({"action": "accept", "side": "participant", "note": "\x00"}, 422),
    ({}, 422),
]


def test_nobody_takes_anothers_step_and_what_cannot_be_done_is_said(world: World) -> None:
    before = world.ask("administrator", "GET", MINE).text
    for role, body in NOT_THEIRS:
        problem(step(world, role, body), 403)
    for body, status in IMPOSSIBLE:
        document = problem(step(world, "operator", body), status)
        assert document["errors"][0]["reason"]
    assert world.ask("administrator", "GET", MINE).text == before


def test_a_step_is_taken_by_who_saw_where_it_stands(world: World) -> None:
    path = f"{MINE}/steps"
    problem(world.ask("operator", "POST", path, json=PERSON_YES), 428)
    seen = {"If-Match": world.ask("operator", "GET", MINE).headers["etag"]}
    done = world.ask("operator", "POST", path, json=PERSON_YES, headers=seen)
    assert done.status_code == 200
    no = {"action": "refuse", "side": "company", "reason": "timing"}
    problem(world.ask("operator", "POST", path, json=no, headers=seen), 412)
    seen = {"If-Match": done.headers["etag"]}
    assert world.ask("operator", "GET", MINE).headers["etag"] == done.headers["etag"]
    assert world.ask("operator", "POST", path, json=no, headers=seen).status_code == 200


def test_two_who_answer_at_once_are_told_apart(world: World) -> None:
    seen = {"If-Match": world.ask("operator", "GET", MINE).headers["etag"]}
    statuses: list[int] = []

    def accept() -> None:
        answer = world.ask("operator", "POST", f"{MINE}/steps", json=PERSON_YES, headers=seen)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=accept) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, *[412] * 5]


# Proposals


def test_a_proposal_is_made_once_for_a_key(world: World) -> None:
    key = {"Idempotency-Key": "proposta-1"}
    answers = [propose(world, "operator", proposal(), headers=key) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(events(world, "decision.propose")) == 1
    other = proposal(note="Un'altra.")
    assert "chiave" in problem(propose(world, "operator", other, headers=key), 409)["detail"]
    assert "già una decisione" in problem(propose(world, "operator", proposal()), 409)["detail"]


def test_a_choice_outside_every_list_is_an_override(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("DELETE FROM run")
    document = problem(propose(world, "operator", proposal()), 409)
    assert document["type"] == "urn:cantiere:problem:override-needed"
    assert "nessuna proposta salvata" in document["errors"][0]["reason"]
    made = propose(world, "operator", proposal(override="agreed", note="Parola riservata."))
    [first] = made.json()["steps"]
    assert (first["override"], first["overridden"]) == ("agreed", ["RANKING"])
    [(about, people, details, role)] = events(world, "decision.override")
    assert (about, people, role) == (made.json()["decision_id"], [OWN], "operator")
    assert details == {"offer": "O-other", "rules": ["RANKING"], "reason": "agreed"}
    with psycopg.connect(world.url) as connection:
        audit = connection.execute("SELECT audit_event::text FROM audit_event").fetchall()
    assert "riservata" not in str(audit)


def test_a_person_proposes_themselves_but_passes_no_rule(world: World) -> None:
    made = propose(world, "participant", proposal())
    assert (made.json()["participant_yes"], made.json()["steps"][0]["side"]) == (
        True, "participant",
    )  # fmt: skip
    with psycopg.connect(world.url) as connection:
        connection.execute(
            "UPDATE offer SET record = record || '{\"min_age\": 70}' WHERE offer_id = 'O-mine'"
        )
        connection.execute("DELETE FROM placement WHERE placement_id = 'D-mine'")
    body = proposal(offer="O-mine", override="person_asked")
    document = problem(propose(world, "participant", body), 409)
    assert document["type"] == "urn:cantiere:problem:not-eligible"
    assert propose(world, "operator", body).status_code == 201


def test_a_proposal_of_what_is_not_there(world: World) -> None:
    for field, name in (
        ("participant_id", "P-none"),
        ("participant_id", OTHER),
        ("offer_id", "O-none"),
        ("run_id", "R-none"),
    ):
        document = problem(propose(world, "operator", proposal() | {field: name}), 409)
        assert document["errors"][0]["field"] == f"body.{field}"


# What each side reads


def test_a_company_sees_a_code_and_kind_words(world: World) -> None:
    step(world, "operator", PERSON_YES | {"note": "Zoppica un poco."})
    no = {"action": "refuse", "side": "participant", "reason": "allowance", "note": "Le serve più."}
    step(world, "operator", no)
    answer = world.ask("company", "GET", MINE)
    document = answer.json()
    assert document["status"] == "refused"
    last = document["steps"][-1]
    assert (last["reason"], last["note"], last["by"]) == (None, "", "operator")
    assert last["told"].startswith("La persona ringrazia.")
    for word in ("Zoppica", "Le serve", "A-operator", "allowance"):
        assert word not in answer.text
    assert world.ask("company", "GET", "/offers/O-mine/candidates").json()["items"] == []
    own = world.ask("participant", "GET", MINE).json()["steps"][-1]
    assert (own["reason"], own["note"]) == ("allowance", "")


def test_contact_opens_after_both_said_yes_and_closes_at_once(world: World) -> None:
    def contact() -> tuple[bool, bool]:
        """As the document says it, and as the database would let a contact be read."""
        document = world.ask("company", "GET", MINE).json()
        return document.get("contact_open", False), both_said_yes(world)

    assert contact() == (False, False)
    step(world, "participant", PERSON_YES)
    assert contact() == (False, False)
    step(world, "company", COMPANY_YES)
    assert contact() == (True, True)
    step(world, "company", {"action": "undo"})
    assert contact() == (False, False)
    step(world, "company", COMPANY_YES)
    consent = f"/participants/{OWN}/consents/O-mine"
    assert world.ask("participant", "DELETE", consent).status_code == 204
    assert contact() == (False, False)


def both_said_yes(world: World) -> bool:
    company = Actor("A", "company", company_id="C-mine")
    with psycopg.connect(str(world.service.pool.conninfo)) as connection:
        identify(connection, settings_of(company, offer_id="O-mine"))
        row = connection.execute("SELECT both_said_yes('default', %s)", (OWN,)).fetchone()
    return row == (True,)


def test_a_consent_taken_back_hides_at_once(world: World) -> None:
    step(world, "participant", PERSON_YES)
    assert len(world.ask("company", "GET", "/decisions").json()["items"]) == 1
    consent = f"/participants/{OWN}/consents/O-mine"
    assert world.ask("operator", "DELETE", consent).status_code == 204
    problem(world.ask("company", "GET", MINE), 404)
    problem(step(world, "company", COMPANY_YES), 404)
    assert world.ask("company", "GET", "/decisions").json()["items"] == []
    assert world.ask("company", "GET", "/offers/O-mine/candidates").json()["items"] == []
    ended = world.ask("operator", "GET", MINE).json()
    assert (ended["status"], ended["steps"][-1]["reason"]) == ("refused", "consent_withdrawn")
    problem(step(world, "operator", {"action": "undo"}), 409)
    [(about, _, details, _)] = events(world, "decision.refuse")
    assert (about, details["reason"]) == ("D-mine", "consent_withdrawn")


def test_who_is_there_stays_in_sight(world: World) -> None:
    step(world, "participant", PERSON_YES)
    step(world, "company", COMPANY_YES)
    assert step(world, "operator", START).status_code == 200
    consent = f"/participants/{OWN}/consents/O-mine"
    assert world.ask("participant", "DELETE", consent).status_code == 204
    assert world.ask("company", "GET", MINE).json()["status"] == "started"


# The training project


def test_a_training_project_starts_from_what_both_said_yes_to(world: World) -> None:
    paths = (f"{MINE}/training-plan", f"{MINE}/training-plan/document")
    for path in paths:
        document = problem(world.ask("operator", "GET", path), 409)
        assert "manca il sì" in document["errors"][0]["reason"]
    step(world, "participant", PERSON_YES)
    step(world, "company", COMPANY_YES)
    plan = world.ask("participant", "GET", paths[0])
    assert undocumented("draft_plan", plan) == []
    check(plan.json(), "training_plan")
    assert (plan.json()["participant_id"], plan.json()["offer_id"]) == (OWN, "O-mine")
    file = world.ask("operator", "GET", paths[1])
    assert file.headers["content-disposition"] == 'attachment; filename="D-mine.docx"'
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(file.content)).paragraphs)
    assert OWN in text
    assert [people for _, people, _, _ in events(world, "training_plan.drafted")] == [[OWN]] * 2


# Lists and figures


def test_a_list_is_filtered_and_goes_page_by_page(world: World) -> None:
    made = propose(world, "operator", proposal()).json()["decision_id"]

    def listed(role: Role, **params: str) -> list[str]:
        found, cursor = [], None
        while True:
            page = params | {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            answer = world.ask(role, "GET", "/decisions", params=page)
            assert undocumented("list_decisions", answer) == []
            found += [item["decision_id"] for item in answer.json()["items"]]
            cursor = answer.json()["next_cursor"]
            if cursor is None:
                return found

    assert listed("operator") == ["D-mine", made]
    assert listed("administrator") == ["D-other", "D-mine", made]
    assert listed("participant") == ["D-mine", made]
    assert listed("company") == ["D-mine"]
    assert listed("operator", offer_id="O-other") == [made]
    assert listed("administrator", participant_id=OTHER) == ["D-other"]
    assert listed("participant", participant_id=OTHER) == []
    assert listed("operator", status="started") == []
    problem(world.ask("operator", "GET", "/decisions", params={"status": "x"}), 422)


def test_an_analyst_sees_figures_and_nobody(world: World) -> None:
    step(world, "participant", PERSON_YES)
    step(world, "company", COMPANY_YES)
    answer = world.ask("analyst", "GET", "/decision-counts")
    counts = {c["status"]: c["decisions"] for c in answer.json()["counts"]}
    assert counts == dict.fromkeys(counts, 0) | {"accepted": 1, "proposed": 1}
    assert OWN not in answer.text


def test_the_rows_themselves_are_hidden(world: World) -> None:
    actors = {
        "administrator": Actor("A", "administrator"),
        "operator": Actor("A", "operator", "ORG-mine", ("Magentino",)),
        "another operator": Actor("A", "operator", "ORG-other", ("Magentino",)),
        "company": Actor("A", "company", company_id="C-mine"),
        "participant": Actor("A", "participant", participant_id=OTHER),
        "analyst": Actor("A", "analyst"),
        "another programme": Actor("A", "administrator", programme_id="other"),
    }
    seen: dict[str, set[str]] = {}
    with psycopg.connect(str(world.service.pool.conninfo)) as connection:
        for name, actor in actors.items():
            identify(connection, settings_of(actor))
            rows = [
                {row[0] for row in connection.execute(query)}
                for query in (
                    "SELECT placement_id FROM placement",
                    "SELECT placement_id FROM placement_step",
                )
            ]
            assert rows[0] == rows[1]
            seen[name] = rows[0]
            connection.rollback()
        identify(connection, settings_of(actors["operator"]))
        for statement in (
            "UPDATE placement_step SET note = 'x'",
            "DELETE FROM placement_step",
            "DELETE FROM placement",
            "UPDATE placement SET participant_id = 'P-other'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(
                "INSERT INTO placement VALUES ('default', 'D-x', 'P-other', 'O-mine', null,"
                " 'proposed', null)"
            )
    assert seen == {
        "administrator": {"D-mine", "D-other"},
        "operator": {"D-mine"},
        "another operator": {"D-other"},
        "company": {"D-mine"},
        "participant": {"D-other"},
        "analyst": set(),
        "another programme": set(),
    }


def test_what_is_looked_at_is_in_the_audit(world: World) -> None:
    world.ask("company", "GET", MINE)
    world.ask("operator", "GET", "/decisions")
    assert events(world, "decision.viewed") == [("D-mine", [OWN], {}, "company")]
    [(_, people, _, _)] = events(world, "decisions.listed")
    assert people == [OWN]
    step(world, "participant", PERSON_YES | {"note": "Parola riservata."})
    [(_, _, details, role)] = events(world, "decision.accept")
    assert role == "participant"
    assert "riservata" not in json.dumps(details)
