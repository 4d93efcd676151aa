"""The metrics: for who has the token, of everything that is answered, and of nobody."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr, ValidationError

from api.access.rules import RULES
from api.metrics import _forget_the_dead
from api.settings import Settings
from tests.api.service.world import OWN, World, mark_of, running
from tests.databases import Server

pytestmark = pytest.mark.db

TOKEN = "a token of the tests alone"  # noqa: S105
URL = "http://service/metrics"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(world: World) -> Iterator[World]:
    """The service with its metrics open to who has the token."""
    settings = world.service.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    with running(settings, world.url, world.runs, world.issuer) as again:
        yield again


def samples(world: World) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels."""
    answer = world.client.get(URL, headers=HEADERS)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def requests_of(world: World, operation: str, status: int, method: str = "GET") -> float:
    labels = {"operation": operation, "status": str(status), "method": method}
    return samples(world).get(("cantiere_http_requests_total", frozenset(labels.items())), 0.0)


def test_every_answer_is_counted_by_what_it_was(measured: World) -> None:
    for _ in range(3):
        measured.ask("operator", "GET", f"/participants/{OWN}")
    measured.ask("operator", "GET", "/participants/P-other")
    measured.ask("nobody", "GET", f"/participants/{OWN}")
    assert requests_of(measured, "show_participant", 200) == 3
    assert requests_of(measured, "show_participant", 404) == 1
    assert requests_of(measured, "show_participant", 401) == 1
    found = samples(measured)
    durations = frozenset({"operation": "show_participant"}.items())
    assert found["cantiere_http_request_duration_seconds_count", durations] == 5
    assert 0 < found["cantiere_http_request_duration_seconds_sum", durations] < 60
    assert found["cantiere_http_requests_in_progress", frozenset()] == 1  # the one that asks
    assert found["cantiere_database_connections_in_use", frozenset()] == 0
    [build] = [dict(labels) for name, labels in found if name == "cantiere_build_info"]
    assert {k: build[k] for k in ("model", "taxonomy", "rules")} == measured.service.engine.versions


def test_a_fault_is_counted_too(measured: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.participants.profile_of", lambda *_: 1 / 0)
    assert measured.ask("operator", "GET", f"/participants/{OWN}/profile").status_code == 500
    assert requests_of(measured, "show_profile", 500) == 1


def test_nothing_that_a_caller_wrote_is_in_it(measured: World) -> None:
    """Labels come from a closed list, so that nobody fills the memory by asking for new ones."""
    measured.ask("operator", "GET", f"/participants/{OWN}")
    measured.ask("operator", "GET", "/taxonomy/search", params={"text": "segreta"})
    measured.client.request("SEGRETA", "http://service/segreta/anna?segreta=1")
    measured.client.post("http://service/api/v1/tokens", auth=("anna", "segreta"))
    text = measured.client.get(URL, headers=HEADERS).text
    for secret in (OWN, "segreta", "SEGRETA", "anna", mark_of(OWN), "A-operator", "/api", "testc"):
        assert secret not in text
    assert set(re.findall(r'operation="(\w+)"', text)) <= {*RULES, "none", "show_metrics"}
    assert 'method="other",operation="none",status="404"' in text


@pytest.mark.parametrize(
    "header",
    [
        {}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}é".encode("latin-1")},
    ],
)  # fmt: skip
def test_without_the_token_there_is_nothing_there(measured: World, header: dict[str, str]) -> None:
    refused = measured.client.get(URL, headers=header)
    nothing = measured.client.get("http://service/nothing-here")
    assert (refused.status_code, refused.json()) == (404, nothing.json())
    assert measured.client.get(f"{URL}?token={TOKEN}").status_code == 404
    as_administrator = measured.client.get(URL, headers=measured.headers("administrator"))
    assert as_administrator.status_code == 404


def test_without_the_setting_nothing_is_measured(world: World) -> None:
    assert world.client.get(URL, headers=HEADERS).status_code == 404


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(metrics_token=SecretStr("breve"))


def test_a_worker_that_was_killed_has_nothing_in_progress(tmp_path: Path) -> None:
    alive, dead = os.getpid(), 2**22 + 1  # more than any process number of Linux
    files = [f"{kind}_{pid}.db" for kind in ("gauge_livesum", "counter") for pid in (alive, dead)]
    for name in files:
        tmp_path.joinpath(name).touch()
    _forget_the_dead(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert set(files) - left == {f"gauge_livesum_{dead}.db"}


def test_life_is_told_without_the_database(
    server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart would not mend a database that is gone: readiness says it, liveness does not."""
    monkeypatch.setattr("api.routes.status.is_alive", lambda _: False)
    assert world.ask("nobody", "GET", "/status").status_code == 503
    alive = world.client.get("http://service/health/live")
    assert (alive.status_code, alive.content) == (204, b"")
    assert alive.headers["cache-control"] == "no-store"
