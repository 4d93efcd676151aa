"""Whether the tables of a taxonomy are sound: every fault, with its place.

A check is a generator over the three tables. What each asks is said to whoever edits the tables
in `docs/taxonomy.md`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.resources.abc import Traversable
from typing import get_args

from skills_taxonomy.concepts import CompetenceKind, RelationKind, ReuseLevel
from skills_taxonomy.tables import (
    SEPARATOR,
    TABLES,
    Fault,
    Row,
    TableName,
    UnreadableTableError,
    read_rows,
)
from skills_taxonomy.text import stems

# How many other ways of saying it a row has. A trade's hold two genders, so they may be more.
_WORDS: Mapping[TableName, tuple[int, int]] = {"competences": (6, 15), "occupations": (6, 20)}
_SEVERAL = ("other_labels", "broader", "esco_exact", "esco_close")
_REQUIRED: Mapping[TableName, tuple[str, ...]] = {
    "competences": ("label", "label_en"),
    "occupations": ("label", "label_feminine", "label_en"),
}
_CHOICES: Mapping[TableName, Mapping[str, tuple[str, ...]]] = {
    "competences": {"kind": get_args(CompetenceKind), "reuse_level": get_args(ReuseLevel)},
    "relations": {"kind": get_args(RelationKind)},
}
# What who did the trade has more often than not is essential, the rest useful.
_WEIGHTS: Mapping[str, tuple[float, float]] = {"essential": (0.60, 1.00), "useful": (0.01, 0.60)}

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WEIGHT = re.compile(r"[01]\.\d\d")
# A unit group of one of the 43 sub-major groups of ISCO-08 (International Labour Office, 2012).
_ISCO = re.compile(r"(0[1-3]|1[1-4]|2[1-6]|3[1-5]|4[1-4]|5[1-4]|6[1-3]|7[1-5]|8[1-3]|9[1-6])\d\d")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# A few ESCO occupations of the first release are not UUIDs but numbers.
_ESCO: Mapping[TableName, re.Pattern[str]] = {
    "competences": re.compile(rf"skill/{_UUID}"),
    "occupations": re.compile(rf"occupation/({_UUID}|\d+)"),
}
# Titles that have a feminine of their own, by how their first word ends.
_TWO_GENDERS = re.compile(r"\w+((?<!aut)o|[ts]ore)\b")  # elettrauto has none

Tables = Mapping[TableName, Sequence[Row]]
Check = Callable[[Tables], Iterator[Fault]]


@dataclass(frozen=True)
class Checked:
    """How many rows each readable table has, and what is wrong, by file and row."""

    counts: Mapping[str, int]
    faults: tuple[Fault, ...]


def check(folder: Traversable) -> Checked:
    """Check the three tables of a folder; of tables that cannot be read, only why is said."""
    tables: dict[TableName, list[Row]] = {}
    faults: list[Fault] = []
    for table in TABLES:
        try:
            tables[table] = read_rows(folder, table)
        except UnreadableTableError as error:
            faults += error.faults
    if not faults:
        faults = [fault for ask in _CHECKS for fault in ask(tables)]
    return Checked(
        {table: len(rows) for table, rows in tables.items()},
        tuple(sorted(faults, key=lambda fault: (fault.file, fault.row or 0))),
    )


# --- Cells --------------------------------------------------------------------------------------


def _blanks(tables: Tables) -> Iterator[Fault]:
    """Cells are tidy, so that a difference in a file is a difference in meaning."""
    for rows in tables.values():
        for row in rows:
            for field, cell in row.cells.items():
                tidy = SEPARATOR.join(row.values(field)) if field in _SEVERAL else cell
                if " ".join(tidy.split()) != cell:
                    yield row.fault(field, "blanks")


def _empty(tables: Tables) -> Iterator[Fault]:
    for table, fields in _REQUIRED.items():
        for row in tables[table]:
            yield from (row.fault(field, "empty") for field in fields if not row[field])


def _choices(tables: Tables) -> Iterator[Fault]:
    for table, fields in _CHOICES.items():
        for row in tables[table]:
            for field, choices in fields.items():
                if row[field] not in choices:
                    allowed = ", ".join(choices)
                    yield row.fault(field, "choice", value=row[field], allowed=allowed)


def _isco(tables: Tables) -> Iterator[Fault]:
    for row in tables["occupations"]:
        if not _ISCO.fullmatch(row["isco"]):
            yield row.fault("isco", "isco", value=row["isco"])


def _weights(tables: Tables) -> Iterator[Fault]:
    for row in tables["relations"]:
        least, most = _WEIGHTS.get(row["kind"], (0.01, 1.00))
        if not _WEIGHT.fullmatch(row["weight"]):
            yield row.fault("weight", "weight_form", value=row["weight"])
        elif not least <= float(row["weight"]) <= most:
            bounds = {"least": f"{least:.2f}", "most": f"{most:.2f}"}
            yield row.fault("weight", "weight", value=row["weight"], kind=row["kind"], **bounds)


# --- Ids and order ------------------------------------------------------------------------------


def _ids(tables: Tables) -> Iterator[Fault]:
    for table in _REQUIRED:
        for row in tables[table]:
            if not _ID.fullmatch(row["id"]):
                yield row.fault("id", "id_form", value=row["id"])
        yield from _repeated(tables[table], "id")


def _pairs(tables: Tables) -> Iterator[Fault]:
    yield from _repeated(tables["relations"], "occupation", "competence")


def _repeated(rows: Iterable[Row], *fields: str) -> Iterator[Fault]:
    """Rows of a key that another has, and rows that stand before a smaller key."""
    first: dict[tuple[str, ...], Row] = {}
    before: tuple[str, ...] = ()
    for row in rows:
        key = tuple(row[field] for field in fields)
        if key in first:
            yield row.fault(fields[-1], "twice", value=" → ".join(key), row=first[key].number)
        elif key < before:
            yield row.fault(fields[0], "order", value=key[0])
        first.setdefault(key, row)
        before = max(before, key)


# --- Words --------------------------------------------------------------------------------------


def _number_of_words(tables: Tables) -> Iterator[Fault]:
    for table, (least, most) in _WORDS.items():
        for row in tables[table]:
            count = len(row.values("other_labels"))
            if not least <= count <= most:
                yield row.fault("other_labels", "words", count=count, least=least, most=most)


def _genders(tables: Tables) -> Iterator[Fault]:
    for row in tables["occupations"]:
        if row["label"] == row["label_feminine"] and _TWO_GENDERS.match(row["label"]):
            yield row.fault("label_feminine", "gender", value=row["label"])


def _words_of_a_row(tables: Tables) -> Iterator[Fault]:
    """No way of saying it stands twice in a row."""
    for table in _REQUIRED:
        for row in tables[table]:
            known = {row["label"].casefold(), row["label_feminine"].casefold()}
            for word in row.values("other_labels"):
                if word.casefold() in known:
                    yield row.fault("other_labels", "word_again", value=word)
                known.add(word.casefold())


def _words_of_two(tables: Tables) -> Iterator[Fault]:
    """Nor in the rows of two concepts."""
    for table in _REQUIRED:
        first: dict[str, Row] = {}
        for row in tables[table]:
            for field, word in _words(row):
                other = first.setdefault(word.casefold(), row)
                if other is not row:
                    yield row.fault(field, "word_taken", value=word, id=other["id"])


def _readings(tables: Tables) -> Iterator[Fault]:
    """Nor as the linker reads them: stems, in any order, alike for men and women."""
    for table in _REQUIRED:
        first: dict[tuple[str, ...], tuple[str, Row]] = {}
        for row in tables[table]:
            for field, word in _words(row):
                known, other = first.setdefault(_reading(word), (word, row))
                if other is not row and known.casefold() != word.casefold():
                    yield row.fault(field, "reads_like", value=word, other=known, id=other["id"])


def _reading(word: str) -> tuple[str, ...]:
    return tuple(sorted(stems(word)))


def _words(row: Row) -> Iterator[tuple[str, str]]:
    """All that a row is called, each with its column."""
    for field in ("label", "label_feminine"):
        if row[field]:
            yield field, row[field]
    for word in row.values("other_labels"):
        yield "other_labels", word


# --- ESCO ---------------------------------------------------------------------------------------


def _esco(tables: Tables) -> Iterator[Fault]:
    """ESCO's ids are of their kind, and once a row."""
    for table, pattern in _ESCO.items():
        for row in tables[table]:
            known: set[str] = set()
            for field in ("esco_exact", "esco_close"):
                for uri in row.values(field):
                    if not pattern.fullmatch(uri):
                        yield row.fault(field, "esco_form", value=uri)
                    if uri in known:
                        yield row.fault(field, "esco_again", value=uri)
                    known.add(uri)


