"""What is dear to make, made once for every test of a session."""

import os
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from api.database import connect
from api.settings import Settings
from matching.engine import Engine, builtin_engine
from matching.store import Store
from skills_taxonomy import Linker
from tests.databases import Server, running_server
from tests.programme import demonstration, put

# Commands run in this process, like those run in others, read texts by words alone.
os.environ["CANTIERE_ENCODER"] = "no"


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine of this release."""
    return builtin_engine()


@pytest.fixture(scope="session")
def linker(engine: Engine) -> Linker:
    """The linker of this release, by words alone: few tests hang on meaning."""
    return Linker(engine.taxonomy, encoder=None)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL, one for each worker of the session."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def empty_template(server: Server) -> str:
    """The name of a database with the schema and no records, to be cloned."""
    name = server.new_database()
    with connect(_settings(server.url(name))):
        return name


@pytest.fixture(scope="session")
def demo_template(server: Server, empty_template: str, engine: Engine, linker: Linker) -> str:
    """The name of a database that holds the demonstration, to be cloned."""
    name = server.new_database(empty_template)
    records = demonstration()
    with connect(_settings(server.url(name))) as connection:
        put(
            Store(connection),
            engine,
            linker,
            *records.companies,
            *records.offers,
            *records.participants,
        )
    return name


@pytest.fixture
def database(server: Server, empty_template: str) -> Iterator[str]:
    """The address of a database with no records."""
    with server.clone(empty_template) as url:
        yield url


@pytest.fixture
def demo_database(server: Server, demo_template: str) -> Iterator[str]:
    """The address of a database that holds the demonstration."""
    with server.clone(demo_template) as url:
        yield url


@pytest.fixture(scope="module")
def demo_module_database(server: Server, demo_template: str) -> Iterator[str]:
    """The same, shared by the tests of a module, which leave it as it is."""
    with server.clone(demo_template) as url:
        yield url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A programme with no records."""
    with connect(_settings(database)) as connection:
        yield Store(connection)


@pytest.fixture
def demo_store(demo_database: str) -> Iterator[Store]:
    """A programme that holds the demonstration."""
    with connect(_settings(demo_database)) as connection:
        yield Store(connection)


def _settings(url: str) -> Settings:
    return Settings(database_url=SecretStr(url))
