"""Killed at any moment: what was saved stays, nothing is half saved, the next command works."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
import pytest

from matching.model import Company, Offer, Participant
from tests.builders import a_company, a_participant, an_offer
from tests.commands import Cantiere, Done, end, environment, run, start
from tests.databases import Dump, Server, data_folder, dump_of, embedded_pid, is_true, wait_until
from tests.programme import write_jsonl

pytestmark = pytest.mark.db

ROUNDS = 8
TRADES = ("saldatore", "aiuto cuoco", "sarta", "giardiniere", "magazziniere", "muratore")
DEEDS = ("saldare", "cucinare", "cucire", "potare", "usare il muletto", "posare mattoni")


def files(
    folder: Path, mark: str, first: int = 0, companies: int = 2500, offers: int = 600,
    people: int = 80,
) -> list[Path]:  # fmt: skip
    """A lot of records, from a number on; ``mark`` tells apart two lots of the same ids."""
    lots: dict[str, list[Company] | list[Offer] | list[Participant]] = {
        "aziende": [
            a_company(id=f"C-{i}", name=f"Azienda {i} {mark}")
            for i in range(first, first + companies)
        ],
        "offerte": [
            an_offer(
                id=f"O-{i}", company_id=f"C-{i}", title=TRADES[i % 6],
                description=f"Compito {mark}: {DEEDS[(i + len(mark)) % 6]}.",
                required_competences=[DEEDS[i % 6]],
            )
            for i in range(first, first + offers)
        ],
        "persone": [
            a_participant(id=f"P-{i}", narrative=f"Per anni ho dovuto {DEEDS[i % 6]}, {mark}.")
            for i in range(first, first + people)
        ],
    }  # fmt: skip
    folder.mkdir()
    for name, records in lots.items():
        write_jsonl(folder / f"{name}.jsonl", *records)
    return sorted(folder.iterdir())


SMALL = {"companies": 200, "offers": 60, "people": 12}


def is_writing(url: str) -> bool:
    """Whether a command is in the middle of a transaction that has written something."""
    return is_true(
        url,
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'cantiere' AND backend_xid IS NOT NULL",
    )


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


# A command that is killed


@dataclass(frozen=True)
class Whole:
    """A programme before and after a large load, and how long that takes, in seconds."""

    template: str
    files: list[Path]
    before: Dump
    after: Dump
    until_it_writes: float
    until_it_ends: float


@pytest.fixture(scope="module")
def whole(
    server: Server, empty_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Whole]:
    """The large load, done once without disturbing it."""
    folder = tmp_path_factory.mktemp("large")
    template = server.new_database(empty_template)
    here = files(folder / "prima", "prima", **SMALL)
    assert run("load", *here, url=server.url(template)).code == 0
    before = dump_of(server.url(template))
    large = files(folder / "dopo", "dopo")
    with server.clone(template) as url:
        began = time.monotonic()
        loading = start("load", *large, url=url)
        wait_until(lambda: is_writing(url))
        wrote = time.monotonic()
        assert end(loading).code == 0
        ended = time.monotonic()
        yield Whole(template, large, before, dump_of(url), wrote - began, ended - began)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_load_killed_at_some_moment(
    number: int, server: Server, whole: Whole, command: Cantiere
) -> None:
    """The moments are spread from the start to the end; half of them fall while it writes."""
    rng = Random(number)  # noqa: S311 - nothing here is a secret
    share = (number // 2 + rng.random()) / (ROUNDS // 2)
    with server.clone(whole.template) as url:
        loading = start("load", *whole.files, url=url)
        if number % 2:
            wait_until(lambda: is_writing(url))
            time.sleep(share * (whole.until_it_ends - whole.until_it_writes) * 0.9)
        else:
            time.sleep(share * whole.until_it_ends)
        kill(loading.pid)
        was_killed = loading.wait() == -signal.SIGKILL
        loading.communicate()
        following = command("profile", "P-0", "--json", url=url)
        assert (following.code, following.err) == (0, "")
        now = dump_of(url)
        assert now in (whole.before, whole.after)
        assert was_killed or now == whole.after
        if number == 1:
            # So early in its writing that it cannot have ended; and it can be done again.
            assert now == whole.before
            assert command("load", *whole.files, url=url).code == 0
            assert dump_of(url) == whole.after


# The embedded server


KEEPER = """
from api.database import connect
from api.settings import Settings
with connect(Settings()):
    print("ready", flush=True)
    input()
"""


@contextmanager
def kept(data_dir: Path) -> Iterator[str]:
    """The address of an embedded database while a process of ours keeps its server running."""
    keeper = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", KEEPER],
        env=environment(data_dir=data_dir),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert keeper.stdout is not None
    try:
        assert keeper.stdout.readline() == "ready\n"
        yield f"host={data_dir / 'postgresql'} user=postgres dbname=postgres"
    finally:
        keeper.communicate("\n", timeout=60)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data folder with a small programme."""
    with data_folder() as folder:
        assert run("load", *files(folder / "prima", "prima", **SMALL), data_dir=folder).code == 0
        yield folder


