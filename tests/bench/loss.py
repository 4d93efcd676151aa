"""Killed while it writes, again and again: ``python -m tests.bench.loss --rounds 100``.

Clients write through the service without a pause. In each round the service, the database or one
of the database's processes is killed with SIGKILL and started again. Then every write that was
answered with "done" must be there, each together with its event in the audit, and the chain must be
whole.
"""

import argparse
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import httpx
import psycopg

from api.access.actors import AccountRole
from api.access.gate_store import Gate
from api.audit.chain import Event, verify
from api.audit.store import events
from api.pool_store import ROLE
from api.service import now
from matching.engine import Engine, builtin_engine
from matching.store import Store
from skills_taxonomy import Linker
from tests.api.service.world import fill
from tests.builders import a_participant, an_offer
from tests.commands import COMMAND, environment
from tests.databases import data_folder, embedded_pid, wait_until
from tests.programme import put

T = TypeVar("T")

CLIENTS = 4
TOKEN = "token-of-the-writers"  # noqa: S105 - of a database that lasts as long as this does
VICTIMS = ("service", "database", "database process")
# Keeps the embedded server running as long as its standard input is open.
KEEPER = """
from api.database import connect
from api.settings import Settings
with connect(Settings()):
    print("ready", flush=True)
    input()
"""
OFFER = "O-many"
# More seats than kills leave placements that have begun and do not end.
MANY_SEATS = {"id": OFFER, "company_id": "C-mine", "seats": 1_000}
# A placement from the yes of both sides to its end, which frees the seat. Nobody was on a list,
# and there are more interns than the company may have: somebody answers for both.
STEPS: tuple[tuple[AccountRole, dict[str, str]], ...] = (
    ("administrator", {"action": "accept", "side": "participant"}),
    ("company", {"action": "accept", "side": "company"}),
    ("administrator", {"action": "start", "override": "agreed"}),
    ("administrator", {"action": "end", "outcome": "left"}),
)
_OF_DECISION = "/decisions/{decision_id}/steps"
_STEP = f"""
    SELECT participant_id FROM placement JOIN placement_step USING (programme_id, placement_id)
    WHERE offer_id = '{OFFER}' AND action =
"""  # noqa: S608 - of literals
# What is written, by the action of its event: whose rows there are then, one for each event.
# Another kind of write needs a line here and one in `_writes_about`.
WRITTEN = {
    "participant.added": "SELECT participant_id FROM participant",
    "consent.given": f"SELECT participant_id FROM proposal_consent WHERE offer_id = '{OFFER}'",  # noqa: S608
    "competence.settled": "SELECT participant_id FROM settled_competence",
    "decision.propose": f"{_STEP} 'propose'",
    "decision.accept": f"{_STEP} 'accept'",
    "decision.start": f"{_STEP} 'start'",
    "decision.end": f"{_STEP} 'end'",
}
Written = dict[str, Counter[str]]
"""By the action of its event: how often about whom."""
Write = tuple[AccountRole, str, str, str, Mapping[str, object] | None]
"""Who writes, the action of its event, method, path, body."""


def _writes_about(person: str, competence: str) -> Iterator[Write]:
    """A person, their consent, a competence of theirs, every step of a placement."""
    record = a_participant(id=person).model_dump(mode="json", by_alias=True)
    settled = {"uri": competence, "status": "confirmed"}
    proposal = {"participant_id": person, "offer_id": OFFER, "override": "agreed"}
    path = f"/participants/{person}"
    yield "administrator", "participant.added", "POST", "/participants", record
    yield "administrator", "consent.given", "PUT", f"{path}/consents/{OFFER}", None
    yield "administrator", "competence.settled", "PUT", f"{path}/settled-competences", settled
    yield "administrator", "decision.propose", "POST", "/decisions", proposal
    for role, step in STEPS:
        yield role, f"decision.{step['action']}", "POST", _OF_DECISION, step


def _as(role: AccountRole) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}-{role}"}


