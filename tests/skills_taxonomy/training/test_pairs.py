"""What the encoder is trained on."""

import csv
import random
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from skills_taxonomy import Taxonomy
from skills_taxonomy.training.pairs import Entry, Source, batches, sources, texts_of
from tests.skills_taxonomy.small import a_competence, a_taxonomy, an_occupation

GOLD = Path(__file__).parents[2] / "gold"
NOTHING = a_taxonomy(competences=[], occupations=[], relations=[])


def entries(*names: str, families: str = "") -> tuple[Entry, ...]:
    return tuple(
        Entry(name, family, (name, f"{name} left"), (name, f"{name} right"))
        for name, family in zip(names, families or " " * len(names), strict=True)
    )


def named(found: list[Source]) -> dict[str, tuple[Entry, ...]]:
    return {source.name: source.entries for source in found}


def test_a_pair_is_of_two_texts_of_one_concept() -> None:
    entry = Entry("a", "", ("one", "two"), ("one", "two", "three"))
    rng = random.Random(1)  # noqa: S311
    pairs = [entry.drawn(rng) for _ in range(200)]
    assert all(pair.left != pair.right for pair in pairs)
    assert {(pair.left, pair.right) for pair in pairs} == {
        ("two", "one"), ("one", "two"), ("one", "three"), ("two", "three"),
    }  # fmt: skip


def test_a_batch_is_of_one_source_and_has_no_concept_twice() -> None:
    letters, digits = Source("l", 0.8, entries(*"abcdefg")), Source("d", 0.2, entries(*"123456"))
    drawn = list(islice(batches([letters, digits], 3, seed=1), 100))
    assert all(len({pair.concept for pair in batch}) == 3 for batch in drawn)
    kinds = Counter({pair.concept.isdigit() for pair in batch}.pop() for batch in drawn)
    assert all(len({pair.concept.isdigit() for pair in batch}) == 1 for batch in drawn)
    assert kinds[False] > kinds[True] > 0


def test_the_same_seed_draws_the_same_batches() -> None:
    source = Source("l", 1, entries(*"abcdefg"))
    first, again, other = (list(islice(batches([source], 2, seed), 20)) for seed in (1, 1, 2))
    assert first == again != other


def test_families_stand_together() -> None:
    source = Source("l", 1, entries(*"abcdef", families="xyzxyz"), together=1)
    for batch in islice(batches([source], 2, seed=1), 30):
        assert {pair.concept for pair in batch} in ({"a", "d"}, {"b", "e"}, {"c", "f"})


def test_an_own_competence_brings_its_phrasings_alone_and_two_in_a_breath() -> None:
    own = a_taxonomy(
        competences=[
            a_competence("wide", label="vendere"),
            a_competence(
                "till",
                label="Tenere la cassa",
                label_feminine="",
                other_labels=("battevo gli scontrini", "davo il resto"),
                broader=("wide",),
            ),
        ],
        occupations=[],
        relations=[],
    )
    entry = next(e for e in named(sources(own, NOTHING, NOTHING, 1))["competences"] if e.kin)
    assert entry.right == ("tenere la cassa", "battevo gli scontrini", "davo il resto")
    assert entry.left == (*entry.right, "battevo gli scontrini e davo il resto")
    assert (entry.family, entry.kin) == ("wide", {"wide"})


def test_bridges_lead_from_our_italian_to_english() -> None:
    own = a_taxonomy(
        competences=[
            a_competence("till", label="tenere la cassa", label_feminine="", label_en="Tills",
                         esco_exact=("same",), esco_close=("near", "unknown")),
        ],
        occupations=[],
        relations=[],
    )  # fmt: skip
    english = a_taxonomy(
        competences=[
            a_competence(
                "same", label="operate till", label_feminine="", other_labels=("cash up",)
            ),
            a_competence("near", label="count money", label_feminine="", other_labels=("sums",)),
        ],
        occupations=[],
        relations=[],
    )
    [entry] = named(sources(own, NOTHING, english, 1))["bridges"]
    assert entry.left == ("tenere la cassa",)
    assert entry.right == ("tills", "operate till", "count money", "cash up")


def test_occupations_of_a_group_are_paired_by_their_first_titles() -> None:
    italian = a_taxonomy(
        competences=[],
        occupations=[
            an_occupation("o1", label="tornitore", isco="7223"),
            an_occupation("o2", label="fresatore", isco="7223"),
            an_occupation("o3", label="fornaio", isco="7512"),
        ],
        relations=[],
    )
    found = named(sources(NOTHING, italian, NOTHING, 1))
    assert [entry.right for entry in found["groups"]] == [("tornitore", "fresatore")]


def test_shares_make_a_whole() -> None:
    found = sources(a_taxonomy(), a_taxonomy(), a_taxonomy(), 1)
    assert sum(source.share for source in found) == pytest.approx(1)


@pytest.mark.parametrize("name", ["phrases.csv", "phrases_first.csv", "sentences_without.csv"])
def test_no_gold_phrase_is_trained_on(name: str) -> None:
    with (GOLD / name).open(encoding="utf-8", newline="") as file:
        gold = {(row.get("phrase") or row["sentence"]).lower() for row in csv.DictReader(file)}
    assert len(gold) > 40
    found = sources(Taxonomy.builtin(), NOTHING, NOTHING, 1)
    assert gold.isdisjoint(texts_of(found))
