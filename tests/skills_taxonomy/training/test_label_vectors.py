"""What is encoded once and shipped."""

from skills_taxonomy import Linker
from skills_taxonomy.mentions import NEUTRAL
from skills_taxonomy.training.label_vectors import texts_of
from tests.skills_taxonomy.small import a_taxonomy


def test_every_text_that_others_are_compared_with_stands_once() -> None:
    texts = texts_of(Linker(a_taxonomy(), encoder=None))
    assert len(set(texts)) == len(texts)
    assert {"usare il tornio", "tornitore", NEUTRAL[0]} <= set(texts)
    assert "tornitrice" not in texts  # in the form of a man's title, it stands already