@dataclass
class Writers:
    """Clients that write about new people, and remember what was answered with "done"."""

    url: str
    competence: str
    done: Written = field(default_factory=lambda: {action: Counter() for action in WRITTEN})
    answers: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """They write as long as the context lasts."""
        threads = [threading.Thread(target=self._write) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _write(self) -> None:
        while not self._stop.is_set():
            with httpx.Client(base_url=self.url, timeout=30) as client:
                try:
                    while not self._stop.is_set():
                        self.one_person(client, f"P-w{next(self._numbers)}")
                except httpx.TransportError:
                    self.answers["none"] += 1
                    time.sleep(0.1)

    def one_person(self, client: httpx.Client, person: str) -> None:
        """Everything about a person, in order; the next person if something fails."""
        made: dict[str, str] = {}
        for role, action, method, path, body in _writes_about(person, self.competence):
            headers = _as(role)
            if path == _OF_DECISION:
                path = path.format_map(made)
                seen = client.get(path.removesuffix("/steps"), headers=headers)
                headers["If-Match"] = seen.headers.get("etag", "")
            answer = client.request(method, path, json=body, headers=headers)
            self.answers[str(answer.status_code)] += 1
            if answer.status_code >= 300:
                time.sleep(0.1)
                return
            self.done[action][person] += 1
            made = answer.json() if answer.content else {}


@dataclass
class House:
    """A database and a service on it, each of which can be killed."""

    data_dir: Path
    port: int
    _keeper: subprocess.Popen[str] | None = None
    _service: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of the database, as its owner."""
        return f"host={self.data_dir / 'postgresql'} user=postgres dbname=postgres"

    @property
    def api(self) -> str:
        """Of the service."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    def start_database(self) -> None:
        """Start the server, or join the one that runs."""
        self._keeper = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", KEEPER],
            env=environment(data_dir=self.data_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == "ready\n"

    def start_service(self) -> None:
        """Start the service, and wait until it answers."""
        addresses = {
            "CANTIERE_DATABASE_URL": self.url,
            "CANTIERE_SERVICE_DATABASE_URL": self.url.replace("user=postgres", f"user={ROLE}"),
            "CANTIERE_REQUESTS_PER_MINUTE": "1000000",
        }
        self._service = subprocess.Popen(
            [COMMAND, "serve", "--port", str(self.port)],
            env={**environment(), **addresses},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """The service and its database answer."""

        def answers() -> bool:
            with suppress(httpx.TransportError):
                return httpx.get(f"{self.api}/status", timeout=10).status_code == 200
            return False

        wait_until(answers, 120)

    def kill(self, victim: str, rng: Random) -> None:
        """Kill without a warning; start again what does not come back by itself."""
        if victim == "service":
            assert self._service is not None
            self._service.kill()
            self._service.wait()
            self.start_service()
        elif victim == "database":
            pid = embedded_pid(self.data_dir)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            self._leave()
            self.start_database()
        else:
            os.kill(rng.choice(_once_it_lasts(self._backends)), signal.SIGKILL)
        self.wait_until_it_answers()

    def _backends(self) -> list[int]:
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'cantiere-service'"
            )
            return [pid for (pid,) in rows]

    def _leave(self) -> None:
        if self._keeper is not None:
            with suppress(BrokenPipeError):
                self._keeper.communicate("\n", timeout=60)

    def stop(self) -> None:
        """End both."""
        if self._service is not None:
            self._service.terminate()
            self._service.wait(60)
        self._leave()


def killed(
    rounds: int, engine: Engine, linker: Linker, port: int, say: Callable[[str], None]
) -> dict[str, object]:
    """Kill for so many rounds; what was lost (it should be nothing).

    Raises:
        AssertionError: If something that was done is missing, or the audit does not fit.
    """
    rng = Random(rounds)  # noqa: S311 - nothing here is a secret
    victims: Counter[str] = Counter()
    with ExitStack() as stack:
        house = House(stack.enter_context(data_folder()), port)
        stack.callback(house.stop)
        house.start_database()
        with psycopg.connect(house.url) as connection:
            fill(connection, engine, linker)
            put(Store(connection), engine, linker, an_offer(**MANY_SEATS))
            for role in ("administrator", "company"):
                token, lasts = f"{TOKEN}-{role}", timedelta(hours=24)
                Gate(connection).add_credential(f"A-{role}", "token", token, now(), lasts)
            connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        house.start_service()
        writers = Writers(house.api, engine.taxonomy.competences[0].uri)
        with psycopg.connect(house.url) as connection:
            before = _kept(connection)
        ended = writers.done["decision.end"]
        with writers.writing():
            for number in range(rounds):
                # Somebody comes to the last of what is written: so there was some of each kind.
                so_far = ended.total()
                wait_until(lambda n=so_far: ended.total() > n, 120)
                time.sleep(rng.random())
                victim = VICTIMS[number % len(VICTIMS)]
                house.kill(victim, rng)
                victims[victim] += 1
                say(f"{number + 1}/{rounds} {victim}: {check(house.url, writers, before)} events\n")
        count = check(house.url, writers, before)
    return {
        "rounds": dict(victims),
        "done": {action: people.total() for action, people in writers.done.items()},
        "answers": dict(writers.answers),
        "lost": 0,
        "events": count,
        "chain": "whole",
    }


def _kept(connection: psycopg.Connection[Any]) -> Written:
    return {a: Counter(row[0] for row in connection.execute(q)) for a, q in WRITTEN.items()}


def check(url: str, writers: Writers, before: Written) -> int:
    """Everything done is there, nothing is half there, the chain is whole; how many events."""
    done = {action: people.copy() for action, people in writers.done.items()}  # before we look
    kept, chain = _once_it_lasts(lambda: _state(url))
    for action, people in done.items():
        assert people <= kept[action], f"lost: {(people - kept[action]).total()} of {action}"
        audited = Counter(person for e in chain if e.action == action for person in e.people)
        assert audited == kept[action] - before[action], f"not one with its events: {action}"
    found = verify(chain)
    assert found.broken_at is None, f"the chain breaks at {found.broken_at}"
    return found.events


def _state(url: str) -> tuple[Written, list[Event]]:
    """What is written and the audit, at one moment."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _kept(connection), list(events(connection))


def _once_it_lasts(ask: Callable[[], T]) -> T:
    """An answer of the database, which may answer for a moment before it notices a dead process."""
    found: list[T] = []

    def answers() -> bool:
        with suppress(psycopg.OperationalError):
            found.append(ask())
        return bool(found)

    wait_until(answers, 120)
    return found[0]


def main() -> None:
    """Kill, and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    began = time.monotonic()
    engine = builtin_engine()
    linker = Linker(engine.taxonomy, encoder=None)
    report = killed(options.rounds, engine, linker, options.port, _say)
    report["seconds"] = round(time.monotonic() - began)
    sys.stdout.write(json.dumps(report) + "\n")


def _say(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


if __name__ == "__main__":
    main()
