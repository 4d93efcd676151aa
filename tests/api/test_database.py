"""The database behind the commands: any PostgreSQL, prepared once, or clear words on why not."""

from pathlib import Path
from shutil import copy

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from api.database import MIGRATIONS, connect
from api.settings import Settings
from matching.store import Store
from tests.builders import a_company
from tests.commands import Cantiere, end, run, start
from tests.databases import PASSWORD, Server, dump_of

pytestmark = pytest.mark.db

KNOWN = sorted(path.stem for path in MIGRATIONS.glob("*.sql"))


def applied(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT migration_id FROM _yoyo_migration ORDER BY 1").fetchall()
    return [row[0] for row in rows]


# Preparing


def test_the_first_commands_prepare_a_database_once(server: Server) -> None:
    """Three processes start at once on an empty database."""
    with server.clone() as url:
        started = [start("profile", "P-1", url=url) for _ in range(3)]
        for done in map(end, started):
            assert done.code == 1
            assert "Nessun partecipante con codice P-1." in done.error
        assert applied(url) == KNOWN
        assert dump_of(url)["programme"] == ["(default,)"]


def test_the_first_commands_start_the_embedded_server_once(folder: Path) -> None:
    """Three processes start at once where there is nothing; the last one stops the server."""
    started = [start("profile", "P-1", data_dir=folder) for _ in range(3)]
    for done in map(end, started):
        assert done.code == 1
        assert "Nessun partecipante con codice P-1." in done.error
    assert not (folder / "postgresql" / "postmaster.pid").exists()
    assert not list((folder / "postgresql").glob(".s.PGSQL.*"))


def test_what_is_in_the_embedded_server_stays(folder: Path, files: list[Path]) -> None:
    assert run("load", *files, data_dir=folder).code == 0
    done = run("profile", "P-001", "--json", data_dir=folder)
    assert done.document["competences"]


def test_a_migration_that_was_cut_off_is_done_again(server: Server, command: Cantiere) -> None:
    """A process was killed while it prepared: what marks its work in progress stops nobody."""
    with server.clone() as url:
        with psycopg.connect(url) as connection:
            connection.execute(
                "CREATE TABLE yoyo_lock (locked int PRIMARY KEY, ctime timestamp, pid int NOT NULL)"
            )
            connection.execute("INSERT INTO yoyo_lock VALUES (1, now(), 4242)")
        assert "P-1" in command("profile", "P-1", url=url).error
        assert applied(url) == KNOWN


def test_what_was_settled_before_levels_still_counts(server: Server) -> None:
    """A database as it was before decisions had a level, with two of them in it."""
    position = next(i for i, name in enumerate(KNOWN) if name.startswith("0004_"))
    with server.clone() as url, psycopg.connect(url) as connection:
        for name in KNOWN[:position]:
            connection.execute((MIGRATIONS / f"{name}.sql").read_bytes())
        connection.execute("INSERT INTO participant VALUES ('default', 'P-1', '{}', '{}')")
        connection.execute(
            "INSERT INTO settled_competence VALUES "
            "('default', 'P-1', 'urn:b', 'confirmed', '2026-12-01 10:00Z'), "
            "('default', 'P-1', 'urn:a', 'rejected', '2026-12-02 10:00Z')"
        )
        connection.execute((MIGRATIONS / f"{KNOWN[position]}.sql").read_bytes())
        store = Store(connection)
        assert store.settled(["P-1"]) == {"P-1": {"urn:a": "rejected", "urn:b": "confirmed"}}
        history = store.decisions.history("P-1")
        assert {(d.uri, d.answer, d.level, d.by, d.state) for d in history} == {
            ("urn:b", "confirmed", None, None, "identified"),
            ("urn:a", "rejected", None, None, None),
        }


def test_a_database_of_a_newer_release_is_refused(command: Cantiere, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO _yoyo_migration (migration_hash, migration_id) VALUES ('x', '9999_later')"
        )
    before = dump_of(database)
    for words in (["profile", "P-1"], ["demo"]):
        done = command(*words, url=database)
        assert done.code == 1
        assert "versione più recente di Cantiere" in done.error
    assert dump_of(database) == before


def test_a_database_of_an_older_release_is_brought_up_to_date(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was missing is applied, and the records stay."""
    with server.clone() as url:
        settings = Settings(database_url=SecretStr(url))
        copy(MIGRATIONS / f"{KNOWN[0]}.sql", tmp_path)
        with monkeypatch.context() as old_release:
            old_release.setattr("api.database.MIGRATIONS", tmp_path)
            with connect(settings) as connection:
                Store(connection).save_companies([a_company()])
            assert applied(url) == KNOWN[:1]
        with connect(settings) as connection:
            assert Store(connection).company_ids() == {"C-001"}
        assert applied(url) == KNOWN
        assert len(KNOWN) > 1


# Any PostgreSQL


def test_an_address_in_both_forms(server: Server, files: list[Path]) -> None:
    """As a URL and as keywords, with a password that both must escape."""
    with server.role("forms") as name:
        for form in ("url", "keywords"):
            database = server.new_database()
            try:
                server.run("ALTER DATABASE {} OWNER TO {}", database, name)
                server.run("CREATE EXTENSION vector", database=database)
                address = server.url(database, user=name, password=PASSWORD)
                if form == "keywords":
                    address = make_conninfo(
                        host=str(server.folder), dbname=database, user=name, password=PASSWORD
                    )
                done = run("load", *files, "--json", url=address)
                assert (done.code, done.err) == (0, "")
                assert done.document["loaded"]["offers"]["added"] == 1
                assert applied(server.url(database)) == KNOWN
            finally:
                server.run("DROP DATABASE {} WITH (FORCE)", database)


def test_an_address_with_options(server: Server, command: Cantiere) -> None:
    """Options of the address hold for preparing and for working: here, another schema."""
    database = server.new_database()
    try:
        server.run("CREATE SCHEMA apart", database=database)
        url = server.url(database, options="-csearch_path=apart,public", application_name="x")
        assert "P-1" in command("profile", "P-1", url=url).error
        assert applied(url) == KNOWN
        with psycopg.connect(url) as connection:
            schemas = connection.execute(
                "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename IN ('run', 'offer')"
            ).fetchall()
        assert schemas == [("apart",)]
    finally:
        server.run("DROP DATABASE {} WITH (FORCE)", database)


# One command, one transaction


def writers(url: str) -> dict[str, set[str]]:
    """The transactions that wrote the rows of each table."""
    tables = dump_of(url).keys()
    with psycopg.connect(url) as connection:
        return {
            table: {
                row[0]
                for row in connection.execute(f"SELECT xmin::text FROM {table}").fetchall()  # noqa: S608
            }
            for table in tables
        }


def test_all_writes_of_a_command_are_one_transaction(
    command: Cantiere, database: str, files: list[Path]
) -> None:
    assert command("load", *files, url=database).code == 0
    loaded = writers(database)
    tables = (
        "company",
        "offer",
        "offer_concept",
        "participant",
        "participant_concept",
        "programme",
    )
    [load_transaction] = set.union(*(loaded[table] for table in tables))
    assert all(loaded[table] for table in tables)
    assert command("suggest", "P-001", "--on", "2026-12-01", url=database).code == 0
    ranked = writers(database)
    [run_transaction] = ranked["run"] | ranked["snapshot"]
    assert run_transaction != load_transaction
    assert {table: ranked[table] for table in tables} == {table: loaded[table] for table in tables}
    held = command("profile", "P-001", "--json", url=database).document["competences"]
    uri = held[0]["uri"]
    assert command("confirm", "P-001", uri, url=database).code == 0
    settled = writers(database)
    [settling_transaction] = settled["settled_competence"] | settled["participant_concept"]
    assert settling_transaction not in {run_transaction, load_transaction}


def test_a_command_that_fails_half_way_writes_nothing(
    command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = command("profile", "P-001", "--json", url=demo_database).document["competences"]
    before = dump_of(demo_database)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "save_coverage", fail)
    assert command("confirm", "P-001", held[0]["uri"], url=demo_database).code == 1
    monkeypatch.setattr(Store, "save_run", fail)
    assert command("suggest", "P-001", url=demo_database).code == 1
    assert dump_of(demo_database) == before


def test_reading_commands_write_nothing(command: Cantiere, demo_database: str) -> None:
    before = writers(demo_database)
    for words in ("profile P-001", "explain P-001 O-001", "taxonomy search cucire"):
        assert command(*words.split(), url=demo_database).code == 0
    assert writers(demo_database) == before