def contents(data_dir: Path) -> Dump:
    with kept(data_dir) as url:
        return dump_of(url)


def url_of(data_dir: Path) -> str:
    return f"host={data_dir / 'postgresql'} user=postgres dbname=postgres"


def test_a_command_killed_with_an_embedded_server(data_dir: Path, tmp_path: Path) -> None:
    """The server it leaves behind serves the next command, and stops with it."""
    before = contents(data_dir)
    loading = start("load", *files(tmp_path / "dopo", "dopo"), data_dir=data_dir)
    wait_until(lambda: embedded_pid(data_dir) is not None)
    wait_until(ready(lambda: is_writing(url_of(data_dir))))
    kill(loading.pid)
    loading.communicate()
    assert embedded_pid(data_dir) is not None
    done = run("profile", "P-0", "--json", data_dir=data_dir)
    assert (done.code, done.err) == (0, "")
    assert embedded_pid(data_dir) is None
    assert contents(data_dir) == before


def ready(happens: Callable[[], bool]) -> Callable[[], bool]:
    """The same, but false while the server cannot be reached yet."""

    def check() -> bool:
        try:
            return happens()
        except psycopg.OperationalError:
            return False

    return check


def test_a_command_killed_while_it_starts_the_server(data_dir: Path) -> None:
    for delay in (0.0, 0.05, 0.1):
        starting = start("profile", "P-0", data_dir=data_dir)
        wait_until(lambda: embedded_pid(data_dir) is not None)
        time.sleep(delay)
        kill(starting.pid)
        starting.communicate()
        done = run("profile", "P-0", "--json", data_dir=data_dir)
        assert (done.code, done.err) == (0, "")


def test_the_server_killed_while_a_command_loads(data_dir: Path, tmp_path: Path) -> None:
    before = contents(data_dir)
    loading = start("load", *files(tmp_path / "dopo", "dopo"), data_dir=data_dir)
    wait_until(ready(lambda: is_writing(url_of(data_dir))))
    pid = embedded_pid(data_dir)
    assert pid is not None
    kill(pid)
    # At once, while nobody may have buried the killed process yet.
    following = run("profile", "P-0", "--json", data_dir=data_dir)
    assert (following.code, following.err) == (0, "")
    lost = end(loading)
    assert lost.code == 1
    assert "ha smesso di rispondere" in lost.error
    assert contents(data_dir) == before


def test_the_server_killed_between_commands(data_dir: Path) -> None:
    before = contents(data_dir)
    with kept(data_dir):
        pid = embedded_pid(data_dir)
        assert pid is not None
        kill(pid)
        done = run("suggest", "P-0", "--on", "2026-12-01", "--json", data_dir=data_dir)
        assert (done.code, done.err) == (0, "")
        assert done.document["items"]
    now = contents(data_dir)
    assert {table: now[table] for table in now if table not in ("run", "snapshot")} == {
        table: before[table] for table in before if table not in ("run", "snapshot")
    }


# Two at once


def test_two_loads_of_overlapping_files(
    server: Server, empty_template: str, command: Cantiere, tmp_path: Path
) -> None:
    """They do what one after the other would do, in one order or the other."""
    ours = files(tmp_path / "nostri", "nostri", **SMALL)
    theirs = files(tmp_path / "loro", "loro", first=30, **SMALL)

    def one_after_the_other(*lots: list[Path]) -> Dump:
        with server.clone(empty_template) as url:
            assert [command("load", *lot, url=url).code for lot in lots] == [0, 0]
            return dump_of(url)

    with server.clone(empty_template) as url:
        done: list[Done] = [
            end(process) for process in [start("load", *lot, url=url) for lot in (ours, theirs)]
        ]
        assert [(d.code, d.err) for d in done] == [(0, "")] * 2
        together = dump_of(url)
    in_order = one_after_the_other(ours, theirs)
    in_turn = one_after_the_other(theirs, ours)
    assert in_order != in_turn
    assert together in (in_order, in_turn)


def test_two_loads_of_the_same_files(server: Server, empty_template: str, tmp_path: Path) -> None:
    """Both end well, and each record is added by one of them."""
    lot = files(tmp_path / "nostri", "nostri", **SMALL)
    with server.clone(empty_template) as url:
        started = [start("load", *lot, "--json", url=url) for _ in range(3)]
        counts = [end(process).document["loaded"] for process in started]
    for kind, size in zip(("companies", "offers", "participants"), SMALL.values(), strict=True):
        assert sum(count[kind]["added"] for count in counts) == size
        assert sum(count[kind]["unchanged"] for count in counts) == 2 * size
