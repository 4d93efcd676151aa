"""An official ESCO release, versions 1.0.8 to 1.2, in any of its languages.

Skill groups are left out: nobody has "handling and moving" and no text names it, so that as a
competence it could only be proposed by mistake. The links from skill to skill are the hierarchy; a
skill that stands under groups alone has nothing wider.
"""

import hashlib
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from skills_taxonomy.concepts import (
    Competence,
    CompetenceKind,
    Concept,
    Occupation,
    Relation,
    RelationKind,
    ReuseLevel,
)
from skills_taxonomy.esco_files import (
    EscoError,
    Row,
    find_table,
    languages,
    lines,
    read_table,
    require_table,
    version_of,
)

# ESCO says what an occupation requires, not how many of those who did it can do it. On the pairs
# that our own tables and ESCO v1.1.1 could both name, ours give 0.51 on average where ESCO says
# essential (226 pairs) and 0.24 where it says optional (237), no relation counting 0: chosen after
# those, and not measured on people.
WEIGHTS: Mapping[RelationKind, float] = {"essential": 0.5, "useful": 0.25}
_RELATION_KINDS: Mapping[str, RelationKind] = {"essential": "essential", "optional": "useful"}
_COMPETENCE_KINDS: Mapping[str, CompetenceKind] = {"knowledge": "knowledge"}
_REUSE_LEVELS: Mapping[str, ReuseLevel] = {
    "transversal": "transversal",
    "sector-specific": "sector-specific",
    "occupation-specific": "occupation-specific",
}

# Official releases name a few concepts that they do not hold (v1.1.1 one occupation of 3,008,
# v1.2.0 four of 3,043). More than this share is a file cut short, or of another release.
_MOST_UNKNOWN = 0.0025
# From this many occupations on, all have relations and all skills have something wider.
_WHOLE = 1000


@dataclass(frozen=True)
class Release:
    """What a release holds, by URI.

    Attributes:
        hidden: Which of the ``other_labels`` ESCO keeps for searching only, as (URI, label).
        replaced_by: Concept no longer in force → those that ESCO says take its place.
    """

    version: str
    language: str
    competences: tuple[Competence, ...]
    occupations: tuple[Occupation, ...]
    relations: tuple[Relation, ...]
    hidden: frozenset[tuple[str, str]]
    replaced_by: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        """The name of its taxonomy."""
        return release_name(self.version, self.language)

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """Competences, then occupations."""
        return (*self.competences, *self.occupations)

    @cached_property
    def digest(self) -> str:
        """Fingerprint of the content, whatever the files it was read from."""
        content = (
            self.name,
            self.concepts,
            self.relations,
            sorted(self.hidden),
            sorted(self.replaced_by.items()),
        )
        return hashlib.sha256(repr(content).encode()).hexdigest()


def release_name(version: str, language: str) -> str:
    """``esco-1.1.1-it``."""
    return f"esco-{version}-{language}"


def read_release(
    folder: Path,
    language: str,
    *,
    occupations_alone: bool = False,
    opening: Callable[[str], object] = lambda _name: None,
) -> Release:
    """Read a release folder.

    Args:
        folder: As downloaded and unpacked; its files may be gzipped.
        language: Two letters, as in the names of the files.
        occupations_alone: Whether a folder that holds no skills will do: its occupations are read,
            without what binds them.
        opening: Told the name of each file before it is read.

    Raises:
        EscoError: If it is no whole release in that language.
    """
    _require_language(folder, language)
    if occupations_alone and not _has_skills(folder, language):
        occupations_path = require_table(folder, "occupations", language)
        opening(occupations_path.name)
        occupations = _listed(occupations_path, "iscoGroup")
        return _release(folder, language, _Listed("", {}, {}), occupations, (), {})

    skills_path = require_table(folder, "skills", language)
    occupations_path = require_table(folder, "occupations", language)
    relations_path = require_table(folder, "occupationSkillRelations", language)
    broader_path = find_table(folder, "broaderRelationsSkillPillar", language)

    opening(skills_path.name)
    skills = _listed(skills_path, "skillType", "reuseLevel")
    opening(occupations_path.name)
    occupations = _listed(occupations_path, "iscoGroup")
    opening(relations_path.name)
    relations = _relations(relations_path, occupations, skills)
    broader: Mapping[str, tuple[str, ...]] = {}
    if broader_path is not None:
        opening(broader_path.name)
        broader = _broader(broader_path, skills)
    return _release(folder, language, skills, occupations, relations, broader)


