"""The service on a database of its own, as a role that owns nothing."""

from collections.abc import Iterator

import pytest

from api.database import connect
from api.pool_store import ROLE
from matching.engine import Engine
from skills_taxonomy import Linker
from tests.api.service.world import World, fill, of_issuer, running, settings_of
from tests.databases import Server
from tests.issuer import LocalIssuer, running_issuer


@pytest.fixture(scope="session")
def service_role(server: Server) -> str:
    """The role of the service, once for a server."""
    server.run("CREATE ROLE {} LOGIN", ROLE)
    return ROLE


@pytest.fixture(scope="session")
def world_template(
    server: Server, empty_template: str, engine: Engine, linker: Linker, service_role: str
) -> tuple[str, dict[str, str]]:
    """A database that holds the small programme, and its runs."""
    name = server.new_database(empty_template)
    settings = settings_of(server.url(name), server.url(name, user=service_role))
    with connect(settings) as connection:
        return name, fill(connection, engine, linker)


@pytest.fixture
def one_linker(monkeypatch: pytest.MonkeyPatch, linker: Linker) -> None:
    """Services of tests share the linker of the session, which is long to make."""
    monkeypatch.setattr("api.service.Linker", lambda _: linker)


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    """An external issuer of identities, on this machine."""
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def world(
    server: Server,
    world_template: tuple[str, dict[str, str]],
    service_role: str,
    one_linker: None,
    issuer: LocalIssuer,
) -> Iterator[World]:
    """The service on the small programme."""
    template, runs = world_template
    with server.clone(template) as url:
        service_url = url.replace("postgres@", f"{service_role}@")
        settings = settings_of(url, service_url, **of_issuer(issuer))
        with running(settings, url, runs, issuer) as world:
            yield world
