"""Our own taxonomy: tables written by hand (`docs/taxonomy.md`), and their reader.

`sayings.csv` adds to the other labels of competences what people say in passing: it serves the
linker, and is kept apart so that the main table stays readable.

Ids become URIs of ours, ESCO ids become ESCO's. `skills_taxonomy.activities` reads two tables more.
"""

import csv
from collections.abc import Mapping
from importlib import resources

from skills_taxonomy.concepts import Competence, Occupation, Relation
from skills_taxonomy.tables import SEPARATOR, Row, read_rows

FOLDER = resources.files("skills_taxonomy.builtin")
COMPETENCE = "urn:cantiere:competence:"
OCCUPATION = "urn:cantiere:occupation:"
ESCO = "http://data.europa.eu/esco/"


def _sayings() -> Mapping[str, tuple[str, ...]]:
    lines = FOLDER.joinpath("sayings.csv").read_text("utf-8").splitlines()
    return {row["id"]: tuple(row["sayings"].split(SEPARATOR)) for row in csv.DictReader(lines)}


def _shared(row: Row, prefix: str, said: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    return {
        "uri": prefix + row["id"],
        "label": row["label"],
        "label_feminine": row["label_feminine"] or row["label"],
        "other_labels": row.values("other_labels") + said.get(row["id"], ()),
        "label_en": row["label_en"],
        "esco_exact": tuple(ESCO + value for value in row.values("esco_exact")),
        "esco_close": tuple(ESCO + value for value in row.values("esco_close")),
    }


def read_builtin() -> tuple[list[Competence], list[Occupation], list[Relation]]:
    """The three tables, as concepts and relations."""
    said = _sayings()
    competences = [
        Competence(
            **_shared(row, COMPETENCE, said),  # type: ignore[arg-type]
            kind=row["kind"],  # type: ignore[arg-type]
            reuse_level=row["reuse_level"],  # type: ignore[arg-type]
            broader=tuple(COMPETENCE + value for value in row.values("broader")),
        )
        for row in read_rows(FOLDER, "competences")
    ]
    occupations = [
        Occupation(**_shared(row, OCCUPATION, {}), isco=row["isco"])  # type: ignore[arg-type]
        for row in read_rows(FOLDER, "occupations")
    ]
    relations = [
        Relation(
            OCCUPATION + row["occupation"],
            COMPETENCE + row["competence"],
            row["kind"],  # type: ignore[arg-type]
            float(row["weight"]),
        )
        for row in read_rows(FOLDER, "relations")
    ]
    return competences, occupations, relations
