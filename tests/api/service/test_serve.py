"""`cantiere serve` as it is run: a process, a port, a code for the first administrator, a stop."""

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.commands import COMMAND, Cantiere, environment, run
from tests.databases import embedded_pid, wait_until

pytestmark = pytest.mark.db

METRICS_TOKEN = "a token of the tests alone"  # noqa: S105


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/status", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def measured(port: int, token: str = METRICS_TOKEN) -> dict[str, float]:
    """The metrics by name and labels; none if they are not answered."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", headers=headers)
    if answer.status_code == 404:
        return {}
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_it_starts_serves_and_stops(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/api/v1"
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("w") as to_out, err.open("w") as to_err:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--workers", "2"],
            env=environment(data_dir=folder) | {"CANTIERE_METRICS_TOKEN": METRICS_TOKEN},
            stdout=to_out,
            stderr=to_err,
        )
    try:
        wait_until(lambda: answers(url), 90)
        [code] = re.findall(r"24 ore: (\S+)", out.read_text())
        headers = {"Authorization": f"Bearer {code}"}
        password = {"password": "quattro parole a caso"}
        first = httpx.post(f"{url}/activations", headers=headers, json=password)
        assert first.status_code == 204
        token = httpx.post(f"{url}/tokens", auth=("amministratore", password["password"]))
        headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
        for _ in range(4):  # whichever worker answers
            me = httpx.get(f"{url}/me", headers=headers)
            assert me.json()["role"] == "administrator"
        assert "server" not in me.headers
        # Whichever worker is asked, it adds up what all of them did.
        samples = measured(port)
        labels = 'method="GET",operation="show_own_account",status="200"'
        assert samples[f"cantiere_http_requests_total{{{labels}}}"] == 4
        assert samples["cantiere_http_requests_in_progress"] == 1  # this one
        assert measured(port, token="another token, as long") == {}  # noqa: S106
        assert httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 204
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, -signal.SIGTERM)
    wait_until(lambda: embedded_pid(folder) is None)
    lines = [json.loads(line) for line in err.read_text().splitlines()]
    assert sum(line["message"] == "request" for line in lines) >= 6
    assert code not in err.read_text()
    done = run("audit", "verify", "--json", data_dir=folder)
    assert (done.code, done.document["events"]) == (0, 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "0.0.0.0"], "in chiaro"),  # noqa: S104 - what is refused
        (["--host", "example.org"], "in chiaro"),
        (["--certificate", __file__], "sia il certificato"),
        (["--key", "/none"], "non c'è"),
    ],
)
def test_it_refuses_to_carry_passwords_in_the_clear(
    command: Cantiere, words: list[str], said: str
) -> None:
    done = command("serve", *words)
    assert done.code == 1
    assert said in done.error


def test_the_description_is_one_json_document(command: Cantiere) -> None:
    document = command("openapi").document
    assert document["openapi"].startswith("3.1")
    assert "/participants/{participant_id}/suggestions" in document["paths"]


def test_other_commands_do_not_wait_for_the_service() -> None:
    script = "import sys, api.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "api.service_cli" in loaded
    slow = {"cryptography", "fastapi", "jinja2", "psycopg_pool", "pwdlib", "starlette", "uvicorn"}
    assert loaded & slow == set()
