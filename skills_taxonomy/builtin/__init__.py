"""Our own taxonomy: three tables written by hand, and their reader.

In `competences.csv` and `occupations.csv` a cell with several values joins them with `` | ``; ids
become URIs of ours, ESCO ids become ESCO's.
"""

import csv
from collections.abc import Iterator
from importlib import resources

from skills_taxonomy.concepts import Competence, Occupation, Relation

COMPETENCE = "urn:cantiere:competence:"
OCCUPATION = "urn:cantiere:occupation:"
ESCO = "http://data.europa.eu/esco/"


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("skills_taxonomy.builtin").joinpath(name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def _values(cell: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in cell.split("|") if value.strip())


def _shared(row: dict[str, str], prefix: str) -> dict[str, object]:
    return {
        "uri": prefix + row["id"],
        "label": row["label"],
        "label_feminine": row["label_feminine"] or row["label"],
        "other_labels": _values(row["other_labels"]),
        "label_en": row["label_en"],
        "esco_exact": tuple(ESCO + value for value in _values(row["esco_exact"])),
        "esco_close": tuple(ESCO + value for value in _values(row["esco_close"])),
    }


def read_builtin() -> tuple[list[Competence], list[Occupation], list[Relation]]:
    """The three tables, as concepts and relations."""
    competences = [
        Competence(
            **_shared(row, COMPETENCE),  # type: ignore[arg-type]
            kind=row["kind"],  # type: ignore[arg-type]
            reuse_level=row["reuse_level"],  # type: ignore[arg-type]
            broader=tuple(COMPETENCE + value for value in _values(row["broader"])),
        )
        for row in _rows("competences.csv")
    ]
    occupations = [
        Occupation(**_shared(row, OCCUPATION), isco=row["isco"])  # type: ignore[arg-type]
        for row in _rows("occupations.csv")
    ]
    relations = [
        Relation(
            OCCUPATION + row["occupation"],
            COMPETENCE + row["competence"],
            row["kind"],  # type: ignore[arg-type]
            float(row["weight"]),
        )
        for row in _rows("relations.csv")
    ]
    return competences, occupations, relations
