"""What is measured of the service: how many requests, how long, how many at once; never whose.

Labels are names of operations, methods and statuses, all of them ours: nothing that a caller wrote.
With several workers each writes to files of its own, and whoever is asked adds them up.
"""

import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import operation_of
from api.pool_store import Pool
from api.settings import metrics_folder

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The measures of a process.

    Args:
        versions: Of model, taxonomy and rules.
    """

    def __init__(self, versions: Mapping[str, str]) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "cantiere_http_requests",
            "Requests answered.",
            ("operation", "method", "status"),
            registry=registry,
        )
        self.duration = Histogram(
            "cantiere_http_request_duration_seconds",
            "How long answers took.",
            ("operation",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.in_progress = _now("cantiere_http_requests_in_progress", "At this moment.", registry)
        self.connections = _now(
            "cantiere_database_connections_in_use", "When a request last ended.", registry
        )
        self.waiting = _now(
            "cantiere_database_requests_waiting", "For a connection, at the same time.", registry
        )
        build = {"version": version("cantiere"), **versions}
        Gauge(
            "cantiere_build_info",
            "Always 1; what runs is in the labels.",
            tuple(build),
            registry=registry,
            multiprocess_mode="max",
        ).labels(**build).set(1)

    def exposition(self) -> bytes:
        """All measures, of every worker, as Prometheus reads them."""
        folder = metrics_folder()
        if folder is None:
            return generate_latest(self._registry)
        _forget_the_dead(Path(folder))
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered, folder)  # type: ignore[no-untyped-call]
        return generate_latest(gathered)


def _now(name: str, documentation: str, registry: CollectorRegistry) -> Gauge:
    """Something that goes up and down: of several workers, the sum over those alive."""
    return Gauge(name, documentation, registry=registry, multiprocess_mode="livesum")


def _forget_the_dead(folder: Path) -> None:
    """A worker that was killed has nothing in progress any more; what it answered stays counted."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not psutil.pid_exists(pid):
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


class Measured:
    """Outermost, so that every answer is measured as it leaves."""

    def __init__(self, app: ASGIApp, metrics: Metrics, pool: Pool) -> None:
        self.app = app
        self.metrics = metrics
        self.pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        with self.metrics.in_progress.track_inprogress():
            try:
                await self.app(scope, receive, sending)
            finally:
                self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        operation = operation_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.metrics.requests.labels(operation, method, status).inc()
        self.metrics.duration.labels(operation).observe(seconds)
        pool = self.pool.get_stats()
        self.metrics.connections.set(pool["pool_size"] - pool["pool_available"])
        self.metrics.waiting.set(pool.get("requests_waiting", 0))
