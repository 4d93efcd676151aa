"""A hand-made ESCO release in Italian, with every quirk of the official ones, and its variants."""

import csv
import gzip
import shutil
from collections.abc import Sequence
from pathlib import Path

TINY = Path(__file__).parent / "data" / "esco_tiny"


def skill(number: int) -> str:
    """The URI of a skill of the release."""
    return f"http://data.europa.eu/esco/skill/00000000-0000-4000-8000-{number:012}"


def occupation(number: int) -> str:
    """The URI of an occupation of the release."""
    return f"http://data.europa.eu/esco/occupation/00000000-0000-4000-8000-{number:012}"


def copy_of_tiny(folder: Path) -> Path:
    """The release, in a folder of its own to be changed."""
    return Path(shutil.copytree(TINY, folder))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Put a text in the place of another, which a file has once."""
    path = folder / file
    text = path.read_bytes().decode()
    assert text.count(old) == 1
    path.write_bytes(text.replace(old, new).encode())


def compress(path: Path) -> None:
    """Gzip a file, as ``file.gz``."""
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


def rows_of(path: Path) -> list[list[str]]:
    """The rows of a table, its header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a table as the official ones are written."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def a_whole_release(folder: Path, size: int = 1000) -> Path:
    """A release as large as the official ones: ``size`` trades, each with a skill of its own."""
    folder.mkdir()
    numbers = range(1, size + 1)
    write_rows(
        folder / "skills_it.csv",
        [
            ["conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels"],
            *([skill(n), "knowledge", "transversal", f"saper {n}", ""] for n in numbers),
        ],
    )
    write_rows(
        folder / "occupations_it.csv",
        [
            ["conceptUri", "iscoGroup", "preferredLabel", "altLabels", "code"],
            *([occupation(n), "7522", f"mestiere {n}", "", str(n)] for n in numbers),
        ],
    )
    write_rows(
        folder / "occupationSkillRelations_it.csv",
        [
            ["occupationUri", "relationType", "skillUri"],
            *([occupation(n), "essential", skill(n)] for n in numbers),
        ],
    )
    write_rows(
        folder / "broaderRelationsSkillPillar_it.csv",
        [
            ["conceptType", "conceptUri", "broaderType", "broaderUri"],
            *(["KnowledgeSkillCompetence", skill(n), "SkillGroup", "S1"] for n in numbers),
        ],
    )
    return folder
