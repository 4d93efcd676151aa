"""Every route × every role × own, another's, none: as `tests/access_matrix.csv` says.

Then with either wall taken away: the other alone lets nothing out.
"""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest

from api.access.actors import Role
from api.access.gate_store import Gate
from api.access.rules import RULES
from api.routes import routes
from api.service import now
from tests.api.service.documented import undocumented
from tests.api.service.world import (
    ACCOUNT_ROLES,
    COMPANIES,
    OFFERS,
    OTHER,
    OWN,
    PASSWORD,
    PEOPLE,
    ROLES,
    World,
    add_account,
    mark_of,
    of_issuer,
    running,
    settings_of,
)
from tests.builders import a_company, a_participant, an_offer
from tests.databases import Server
from tests.issuer import LocalIssuer

pytestmark = pytest.mark.db

_TABLE = (Path(__file__).parents[2] / "access_matrix.csv").read_text("utf-8")
MATRIX = list(csv.DictReader(_TABLE.splitlines()))
ROUTES = {route.name: route for route in routes()}
# What each role may ever read, wherever it stands: the marks of the records.
READS = {
    "administrator": {*PEOPLE, *COMPANIES, *OFFERS},
    "operator": {OWN, *COMPANIES, *OFFERS},
    "company": {"C-mine", "O-mine"},
    "participant": {OWN, *COMPANIES, *OFFERS},
    "analyst": set(),
    "nobody": set(),
}
# One after the other, each can be taken.
STEPS: dict[str, dict[str, Any]] = {
    "administrator": {"action": "refuse", "side": "programme", "reason": "seat_taken"},
    "operator": {"action": "undo"},
    "company": {"action": "accept", "side": "company"},
    "participant": {"action": "accept", "side": "participant"},
}
SUBJECTS = {
    "own": {
        "participant_id": OWN,
        "company_id": "C-mine",
        "offer_id": "O-mine",
        "decision_id": "D-mine",
    },
    "other": {
        "participant_id": OTHER,
        "company_id": "C-other",
        "offer_id": "O-other",
        "decision_id": "D-other",
    },
    "none": {
        "participant_id": "P-none",
        "company_id": "C-none",
        "offer_id": "O-none",
        "decision_id": "D-none",
    },
    "-": {},
}


# Whose name is in the vault, so that there is a version to name.
IDENTIFIED = {("keep_identity", "own"), ("keep_identity", "other")}


def text_of(record_id: str) -> str:
    return f"Ho cucito a macchina, {mark_of(record_id)}"


def body_of(operation: str, subject: str, role: str) -> dict[str, Any] | None:
    ids = SUBJECTS[subject] or SUBJECTS["own"]
    new = f"{operation}-{subject}-{role}"
    place = "Legnano" if subject == "other" else "Magenta"
    person, company, offer = ids["participant_id"], ids["company_id"], ids["offer_id"]
    bodies: dict[str, Any] = {
        "add_organisation": {"organisation_id": new, "name": "Nuova"},
        "add_account": {"login": f"nuovo-{role}", "role": "analyst"},
        "add_participant": a_participant(id=f"P-{new}", municipality=place),
        "replace_participant": a_participant(id=person, narrative=text_of(person)),
        "assign_participant": {
            "organisation_id": "ORG-other" if subject == "other" else "ORG-mine"
        },
        "answer_question": {
            "uri": "urn:cantiere:competence:cucire-a-mano",
            "answer": "unsure",
        },
        "link_identity": {"subject": f"{new}"},
        "enrol_second_factor": {"current_password": PASSWORD},
        "settle_competence": {"uri": "urn:cantiere:competence:cucire-a-mano", "status": None},
        "add_company": a_company(id=f"C-{new}"),
        "replace_company": a_company(id=company, description=mark_of(company)),
        "add_offer": an_offer(id=f"O-{new}", company_id=company),
        "replace_offer": an_offer(id=offer, company_id=company, description=mark_of(offer)),
        "keep_identity": {"given_name": "Nome", "family_name": f"Cognome {mark_of(person)}"},
        "erase_participant": {"participant_id": f"P-erase-{role}" if subject == "own" else person},
        "change_own_password": {"current_password": PASSWORD, "new_password": PASSWORD[::-1]},
        "activate_account": {"password": PASSWORD},
    }
    if operation == "propose_person":
        # Under an offer of its own for each role, since a pair has one open decision at most.
        added = f"O-add_offer-own-{'company' if role == 'participant' else role}"
        return {"participant_id": person, "offer_id": added, "override": "person_asked"}
    if operation == "take_next_step":
        return STEPS.get(role, {"action": "undo"})
    body = bodies.get(operation)
    if body is None or isinstance(body, dict):
        return body
    document: dict[str, Any] = body.model_dump(mode="json", by_alias=True)
    return document


