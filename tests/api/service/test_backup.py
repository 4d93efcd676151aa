"""Copies: one moment of the whole database, and back into an empty one, or nothing at all."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import psycopg
import pytest

from api.audit.chain import verify
from api.audit.store import events
from api.database import MIGRATIONS, connect, known_migrations
from api.embedded import shipped_programs
from matching.engine import Engine
from tests.api.service.world import OWN, World, running, settings_of
from tests.commands import Cantiere
from tests.databases import PASSWORD, Server, dump_of, is_true

pytestmark = pytest.mark.db

# What others may do, and what the database forbids by itself.
GUARDED = """
    SELECT relname, relrowsecurity, relacl::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL SELECT proname, prosecdef, proacl::text FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT polname || polrelid::regclass, polpermissive,
        pg_get_expr(polqual, polrelid) || pg_get_expr(polwithcheck, polrelid) FROM pg_policy
    UNION ALL SELECT tgname || tgrelid::regclass, tgisinternal, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1, 2, 3
"""


def guarded(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(GUARDED).fetchall()


def is_empty(url: str) -> bool:
    return is_true(url, "SELECT count(*) = 0 FROM pg_tables WHERE schemaname = 'public'")


@contextmanager
def copied(world: World, command: Cantiere, folder: Path) -> Iterator[Path]:
    file = folder / "copia.dump"
    done = command("backup", file, url=world.url)
    assert (done.code, done.err) == (0, "")
    assert "Copia completa" in done.out
    yield file


def test_what_is_restored_is_what_was_copied(
    world: World, engine: Engine, server: Server, command: Cantiere, tmp_path: Path
) -> None:
    for _ in range(3):
        world.ask("operator", "GET", f"/participants/{OWN}/profile")
    settled = {"uri": engine.taxonomy.competences[0].uri, "status": "confirmed"}
    path = f"/participants/{OWN}/settled-competences"
    assert world.ask("operator", "PUT", path, json=settled).status_code == 200
    assert world.ask("nobody", "POST", "/federated-sign-ins").status_code == 201
    words = ("suggest", OWN, "--on", "2026-12-01", "--json")
    suggested = command(*words, url=world.url).document
    before = dump_of(world.url)
    with copied(world, command, tmp_path) as file, server.clone() as url:
        assert file.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["copia.dump"]
        done = command("restore", file, "--json", url=url)
        assert (done.code, done.err) == (0, "")
        after = dump_of(url)
        left_out = {"credential", "pending_sign_in", "request_window"}
        assert {t: after[t] for t in after} == {
            t: [] if t in left_out else rows for t, rows in before.items()
        }
        assert before["credential"]
        assert before["pending_sign_in"]
        assert guarded(url) == guarded(world.url) != []
        # What was kept, and the proof of it.
        head = done.document["head"]
        verified = command("audit", "verify", "--head", head, "--json", url=url)
        proof = verified.document
        assert (proof["whole"], proof["events"]) == (True, done.document["events"])
        assert proof["head"] == head
        again = command(*words, url=url).document
        assert again.pop("run_id") != suggested.pop("run_id")
        assert again == suggested
        _still_behind_two_walls(url, world)


def _still_behind_two_walls(url: str, world: World) -> None:
    for statement in ("UPDATE audit_event SET action = 'x'", "TRUNCATE audit_event"):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(url) as connection, refused:
            connection.execute(statement)
    service_url = url.replace("postgres@", "cantiere_service@")
    with psycopg.connect(service_url) as connection:
        assert connection.execute("SELECT count(*) FROM participant").fetchone() == (0,)
    with running(settings_of(url, service_url), url, world.runs, world.issuer) as restored:
        assert restored.ask("operator", "GET", "/me").status_code == 401  # sign in again
        secret = {"Authorization": f"Bearer {restored.token('operator')}"}
        seen = restored.ask("nobody", "GET", "/participants", headers=secret).json()["items"]
        assert [person["id"] for person in seen] == [OWN]


def test_it_is_one_moment_though_others_write(
    world: World, server: Server, command: Cantiere, tmp_path: Path
) -> None:
    """Every consent that is in the copy has its event, and every event its consent."""
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            for method in ("PUT", "DELETE"):
                world.ask("operator", method, f"/participants/{OWN}/consents/O-other")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with copied(world, command, tmp_path) as file:
            pass
    finally:
        ended.set()
        writer.join()
    with server.clone() as url:
        document = command("restore", file, "--json", url=url).document
        with connect(settings_of(url, url)) as connection:
            chain = list(events(connection))
            consents = connection.execute(
                "SELECT participant_id FROM proposal_consent WHERE offer_id = 'O-other'"
            ).fetchall()
        assert verify(chain).broken_at is None
        assert len(chain) == document["events"]
        given = bool(chain) and chain[-1].action == "consent.given"
        assert ((OWN,) in consents) == given


def test_what_is_no_whole_copy_restores_nothing(
    world: World, server: Server, command: Cantiere, tmp_path: Path
) -> None:
    with copied(world, command, tmp_path) as file, server.clone() as url:
        whole = file.read_bytes()
        middle = len(whole) // 2
        wrong = {
            f"{i}.dump": content
            for i, content in enumerate(
                (whole[:3], whole[:200], whole[:middle], whole[:-1000], b"", b"%PDF-1.7")
            )
        }
        for name, content in wrong.items():
            (tmp_path / name).write_bytes(content)
            done = command("restore", tmp_path / name, url=url)
            assert done.code == 1, name
            assert "non è una copia intera" in done.error
        # What rots inside a table's data is at times noticed only when it is put back.
        rotten = tmp_path / "rotten.dump"
        rotten.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
        done = command("restore", rotten, url=url)
        assert done.code == 1
        assert "non è una copia intera" in done.error or "non è rimasto nulla" in done.error
        assert "non si può leggere" in command("restore", tmp_path / "none", url=url).error
        assert is_empty(url)


def test_a_copy_of_something_else_is_refused(
    server: Server, command: Cantiere, tmp_path: Path
) -> None:
    file = tmp_path / "altro.dump"
    with server.clone() as other, server.clone() as url:
        assert "nulla da copiare" in command("backup", file, url=other).error
        with psycopg.connect(other) as connection:
            connection.execute("CREATE TABLE participant (id int)")
        dump = max(shipped_programs()) / "pg_dump"
        subprocess.run([dump, "--format=custom", f"--file={file}", other], check=True)
        assert "di un altro database" in command("restore", file, url=url).error
        assert is_empty(url)


def test_nothing_is_ever_overwritten(world: World, command: Cantiere, tmp_path: Path) -> None:
    with copied(world, command, tmp_path) as file:
        content, before = file.read_bytes(), dump_of(world.url)
        assert "non si sovrascrive" in command("backup", file, url=world.url).error
        assert file.read_bytes() == content
        assert "ha già delle tabelle" in command("restore", file, url=world.url).error
        assert dump_of(world.url) == before
    missing = tmp_path / "none" / "copia.dump"
    assert "Non si può scrivere" in command("backup", missing, url=world.url).error


def test_an_older_copy_is_brought_up_to_date_and_a_newer_one_refused(
    world: World, server: Server, command: Cantiere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "migrations"
    older.mkdir()
    for path in sorted(MIGRATIONS.glob("*.sql"))[:-1]:
        copy(path, older)
    file, newer = tmp_path / "vecchia.dump", tmp_path / "copia.dump"
    with copied(world, command, tmp_path), server.clone() as old, server.clone() as url:
        with monkeypatch.context() as earlier:
            earlier.setattr("api.database.MIGRATIONS", older)
            assert "più recente di Cantiere" in command("restore", newer, url=url).error
            assert is_empty(url)
            with connect(settings_of(old, old)):
                pass
        done = command("backup", file, "--json", url=old)
        assert done.document["schema"] == known_migrations()[-2]
        assert command("restore", file, url=url).code == 0
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT migration_id FROM _yoyo_migration").fetchall()
        assert {row[0] for row in rows} == set(known_migrations())


def test_it_works_for_an_owner_who_is_no_superuser(
    server: Server, service_role: str, command: Cantiere, tmp_path: Path
) -> None:
    """The password is told to PostgreSQL's programs in a way that others do not see."""
    with server.role("owner") as owner, server.clone() as first, server.clone() as second:
        addresses = []
        for url in (first, second):
            name = url.rsplit("/", 1)[1].partition("?")[0]
            server.run("ALTER DATABASE {} OWNER TO {}", name, owner)
            server.run("CREATE EXTENSION vector", database=name)
            addresses.append(server.url(name, user=owner, password=PASSWORD))
        with connect(settings_of(addresses[0], addresses[0])) as connection:
            connection.execute(f"GRANT SELECT ON company TO {service_role}")
        assert command("backup", tmp_path / "a.dump", url=addresses[0]).code == 0
        done = command("restore", tmp_path / "a.dump", url=addresses[1])
        assert (done.code, done.err) == (0, "")
        with server.role("other") as other:
            with psycopg.connect(first) as connection:
                connection.execute(f'GRANT SELECT ON company TO "{other}"')
            assert command("backup", tmp_path / "b.dump", url=addresses[0]).code == 0
            with psycopg.connect(first) as connection:
                connection.execute(f'REVOKE ALL ON company FROM "{other}"')
        with server.clone() as third:
            done = command("restore", tmp_path / "b.dump", url=third)
            assert f"CREATE ROLE {other}" in done.error
            assert is_empty(third)
        for url in (first, second):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f'REASSIGN OWNED BY "{owner}" TO postgres')
                connection.execute(f'DROP OWNED BY "{owner}"')


def test_without_a_program_that_suits_the_server_it_says_which(
    world: World, command: Cantiere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.backup.programs.shipped_programs", list)
    monkeypatch.setattr("shutil.which", lambda _: None)
    done = command("backup", tmp_path / "copia.dump", url=world.url)
    assert "pg_dump" in done.error
    assert "postgresql-client-18" in done.error
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_fails_leaves_no_file(
    world: World, command: Cantiere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's own role may not copy: its view of the tables is not the whole."""
    url = world.url.replace("postgres@", "cantiere_service@")
    with psycopg.connect(world.url) as connection:
        connection.execute("GRANT SELECT ON _yoyo_migration TO cantiere_service")
    done = command("backup", tmp_path / "copia.dump", url=url)
    assert "non è riuscita" in done.error
    assert list(tmp_path.iterdir()) == []
