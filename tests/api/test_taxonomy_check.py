"""``cantiere taxonomy check``: a line for each fault, as people and as programs read it."""

from pathlib import Path

import pytest

from tests.commands import Cantiere
from tests.contract import check
from tests.skills_taxonomy.tables import write_tables


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = write_tables(tmp_path)
    for file, old, new in (
        ("relations.csv", "sarto,cucire,essential,0.95", "sarto,cucire,essential,0.30"),
        ("competences.csv", "cucivo due", "cucivo uno"),
    ):
        path = folder / file
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return folder


FAULTS = [
    ("competences.csv", 2, "other_labels", "«cucivo uno» è già scritto nella stessa riga"),
    (
        "relations.csv",
        2,
        "weight",
        "il peso 0.30 non va bene per un legame essential: deve stare tra 0.60 e 1.00",
    ),
]


def test_ours_are_sound(command: Cantiere) -> None:
    done = command("taxonomy", "check")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Tutto a posto in ")


def test_a_line_for_each_fault_and_exit_1(command: Cantiere, broken: Path) -> None:
    done = command("taxonomy", "check", broken)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        *(f"{file}, riga {row}, campo {field}: {reason}" for file, row, field, reason in FAULTS),
        "Errori trovati: 2. Come si scrivono le tabelle: docs/taxonomy.md.",
    ]


def test_the_first_faults(command: Cantiere, broken: Path) -> None:
    done = command("taxonomy", "check", broken, "--limit", "1")
    assert done.code == 1
    assert len(done.err.splitlines()) == 2
    assert "Errori trovati: 2." in done.err


def test_as_json(command: Cantiere, broken: Path) -> None:
    sound = command("taxonomy", "check", "--json")
    assert (sound.code, sound.err) == (0, "")
    check(sound.document, "taxonomy_check")
    done = command("taxonomy", "check", broken, "--json")
    assert (done.code, done.err) == (1, "")
    check(done.document, "taxonomy_check")
    assert [tuple(fault.values()) for fault in done.document["faults"]] == FAULTS


def test_a_folder_without_tables(command: Cantiere, tmp_path: Path) -> None:
    done = command("taxonomy", "check", tmp_path / "altrove", "--json")
    assert done.code == 1
    check(done.document, "taxonomy_check")
    assert [fault["file"] for fault in done.document["faults"]] == [
        "competences.csv", "occupations.csv", "relations.csv",
    ]  # fmt: skip
