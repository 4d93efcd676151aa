"""The tables we ship: large enough, and sound however much they grow."""

import csv
from collections import defaultdict

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


def test_sayings_are_of_known_competences() -> None:
    rows = list(csv.DictReader(FOLDER.joinpath("sayings.csv").read_text("utf-8").splitlines()))
    ids = [row["id"] for row in rows]
    assert len(set(ids)) == len(ids)
    known = {competence.uri.rsplit(":", 1)[-1] for competence in BUILTIN.competences}
    assert set(ids) <= known


def test_a_saying_stands_once() -> None:
    named: defaultdict[str, set[str]] = defaultdict(set)
    for competence in BUILTIN.competences:
        own = (competence.label, *competence.other_labels)
        assert len({label.casefold() for label in own}) == len(own), competence.uri
        for label in own:
            named[label.casefold()].add(competence.uri)
    assert [label for label, uris in named.items() if len(uris) > 1] == []
