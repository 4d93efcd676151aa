"""What is learned from, apart from the gold files."""

from pathlib import Path
from typing import get_args

from skills_taxonomy import Taxonomy
from skills_taxonomy.concepts import Claim
from skills_taxonomy.evaluation import GOLD, read_gold
from skills_taxonomy.training.examples import HELD_OUT, sentences_without, stories

TAXONOMY = Taxonomy.builtin()


def test_a_mark_is_taken_out_of_the_text_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "stories.txt"
    path.write_text("Ieri [cucivo|cucire-a-mano, ricamare] e basta.\n\nBuio.\n", "utf-8")
    told, plain = stories(path)
    (mark,) = told.marked
    assert told.text == "Ieri cucivo e basta."
    assert told.text[mark.start : mark.end] == "cucivo"
    assert {uri.rsplit(":", 1)[-1] for uri in mark.accepted} == {"cucire-a-mano", "ricamare"}
    assert (plain.text, plain.marked) == ("Buio.", ())


def test_every_mark_is_a_competence() -> None:
    told = stories()
    assert len(told) >= 50
    for story in told:
        assert story.marked
        assert "[" not in story.text
        assert all(TAXONOMY.is_competence(uri) for mark in story.marked for uri in mark.accepted)


def test_sentences_say_of_what_kind_they_are() -> None:
    kinds = {*get_args(Claim), "plain"} - {"own"}
    fitted, held = sentences_without(), sentences_without(HELD_OUT)
    assert len(fitted) >= 200
    assert {kind for kind, _ in fitted} == {kind for kind, _ in held} == kinds
    assert not {sentence for _, sentence in fitted} & {sentence for _, sentence in held}


def test_none_is_of_the_gold_files() -> None:
    ours = {sentence for _, sentence in [*sentences_without(), *sentences_without(HELD_OUT)]}
    assert not ours.intersection(read_gold(GOLD, "development").empty)
