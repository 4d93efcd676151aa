"""The commands that decide on competences: confirm, reject, what was decided, what to ask next."""

import api.speech  # noqa: F401, I001 - it must come before typer

from dataclasses import asdict
from typing import Annotated, Any

import typer

from api import terminal
from api.dialogue import hold
from api.opening import day, now, programme
from api.options import AsJson, By, On, ParticipantId, argument, decider, option, print_json
from matching.decisions import Decision, Given, Level, in_force
from matching.interview import Interview
from matching.messages import say
from matching.questions import MOST_QUESTIONS, questions as next_questions
from matching.settling import decisions_of, settle

settling_app = typer.Typer()

Uri = Annotated[str, argument("competence")]
Undo = Annotated[bool, option("undo", "--undo")]
Ground = Annotated[Level, option("level", "--level")]
Most = Annotated[int, option("questions", "--limit", min=1, max=1000)]


@settling_app.command(help=say("cli.confirm.help"))
def confirm(
    participant_id: ParticipantId,
    competence_uri: Uri,
    level: Ground = "said",
    by: By = None,
    undo: Undo = False,
    as_json: AsJson = False,
) -> None:
    """Confirm a competence."""
    _settle(participant_id, competence_uri, None if undo else "confirmed", by, as_json, level)


@settling_app.command(help=say("cli.reject.help"))
def reject(
    participant_id: ParticipantId,
    competence_uri: Uri,
    by: By = None,
    undo: Undo = False,
    as_json: AsJson = False,
) -> None:
    """Reject a competence."""
    _settle(participant_id, competence_uri, None if undo else "rejected", by, as_json)


def _settle(
    participant_id: str,
    uri: str,
    answer: Given | None,
    by: str | None,
    as_json: bool,
    level: Level = "said",
) -> None:
    who = decider(by)
    with programme() as (store, engine):
        held = settle(store, engine, participant_id, uri, answer, by=who, at=now(), level=level)
        decision = in_force(decisions_of(store, participant_id)).get(uri)
    if as_json:
        document = {
            "participant_id": participant_id,
            "uri": uri,
            "competence": None if held is None else held.model_dump(mode="json"),
            "decision": None if decision is None else _decision(decision),
        }
        print_json(document)
        return
    key: str = held.status if held else "dropped"
    if not engine.taxonomy.is_competence(uri):
        key = f"trade.{decision.answer if decision else 'proposed'}"
    label = engine.taxonomy.concept(uri).label
    terminal.out.print(say(f"cli.settled.{key}", label=label, id=participant_id), soft_wrap=True)


def _decision(decision: Decision) -> dict[str, Any]:
    document = asdict(decision)
    del document["uri"]
    return {**document, "at": decision.at.isoformat(), "state": decision.state}


@settling_app.command(help=say("cli.decisions.help"))
def settled(participant_id: ParticipantId, as_json: AsJson = False) -> None:
    """Show every decision about the competences of a person."""
    with programme() as (store, engine):
        history = decisions_of(store, participant_id)
    labels = {d.uri: engine.taxonomy.concept(d.uri).label for d in history}
    if as_json:
        items = [{"uri": d.uri, "label": labels[d.uri], **_decision(d)} for d in history]
        print_json({"participant_id": participant_id, "items": items})
        return
    if not history:
        terminal.out.print(say("cli.decisions.none"))
    for decision in history:
        line = f"{labels[decision.uri]}: {terminal.decision_line(decision)}"
        terminal.out.print(line, soft_wrap=True)


@settling_app.command(help=say("cli.questions.help"))
def questions(
    participant_id: ParticipantId,
    limit: Most = MOST_QUESTIONS,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Show what to ask a person next, and why."""
    with programme() as (store, engine):
        found = next_questions(store, engine, participant_id, on=day(on), limit=limit)
    if as_json:
        print_json(found.as_json())
        return
    if not found.items:
        terminal.out.print(say("cli.questions.none"), soft_wrap=True)
    for number, question in enumerate(found.items, start=1):
        terminal.print_question(question, number)
    terminal.out.print(say("cli.questions.next", id=participant_id), style="dim", soft_wrap=True)


@settling_app.command(help=say("cli.interview.help"))
def interview(
    participant_id: ParticipantId,
    limit: Most = MOST_QUESTIONS,
    by: By = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Put the questions one at a time, and keep each answer."""
    who = decider(by)
    with programme() as (store, engine):
        talk = Interview(store, engine, participant_id, day(on), who)
        hold(talk, terminal.err if as_json else terminal.out, most=limit, now=now)
        if as_json:
            print_json(talk.as_json())
        else:
            terminal.print_outcome(talk)
