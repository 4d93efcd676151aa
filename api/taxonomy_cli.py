"""The commands about the taxonomy: search it, check it, import ESCO."""

import api.speech  # noqa: F401, I001 - it must come before typer

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.text import Text

from api import terminal
from api.database import connect
from api.opening import linker
from api.options import AsJson, Limit, NoLimit, argument, option, print_json
from api.settings import Settings
from matching.errors import CantiereError
from matching.messages import say
from skills_taxonomy.concepts import ConceptKind

if TYPE_CHECKING:
    from skills_taxonomy.store import Imported
    from skills_taxonomy.tables import Fault

taxonomy_app = typer.Typer(help=say("cli.taxonomy.help"), no_args_is_help=True)


@taxonomy_app.command("search", help=say("cli.taxonomy.search"))
def search(
    text: Annotated[str, argument("text")],
    kind: Annotated[ConceptKind, option("kind", "--kind")] = "competence",
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Search a concept by what people call it."""
    matches = linker().search(text, kind=kind, limit=limit)
    if as_json:
        items = [{"uri": m.uri, "label": m.label, "score": m.score} for m in matches]
        print_json({"query": text, "kind": kind, "items": items})
    else:
        terminal.print_matches(matches)


@taxonomy_app.command("check", help=say("cli.taxonomy.check"))
def check(
    folder: Annotated[Path | None, argument("tables_folder")] = None,
    limit: NoLimit = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong in the tables of a taxonomy; exit 1 if anything is."""
    # Read here, since the other commands start faster without it.
    from skills_taxonomy.builtin import FOLDER
    from skills_taxonomy.soundness import check as check_tables
    from skills_taxonomy.tables import TABLES

    checked = check_tables(folder or FOLDER)
    shown = checked.faults[:limit]
    if as_json:
        faults = [
            {"file": f.file, "row": f.row, "field": f.field, "reason": _reason(f)} for f in shown
        ]
        counts: dict[str, int | None] = {t: checked.counts.get(t) for t in TABLES}
        print_json({"folder": str(folder or FOLDER), **counts, "faults": faults})
    elif checked.faults:
        for fault in shown:
            terminal.err.print(f"{_place(fault)}: {_reason(fault)}", soft_wrap=True)
        terminal.err.print(say("taxonomy.check.faults", count=len(checked.faults)), soft_wrap=True)
    else:
        sound = say("taxonomy.check.sound", folder=folder or FOLDER, **checked.counts)
        terminal.out.print(sound, soft_wrap=True)
    if checked.faults:
        raise typer.Exit(1)


def _place(fault: "Fault") -> str:
    row = [say("taxonomy.place.row", it=fault.row)] if fault.row else []
    field = [say("taxonomy.place.field", it=fault.field)] if fault.field else []
    return ", ".join((fault.file, *row, *field))


def _reason(fault: "Fault") -> str:
    return say(f"taxonomy.fault.{fault.key}", **fault.values)


@taxonomy_app.command("import-esco", help=say("cli.taxonomy.import_esco"))
def import_esco(
    folder: Annotated[Path, argument("esco_folder")],
    language: Annotated[str, option("language", "--language")] = "it",
    limit: NoLimit = None,
    as_json: AsJson = False,
) -> None:
    """Import an official ESCO release."""
    imported = _imported(folder, language.lower())
    shown = replace(imported, retired=imported.retired[:limit])
    if as_json:
        print_json(asdict(shown) | {"imported_at": shown.imported_at.isoformat()})
    else:
        _print_import(shown)


def _imported(folder: Path, language: str) -> "Imported":
    # Read here, since the other commands start faster without them.
    from skills_taxonomy.esco import read_release
    from skills_taxonomy.esco_files import EscoError
    from skills_taxonomy.store import TaxonomyStore

    with _progress() as show:
        try:
            release = read_release(
                folder, language, opening=lambda name: show(say("taxonomy.reading", file=name))
            )
        except EscoError as error:
            raise CantiereError(say(f"taxonomy.error.{error.key}", **error.values)) from None
        show(say("taxonomy.writing", version=release.version))
        with connect(Settings()) as connection:
            return TaxonomyStore(connection).save(release, at=datetime.now(UTC))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Shows, to people at a terminal, what is going on."""
    if not terminal.err.is_terminal:
        yield lambda _text: None
        return
    with terminal.err.status("") as status:
        yield lambda text: status.update(escape(text))


def _print_import(imported: "Imported") -> None:
    release = {"version": imported.version, "language": imported.language}
    if not imported.changed:
        terminal.out.print(say("taxonomy.same", **release), soft_wrap=True)
        return
    terminal.out.print(say("taxonomy.release", **release), style="bold")
    for kind in ("competences", "occupations", "relations"):
        counts = asdict(getattr(imported, kind))
        terminal.out.print(say(f"taxonomy.{kind}", **counts), soft_wrap=True)
    if imported.retired:
        terminal.out.print(say("taxonomy.retired"), style="bold", soft_wrap=True)
    for retired in imported.retired:
        line = Text.assemble(f"  {retired.label} ", (retired.uri, "dim"))
        if retired.replaced_by:
            labels = ", ".join(concept.label for concept in retired.replaced_by)
            line.append(f" → {say('taxonomy.replaced', labels=labels)}")
        terminal.out.print(line, soft_wrap=True)
