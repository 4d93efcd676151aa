"""The commands (contract 5.2): each opens the programme, calls a use case, prints its answer."""

import api.speech  # noqa: F401, I001 - it must come before typer

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from api import terminal
from api.backup_cli import backup, restore
from api.opening import day, linker, now, programme, progress
from api.options import AsJson, Limit, NoLimit, On, ParticipantId, argument, option, print_json
from api.placing_cli import placing_app
from api.rights_cli import retention, rights_app
from api.service_cli import audit_app, openapi, serve
from api.settings import wrong_setting
from api.settling_cli import settling_app
from api.taxonomy_cli import taxonomy_app
from api.vault_cli import vault_app
from matching.decisions import in_force
from matching.errors import CantiereError
from matching.explain import explain as explain_pair
from matching.loading import load as load_records
from matching.messages import say
from matching.model import RecordKind
from matching.replay import replay as replay_run
from matching.runs import Run
from matching.settling import decisions_of, profile_of
from matching.shortlist import shortlist as shortlist_people
from matching.shortlist import suggest as suggest_offers
from matching.store import Store
from matching.voices import Audience

if TYPE_CHECKING:
    from matching.files import FileContents

app = typer.Typer(
    help=say("cli.help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(settling_app)
app.add_typer(placing_app)
app.add_typer(taxonomy_app, name="taxonomy")
app.add_typer(audit_app, name="audit")
app.add_typer(vault_app, name="vault")
app.add_typer(rights_app, name="rights")
app.command(help=say("rights.retention.help"))(retention)
app.command(help=say("cli.serve.help"))(serve)
app.command(help=say("cli.openapi.help"))(openapi)
app.command(help=say("cli.backup.help"))(backup)
app.command(help=say("cli.restore.help"))(restore)

Everything = Annotated[bool, option("all", "--all")]
OfferId = Annotated[str, argument("offer")]


@app.command(help=say("cli.load.help"))
def load(
    files: Annotated[list[Path], argument("files")],
    skip_invalid: Annotated[bool, option("skip_invalid", "--skip-invalid")] = False,
    limit: NoLimit = None,
    as_json: AsJson = False,
) -> None:
    """Load participants, companies, offers."""
    # Read here, since the commands that touch no file start faster without it.
    from matching.files import read_files, write_rejected

    with programme() as (store, engine):
        contents = read_files(files, known_companies=store.company_ids())
        good = (*contents.companies, *contents.offers, *contents.participants)
        if contents.errors and not (skip_invalid and good):
            _refuse(contents, limit, as_json)
        counts = load_records(
            store,
            engine,
            linker,
            companies=contents.companies,
            offers=contents.offers,
            participants=contents.participants,
            progress=progress,
        )
        store.analyze()
        # Before the end of the transaction: where they cannot be written, nothing is loaded.
        rejected = [str(path) for path in write_rejected(contents.rejected)]
    if as_json:
        loaded = {kind: terminal.vars_of(saved) for kind, saved in vars(counts).items()}
        errors = _errors(contents, limit)
        print_json({"loaded": loaded, "errors": errors, "rejected_files": rejected})
        return
    terminal.print_row_errors(contents.errors[:limit])
    terminal.print_counts(counts)
    for path in rejected:
        terminal.out.print(say("cli.load.rejected", file=path), soft_wrap=True)


def _errors(contents: "FileContents", limit: int | None) -> list[dict[str, Any]]:
    return [
        {"file": e.file, "row": e.row, "field": e.field, "reason": e.reason}
        for e in contents.errors[:limit]
    ]


def _refuse(contents: "FileContents", limit: int | None, as_json: bool) -> None:
    if as_json:
        errors = _errors(contents, limit)
        print_json({"loaded": None, "errors": errors, "rejected_files": []})
    else:
        terminal.print_row_errors(contents.errors[:limit])
        if contents.rejected:
            terminal.err.print(say("cli.load.refused"), soft_wrap=True)
    raise typer.Exit(1)


@app.command(help=say("cli.template.help"))
def template(
    kind: Annotated[RecordKind, argument("kind")],
    file: Annotated[Path, argument("template_file")],
) -> None:
    """Write an empty sheet to fill in."""
    from matching.files import write_template

    write_template(kind, file)
    terminal.out.print(say("cli.template.done", file=file), soft_wrap=True)


@app.command(help=say("cli.profile.help"))
def profile(participant_id: ParticipantId, limit: NoLimit = None, as_json: AsJson = False) -> None:
    """Show what a person can do."""
    with programme() as (store, engine):
        found = profile_of(store, engine, participant_id).first(limit)
        decided = in_force(decisions_of(store, participant_id))
        participant, _ = store.participant(participant_id)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        terminal.print_profile(found, terminal.subject(participant), decided)


@app.command(help=say("cli.suggest.help"))
def suggest(
    participant_id: ParticipantId,
    limit: Limit = 10,
    everything: Everything = False,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Rank the offers for a person."""
    with programme() as (store, engine):
        run = suggest_offers(
            store,
            engine,
            participant_id,
            on=day(on),
            at=now(),
            limit=limit,
            everything=everything,
        )
        _show_run(run, store, as_json)


@app.command(help=say("cli.shortlist.help"))
def shortlist(
    offer_id: OfferId,
    limit: Limit = 10,
    everything: Everything = False,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Rank the people for an offer."""
    with programme() as (store, engine):
        run = shortlist_people(
            store, engine, offer_id, on=day(on), at=now(), limit=limit, everything=everything
        )
        _show_run(run, store, as_json)


_EXPLAINED = 3


def _show_run(run: Run, store: Store, as_json: bool) -> None:
    if as_json:
        print_json(run.as_json())
        return
    pairings = run.answer.pairings()
    if run.question.direction == "suggest":
        participant, _ = store.participant(run.question.subject_id)
        names = _offer_names(store, [p.offer_id for p in pairings])
        terminal.print_run(run, names, terminal.subject(participant), _EXPLAINED)
    else:
        people = store.participants([p.participant_id for p in pairings])
        names = {participant.id: terminal.subject(participant) for participant, _ in people}
        subject = _offer_names(store, [run.question.subject_id])
        terminal.print_run(run, names, subject[run.question.subject_id], _EXPLAINED)


def _offer_names(store: Store, ids: Sequence[str]) -> dict[str, str]:
    offers = [offer for offer, _ in store.offers(ids)]
    companies = store.companies([offer.company_id for offer in offers])
    return {
        offer.id: say(
            "cli.offer",
            id=offer.id,
            title=offer.title,
            kind=say(f"labels.kind.{offer.kind}"),
            company=companies[offer.company_id].name,
            municipality=offer.municipality,
        )
        for offer in offers
    }


@app.command(help=say("cli.explain.help"))
def explain(
    participant_id: ParticipantId,
    offer_id: OfferId,
    audience: Annotated[Audience, option("audience", "--audience")] = "operator",
    on: On = None,
    limit: Limit = 6,
    as_json: AsJson = False,
) -> None:
    """Say why a person and an offer fit or not."""
    with programme() as (store, engine):
        explanation = explain_pair(
            store,
            engine,
            participant_id,
            offer_id,
            audience=audience,
            on=day(on),
            most_changes=limit,
        )
        names = _offer_names(store, [offer_id])
    if as_json:
        print_json(explanation.as_json())
    else:
        terminal.print_explanation(explanation, names)


@app.command(help=say("cli.training_plan.help"))
def training_plan(
    participant_id: ParticipantId,
    offer_id: OfferId,
    file: Annotated[Path | None, argument("plan_file")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Draft the individual training project of a pair."""
    from matching.training_plan import draft_training_plan, write_training_plan

    with programme() as (store, engine):
        plan = draft_training_plan(store, engine, participant_id, offer_id, on=day(on))
    if file is not None:
        write_training_plan(plan, file)
    if as_json:
        print_json(plan.as_json())
    elif file is not None:
        terminal.print_plan_written(plan, file)
    else:
        terminal.print_plan(plan)


@app.command(help=say("cli.replay.help"))
def replay(run_id: Annotated[str, argument("run")], as_json: AsJson = False) -> None:
    """Make a saved ranking again."""
    with programme() as (store, engine):
        result = replay_run(store, engine, run_id)
    if as_json:
        print_json(result.as_json())
    else:
        terminal.print_replay(result)
    if not result.identical:
        raise typer.Exit(1)


@app.command(help=say("cli.demo.help"))
def demo(limit: Limit = 5, as_json: AsJson = False) -> None:
    """Load the demonstration and print one explained shortlist."""
    from matching.demonstration import DAY, PARTICIPANT_ID, load_demonstration

    with programme() as (store, engine):
        load_demonstration(store, engine, linker, progress=progress)
        store.connection.commit()
        run = suggest_offers(store, engine, PARTICIPANT_ID, on=DAY, at=now(), limit=limit)
        if not as_json:
            participant, _ = store.participant(PARTICIPANT_ID)
            terminal.print_story(participant)
        _show_run(run, store, as_json)
    if not as_json:
        first = run.answer.items[0]
        hint = say("cli.demo.next", id=first.participant_id, offer=first.offer_id, on=DAY)
        terminal.out.print(hint, soft_wrap=True)


def main() -> None:
    """Run a command: an error is one clear line, exit 1 if the data says no, 2 for wrong use."""
    # What libraries log is not for our users: what goes wrong is said once, by us.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        code = app(standalone_mode=False)
    except NoArgsIsHelpError:
        code = 2
    except UsageError as error:
        terminal.print_usage_error(error)
        code = 2
    except CantiereError as error:
        terminal.err.print(f"{error}", soft_wrap=True)
        code = 1
    except typer.Abort:
        code = 1
    except Exception as error:  # noqa: BLE001 - the last resort, so that no value is ever printed
        setting = wrong_setting(error)
        if setting is None:
            terminal.print_unexpected(error)
        else:
            terminal.err.print(say("cli.wrong_setting", setting=setting), soft_wrap=True)
        code = 1
    sys.exit(code)
