"""The tables of an official ESCO release folder, as downloaded: where they are, what they hold.

A table is ``skills_it.csv``, ``occupationSkillRelations.csv`` (some releases give relations no
language) or either with ``.gz`` behind it; UTF-8, with a byte order mark or without.
"""

import csv
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

Row = dict[str, str]

_SUFFIXES = (".csv", ".csv.gz")
_NAMED_VERSION = re.compile(r"esco\D*(1\.\d+(?:\.\d+)?)(?![\d.])", re.I)
# The month after each release was published (ESCOpedia, "ESCO versions"): what changed before it
# is of that release, or of an earlier one.
_PUBLISHED_BEFORE = (
    ("2022-02", "1.1"),
    ("2022-10", "1.1.1"),
    ("2024-03", "1.1.2"),
    ("2024-06", "1.2"),
    ("2026-01", "1.2.1"),
)
UNKNOWN_VERSION = "unknown"


class EscoError(Exception):
    """A folder that is no whole ESCO release.

    Args:
        key: What is wrong; whoever shows it has a sentence for each.
        values: What the sentence names: files, counts, URIs.
    """

    def __init__(
        self,
        key: Literal["no_folder", "no_language", "no_file", "columns", "damaged", "twice", "mixed"],
        **values: object,
    ) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values


def find_table(folder: Path, name: str, language: str) -> Path | None:
    """The file of a table in a language, or in none; None where the release leaves it out."""
    candidates = (
        folder / f"{stem}{suffix}" for stem in (f"{name}_{language}", name) for suffix in _SUFFIXES
    )
    return next((path for path in candidates if path.is_file()), None)


def languages(folder: Path) -> list[str]:
    """The languages that a folder has occupations in."""
    found = (
        re.fullmatch(r"occupations_(\w+)\.csv(?:\.gz)?", path.name) for path in folder.iterdir()
    )
    return sorted({match[1] for match in found if match})


def require_table(folder: Path, name: str, language: str) -> Path:
    """The same; EscoError if there is none."""
    found = find_table(folder, name, language)
    if found is None:
        raise EscoError("no_file", file=f"{name}_{language}.csv", folder=folder)
    return found


def read_table(path: Path, *columns: str) -> Iterator[Row]:
    """The rows of a table, each by column name.

    Args:
        path: The file.
        columns: Those it must have; releases add others.

    Raises:
        EscoError: If a column is missing, or the file is cut or not a table.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    damaged = EscoError("damaged", file=path.name)
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = next(rows, [])
            missing = [column for column in columns if column not in header]
            if missing:
                raise EscoError("columns", file=path.name, columns=", ".join(missing))
            for row in filter(None, rows):
                if len(row) != len(header):
                    raise damaged
                yield dict(zip(header, row, strict=True))
    except (csv.Error, EOFError, OSError, UnicodeDecodeError, zlib.error):
        raise damaged from None


def lines(cell: str) -> list[str]:
    """The values of a cell, one a line, blanks tidied, in order, each once."""
    tidy = (" ".join(line.split()) for line in cell.splitlines())
    return list(dict.fromkeys(filter(None, tidy)))


def version_of(folder: Path, occupations: Iterable[Row], skills: Iterable[Row]) -> str:
    """The version of a release: as its folder says, or as its content shows.

    No table states it. Until 1.0.x occupations had no code; later releases are told apart by their
    newest change.
    """
    place = folder.resolve()
    for name in (place.name, place.parent.name):
        named = _NAMED_VERSION.search(name)
        if named:
            return named[1]
    if not all("code" in row for row in occupations):
        return "1.0"
    newest = max(row.get("modifiedDate", "") for row in (*occupations, *skills))
    following = (version for month, version in _PUBLISHED_BEFORE if newest < month)
    return next(following, UNKNOWN_VERSION) if newest else UNKNOWN_VERSION