def _require_language(folder: Path, language: str) -> None:
    if not folder.is_dir():
        raise EscoError("no_folder", folder=folder)
    found = languages(folder)
    if found and language not in found:
        raise EscoError("no_language", folder=folder, language=language, found=", ".join(found))


def _has_skills(folder: Path, language: str) -> bool:
    path = find_table(folder, "skills", language)
    return path is not None and any(True for _ in read_table(path, "conceptUri"))


def _release(
    folder: Path,
    language: str,
    skills: "_Listed",
    occupations: "_Listed",
    relations: tuple[Relation, ...],
    broader: Mapping[str, tuple[str, ...]],
) -> Release:
    return Release(
        version_of(folder, occupations.rows.values(), skills.rows.values()),
        language,
        tuple(_competence(row, broader.get(uri, ()), language) for uri, row in skills.rows.items()),
        tuple(_occupation(row, language) for row in occupations.rows.values()),
        relations,
        frozenset(
            (uri, word)
            for listed in (skills, occupations)
            for uri, row in listed.rows.items()
            for word in _hidden(row)
        ),
        skills.replaced_by | occupations.replaced_by,
    )


# --- Concepts -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Listed:
    """The concepts of a table: those in force by URI, and what replaces the others."""

    file: str
    rows: dict[str, Row]
    replaced_by: dict[str, tuple[str, ...]]

    @property
    def uris(self) -> list[str]:
        """Every URI, in order."""
        return sorted({*self.rows, *self.replaced_by})


def _listed(path: Path, *columns: str) -> _Listed:
    rows: dict[str, Row] = {}
    replaced_by: dict[str, tuple[str, ...]] = {}
    for row in read_table(path, "conceptUri", "preferredLabel", "altLabels", *columns):
        uri = row["conceptUri"].strip()
        if rows.get(uri, row) != row:
            raise EscoError("twice", file=path.name, uri=uri)
        if row.get("status", "").strip() in ("", "released"):
            rows[uri] = row
        else:
            replaced_by[uri] = tuple(lines(row.get("isReplacedBy", "").replace(",", "\n")))
    if not rows:
        raise EscoError("damaged", file=path.name)
    return _Listed(path.name, dict(sorted(rows.items())), replaced_by)


def _hidden(row: Row) -> list[str]:
    """The words that only search knows."""
    shown = {_title(row), *lines(row["altLabels"])}
    return [word for word in lines(row.get("hiddenLabels", "")) if word not in shown]


def _title(row: Row) -> str:
    """The preferred label; where a language has none yet, another word of it, or the URI."""
    words = (" ".join(row["preferredLabel"].split()), *lines(row["altLabels"]))
    return next(filter(None, words), row["conceptUri"].strip())


def _named(row: Row, titles: tuple[str, str], language: str) -> dict[str, Any]:
    words = dict.fromkeys((*lines(row["altLabels"]), *_hidden(row)))
    others = tuple(word for word in words if word not in titles)
    return named_fields(row["conceptUri"].strip(), titles, others, language)


def named_fields(
    uri: str, titles: tuple[str, str], others: tuple[str, ...], language: str
) -> dict[str, Any]:
    """The fields that an ESCO competence and an ESCO occupation share."""
    return {
        "uri": uri,
        "label": titles[0],
        "label_feminine": titles[1],
        "other_labels": others,
        "label_en": titles[0] if language == "en" else "",
        "esco_exact": (uri,),
        "esco_close": (),
    }


