"""Two hundred decisions to start on one seat, at once, through HTTP: exactly one starts."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest
import uvicorn

from api.audit.chain import verify
from api.audit.store import events
from api.main import create_app
from tests.api.service.test_serve import free_port
from tests.api.service.world import World, settings_of
from tests.databases import wait_until

pytestmark = pytest.mark.db

CROWD = 200

# As many people as there are decisions, each like the person of the first, and both said yes.
_CROWD = f"""
    INSERT INTO participant (programme_id, participant_id, record, reading, organisation_id)
    SELECT programme_id, 'P-' || n, jsonb_set(record, '{{id}}', to_jsonb('P-' || n)), reading,
           organisation_id
    FROM participant, generate_series(1, {CROWD}) AS n WHERE participant_id = 'P-mine';
    INSERT INTO placement (programme_id, placement_id, participant_id, offer_id, status)
    SELECT 'default', 'D-' || n, 'P-' || n, 'O-mine', 'accepted'
    FROM generate_series(1, {CROWD}) AS n;
    INSERT INTO placement_step
    SELECT 'default', 'D-' || n, step.number, step.action, step.side, null, null, null, null, '',
           'operator A-operator', now(), '{{}}', null
    FROM generate_series(1, {CROWD}) AS n, (VALUES
        (1, 'propose', 'programme'), (2, 'accept', 'participant'), (3, 'accept', 'company')
    ) AS step (number, action, side);
"""  # noqa: S608 - the only insertion is a number of this module


@contextmanager
def listening(world: World) -> Iterator[str]:
    """The service behind a port, as `cantiere serve` runs it; its address."""
    settings = settings_of(world.url, world.service.pool.conninfo, connections=10)
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=port, access_log=False, log_config=None)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started, 60)
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        server.should_exit = True
        thread.join()


async def start_everybody(url: str, headers: dict[str, str]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=CROWD)
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=60) as client:
        return await asyncio.gather(
            *(
                client.post(f"{url}/decisions/D-{n}/steps", json={"action": "start"})
                for n in range(1, CROWD + 1)
            )
        )


def test_one_seat_and_two_hundred_starts(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute(_CROWD)
    headers = world.headers("operator") | {"If-Match": "*"}
    with listening(world) as url:
        answers = asyncio.run(start_everybody(url, headers))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: CROWD - 1}
    assert {answer.json().get("type") for answer in answers if answer.status_code == 409} == {
        "urn:cantiere:problem:no-seat"
    }
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (won["status"], won["seat_taken"]) == ("started", True)
    with psycopg.connect(world.url) as connection:
        holding = connection.execute(
            "SELECT placement_id, seat FROM placement WHERE status = 'started' OR seat IS NOT NULL"
        ).fetchall()
        assert holding == [(won["decision_id"], 1)]
        starts = "SELECT count(*) FROM placement_step WHERE action = 'start'"
        assert connection.execute(starts).fetchone() == (1,)
        chain = list(events(connection))
    assert verify(chain).broken_at is None
    assert [e.object for e in chain if e.action == "decision.start"] == [won["decision_id"]]
