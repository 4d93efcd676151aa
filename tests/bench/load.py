"""The service under load: ``python -m tests.bench.load --url … --login … --pid …``.

Many clients ask for suggestions, one after the other, for a while. The password is asked for.
"""

import argparse
import getpass
import json
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import psutil

DAY = "2026-12-01"


@dataclass
class Tally:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def main() -> None:
    """Ask, and print one JSON document."""
    options = _options()
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().strip()
    tally = Tally()
    with httpx.Client(base_url=options.url, timeout=60, verify=False) as client:  # noqa: S501
        token = client.post("/tokens", auth=(options.login, password)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        people = client.get("/participants?limit=100", headers=headers).json()["items"]
    paths = [f"/participants/{person['id']}/suggestions?on={DAY}" for person in people]
    memory = [_memory(options.pid)]
    until = time.monotonic() + options.seconds
    asked = (options.url, headers, paths, until, tally)
    threads = [threading.Thread(target=_ask, args=asked) for _ in range(options.clients)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        time.sleep(5)
        memory.append(_memory(options.pid))
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(_report(tally, options, memory)) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000/api/v1")
    parser.add_argument("--login", default="amministratore")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pid", type=int, help="of `cantiere serve`: its memory is followed")
    return parser.parse_args()


def _ask(url: str, headers: dict[str, str], paths: list[str], until: float, tally: Tally) -> None:
    with httpx.Client(base_url=url, headers=headers, timeout=60, verify=False) as client:  # noqa: S501
        while time.monotonic() < until:
            path = paths[len(tally.seconds) % len(paths)]
            start = time.perf_counter()
            status = client.get(path).status_code
            tally.seconds.append(time.perf_counter() - start)
            tally.statuses[status] += 1


def _memory(pid: int | None) -> float:
    """Of a process and its children, in MiB."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    used = [p.memory_info().rss for p in (process, *process.children(recursive=True))]
    return round(sum(used) / 2**20, 1)


def _report(tally: Tally, options: argparse.Namespace, memory: list[float]) -> dict[str, object]:
    cuts = statistics.quantiles(tally.seconds, n=100)
    return {
        "clients": options.clients,
        "requests": len(tally.seconds),
        "requests_per_second": round(len(tally.seconds) / options.seconds, 1),
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "statuses": dict(tally.statuses),
        "memory_mib": memory,
    }


if __name__ == "__main__":
    main()
