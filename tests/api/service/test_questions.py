"""Questions and answers through the service: as the command asks them, kept with who."""

from typing import Any

import psycopg
import pytest

from matching.engine import Engine
from matching.store import Store
from skills_taxonomy import Linker
from tests.api.service.test_requests import problem
from tests.api.service.world import OWN, World
from tests.programme import demonstration, put

pytestmark = pytest.mark.db

DAY = "2026-12-01"
QUESTIONS = f"/participants/{OWN}/questions"
ANSWERS = f"/participants/{OWN}/answers?on={DAY}"


@pytest.fixture(autouse=True)
def offers(world: World, engine: Engine, linker: Linker) -> None:
    """Offers that ask for different things, so that an answer changes something."""
    some = demonstration().offers[:12]
    theirs = {offer.company_id for offer in some}
    companies = [c for c in demonstration().companies if c.id in theirs]
    with psycopg.connect(world.url) as connection:
        put(Store(connection), engine, linker, *companies, *some)


def asked(world: World, **params: Any) -> Any:
    answer = world.ask("operator", "GET", QUESTIONS, params={"on": DAY} | params)
    assert answer.status_code == 200
    return answer.json()


def test_the_questions_go_page_by_page(world: World) -> None:
    whole = asked(world)
    assert 1 <= len(whole["items"]) <= 5
    assert whole["next_cursor"] is None
    assert whole["items"][0]["question"].endswith("?")
    seen, cursor = [], "0"
    while cursor is not None:
        page = asked(world, limit=1, cursor=cursor)
        seen += page["items"]
        cursor = page["next_cursor"]
    assert seen == whole["items"]


@pytest.mark.parametrize(
    ("answer", "status", "level"),
    [("yes", "confirmed", "said"), ("example", "confirmed", "example"), ("no", "rejected", None)],
)
def test_an_answer_is_kept_at_once_with_who_gave_it(
    world: World, answer: str, status: str, level: str | None
) -> None:
    question = asked(world)["items"][0]
    body = {"uri": question["uri"], "answer": answer}
    done = world.ask("operator", "PUT", ANSWERS, json=body).json()
    assert done["competence"] is None or done["competence"]["status"] == status
    following = done["next_question"]
    assert following is None or following["uri"] != question["uri"]
    with psycopg.connect(world.url) as connection:
        kept = connection.execute(
            "SELECT status, level, settled_by FROM settled_competence WHERE competence_uri = %s",
            (question["uri"],),
        ).fetchall()
    assert kept == [(status, level, "operator A-operator")]


def test_who_does_not_know_is_not_asked_again(world: World) -> None:
    question = asked(world)["items"][0]
    body = {"uri": question["uri"], "answer": "unsure"}
    assert world.ask("participant", "PUT", ANSWERS, json=body).status_code == 200
    assert question["uri"] not in [q["uri"] for q in asked(world)["items"]]


def test_nothing_is_answered_about_what_there_is_not(world: World) -> None:
    body = {"uri": "urn:cantiere:competence:non-esiste", "answer": "yes"}
    document = problem(world.ask("operator", "PUT", ANSWERS, json=body), 409)
    assert document["errors"][0]["field"] == "body.uri"
    problem(world.ask("operator", "PUT", ANSWERS, json=body | {"answer": "skip"}), 422)
