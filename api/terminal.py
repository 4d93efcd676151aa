"""What the commands print for people: tables, bars, quotations."""

import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matching.decisions import Decision
from matching.explanation import Contribution, Pairing
from matching.intake import Evidence
from matching.interview import Interview
from matching.loading import LoadedCounts
from matching.messages import say
from matching.model import Participant
from matching.profile import HeldCompetence, Profile
from matching.questions import NextQuestion
from matching.replay import Replay
from matching.runs import Run
from matching.voices import Explanation
from skills_taxonomy import Match

if TYPE_CHECKING:
    from matching.files import RowError
    from matching.training_plan import TrainingPlan

# What is printed is data: nothing in it is taken for style.
out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)

_BAR_WIDTH = 12
# The log-odds that fill a bar: the most that one competence can add or take.
_BAR_FULL = 1.5
_MOST_QUOTES = 2
_QUOTE_LENGTH = 70
_STATUS_STYLE = {"eligible": "green", "unknown": "yellow", "ineligible": "red"}
_CHECK_STYLE = {"met": "green", "unknown": "yellow", "not_met": "red"}
# Characters a line of a text in large type can hold.
_LARGE_WIDTH = 60
_MARK = {"met": "✓", "unknown": "?", "not_met": "✗"}


def number(value: float, sign: bool = False) -> str:
    """A figure as Italians write it: ``+1,25``."""
    return f"{value:{'+' if sign else ''}.2f}".replace(".", ",")


def quote(evidence: Evidence) -> str:
    """The person's words, on one line, shortened where they are many."""
    words = " ".join(evidence.text.split())
    return f"«{words if len(words) <= _QUOTE_LENGTH else words[: _QUOTE_LENGTH - 1] + '…'}»"


def print_run(run: Run, names: Mapping[str, str], subject: str, explained: int) -> None:
    """A ranking: the first ``explained`` items in full, the others in a line, then the excluded."""
    out.print(Text(subject, style="bold"))
    key = f"cli.{run.question.direction}"
    out.print(say(f"{key}.as_of", on=f"{run.question.on:%d/%m/%Y}"), style="dim")
    if not run.answer.items:
        out.print(say(f"{key}.empty"))
    for pairing in run.answer.items:
        out.print()
        print_pairing(pairing, names, full=(pairing.rank or 0) <= explained)
    if run.answer.excluded:
        out.print()
        out.print(Text(say(f"{key}.excluded"), style="bold"))
        for pairing in run.answer.excluded:
            out.print(_excluded(pairing, names))
    out.print()
    out.print(say("cli.run", run=run.run_id), style="dim", soft_wrap=True)


def print_pairing(pairing: Pairing, names: Mapping[str, str], *, full: bool) -> None:
    """One proposal: where it stands, its bars, its doubts."""
    out.print(_heading(pairing, names))
    if full:
        out.print(Padding(bars(pairing), (0, 0, 0, 4)))
        for line in _doubts(pairing):
            out.print(Padding(line, (0, 0, 0, 4)))


def _name(pairing: Pairing, names: Mapping[str, str]) -> str:
    return names.get(pairing.offer_id) or names.get(pairing.participant_id) or ""


def _heading(pairing: Pairing, names: Mapping[str, str]) -> Text:
    status = pairing.eligibility.status
    place = f"{pairing.rank:>2}. " if pairing.rank else "    "
    return Text.assemble(
        (place, "bold"),
        (_name(pairing, names), "bold"),
        "  ",
        (say(f"labels.eligibility.{status}"), _STATUS_STYLE[status]),
        (f"  {say('cli.score', score=number(pairing.score, sign=True))}", "dim"),
    )


