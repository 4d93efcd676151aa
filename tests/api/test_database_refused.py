"""A database that cannot be used: one clear line on what to do, and nothing of its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.commands import Cantiere, run
from tests.databases import PASSWORD, Server

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://utente:segreto@localhost:1/banca",
        "postgresql://utente:segreto@inesistente.invalid/banca",
        "host=/inesistente dbname=banca user=utente password=segreto",
        "host=localhost port=abc dbname=banca password=segreto",
        "postgresql://utente:segreto@localhost:abc/banca",
        "postgresql://utente:segreto@localhost/banca?connect_timeout=x",
        "mysql://utente:segreto@localhost/banca",
        "segreto",
        "postgresql://utente:segreto%zz@localhost/banca",
    ],
)
def test_an_address_that_leads_nowhere(address: str, command: Cantiere) -> None:
    done = command("profile", "P-001", url=address)
    assert done.code == 1
    assert "CANTIERE_DATABASE_URL" in done.error
    check_discretion(done.error)


def check_discretion(line: str) -> None:
    """Nothing of an address is shown: it holds a password."""
    for word in ("segreto", "utente", "banca", "localhost", "inesistente", "postgresql://"):
        assert word not in line


def test_a_wrong_password(server: Server, empty_template: str, command: Cantiere) -> None:
    with server.role("utente") as name, server.clone(empty_template) as url:
        with psycopg.connect(url) as connection:
            connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        database = url.split("/")[3].split("?")[0]
        right = server.url(database, user=name, password=PASSWORD)
        assert "P-404" in command("profile", "P-404", url=right).error
        wrong = right.replace(quote(PASSWORD, safe=""), "segreto")
        done = command("profile", "P-404", url=wrong)
        assert done.code == 1
        assert "CANTIERE_DATABASE_URL" in done.error
        check_discretion(done.error)


def test_a_database_that_is_not_there(server: Server, command: Cantiere) -> None:
    done = command("profile", "P-001", url=server.url("banca"))
    assert done.code == 1
    check_discretion(done.error)


@contextmanager
def masked(server: Server, version: str | None) -> Iterator[str]:
    """A database whose list of extensions says another version of pgvector, or lacks it.

    The command reads the list by its bare name: a view of a schema that comes first stands for it.
    """
    database = server.new_database()
    has = "" if version is None else f"SELECT 'vector' AS name, '{version}' AS default_version"
    lacks = "SELECT name, default_version FROM pg_catalog.pg_available_extensions WHERE false"
    try:
        server.run("CREATE SCHEMA mask", database=database)
        server.run(f"CREATE VIEW mask.pg_available_extensions AS {has or lacks}", database=database)
        yield server.url(database, options="-csearch_path=mask,pg_catalog,public")
    finally:
        server.run("DROP DATABASE {} WITH (FORCE)", database)


@pytest.mark.parametrize("version", [None, "0.4.4", "0.4"])
def test_a_server_without_pgvector_or_with_an_old_one(
    version: str | None, server: Server, command: Cantiere
) -> None:
    with masked(server, version) as url:
        done = command("profile", "P-001", url=url)
        assert done.code == 1
        assert "pgvector 0.5" in done.error
        with psycopg.connect(url) as connection:
            made = connection.execute("SELECT to_regclass('participant'), to_regclass('yoyo_lock')")
            assert made.fetchall() == [(None, None)]


@pytest.mark.parametrize("version", ["0.5.0", "0.10.1", "1.0"])
def test_a_server_with_a_pgvector_new_enough(
    version: str, server: Server, command: Cantiere
) -> None:
    with masked(server, version) as url:
        assert "P-001" in command("profile", "P-001", url=url).error


@pytest.mark.parametrize("rights", ["nothing", "tables"])
def test_a_role_that_may_not_prepare_the_database(
    rights: str, server: Server, command: Cantiere
) -> None:
    """It may create nothing, or tables but not the extension."""
    with server.role("small") as name, server.clone() as url:
        database = url.split("/")[3].split("?")[0]
        if rights == "tables":
            server.run("GRANT CREATE ON SCHEMA public TO {}", name, database=database)
        done = command("profile", "P-1", url=server.url(database, user=name, password=PASSWORD))
        assert done.code == 1
        assert "CREATE EXTENSION vector" in done.error
        server.run("DROP OWNED BY {}", name, database=database)


@pytest.mark.parametrize("where", ["/proc/niente", "a file", "too long"])
def test_a_data_folder_that_cannot_be(where: str, tmp_path: Path) -> None:
    folder = Path(where)
    if where == "a file":
        folder = tmp_path / "file"
        folder.write_text("")
    elif where == "too long":
        folder = tmp_path / ("a" * 100)
    done = run("profile", "P-001", data_dir=folder)
    assert done.code == 1
    assert "CANTIERE_DATA_DIR" in done.error
    assert not (tmp_path / ("a" * 100)).exists()


def test_an_embedded_server_that_does_not_start(folder: Path) -> None:
    """Its log says why; the command says where the log is, and prints nothing of it."""
    assert run("profile", "P-1", data_dir=folder).code == 1
    (folder / "postgresql" / "postgresql.conf").write_text("nonsense = 'segreto'\n")
    done = run("profile", "P-1", data_dir=folder)
    assert done.code == 1
    assert str(folder / "postgresql" / "log") in done.error
    assert "nonsense" in (folder / "postgresql" / "log").read_text()
    check_discretion(done.error)
