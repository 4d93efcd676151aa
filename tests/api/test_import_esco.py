"""``cantiere taxonomy import-esco``: what it prints, what it keeps, what it refuses."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.cli import main
from skills_taxonomy.store import TaxonomyStore
from tests.databases import dump_of
from tests.esco import TINY, compress, copy_of_tiny, edit, rows_of, skill, write_rows

pytestmark = pytest.mark.db

REFERENCE = os.environ.get("CANTIERE_TEST_ESCO")


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def command(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs ``cantiere`` on a database with no records."""
    monkeypatch.setenv("CANTIERE_DATABASE_URL", database)

    def run(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["cantiere", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return Answer(int(left.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_tiny(tmp_path / "ESCO dataset - v1.1.1 - classification - it - csv")


def upgraded(folder: Path) -> Path:
    """The release of the next version, which says that ``tipi di legno`` is now something else."""
    newer = folder.rename(folder.with_name("ESCO dataset - v1.2.0 - classification - it - csv"))
    header, *rows = rows_of(newer / "skills_it.csv")
    status, replaced_by = header.index("status"), header.index("isReplacedBy")
    for row in rows:
        if row[1] == skill(4):
            row[status], row[replaced_by] = "obsolete", skill(3)
    write_rows(newer / "skills_it.csv", [header, *rows])
    return newer


def import_esco(command: Command, folder: Path, *words: object) -> Answer:
    return command("taxonomy", "import-esco", folder, *words)


def test_it_says_what_it_did(command: Command, folder: Path) -> None:
    answer = import_esco(command, folder, "--language", "it")
    assert answer.status == 0
    assert answer.err == ""
    assert answer.out.splitlines() == [
        "ESCO 1.1.1 (it)",
        "Competenze: 5 nuove, 0 aggiornate, 0 già uguali, 0 ritirate.",
        "Mestieri: 3 nuovi, 0 aggiornati, 0 già uguali, 0 ritirati.",
        "Legami tra mestieri e competenze: 5 nuovi, 0 cambiati, 0 già uguali, 0 tolti.",
    ]


def test_as_json(command: Command, folder: Path) -> None:
    answer = import_esco(command, folder, "--json")
    assert answer.status == 0
    assert answer.json["version"] == "1.1.1"
    assert answer.json["language"] == "it"
    assert answer.json["changed"] is True
    assert answer.json["competences"] == {
        "added": 5, "updated": 0, "unchanged": 0, "retired": 0,
    }  # fmt: skip
    assert answer.json["retired"] == []
    assert set(answer.json) == {
        "version", "language", "digest", "imported_at", "changed", "competences", "occupations",
        "relations", "retired",
    }  # fmt: skip


def test_twice_changes_nothing(command: Command, folder: Path, database: str) -> None:
    first = import_esco(command, folder, "--json").json
    before = dump_of(database)
    for file in folder.iterdir():
        compress(file)
    answer = import_esco(command, folder)
    assert answer.out == "ESCO 1.1.1 (it) era già nel database: non è cambiato nulla.\n"
    again = import_esco(command, folder, "--json").json
    assert dump_of(database) == before
    assert again["changed"] is False
    assert again["digest"] == first["digest"]


def test_an_upgrade_lists_what_was_retired_and_what_replaces_it(
    command: Command, folder: Path
) -> None:
    import_esco(command, folder)
    answer = import_esco(command, upgraded(folder))
    assert "Competenze: 0 nuove, 0 aggiornate, 4 già uguali, 1 ritirate." in answer.out
    assert answer.out.splitlines()[-1] == (
        f"  tipi di legno {skill(4)} → ora: usare utensili a mano"
    )


def test_an_upgrade_as_json(command: Command, folder: Path) -> None:
    import_esco(command, folder)
    assert import_esco(command, upgraded(folder), "--json").json["retired"] == [
        {
            "uri": skill(4),
            "label": "tipi di legno",
            "kind": "competence",
            "replaced_by": [{"uri": skill(3), "label": "usare utensili a mano"}],
        }
    ]


def test_an_upgrade_keeps_what_people_confirmed(
    command: Command, folder: Path, database: str
) -> None:
    import_esco(command, folder)
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO participant VALUES ('default', 'P-900', '{}', '{}')",
        )
        connection.execute(
            "INSERT INTO settled_competence "
            "VALUES ('default', 'P-900', %s, 'confirmed', '2026-12-01')",
            (skill(4),),
        )
    before = dump_of(database)["settled_competence"]
    import_esco(command, upgraded(folder))
    assert dump_of(database)["settled_competence"] == before
    with psycopg.connect(database) as connection:
        taxonomy = TaxonomyStore(connection).taxonomy()
    assert taxonomy is not None
    assert taxonomy.is_competence(skill(4))


def cut(folder: Path) -> Path:
    path = folder / "occupationSkillRelations_it.csv"
    path.write_bytes(path.read_bytes()[:-30])
    return folder


def mixed(folder: Path) -> Path:
    edit(folder, "broaderRelationsSkillPillar.csv", skill(3), skill(7))
    return folder


def incomplete(folder: Path) -> Path:
    (folder / "occupations_it.csv").unlink()
    return folder


def occupations_alone(folder: Path) -> Path:
    for file in folder.iterdir():
        if file.name != "occupations_it.csv":
            file.unlink()
    return folder


def without_column(folder: Path) -> Path:
    edit(folder, "skills_it.csv", "reuseLevel", "level")
    return folder


def doubled(folder: Path) -> Path:
    path = folder / "occupations_it.csv"
    rows = rows_of(path)
    write_rows(path, [*rows, [*rows[1][:2], "7115", *rows[1][3:]]])
    return folder


def missing(folder: Path) -> Path:
    return folder / "altrove"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut, "interrotto o rovinato"),
        (mixed, "non vanno insieme"),
        (incomplete, "manca occupations_it.csv"),
        (occupations_alone, "manca skills_it.csv"),
        (without_column, "manca la colonna reuseLevel"),
        (doubled, "versioni mescolate"),
        (missing, "non è una cartella"),
    ],
)
@pytest.mark.parametrize("imported_before", [False, True])
def test_a_folder_that_is_no_release_is_refused_in_one_line(
    command: Command,
    folder: Path,
    database: str,
    damage: Callable[[Path], Path],
    words: str,
    imported_before: bool,
) -> None:
    if imported_before:
        import_esco(command, TINY)
    before = dump_of(database)
    answer = import_esco(command, damage(folder), "--json")
    assert (answer.status, answer.out) == (1, "")
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert dump_of(database) == before


def test_a_language_that_is_not_there(command: Command) -> None:
    answer = import_esco(command, TINY, "--language", "FR")
    assert answer.status == 1
    assert "non è in lingua «fr», ma in: it." in answer.err


@pytest.mark.skipif(REFERENCE is None, reason="CANTIERE_TEST_ESCO names no folder of ESCO v1.1.1")
def test_the_reference_in_under_a_minute_and_twice_changes_nothing(
    command: Command, database: str
) -> None:
    started = time.monotonic()
    first = import_esco(command, Path(str(REFERENCE)), "--language", "en", "--json").json
    assert time.monotonic() - started < 60
    assert first["competences"]["added"] == 13_896
    before = dump_of(database)
    assert (
        import_esco(command, Path(str(REFERENCE)), "--language", "en", "--json").json["changed"]
        is False
    )
    assert dump_of(database) == before