def bars(pairing: Pairing) -> Table:
    """The contributions of a pair, each a bar, the greatest first, with the words behind them."""
    table = Table.grid(padding=(0, 1))
    for style in ("", "dim"):
        table.add_column(justify="right", style=style, no_wrap=True)
    table.add_column(ratio=1)
    table.add_row("", number(pairing.base, sign=True), Text(say("cli.base"), style="dim"))
    for contribution in sorted(pairing.contributions, key=lambda c: -c.value):
        table.add_row(
            _bar(contribution.value), number(contribution.value, sign=True), _why(contribution)
        )
    return table


def _bar(value: float) -> Text:
    filled = max(1, round(min(abs(value) / _BAR_FULL, 1.0) * _BAR_WIDTH))
    # The two signs differ in shape, not in colour alone.
    return Text(("█" if value > 0 else "░") * filled, style="green" if value > 0 else "red")


def _why(contribution: Contribution) -> Text:
    missing = contribution.value < 0 and contribution.uri is not None
    label = say("cli.gap", label=contribution.label) if missing else contribution.label
    text = Text(f"{say(f'cli.factor.{contribution.factor}')}: {label}")
    if not missing and contribution.evidence:
        quotes = [quote(e) for e in contribution.evidence[:_MOST_QUOTES]]
        text.append("\n" + " ".join(quotes), style="italic cyan")
    return text


def _doubts(pairing: Pairing) -> Iterable[Text]:
    for check in pairing.eligibility.checks:
        if check.status != "met":
            yield Text.assemble(
                (f"{_MARK[check.status]} ", "yellow" if check.status == "unknown" else "red"),
                f"{check.reason} ",
                (f"[{check.rule}]", "dim"),
            )


def _excluded(pairing: Pairing, names: Mapping[str, str]) -> RenderableType:
    reasons = [
        Padding(Text(f"✗ {check.reason} [{check.rule}]", style="red"), (0, 0, 0, 4))
        for check in pairing.eligibility.checks
        if check.status == "not_met"
    ]
    return Group(_heading(pairing, names), *reasons)


def subject(participant: Participant) -> str:
    """A person in a line: code, group, place."""
    target = say(f"labels.target.{participant.target}")
    return f"{participant.id} · {target} · {participant.municipality}"


def print_profile(profile: Profile, heading: str, decided: Mapping[str, Decision]) -> None:
    """The competences and trades of a person, with the words behind each, and who settled what."""
    out.print(Text(heading, style="bold"))
    if profile.occupations:
        out.print(Text(f"\n{say('cli.profile.occupations')}", style="bold"))
        for occupation in profile.occupations:
            out.print(
                Text.assemble((occupation.label, "bold"), f"  {number(occupation.confidence)}")
            )
            quotes = Text(" ".join(map(quote, occupation.evidence[:_MOST_QUOTES])))
            quotes.stylize("italic cyan")
            out.print(Padding(quotes, (0, 0, 0, 4)))
            out.print(Text(f"    {occupation.uri}", style="dim"), soft_wrap=True)
    out.print(Text(f"\n{say('cli.profile.competences')}", style="bold"))
    for held in profile.competences:
        out.print(Text.assemble((held.label, "bold"), f"  {_held_standing(held)}"))
        if held.uri in decided:
            out.print(Padding(Text(decision_line(decided[held.uri])), (0, 0, 0, 4)))
        if because := _held_because(held):
            out.print(Padding(because, (0, 0, 0, 4)))
        # Never folded: people copy it into the next command.
        out.print(Text(f"    {held.uri}", style="dim"), soft_wrap=True)
    if not profile.competences:
        out.print(say("cli.profile.none"))
    out.print()
    out.print(say("cli.profile.settle", id=profile.participant_id), style="dim", soft_wrap=True)


def _held_standing(held: HeldCompetence) -> str:
    status, origin = say(f"labels.status.{held.status}"), say(f"labels.origin.{held.origin}")
    return f"{number(held.confidence)} · {origin} · {status}"


