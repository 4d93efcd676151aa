"""The taxonomy in memory: what it refuses, how it is walked, what its version says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills_taxonomy import Relation, Taxonomy
from tests.skills_taxonomy.small import a_competence, a_taxonomy, an_occupation

SMALL = a_taxonomy()


def test_a_concept_is_found_by_uri() -> None:
    assert SMALL.concept("tornio").label == "usare il tornio"
    assert SMALL.competence("tornio") is SMALL.concept("tornio")
    assert SMALL.occupation("tornitore").isco == "7223"
    assert "tornio" in SMALL
    assert "nessuno" not in SMALL


@pytest.mark.parametrize("uri", ["tornitore", "nessuno"])
def test_a_competence_is_not_an_occupation(uri: str) -> None:
    assert not SMALL.is_competence(uri)
    with pytest.raises(KeyError, match=uri):
        SMALL.competence(uri)


@pytest.mark.parametrize("uri", ["tornio", "nessuno"])
def test_an_occupation_is_not_a_competence(uri: str) -> None:
    with pytest.raises(KeyError, match=uri):
        SMALL.occupation(uri)


def test_concepts_stand_by_uri() -> None:
    assert [c.uri for c in SMALL.competences] == ["fresa", "metalli", "pane", "tornio"]
    assert [o.uri for o in SMALL.occupations] == ["panettiere", "tornitore"]
    assert SMALL.of_kind("competence") == SMALL.competences
    assert SMALL.of_kind("occupation") == SMALL.occupations


def test_wider_and_narrower_competences() -> None:
    assert [c.uri for c in SMALL.broader("tornio")] == ["metalli"]
    assert SMALL.broader("metalli") == ()
    assert [c.uri for c in SMALL.narrower("metalli")] == ["fresa", "tornio"]
    assert SMALL.narrower("tornio") == ()


def test_what_a_trade_teaches_by_uri() -> None:
    taught = [(r.competence, r.weight) for r in SMALL.taught_by("tornitore")]
    assert taught == [("fresa", 0.4), ("tornio", 0.9)]
    assert SMALL.taught_by("tornio") == ()


# --- What is refused ----------------------------------------------------------------------------


def test_a_uri_stands_once() -> None:
    with pytest.raises(ValueError, match="tornio"):
        a_taxonomy(competences=[a_competence("tornio"), a_competence("tornio")], relations=[])
    with pytest.raises(ValueError, match="tornio"):
        a_taxonomy(
            competences=[a_competence("tornio")],
            occupations=[an_occupation("tornio")],
            relations=[],
        )


def test_a_relation_stands_once() -> None:
    twice = [
        Relation("tornitore", "tornio", "useful", 0.5),
        Relation("tornitore", "tornio", "essential", 0.9),
    ]
    with pytest.raises(ValueError, match="twice"):
        a_taxonomy(relations=twice)


@pytest.mark.parametrize(
    "relation",
    [
        Relation("nessuno", "tornio", "useful", 0.5),
        Relation("tornitore", "nessuno", "useful", 0.5),
        Relation("tornio", "tornitore", "useful", 0.5),
    ],
)
def test_a_relation_binds_a_known_occupation_to_a_known_competence(relation: Relation) -> None:
    with pytest.raises(ValueError, match="unknown"):
        a_taxonomy(relations=[relation])


@pytest.mark.parametrize("broader", ["nessuno", "tornitore"])
def test_a_broader_is_a_known_competence(broader: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        a_taxonomy(competences=[a_competence("tornio", broader=(broader,))], relations=[])


# --- Version ------------------------------------------------------------------------------------


@given(st.data())
def test_the_version_does_not_depend_on_the_order(data: st.DataObject) -> None:
    shuffled = Taxonomy(
        "small",
        data.draw(st.permutations(SMALL.competences)),
        data.draw(st.permutations(SMALL.occupations)),
        data.draw(st.permutations(SMALL.relations)),
    )
    assert shuffled.version == SMALL.version


def test_the_version_depends_on_every_part() -> None:
    competences, occupations, relations = SMALL.competences, SMALL.occupations, SMALL.relations
    others = [
        a_taxonomy(name="other"),
        a_taxonomy(competences=[replace(competences[0], label_en="mill"), *competences[1:]]),
        a_taxonomy(occupations=[replace(occupations[0], isco="7513"), *occupations[1:]]),
        a_taxonomy(relations=[replace(relations[0], weight=0.7), *relations[1:]]),
        a_taxonomy(relations=relations[1:]),
    ]
    assert len({SMALL.version, *(other.version for other in others)}) == len(others) + 1


def test_the_version_starts_with_the_name() -> None:
    assert SMALL.version.startswith("small-")
    assert Taxonomy.builtin().version.startswith("builtin-")
