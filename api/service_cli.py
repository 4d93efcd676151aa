"""The commands about the service: run it, describe its API, prove its audit."""

import api.speech  # noqa: F401, I001 - it must come before typer

import ipaddress
import signal
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from api import terminal
from api.database import connect
from api.opening import programme
from api.options import AsJson, option, print_json
from api.settings import Settings, share_metrics_in
from matching.errors import CantiereError
from matching.messages import say

audit_app = typer.Typer(help=say("cli.audit.help"), no_args_is_help=True)

_GRACE_S = 30

Host = Annotated[str, option("host", "--host")]
Port = Annotated[int, option("port", "--port", min=1, max=65_535)]
Workers = Annotated[int, option("workers", "--workers", min=1, max=64)]
Certificate = Annotated[Path | None, option("certificate", "--certificate")]
Key = Annotated[Path | None, option("key", "--key")]
Proxy = Annotated[str | None, option("proxy", "--proxy")]
Head = Annotated[str | None, option("head", "--head")]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 1,
    certificate: Certificate = None,
    key: Key = None,
    proxy: Proxy = None,
) -> None:
    """Run the service until it is told to stop; what is being answered is finished first."""
    _require_protected(host, certificate, key, proxy)
    # Read here, since the other commands start faster without it.
    import uvicorn

    from api.logs import LOGGING

    login_and_code = _prepare()
    if login_and_code is not None:
        login, code = login_and_code
        terminal.out.print(say("cli.serve.first", login=login, code=code), soft_wrap=True)
    # So that what is left to do at exit is done: the embedded server, for one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with TemporaryDirectory(prefix="cantiere-metrics-") as folder:
        share_metrics_in(folder)
        uvicorn.run(
            "api.main:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            proxy_headers=proxy is not None,
            forwarded_allow_ips=proxy,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
            log_config=LOGGING,
        )


def _require_protected(
    host: str, certificate: Path | None, key: Path | None, proxy: str | None
) -> None:
    """Passwords never cross a network in the clear; CantiereError if they would."""
    for file in (certificate, key):
        if file is not None and not file.is_file():
            raise CantiereError(say("cli.serve.no_file", file=file))
    if (certificate is None) != (key is None):
        raise CantiereError(say("cli.serve.half_tls"))
    if certificate is None and proxy is None and not _is_loopback(host):
        raise CantiereError(say("cli.serve.in_the_clear", host=host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _prepare() -> tuple[str, str] | None:
    """Bring the database up to date; the login and code of the first administrator, if needed."""
    from api.access.sign_in import first_administrator
    from api.pool_store import make_pool, prepare_role
    from api.service import Service, now
    from matching.engine import builtin_engine

    settings, engine = Settings(), builtin_engine()
    with programme():  # which brings the schema and the readings up to date
        pass
    with closing(make_pool(prepare_role(settings), 1)) as pool:
        pool.open()
        return first_administrator(Service(settings, engine, pool), now())


def openapi() -> None:
    """Print the description of the API."""
    from api.openapi import describe

    print_json(describe(Settings()))


@audit_app.command("verify", help=say("cli.audit.verify"))
def verify(head: Head = None, as_json: AsJson = False) -> None:
    """Prove that the audit is whole, or say where it breaks."""
    from api.audit.chain import verify as verify_chain
    from api.audit.store import anchor, events

    with connect(Settings()) as connection:
        let_go = anchor(connection)
        found = verify_chain(events(connection), anchor=let_go, expected_head=head)
    if as_json:
        print_json({"whole": found.broken_at is None, **asdict(found)})
    elif found.fault is None:
        whole = say("cli.audit.whole", events=found.events, head=found.head or "-")
        terminal.out.print(whole, soft_wrap=True)
        if found.trimmed:
            trimmed = say("cli.audit.trimmed", count=found.trimmed)
            terminal.out.print(trimmed, soft_wrap=True)
    else:
        fault = say(f"cli.audit.{found.fault}", number=found.broken_at, events=found.events)
        terminal.out.print(fault, soft_wrap=True)
    if found.fault is not None:
        raise typer.Exit(1)