def decision_line(decision: Decision) -> str:
    """A decision in a line: what, on what ground, by whom, when."""
    by = decision.by or say("cli.decision.nobody")
    answer = say(f"labels.answer.{decision.answer}")
    line = say("cli.decision.line", answer=answer, by=by, on=f"{decision.at:%d/%m/%Y}")
    if decision.level is None or decision.state is None:
        return line
    level, state = say(f"labels.level.{decision.level}"), say(f"labels.state.{decision.state}")
    return line + say("cli.decision.level", level=level, state=state)


def _held_because(held: HeldCompetence) -> Text:
    if held.evidence:
        return Text(" ".join(map(quote, held.evidence[:_MOST_QUOTES])), style="italic cyan")
    causes = ", ".join(because.label for because in held.because[:_MOST_QUOTES])
    return Text(say("cli.profile.because", causes=causes) if causes else "", style="dim")


def print_explanation(explanation: Explanation, names: Mapping[str, str]) -> None:
    """Why a pair fits or not: bars and rules to the operator, plain lines to the others."""
    if explanation.pairing is None:
        print_large(explanation.text)
        return
    out.print(_heading(explanation.pairing, names))
    out.print(Padding(bars(explanation.pairing), (0, 0, 0, 4)))
    out.print()
    out.print(explanation.text)
    out.print(Text(f"\n{say('cli.explain.rules')}", style="bold"))
    for check in explanation.eligibility.checks:
        style = _CHECK_STYLE[check.status]
        line = Text.assemble((f"{_MARK[check.status]} ", style), f"{check.reason} ")
        line.append(say("cli.explain.source", rule=check.rule, source=check.source), style="dim")
        out.print(Padding(line, (0, 0, 0, 2)))
    if explanation.what_would_change:
        out.print(Text(f"\n{say('cli.explain.changes')}", style="bold"))
    for outcome in explanation.what_would_change:
        key = "ranked" if outcome.rank else "unranked"
        status = say(f"labels.eligibility.{outcome.status}")
        where = say(f"cli.explain.{key}", status=status, rank=outcome.rank)
        out.print(Text.assemble(f"  · {outcome.change} → ", (where, "bold")))


def print_plan(plan: "TrainingPlan") -> None:
    """The draft of a training project, a field a line, and what is left to do."""
    out.print(Text(say("training_plan.title"), style="bold"))
    for name, section in plan.sections.items():
        out.print(Text(f"\n{say(f'training_plan.section.{name}')}", style="bold"))
        table = Table.grid(padding=(0, 2))
        for field in section:
            text = field.text or Text(say("cli.training_plan.blank"), style="dim italic")
            table.add_row(field.label, text)
        out.print(table)
    objectives = [competence.objective for competence in plan.acquire]
    for name, lines in {"objectives": objectives, "to_settle": plan.to_settle}.items():
        if lines:
            out.print(Text(f"\n{say(f'training_plan.section.{name}')}", style="bold"))
        for line in lines:
            out.print(Padding(f"· {line}", (0, 0, 0, 2)))
    _print_plan_gates(plan)


def print_plan_written(plan: "TrainingPlan", file: Path) -> None:
    """Where the draft is, and what is left to do."""
    out.print(say("cli.training_plan.done", file=file, count=len(plan.missing)), soft_wrap=True)
    _print_plan_gates(plan)


def _print_plan_gates(plan: "TrainingPlan") -> None:
    if not plan.can_start:
        ids = {"participant": plan.participant_id, "offer": plan.offer_id, "on": plan.on}
        out.print(Text(say("cli.training_plan.cannot_start", **ids), style="red"), soft_wrap=True)


def print_large(text: str) -> None:
    """A text for two at one screen: short lines, headings, air; no table, no figure."""
    for section in text.split("\n\n"):
        heading, *lines = section.splitlines()
        out.print(Text(f"\n{heading}\n", style="bold"))
        for line in lines:
            out.print(fill(line, _LARGE_WIDTH, initial_indent="  ", subsequent_indent="  "))
    out.print()