def ids_of(world: World, operation: str, subject: str, role: Role) -> dict[str, str]:
    """What a cell is about."""
    ids = SUBJECTS[subject] | {
        "account_id": "A-none" if subject == "none" else f"A-target-{role}",
        "run_id": world.runs.get(SUBJECTS[subject].get("participant_id", ""), "R-none"),
    }
    if (operation, subject) == ("erase_participant", "own"):
        ids["participant_id"] = a_case_to_erase(world, role)
    if operation.endswith("_consent"):
        ids["offer_id"] = "O-other"  # so that nobody becomes visible to our company
    return ids


def ask(world: World, operation: str, subject: str, role: Role) -> Any:
    """One cell of the matrix."""
    if operation == "issue_federated_token":
        return come_back(world, role)
    if operation in ("confirm_second_factor", "remove_own_second_factor"):
        return use_code(world, operation, role)
    return ask_plainly(world, operation, subject, role)


def ask_plainly(world: World, operation: str, subject: str, role: Role) -> Any:
    """What one request asks, with nothing before it."""
    route = ROUTES[operation]
    ids = ids_of(world, operation, subject, role)
    path = route.path.format(**ids) if "{" in route.path else route.path
    request: dict[str, Any] = {"headers": {}}
    body = body_of(operation, subject, role)
    if body is not None:
        request["json"] = body
    if operation.startswith("replace_") or operation == "take_next_step":
        request["headers"]["If-Match"] = "*"
    if (operation, subject) in IDENTIFIED:
        request["headers"]["If-Match"] = "*"
    if operation == "search_taxonomy":
        request["params"] = {"text": "cucire"}
    if operation == "issue_token":
        request["auth"] = (role, PASSWORD)
        return world.client.post("http://service/api/v1/tokens", **request)
    if operation == "revoke_token":
        token = "none" if role == "nobody" else world.token(role)
        request["headers"]["Authorization"] = f"Bearer {token}"
    if operation == "activate_account":
        request["headers"]["Authorization"] = f"Bearer code-{role}"
    [method] = route.methods
    return world.ask(role, method, path, **request)


def a_case_to_erase(world: World, role: Role) -> str:
    """A case of the operator, for one role alone: nobody is erased twice."""
    person = a_participant(id=f"P-erase-{role}")
    document = person.model_dump(mode="json", by_alias=True)
    assert world.ask("operator", "POST", "/participants", json=document).status_code == 201
    return person.id


def come_back(world: World, role: Role) -> Any:
    """Somebody comes back from the issuer, whose identity is linked to the account of the role."""
    path = f"/accounts/A-{role}/federated-identity"
    world.ask("administrator", "PUT", path, json={"subject": f"soggetto-{role}"})
    begun = world.ask("nobody", "POST", "/federated-sign-ins").json()
    returned = world.issuer.enter(begun["authorization_url"], f"soggetto-{role}")
    secret = "none" if role == "nobody" else begun["continuation"]
    headers = {"Authorization": f"Bearer {secret}"}
    return world.ask("nobody", "POST", "/federated-tokens", json=returned, headers=headers)


def use_code(world: World, operation: str, role: Role) -> Any:
    """The second factor of the role's account, confirmed with its code or removed with another."""
    body = {"current_password": PASSWORD}
    secret = world.ask(role, "POST", "/me/second-factor", json=body).json().get("secret", "A" * 32)
    code = pyotp.TOTP(secret).now()
    if operation == "confirm_second_factor":
        answer = world.ask(role, "PUT", "/me/second-factor", json={"code": code})
        with psycopg.connect(world.url) as connection:  # the other rows enter without
            connection.execute("UPDATE account SET second_factor_on = false")
        return answer
    return world.ask(role, "DELETE", "/me/second-factor", headers={"One-Time-Code": code})


def leaks(response: Any, role: str) -> set[str]:
    """The records that a response shows and the role may not read."""
    hidden = {*PEOPLE, *COMPANIES, *OFFERS} - READS[role]
    codes = {OWN} if role == "company" else set()  # of who agreed, among the candidates
    return {r for r in hidden if mark_of(r) in response.text} | {
        r for r in hidden - codes if r in response.text
    }


