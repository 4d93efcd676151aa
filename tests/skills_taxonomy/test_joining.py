"""Our taxonomy and ESCO's as one; concepts with several wider ones; concepts no longer in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills_taxonomy import Competence, Linker, Relation, Taxonomy
from tests.skills_taxonomy.small import a_competence, a_taxonomy, an_occupation

OURS = a_taxonomy(
    competences=[
        a_competence("metalli", label="lavorare i metalli"),
        a_competence(
            "tornio",
            label="usare il tornio",
            other_labels=("tornire",),
            broader=("metalli",),
            esco_exact=("e:tornire",),
            esco_close=("e:vicina",),
        ),
        a_competence("fresa", label="usare la fresatrice", esco_exact=("e:tornire", "e:assente")),
        a_competence("pane", label="impastare il pane"),
    ],
    occupations=[
        an_occupation("tornitore", isco="7223", esco_exact=("e:tornitore",)),
        an_occupation("panettiere", isco="7512"),
    ],
)
THEIRS = a_taxonomy(
    name="esco",
    competences=[
        a_competence(
            "e:tornire",
            label="tornire i pezzi",
            label_feminine="tornire i pezzi",
            other_labels=("Tornire", "usare torni"),
            broader=("e:officina",),
        ),
        a_competence("e:vicina", label="tornire il legno", broader=("e:tornire",)),
        a_competence("e:officina", label="lavorare in officina"),
    ],
    occupations=[
        an_occupation("e:tornitore", label="tornitore", label_feminine="operaia al tornio"),
        an_occupation("e:fabbro", isco="7221"),
    ],
    relations=[
        Relation("e:tornitore", "e:tornire", "useful", 0.25),
        Relation("e:tornitore", "e:officina", "essential", 0.5),
        Relation("e:fabbro", "e:tornire", "useful", 0.25),
    ],
)
JOINED = OURS.joined_with(THEIRS)


def labels(taxonomy: Taxonomy, uri: str) -> tuple[str, ...]:
    return taxonomy.concept(uri).other_labels


# --- Folding ------------------------------------------------------------------------------------


def test_what_ours_names_as_exact_is_folded_and_the_rest_added() -> None:
    assert [c.uri for c in JOINED.competences] == [
        "e:officina", "e:vicina", "fresa", "metalli", "pane", "tornio",
    ]  # fmt: skip
    assert [o.uri for o in JOINED.occupations] == ["e:fabbro", "panettiere", "tornitore"]


def test_ours_keep_their_words_and_get_the_others_once() -> None:
    # Both ours name e:tornire; the first by URI has it.
    assert labels(JOINED, "fresa") == ("tornire i pezzi", "Tornire", "usare torni")
    assert labels(JOINED, "tornio") == ("tornire",)
    assert labels(JOINED, "tornitore") == ("operaia al tornio",)
    assert JOINED.concept("fresa").label == "usare la fresatrice"


def test_a_word_that_ours_has_is_not_added_again() -> None:
    only_lathe = a_taxonomy(
        competences=[OURS.competence("metalli"), OURS.competence("tornio")], relations=[]
    )
    assert labels(only_lathe.joined_with(THEIRS), "tornio") == (
        "tornire", "tornire i pezzi", "usare torni",
    )  # fmt: skip


def test_relations_move_and_ours_win() -> None:
    assert {(r.occupation, r.competence, r.weight) for r in JOINED.relations} == {
        ("tornitore", "tornio", 0.9),
        ("tornitore", "fresa", 0.4),
        ("panettiere", "pane", 0.8),
        ("tornitore", "e:officina", 0.5),
        ("e:fabbro", "fresa", 0.25),
    }


def test_of_two_relations_that_meet_the_strongest_stays() -> None:
    theirs = a_taxonomy(
        name="esco",
        competences=[a_competence("e:1"), a_competence("e:2")],
        occupations=[an_occupation("e:fabbro")],
        relations=[
            Relation("e:fabbro", "e:1", "useful", 0.25),
            Relation("e:fabbro", "e:2", "essential", 0.5),
        ],
    )
    both = a_taxonomy(competences=[a_competence("tornio", esco_exact=("e:1", "e:2"))], relations=[])
    [relation] = both.joined_with(theirs).relations
    assert relation == Relation("e:fabbro", "tornio", "essential", 0.5)


# --- Hierarchy ----------------------------------------------------------------------------------


def test_the_hierarchy_moves_with_what_is_folded() -> None:
    assert [c.uri for c in JOINED.broader("e:vicina")] == ["fresa"]
    assert [c.uri for c in JOINED.broader("fresa")] == ["e:officina"]
    assert [c.uri for c in JOINED.broader("tornio")] == ["metalli"]


def test_where_the_two_disagree_on_which_is_wider_ours_is_right() -> None:
    ours = a_taxonomy(
        competences=[
            a_competence("a", esco_exact=("e:a",)),
            a_competence("b", broader=("a",), esco_exact=("e:b",)),
        ],
        relations=[],
    )
    theirs = a_taxonomy(
        name="esco",
        competences=[a_competence("e:a", broader=("e:c",)), a_competence("e:b"),
                     a_competence("e:c", broader=("e:b",))],
        occupations=[],
        relations=[],
    )  # fmt: skip
    joined = ours.joined_with(theirs)
    assert [c.uri for c in joined.broader("a")] == []
    assert [c.uri for c in joined.broader("b")] == ["a"]
    assert [c.uri for c in joined.broader("e:c")] == ["b"]


def test_a_competence_is_never_above_itself() -> None:
    circle = [a_competence("a", broader=("b",)), a_competence("b", broader=("a",))]
    with pytest.raises(ValueError, match="cycle"):
        a_taxonomy(competences=circle, relations=[])
    with pytest.raises(ValueError, match="cycle"):
        a_taxonomy(competences=[a_competence("a", broader=("a",))], relations=[])


def test_two_ways_up_to_the_same_are_no_circle() -> None:
    diamond = a_taxonomy(
        competences=[
            a_competence("alto"),
            a_competence("a", broader=("alto",)),
            a_competence("b", broader=("alto",)),
            a_competence("basso", broader=("a", "b")),
        ],
        relations=[],
    )
    assert [c.uri for c in diamond.broader("basso")] == ["a", "b"]
    assert [c.uri for c in diamond.narrower("alto")] == ["a", "b"]


# --- Version and retirement ---------------------------------------------------------------------


def test_the_name_says_both() -> None:
    assert JOINED.version.startswith("small+esco-")


@given(st.data())
def test_the_order_never_matters(data: st.DataObject) -> None:
    shuffled = Taxonomy(
        "esco",
        data.draw(st.permutations(THEIRS.competences)),
        data.draw(st.permutations(THEIRS.occupations)),
        data.draw(st.permutations(THEIRS.relations)),
    )
    assert OURS.joined_with(shuffled).version == JOINED.version


def retiring(*uris: str) -> Taxonomy:
    return Taxonomy("esco", THEIRS.competences, THEIRS.occupations, THEIRS.relations, uris)


def test_a_retired_concept_is_known_and_never_proposed() -> None:
    joined = OURS.joined_with(retiring("e:vicina", "e:fabbro"))
    assert joined.is_competence("e:vicina")
    assert "e:vicina" not in {c.uri for c in joined.of_kind("competence")}
    assert "e:fabbro" not in {o.uri for o in joined.of_kind("occupation")}
    assert Linker(joined, encoder=None).search("tornire il legno")[0].uri != "e:vicina"
    assert Linker(JOINED, encoder=None).search("tornire il legno")[0].uri == "e:vicina"


def test_retiring_changes_the_version() -> None:
    assert OURS.joined_with(retiring("e:vicina")).version != JOINED.version


def test_ours_stay_in_force_though_esco_retires_the_same() -> None:
    joined = OURS.joined_with(retiring("e:tornire"))
    assert joined.retired == frozenset()
    assert "fresa" in {c.uri for c in joined.of_kind("competence")}


def test_our_own_can_be_joined_with_nothing() -> None:
    nothing = Taxonomy("esco", (), (), ())
    joined = OURS.joined_with(nothing)
    concepts: list[Competence] = list(joined.competences)
    assert tuple(concepts) == OURS.competences
    assert joined.relations == OURS.relations