def _esco_of_two(tables: Tables) -> Iterator[Fault]:
    """No two rows mean exactly the same: ESCO's words would go to one of them."""
    for table in _ESCO:
        first: dict[str, Row] = {}
        for row in tables[table]:
            for uri in row.values("esco_exact"):
                other = first.setdefault(uri, row)
                if other is not row:
                    yield row.fault("esco_exact", "esco_taken", value=uri, id=other["id"])


# --- What binds them ----------------------------------------------------------------------------


def _known(tables: Tables) -> Iterator[Fault]:
    """What a row names by id stands in its table."""
    competences, occupations = _ids_of(tables["competences"]), _ids_of(tables["occupations"])
    for row in tables["competences"]:
        for uri in row.values("broader"):
            if uri not in competences:
                yield row.fault("broader", "unknown", value=uri)
    for row in tables["relations"]:
        for field, known in (("occupation", occupations), ("competence", competences)):
            if row[field] not in known:
                yield row.fault(field, "unknown", value=row[field])


def _circles(tables: Tables) -> Iterator[Fault]:
    """No competence is wider than itself; of several circles, one is told."""
    rows = {row["id"]: row for row in tables["competences"]}
    try:
        TopologicalSorter({uri: row.values("broader") for uri, row in rows.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        yield rows[circle[0]].fault("broader", "circle", circle=" → ".join(circle))


def _orphans(tables: Tables) -> Iterator[Fault]:
    """A competence is taught by a trade, or has a wider or a narrower one."""
    bound = {row["competence"] for row in tables["relations"]}
    for row in tables["competences"]:
        bound.update(row.values("broader"))
    for row in tables["competences"]:
        if row["id"] not in bound and not row["broader"]:
            yield row.fault("id", "orphan", value=row["id"])


def _trades(tables: Tables) -> Iterator[Fault]:
    """A trade teaches something essential."""
    teaching = {row["occupation"] for row in tables["relations"] if row["kind"] == "essential"}
    for row in tables["occupations"]:
        if row["id"] not in teaching:
            yield row.fault("id", "teaches_nothing", value=row["id"])


def _ids_of(rows: Iterable[Row]) -> set[str]:
    return {row["id"] for row in rows}


_CHECKS: tuple[Check, ...] = (
    _blanks, _empty, _choices, _isco, _weights, _ids, _pairs, _number_of_words, _genders,
    _words_of_a_row, _words_of_two, _readings, _esco, _esco_of_two, _known, _circles, _orphans,
    _trades,
)  # fmt: skip