@pytest.fixture(params=["both walls", "routes unchecked", "rows unprotected"])
def walled(
    request: pytest.FixtureRequest,
    server: Server,
    world_template: tuple[str, dict[str, str]],
    service_role: str,
    one_linker: None,
    issuer: LocalIssuer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[str, World]]:
    """The service with both walls, or with one of them alone."""
    template, runs = world_template
    with server.clone(template) as url:
        with psycopg.connect(url) as connection:
            for role in ROLES:
                add_account(connection, "analyst", f"A-target-{role}", f"target-{role}")
            for role in ACCOUNT_ROLES:
                add_account(connection, "analyst", f"A-code-{role}", f"code-{role}")
                Gate(connection).add_credential(
                    f"A-code-{role}", "activation", f"code-{role}", now(), timedelta(hours=1)
                )
        service_url = url.replace("postgres@", f"{service_role}@")
        if request.param == "routes unchecked":
            monkeypatch.setattr("api.access.admission.scope_of", lambda *_: "all")
        if request.param == "rows unprotected":
            monkeypatch.setattr("api.main.prepare_role", lambda _: url)
        settings = settings_of(url, service_url, **of_issuer(issuer))
        with running(settings, url, runs, issuer) as world:
            yield request.param, world


def others(url: str) -> list[tuple[Any, ...]]:
    """What belongs to another operator, company and person, as it stands."""
    with psycopg.connect(url) as connection:
        return connection.execute("""
            SELECT 'participant', participant_id, record::text || organisation_id FROM participant
                WHERE participant_id IN ('P-other', 'P-elsewhere', 'P-unassigned')
            UNION ALL SELECT 'company', company_id, record::text FROM company
                WHERE company_id = 'C-other'
            UNION ALL SELECT 'offer', offer_id, record::text FROM offer WHERE offer_id = 'O-other'
            UNION ALL SELECT 'consent', participant_id, offer_id FROM proposal_consent
                WHERE participant_id = 'P-other'
            UNION ALL SELECT 'identity', participant_id, sealed FROM identity
                WHERE participant_id = 'P-other'
            UNION ALL SELECT 'settled', participant_id, competence_uri FROM settled_competence
                WHERE participant_id = 'P-other'
            UNION ALL SELECT 'decision', placement_id, status || count(*)
                FROM placement JOIN placement_step USING (programme_id, placement_id)
                WHERE participant_id = 'P-other' GROUP BY placement_id, status
            UNION ALL SELECT 'account', account_id, role || active FROM account
            UNION ALL SELECT 'organisation', organisation_id, name FROM organisation
            ORDER BY 1, 2, 3
        """).fetchall()


def test_the_matrix(walled: tuple[str, World]) -> None:
    walls, world = walled
    wrong: list[tuple[Any, ...]] = []
    for row in MATRIX:
        before = others(world.url)
        # Who may not, first: after them all is as it was.
        for role in sorted(ROLES, key=lambda role: row[role], reverse=True):
            if row[role] < "400" and before is not None:
                if others(world.url) != before:
                    wrong.append((row["operation"], row["subject"], "changes what is not theirs"))
                before = None
            wrong += faults(walls, world, row, role)
    assert not wrong, "\n".join(map(str, wrong))


def faults(walls: str, world: World, row: dict[str, str], role: Role) -> list[tuple[Any, ...]]:
    """What is wrong with one cell."""
    expected = int(row[role])
    response = ask(world, row["operation"], row["subject"], role)
    got = response.status_code
    where = (row["operation"], row["subject"], role, expected, got)
    may = {
        "both walls": got == expected,
        "routes unchecked": got < 500,  # what must not be seen or changed is asserted apart
        "rows unprotected": got >= 400 if expected >= 400 else got < 500,
    }
    found = [] if may[walls] else [(*where, response.text[:300])]
    shown = leaks(response, role)
    departs = undocumented(row["operation"], response) if walls == "both walls" else []
    return (
        found
        + ([(*where, "shows", shown)] if shown else [])
        + ([(*where, "is not as documented", departs)] if departs else [])
    )


def test_every_route_is_in_the_matrix_and_has_a_rule() -> None:
    assert {row["operation"] for row in MATRIX} == set(ROUTES)
    assert set(RULES) == set(ROUTES)


def test_a_row_for_ones_own_and_anothers_wherever_a_route_names_something() -> None:
    named = {name for name, route in ROUTES.items() if "{" in route.path}
    rows = {(row["operation"], row["subject"]) for row in MATRIX}
    assert [n for n in named if not {(n, "other"), (n, "none")} <= rows] == []
    assert len(rows) == len(MATRIX)
