"""The tables we ship: large enough, and sound however much they grow."""

from skills_taxonomy import Taxonomy
from skills_taxonomy.builtin import FOLDER
from skills_taxonomy.soundness import check

BUILTIN = Taxonomy.builtin()


def test_it_is_large_enough() -> None:
    assert len(BUILTIN.competences) >= 1000
    assert len(BUILTIN.occupations) >= 200


def test_it_is_sound() -> None:
    checked = check(FOLDER)
    assert checked.faults == ()
    assert checked.counts == {
        "competences": len(BUILTIN.competences),
        "occupations": len(BUILTIN.occupations),
        "relations": len(BUILTIN.relations),
    }
