"""The second wall: every table of a programme is protected, and binds the service's role."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from api.access.acting_store import identify, settings_of
from api.access.actors import Actor
from api.pool_store import GRANTS, prepare_role
from matching.errors import DatabaseError
from tests.api.service import world as worlds
from tests.api.service.world import OTHER, OWN, World
from tests.databases import Server

pytestmark = pytest.mark.db

# What is no programme's, or only its name.
OPEN = {
    "programme", "concept", "concept_label", "competence_broader", "occupation_competence",
    "esco_release",
}  # fmt: skip


def rows(url: str, query: str) -> set[Any]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(query).fetchall()}


def test_every_table_is_protected_or_known_to_be_open(database: str) -> None:
    unprotected = rows(
        database,
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relrowsecurity "
        "AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE '%yoyo%'",
    )
    assert unprotected == OPEN


def test_every_protected_table_has_its_rights_and_none_is_dropped_from_them(
    database: str,
) -> None:
    protected = rows(database, "SELECT relname FROM pg_class WHERE relrowsecurity")
    assert set(GRANTS) - {"programme"} == protected


@pytest.fixture
def connection(world: World) -> Iterator[psycopg.Connection[Any]]:
    """As the service connects."""
    with psycopg.connect(str(world.service.pool.conninfo)) as connection:
        yield connection


def people(connection: psycopg.Connection[Any], settings: dict[str, str]) -> set[str]:
    """Whom an actor sees, in a transaction of their own."""
    identify(connection, settings)
    found = connection.execute("SELECT participant_id FROM participant").fetchall()
    connection.commit()
    return {row[0] for row in found}


def test_who_does_not_say_who_they_are_sees_nothing(
    connection: psycopg.Connection[Any],
) -> None:
    for table in GRANTS:
        if table != "programme":
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


def test_whom_each_actor_sees(connection: psycopg.Connection[Any]) -> None:
    operator = Actor("A", "operator", "ORG-mine", ("Magentino",))
    everywhere = Actor("A", "operator", "ORG-mine", ("Magentino", "Legnanese"))
    nowhere = Actor("A", "operator", "ORG-mine", ())
    company = Actor("A", "company", company_id="C-mine")
    seen = {
        "administrator": people(connection, settings_of(Actor("A", "administrator"))),
        "operator": people(connection, settings_of(operator)),
        "everywhere": people(connection, settings_of(everywhere)),
        "nowhere": people(connection, settings_of(nowhere)),
        "participant": people(
            connection, settings_of(Actor("A", "participant", participant_id=OTHER))
        ),
        "company": people(connection, settings_of(company)),
        "its offer": people(connection, settings_of(company, offer_id="O-mine")),
        "another's offer": people(connection, settings_of(company, offer_id="O-other")),
        "analyst": people(connection, settings_of(Actor("A", "analyst"))),
        "another programme": people(
            connection, settings_of(Actor("A", "administrator", programme_id="other"))
        ),
        "gate": people(connection, {"programme": "default", "role": "gate"}),
    }
    assert seen == {
        "administrator": set(worlds.PEOPLE),
        "operator": {OWN},
        "everywhere": {OWN, worlds.ELSEWHERE},
        "nowhere": set(),
        "participant": {OTHER},
        "company": set(),
        "its offer": {OWN},
        "another's offer": set(),
        "analyst": set(),
        "another programme": set(),
        "gate": set(),
    }


def test_who_acts_is_forgotten_when_the_transaction_ends(
    connection: psycopg.Connection[Any],
) -> None:
    assert people(connection, settings_of(Actor("A", "administrator")))
    assert connection.execute("SELECT participant_id FROM participant").fetchall() == []
    connection.rollback()
    identify(connection, settings_of(Actor("A", "administrator")))
    connection.rollback()
    assert connection.execute("SELECT participant_id FROM participant").fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE participant SET organisation_id = 'ORG-mine' WHERE participant_id <> 'P-mine'",
        "UPDATE participant SET record = '{}' WHERE participant_id <> 'P-mine'",
        "DELETE FROM proposal_consent WHERE participant_id <> 'P-mine'",
    ],
)
def test_an_operator_changes_no_row_of_anothers(
    connection: psycopg.Connection[Any], statement: str
) -> None:
    identify(connection, settings_of(Actor("A", "operator", "ORG-mine", ("Magentino",))))
    assert connection.execute(statement).rowcount == 0


def test_an_operator_deletes_nothing_that_others_cover(
    world: World, connection: psycopg.Connection[Any]
) -> None:
    covered = (
        "SELECT DISTINCT participant_id FROM participant_concept JOIN participant USING (number)"
    )
    assert rows(world.url, covered) == set(worlds.PEOPLE)
    identify(connection, settings_of(Actor("A", "operator", "ORG-mine", ("Magentino",))))
    connection.execute("DELETE FROM participant_concept")
    connection.commit()
    assert rows(world.url, covered) == set(worlds.PEOPLE) - {OWN}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET role = 'administrator'",
        "UPDATE participant SET organisation_id = 'ORG-other' WHERE participant_id = 'P-mine'",
        "DELETE FROM participant",
        "DELETE FROM account",
        "CREATE TABLE mine (x int)",
        "ALTER TABLE participant DISABLE ROW LEVEL SECURITY",
        "COPY participant TO STDOUT",
        "INSERT INTO proposal_consent VALUES ('default', 'P-other', 'O-mine', now(), 'A')",
    ],
)
def test_what_the_role_may_not_do_at_all(
    connection: psycopg.Connection[Any], statement: str
) -> None:
    identify(connection, settings_of(Actor("A", "operator", "ORG-mine", ("Magentino",))))
    if statement.startswith("COPY"):
        with connection.cursor() as cursor, cursor.copy(statement) as copied:
            assert b"P-other" not in b"".join(bytes(part) for part in copied)
        return
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_role_that_could_pass_the_wall_is_refused(world: World, server: Server) -> None:
    settings = worlds.settings_of(world.url, world.url)  # the owner, a superuser
    with pytest.raises(DatabaseError, match="può troppo"):
        prepare_role(settings)
    with pytest.raises(DatabaseError, match="non risponde"):
        prepare_role(worlds.settings_of(world.url, "postgresql://nobody@localhost:1/none"))


def test_without_a_role_of_its_own_the_service_does_not_start(world: World) -> None:
    settings = world.service.settings.model_copy(update={"service_database_url": None})
    with pytest.raises(DatabaseError, match="CANTIERE_SERVICE_DATABASE_URL"):
        prepare_role(settings)