def print_question(question: NextQuestion, number: int, console: Console = out) -> None:
    """A question as it is put to a person, and below it why it is asked."""
    console.print()
    console.print(Text(f"{number}. {question.question}", style="bold"))
    console.print(Padding(Text(question.why, style="dim"), (0, 0, 0, 3)))


def print_outcome(interview: Interview) -> None:
    """What was replied in an interview, and what it did to the first suggestions."""
    out.print()
    for question, reply in interview.given:
        out.print(f"{question.label}: {say(f'labels.reply.{reply}')}")
    before = [suggested.offer_id for suggested in interview.before]
    after = interview.first_suggestions()
    key = "same" if [s.offer_id for s in after] == before else "after"
    out.print(Text(f"\n{say(f'cli.interview.{key}')}", style="bold"))
    for place, suggested in enumerate(after, start=1):
        was = before.index(suggested.offer_id) + 1 if suggested.offer_id in before else None
        key = "new" if was is None else "still" if was == place else "moved"
        moved = say(f"cli.interview.{key}", place=was)
        out.print(f"{place:>2}. {suggested.offer_id} · {suggested.title}  {moved}".rstrip())


def print_story(participant: Participant) -> None:
    """What the person told, as it was written down."""
    out.print(Padding(Text(participant.narrative, style="italic"), (1, 4)))


def print_usage_error(error: Any) -> None:
    """A wrong use of a command (one of Click's usage errors), in one line."""
    parameter = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or (
        parameter and (parameter.metavar or parameter.opts[0])
    )
    kind = type(error).__name__
    key = {"NoSuchOption": "no_such_option", "MissingParameter": "missing"}.get(kind, "bad_value")
    sentence = say(f"cli.usage.{key if name else 'other'}", name=name)
    command = error.ctx.command_path if error.ctx else "cantiere"
    err.print(f"{sentence} {say('cli.usage.help', command=command)}", soft_wrap=True)


def print_unexpected(error: Exception) -> None:
    """A fault of the program: its kind and place, and none of the values it was working on."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    kind = type(error).__name__
    err.print(say("cli.unexpected", kind=kind, where=where), soft_wrap=True)


def print_counts(counts: LoadedCounts) -> None:
    """What a load did."""
    for kind, saved in vars(counts).items():
        if saved.added + saved.updated + saved.unchanged:
            out.print(say(f"cli.load.{kind}", **vars_of(saved)))


def vars_of(saved: object) -> dict[str, object]:
    """The fields of a frozen record by name."""
    return {name: getattr(saved, name) for name in saved.__dataclass_fields__}  # type: ignore[attr-defined]


def print_row_errors(errors: Iterable["RowError"]) -> None:
    """One line an error."""
    for error in errors:
        err.print(f"{error}", soft_wrap=True)


def print_matches(matches: Iterable[Match]) -> None:
    """Concepts found for a phrase."""
    for match in matches:
        out.print(Text.assemble(f"{number(match.score)}  ", (match.label, "bold")))
        out.print(Text(f"      {match.uri}", style="dim"), soft_wrap=True)


def print_replay(replay: Replay) -> None:
    """Whether a ranking comes out the same, and what changed since."""
    key = "identical" if replay.identical else "differs"
    out.print(
        say(f"cli.replay.{key}", run=replay.run_id), style="green" if replay.identical else "red"
    )
    if replay.erased:
        out.print(say("cli.replay.erased", count=replay.erased), soft_wrap=True)
    for difference in replay.differences:
        out.print(say("cli.replay.difference", **vars_of(difference)))
    for part, (then, now) in replay.versions_changed.items():
        out.print(
            say("cli.replay.version", part=say(f"cli.replay.part.{part}"), then=then, now=now)
        )
    for change in replay.data_changed:
        fields = ", ".join(change.fields)
        key = "data" if fields else "gone"
        out.print(say(f"cli.replay.{key}", id=change.id, fields=fields))