def _competence(row: Row, broader: tuple[str, ...], language: str) -> Competence:
    title = _title(row)
    return Competence(
        **_named(row, (title, title), language),
        kind=_COMPETENCE_KINDS.get(row["skillType"].strip(), "skill"),
        # A few have no reuse level (in v1.1.1 the areas of DigComp, whose skills are cross-sector).
        reuse_level=_REUSE_LEVELS.get(row["reuseLevel"].strip(), "cross-sector"),
        broader=broader,
    )


def _occupation(row: Row, language: str) -> Occupation:
    return Occupation(
        **_named(row, by_gender(_title(row)), language),
        isco="".join(filter(str.isdigit, row["iscoGroup"])),
    )


def by_gender(title: str) -> tuple[str, str]:
    """The title for a man and for a woman, which ESCO joins with a slash.

    >>> by_gender("esperto/esperta di sidro"), by_gender("regista")
    (('esperto di sidro', 'esperta di sidro'), ('regista', 'regista'))
    """
    masculine, _slash, feminine = (part.strip() for part in title.partition("/"))
    if not (masculine and feminine) or "/" in feminine:
        return title, title
    # Now and then what both share is written once.
    if len(masculine.split()) == 1:
        masculine = " ".join((masculine, *feminine.split()[1:]))
    return masculine, feminine


# --- What binds them ----------------------------------------------------------------------------


def _relations(path: Path, occupations: _Listed, skills: _Listed) -> tuple[Relation, ...]:
    kinds: dict[tuple[str, str], RelationKind] = {}
    for row in read_table(path, "occupationUri", "relationType", "skillUri"):
        pair = row["occupationUri"].strip(), row["skillUri"].strip()
        kind = _RELATION_KINDS.get(row["relationType"].strip())
        if kind is None:
            raise EscoError("damaged", file=path.name)
        if kinds.get(pair) != "essential":
            kinds[pair] = kind
    practised = {occupation for occupation, _ in kinds}
    _require_known(practised, occupations, path.name)
    _require_known({skill for _, skill in kinds}, skills, path.name)
    if len(occupations.rows) >= _WHOLE:
        _require_covered(occupations, practised, path.name)
    return tuple(
        Relation(occupation, skill, kind, WEIGHTS[kind])
        for (occupation, skill), kind in sorted(kinds.items())
        if occupation in occupations.rows and skill in skills.rows
    )


def _broader(path: Path, skills: _Listed) -> dict[str, tuple[str, ...]]:
    above: dict[str, set[str]] = defaultdict(set)
    placed: set[str] = set()
    for row in read_table(path, "conceptType", "conceptUri", "broaderType", "broaderUri"):
        if "Group" not in row["conceptType"]:
            uri = row["conceptUri"].strip()
            placed.add(uri)
            if "Group" not in row["broaderType"]:
                above[uri].add(row["broaderUri"].strip())
    _require_known(placed.union(*above.values()), skills, path.name)
    if len(skills.rows) >= _WHOLE:
        _require_covered(skills, placed, path.name)
    broader = {uri: tuple(sorted(wider & skills.rows.keys())) for uri, wider in above.items()}
    try:
        TopologicalSorter(broader).prepare()
    except CycleError:
        raise EscoError("damaged", file=path.name) from None
    return broader


def _require_known(named: Collection[str], listed: _Listed, by: str) -> None:
    """That what a file names stands in another, but for the few of official releases."""
    uris = listed.uris
    unknown = sorted(set(named).difference(uris))
    if unknown and (
        len(unknown) > _MOST_UNKNOWN * len(uris)
        # The tables stand by URI: what comes after the last, or begins another, was cut away.
        or unknown[-1] > uris[-1]
        or any(uris[bisect(uris, uri)].startswith(uri) for uri in unknown)
    ):
        raise EscoError("mixed", file=by, other=listed.file, count=len(unknown), uri=unknown[0])


def _require_covered(listed: _Listed, covered: Collection[str], by: str) -> None:
    """That a file speaks of (nearly) every concept of another, the last one included."""
    silent = [uri for uri in listed.rows if uri not in covered]
    if silent and (len(silent) > _MOST_UNKNOWN * len(listed.rows) or silent[-1] == listed.uris[-1]):
        raise EscoError("mixed", file=listed.file, other=by, count=len(silent), uri=silent[0])
