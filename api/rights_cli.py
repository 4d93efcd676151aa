"""The commands for the rights of a person: everything about them, erasure."""

import api.speech  # noqa: F401, I001 - it must come before typer

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from api import terminal
from api.commanding import administration, audit
from api.opening import now
from api.options import AsJson, ParticipantId, argument, option, print_json
from api.rights.erasure import erase as erase_person
from api.rights.retention import Retention
from api.settings import Settings
from matching.errors import CantiereError
from matching.messages import say

rights_app = typer.Typer(help=say("rights.cli.help"), no_args_is_help=True)

_SECTIONS = ("decisions", "consents", "rankings", "looks")


@rights_app.command("show", help=say("rights.cli.show"))
def show(
    participant_id: ParticipantId,
    file: Annotated[Path | None, argument("page_file")] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything about a person."""
    # Read here, since the other commands start faster without it.
    from api.rights.dossier import gather
    from api.vault.cipher import vault_of

    settings = Settings()
    vault = vault_of(settings)
    with administration() as (store, engine):
        dossier = gather(store, engine, vault, participant_id, now())
        if file is not None:
            _write_page(file, dossier, settings)
        audit(store, "dossier.viewed", about=participant_id, people=(participant_id,), details={})
    if as_json:
        print_json(dossier)
    elif file is not None:
        terminal.out.print(say("rights.cli.written", file=file), soft_wrap=True)
    else:
        counts = {section: len(dossier[section]) for section in _SECTIONS}
        counts["competences"] = len(dossier["profile"]["competences"])
        summary = say("rights.cli.summary", id=participant_id, **counts)
        terminal.out.print(summary, soft_wrap=True)
        terminal.out.print(say("rights.cli.how", id=participant_id), style="dim", soft_wrap=True)


def _write_page(file: Path, dossier: dict[str, Any], settings: Settings) -> None:
    """A file that its owner alone may read."""
    from api.rights.page import render

    try:
        file.touch(0o600, exist_ok=False)
        file.write_text(render(dossier, settings.contact_email), "utf-8")
    except FileExistsError:
        raise CantiereError(say("files.write.exists", file=file)) from None
    except OSError:
        raise CantiereError(say("files.write.failed", file=file)) from None


@rights_app.command("erase", help=say("rights.cli.erase"))
def erase(
    participant_id: ParticipantId,
    confirm: Annotated[str | None, option("confirm", "--confirm")] = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person, once their code is written again."""
    again = typer.prompt(say("rights.cli.confirm"), err=True) if confirm is None else confirm
    if again.strip() != participant_id:
        raise CantiereError(say("rights.cli.other_code"))
    with administration() as (store, _):
        counts = erase_person(store, participant_id)
        audit(store, "participant.erased", details=counts)
    if as_json:
        print_json(counts)
        return
    key = "erased" if any(counts.values()) else "was_not_there"
    terminal.out.print(say(f"rights.cli.{key}", id=participant_id, **counts), soft_wrap=True)


def retention(
    apply: Annotated[bool, option("apply", "--apply")] = False, as_json: AsJson = False
) -> None:
    """Show what is older than it may be; let it go if told so."""

    def audit_run(action: str, about: str, details: dict[str, object]) -> None:
        audit(store, action, about=about, details=details)

    with administration() as (store, _):
        run = Retention(store, Settings(), now())
        found = run.apply(audit_run) if apply else run.due()
    if as_json:
        items = [asdict(due) | {"before": due.before.date().isoformat()} for due in found]
        print_json({"applied": apply, "items": items})
        return
    for due in found:
        line = say(f"rights.retention.{due.kind}", count=due.count, months=due.months)
        terminal.out.print(line, soft_wrap=True)
    key = "applied" if apply else "dry"
    terminal.out.print(say(f"rights.retention.{key}"), style="dim", soft_wrap=True)
