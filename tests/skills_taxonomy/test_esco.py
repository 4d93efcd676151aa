"""An ESCO release folder, as downloaded, into memory; and the folders that are refused."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from skills_taxonomy import Competence, Linker, Taxonomy
from skills_taxonomy.esco import WEIGHTS, Release, by_gender, read_release
from skills_taxonomy.esco_files import EscoError
from tests.esco import (
    TINY,
    a_whole_release,
    compress,
    copy_of_tiny,
    edit,
    occupation,
    rows_of,
    skill,
    write_rows,
)

RELEASE = read_release(TINY, "it")
REFERENCE = os.environ.get("CANTIERE_TEST_ESCO")

SKILLS = "skills_it.csv"
OCCUPATIONS = "occupations_it.csv"
RELATIONS = "occupationSkillRelations_it.csv"
BROADER = "broaderRelationsSkillPillar.csv"
FILES = (SKILLS, OCCUPATIONS, RELATIONS, BROADER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_tiny(tmp_path / "esco")


def named(number: int, release: Release = RELEASE) -> Competence:
    return next(c for c in release.competences if c.uri == skill(number))


# --- What is read -------------------------------------------------------------------------------


def test_the_concepts_in_force_by_uri() -> None:
    assert [c.uri for c in RELEASE.competences] == [skill(n) for n in (1, 2, 3, 4, 5)]
    assert [o.uri for o in RELEASE.occupations] == [occupation(n) for n in (1, 2, 3)]


def test_a_label_a_line_tidied_each_once_and_the_hidden_last() -> None:
    carpentry = named(1)
    assert carpentry.label == carpentry.label_feminine == "lavorare il legno"
    assert carpentry.other_labels == ("fare lavori in legno", "costruire in legno", "bricolage")
    assert named(5).label == "ascoltare i clienti"
    assert RELEASE.hidden == {(skill(1), "bricolage"), (skill(3), "attrezzi")}


def test_the_kind_and_the_reuse_level_and_what_stands_for_a_missing_one() -> None:
    assert [c.kind for c in RELEASE.competences] == ["skill"] * 3 + ["knowledge", "skill"]
    assert [c.reuse_level for c in RELEASE.competences] == [
        "cross-sector", "sector-specific", "cross-sector", "occupation-specific", "transversal",
    ]  # fmt: skip


def test_every_concept_is_its_own_esco_concept() -> None:
    assert all(concept.esco_uris == (concept.uri,) for concept in RELEASE.concepts)


def test_occupations_have_two_titles_and_an_isco_group() -> None:
    assert [(o.label, o.label_feminine, o.isco) for o in RELEASE.occupations] == [
        ("falegname", "falegname", "7522"),
        ("restauratore di mobili", "restauratrice di mobili", "7522"),
        ("esperto di legni antichi", "esperta di legni antichi", "2659"),
    ]
    assert RELEASE.occupations[1].other_labels == ("restauratrice",)


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("sarto/sarta", ("sarto", "sarta")),
        ("vigile urbano/vigilessa", ("vigile urbano", "vigilessa")),
        ("addetto import/export/addetta", ("addetto import/export/addetta",) * 2),
        ("tecnico/", ("tecnico/",) * 2),
    ],
)
def test_titles_are_split_where_esco_joins_two(title: str, titles: tuple[str, str]) -> None:
    assert by_gender(title) == titles


def test_a_competence_stands_below_several_and_never_below_a_group() -> None:
    assert named(2).broader == (skill(1), skill(3))
    assert [named(n).broader for n in (1, 3, 4, 5)] == [()] * 4


def test_relations_have_the_weight_of_their_kind_and_essential_wins() -> None:
    found = {(r.occupation, r.competence): (r.kind, r.weight) for r in RELEASE.relations}
    essential, useful = ("essential", WEIGHTS["essential"]), ("useful", WEIGHTS["useful"])
    assert found == {
        (occupation(1), skill(1)): essential,
        (occupation(1), skill(2)): essential,
        (occupation(1), skill(5)): useful,
        (occupation(2), skill(4)): essential,
        (occupation(3), skill(4)): useful,
    }
    assert 0 < WEIGHTS["useful"] < WEIGHTS["essential"] < 1


def test_an_obsolete_concept_is_not_in_force_and_what_replaces_it_is_kept() -> None:
    assert RELEASE.replaced_by == {skill(6): (skill(2),)}


def test_a_taxonomy_is_made_of_it() -> None:
    taxonomy = Taxonomy.from_esco(TINY)
    assert taxonomy.version.startswith("esco-1.2-it-")
    assert [c.uri for c in taxonomy.broader(skill(2))] == [skill(1), skill(3)]
    assert [c.uri for c in taxonomy.narrower(skill(3))] == [skill(2)]
    assert [r.competence for r in taxonomy.taught_by(occupation(3))] == [skill(4)]


def test_each_file_is_announced_before_it_is_read() -> None:
    opened: list[str] = []
    read_release(TINY, "it", opening=opened.append)
    assert tuple(opened) == FILES


# --- The ways it comes --------------------------------------------------------------------------


def gzipped(folder: Path) -> None:
    for file in FILES:
        compress(folder / file)


def without_marks(folder: Path) -> None:
    for file in FILES:
        path = folder / file
        path.write_text(path.read_text("utf-8-sig"), "utf-8")


def reversed_rows(folder: Path) -> None:
    for file in FILES:
        header, *rows = rows_of(folder / file)
        write_rows(folder / file, [header, *reversed(rows)])


def without_language_on_relations(folder: Path) -> None:
    (folder / RELATIONS).rename(folder / "occupationSkillRelations.csv")


def with_language_on_the_hierarchy(folder: Path) -> None:
    (folder / BROADER).rename(folder / "broaderRelationsSkillPillar_it.csv")


def with_another_language_beside(folder: Path) -> None:
    for file in (SKILLS, OCCUPATIONS):
        (folder / file.replace("_it", "_en")).write_text("conceptUri\n")


@pytest.mark.parametrize(
    "change",
    [
        gzipped,
        without_marks,
        reversed_rows,
        without_language_on_relations,
        with_language_on_the_hierarchy,
        with_another_language_beside,
    ],
)
def test_the_same_content_is_the_same_release(folder: Path, change: Callable[[Path], None]) -> None:
    change(folder)
    assert read_release(folder, "it").digest == RELEASE.digest


# The columns and the names of the files, as releases had them.
CONCEPT = "conceptType conceptUri"
NOTES = "status modifiedDate scopeNote definition inScheme description"
WORKS = "status modifiedDate regulatedProfessionNote scopeNote definition inScheme description"
LAYOUTS = {
    "1.0.8": {
        SKILLS: f"{CONCEPT} skillType reuseLevel preferredLabel altLabels description",
        OCCUPATIONS: f"{CONCEPT} iscoGroup preferredLabel altLabels description",
        "occupationSkillRelations.csv": "occupationUri relationType skillType skillUri",
        "broaderRelationsSkillPillar.csv": f"{CONCEPT} broaderType broaderUri",
    },
    "1.1.1": {
        SKILLS: f"{CONCEPT} skillType reuseLevel preferredLabel altLabels hiddenLabels {NOTES}",
        OCCUPATIONS: f"{CONCEPT} iscoGroup preferredLabel altLabels hiddenLabels {WORKS} code",
        "occupationSkillRelations.csv": "occupationUri relationType skillType skillUri",
        "broaderRelationsSkillPillar.csv": f"{CONCEPT} broaderType broaderUri",
    },
    "1.2.0": {
        SKILLS: f"{CONCEPT} skillType reuseLevel preferredLabel altLabels hiddenLabels {NOTES}",
        OCCUPATIONS: f"{CONCEPT} iscoGroup preferredLabel altLabels hiddenLabels {WORKS} code "
        "naceCode",
        RELATIONS: "occupationUri occupationLabel relationType skillType skillUri skillLabel",
        "broaderRelationsSkillPillar_it.csv": f"{CONCEPT} conceptLabel broaderType broaderUri "
        "broaderLabel",
    },
}


def as_in(version: str, tiny: Path, folder: Path) -> Path:
    """The tiny release but for its obsolete skill, with the files and columns of a version."""
    folder.mkdir(parents=True)
    sources = {SKILLS: SKILLS, OCCUPATIONS: OCCUPATIONS}
    for file, columns in LAYOUTS[version].items():
        source = sources.get(file, RELATIONS if file.startswith("occupationSkill") else BROADER)
        header, *rows = rows_of(tiny / source)
        kept = [dict(zip(header, row, strict=True)) for row in rows if skill(6) not in row]
        names = columns.split()
        write_rows(folder / file, [names, *([row.get(n, "") for n in names] for row in kept)])
    return folder


@pytest.mark.parametrize("version", LAYOUTS)
def test_each_version_has_its_names_and_columns(tmp_path: Path, version: str) -> None:
    place = tmp_path / f"ESCO dataset - v{version} - classification - it - csv"
    release = read_release(as_in(version, TINY, place), "it")
    assert release.version == version
    assert [c.uri for c in release.concepts] == [c.uri for c in RELEASE.concepts]
    assert [c.label for c in release.concepts] == [c.label for c in RELEASE.concepts]
    assert [c.broader for c in release.competences] == [c.broader for c in RELEASE.competences]
    assert release.relations == RELEASE.relations
    # Words for searching only came after the first releases.
    assert release.hidden == (frozenset() if version == "1.0.8" else RELEASE.hidden)


def test_the_first_releases_are_known_by_their_columns(tmp_path: Path) -> None:
    assert read_release(as_in("1.0.8", TINY, tmp_path / "scaricati"), "it").version == "1.0"


def test_files_of_two_versions_are_refused(tmp_path: Path) -> None:
    """The skills of a release that lacks one which the relations of the next name."""
    folder = as_in("1.2.0", TINY, tmp_path / "esco")
    older = as_in("1.1.1", TINY, tmp_path / "prima")
    rows = rows_of(older / SKILLS)
    write_rows(folder / SKILLS, [row for row in rows if row[1] != skill(5)])
    error = refused(folder)
    assert (error.key, error.values["uri"]) == ("mixed", skill(5))


def test_the_hierarchy_may_be_missing(folder: Path) -> None:
    (folder / BROADER).unlink()
    release = read_release(folder, "it")
    assert {c.broader for c in release.competences} == {()}
    assert release.relations == RELEASE.relations


def test_a_concept_without_a_translation_goes_by_another_word_or_by_its_uri(folder: Path) -> None:
    edit(folder, SKILLS, "tipi di legno,", ",")
    edit(folder, SKILLS, "ascoltare i clienti\u00a0,", ",")
    release = read_release(folder, "it")
    assert named(4, release).label == "essenze"
    assert named(5, release).label == skill(5)


# --- Occupations alone --------------------------------------------------------------------------


def without_skills(folder: Path) -> None:
    (folder / SKILLS).unlink()


def with_the_skills_of_another_language(folder: Path) -> None:
    (folder / SKILLS).rename(folder / "skills_en.csv")


def with_no_skill(folder: Path) -> None:
    write_rows(folder / SKILLS, rows_of(folder / SKILLS)[:1])


@pytest.mark.parametrize(
    "change", [without_skills, with_the_skills_of_another_language, with_no_skill]
)
def test_occupations_alone_make_a_taxonomy_in_memory(
    folder: Path, change: Callable[[Path], None]
) -> None:
    change(folder)
    taxonomy = Taxonomy.from_esco(folder)
    assert taxonomy.occupations == RELEASE.occupations
    assert (taxonomy.competences, taxonomy.relations) == ((), ())
    assert Linker(taxonomy, encoder=None).search("restauratrice", kind="occupation")[
        0
    ].uri == occupation(2)
    assert refused(folder).key in {"no_file", "damaged"}


def test_a_folder_with_skills_needs_what_binds_them(folder: Path) -> None:
    (folder / RELATIONS).unlink()
    with pytest.raises(EscoError) as caught:
        Taxonomy.from_esco(folder)
    assert caught.value.key == "no_file"


# --- The version --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "version"),
    [
        ("ESCO dataset - v1.1.1 - classification - it - csv", "1.1.1"),
        ("esco_1.0.8", "1.0.8"),
        ("ESCO v1.2.0/csv", "1.2.0"),
        ("esco/cantiere-1.0", "1.2"),
        ("esco-12.1.2", "1.2"),
    ],
)
def test_the_version_is_in_the_name_of_the_folder(tmp_path: Path, place: str, version: str) -> None:
    assert read_release(copy_of_tiny(tmp_path / place), "it").version == version


@pytest.mark.parametrize(
    ("newest", "version"),
    [
        ("2022-01-10", "1.1"),
        ("2022-08-25", "1.1.1"),
        ("2024-02-01", "1.1.2"),
        ("2024-04-30", "1.2"),
        ("2025-11-30", "1.2.1"),
        ("2031-01-01", "unknown"),
    ],
)
def test_or_the_newest_change_tells_it(folder: Path, newest: str, version: str) -> None:
    for file in (SKILLS, OCCUPATIONS):
        header, *rows = rows_of(folder / file)
        changed = header.index("modifiedDate")
        write_rows(
            folder / file,
            [header, *([*r[:changed], f"{newest}T10:00:00Z", *r[changed + 1 :]] for r in rows)],
        )
    assert read_release(folder, "it").version == version


def test_the_digest_depends_on_version_and_words(folder: Path) -> None:
    edit(folder, SKILLS, "bricolage", "fai da te")
    other = read_release(folder, "it")
    named_folder = read_release(folder.rename(folder.with_name("esco 1.1.2")), "it")
    assert len({RELEASE.digest, other.digest, named_folder.digest}) == 3


# --- What is refused ----------------------------------------------------------------------------


def refused(folder: Path, language: str = "it") -> EscoError:
    with pytest.raises(EscoError) as caught:
        read_release(folder, language)
    return caught.value


def test_no_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "none").key == "no_folder"
    assert refused(TINY / SKILLS).key == "no_folder"


def test_another_language() -> None:
    error = refused(TINY, "en")
    assert error.key == "no_language"
    assert error.values["found"] == "it"


@pytest.mark.parametrize("file", [SKILLS, OCCUPATIONS, RELATIONS])
def test_a_missing_file(folder: Path, file: str) -> None:
    (folder / file).unlink()
    error = refused(folder)
    assert (error.key, error.values["file"]) == ("no_file", file)


def test_a_missing_column(folder: Path) -> None:
    edit(folder, OCCUPATIONS, "iscoGroup", "group")
    error = refused(folder)
    assert error.key == "columns"
    assert error.values == {"file": OCCUPATIONS, "columns": "iscoGroup"}


@pytest.mark.parametrize("file", FILES)
def test_a_file_cut_inside_a_row(folder: Path, file: str) -> None:
    path = folder / file
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b",") - 5])
    error = refused(folder)
    assert (error.key, error.values["file"]) in {("damaged", file), ("mixed", file)}


def test_a_file_cut_inside_a_quoted_cell(folder: Path) -> None:
    path = folder / SKILLS
    path.write_bytes(path.read_bytes().partition(b"Tagliare")[0])
    assert refused(folder).key == "damaged"


@pytest.mark.parametrize("file", FILES)
def test_a_gzipped_file_cut_short(folder: Path, file: str) -> None:
    compress(folder / file)
    path = folder / f"{file}.gz"
    path.write_bytes(path.read_bytes()[:-20])
    error = refused(folder)
    assert (error.key, error.values["file"]) == ("damaged", path.name)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04"])
def test_a_file_that_is_no_table(folder: Path, content: bytes) -> None:
    (folder / SKILLS).write_bytes(content)
    assert refused(folder).key in {"columns", "damaged"}


def test_a_table_with_no_row(folder: Path) -> None:
    write_rows(folder / SKILLS, rows_of(folder / SKILLS)[:1])
    assert refused(folder).key == "damaged"


def test_a_relation_of_no_known_kind(folder: Path) -> None:
    edit(folder, RELATIONS, f"optional,knowledge,{skill(4)}", f"forse,knowledge,{skill(4)}")
    assert refused(folder).key == "damaged"


def test_a_concept_that_stands_twice_as_two_things(folder: Path) -> None:
    rows = rows_of(folder / SKILLS)
    write_rows(folder / SKILLS, [*rows, rows[1]])
    assert read_release(folder, "it").digest == RELEASE.digest
    write_rows(folder / SKILLS, [*rows, [*rows[1][:4], "segare", *rows[1][5:]]])
    error = refused(folder)
    assert error.key == "twice"
    assert error.values == {"file": SKILLS, "uri": skill(1)}


def test_a_skill_that_relations_name_and_nobody_knows(folder: Path) -> None:
    write_rows(folder / SKILLS, [row for row in rows_of(folder / SKILLS) if row[1] != skill(4)])
    error = refused(folder)
    assert error.key == "mixed"
    assert error.values == {"file": RELATIONS, "other": SKILLS, "count": 1, "uri": skill(4)}


def test_a_skill_that_only_the_hierarchy_names(folder: Path) -> None:
    edit(folder, BROADER, skill(3), skill(9))
    error = refused(folder)
    assert (error.key, error.values["file"], error.values["uri"]) == ("mixed", BROADER, skill(9))


def test_skills_each_wider_than_the_other(folder: Path) -> None:
    rows = rows_of(folder / BROADER)
    kind = rows[2][0]
    write_rows(folder / BROADER, [*rows, [kind, skill(3), kind, skill(2)]])
    error = refused(folder)
    assert (error.key, error.values["file"]) == ("damaged", BROADER)


# --- As large as the official ones --------------------------------------------------------------


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return a_whole_release(tmp_path / "esco")


WHOLE_BROADER = "broaderRelationsSkillPillar_it.csv"


def without_row(path: Path, number: int) -> None:
    rows = rows_of(path)
    del rows[number]
    write_rows(path, rows)


@pytest.mark.parametrize("file", [SKILLS, OCCUPATIONS])
def test_official_releases_name_a_few_concepts_they_do_not_hold(whole: Path, file: str) -> None:
    without_row(whole / file, 500)
    release = read_release(whole, "it")
    assert len(release.concepts) == 1999
    assert len(release.relations) == 999


@pytest.mark.parametrize("file", [SKILLS, OCCUPATIONS, RELATIONS, WHOLE_BROADER])
def test_a_file_that_lacks_its_last_row_is_cut(whole: Path, file: str) -> None:
    without_row(whole / file, -1)
    assert refused(whole).key == "mixed"


@pytest.mark.parametrize("file", [SKILLS, OCCUPATIONS, RELATIONS, WHOLE_BROADER])
def test_a_file_that_lacks_many_rows_is_of_another_release(whole: Path, file: str) -> None:
    for _ in range(3):
        without_row(whole / file, 500)
    error = refused(whole)
    assert (error.key, error.values["count"]) == ("mixed", 3)


def test_a_uri_cut_in_the_last_row_is_seen(whole: Path) -> None:
    path = whole / RELATIONS
    path.write_bytes(path.read_bytes()[:-4])
    error = refused(whole)
    assert (error.key, error.values["uri"]) == ("mixed", skill(1000)[:-2])


# --- The reference ------------------------------------------------------------------------------


@pytest.mark.skipif(REFERENCE is None, reason="CANTIERE_TEST_ESCO names no folder of ESCO v1.1.1")
def test_the_reference_is_read_whole() -> None:
    release = read_release(Path(str(REFERENCE)), "en")
    assert release.version == "1.1.1"
    assert (len(release.competences), len(release.occupations)) == (13_896, 3_007)
    # 123,855 rows, less those of an occupation that the release does not hold.
    assert len(release.relations) == 123_788
    assert sum(len(c.broader) > 1 for c in release.competences) == 1_182
