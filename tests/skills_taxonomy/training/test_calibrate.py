"""The fits, on numbers with a known answer."""

import numpy as np
import pytest

from skills_taxonomy.concepts import Mention
from skills_taxonomy.evaluation import Marked, Story
from skills_taxonomy.fusion import Linear, squashed
from skills_taxonomy.naming import Candidates
from skills_taxonomy.training.calibrate import held_to, platt, stretched
from skills_taxonomy.training.fitting import choices, fit_rank, joined
from skills_taxonomy.training.lessons import Told, alone
from tests.skills_taxonomy.small import a_competence, a_taxonomy

_URI = "urn:cantiere:competence:it"
RNG = np.random.default_rng(0)
FEATURES = {
    name: RNG.normal(size=(60, 12)) for name in ("words", "words_few", "meaning", "meaning_few")
}
BEST = FEATURES["words"].argmax(axis=1)
RIGHT = np.eye(12, dtype=bool)[BEST]


def test_the_feature_that_tells_gets_the_weight() -> None:
    model = fit_rank(choices(FEATURES, RIGHT))
    assert (model(FEATURES).argmax(axis=1) == BEST).mean() > 0.9
    assert model.weights["words"] > 5 * abs(model.weights["meaning"])


def test_a_text_with_nothing_right_teaches_nothing() -> None:
    none = np.zeros_like(RIGHT)
    assert len(choices(FEATURES, none).rows) == 0
    both = joined([choices(FEATURES, RIGHT), choices(FEATURES, none)])
    assert fit_rank(both) == fit_rank(choices(FEATURES, RIGHT))


def test_texts_of_several_stories_stay_apart() -> None:
    both = joined([choices(FEATURES, RIGHT), choices(FEATURES, RIGHT)])
    assert len(set(both.text.tolist())) == 120


def test_mentions_are_as_sure_as_they_are_often_right() -> None:
    signal = RNG.normal(size=2000)
    right = RNG.random(2000) < 1 / (1 + np.exp(-(2 * signal - 1)))
    modest = Linear(0.5, {"signal": 0.7})
    found = [[Mention(0, 1, "", _URI if r else "other", "", float(p))] for p, r in
             zip(squashed(modest({"signal": signal})), right, strict=True)]  # fmt: skip
    story = Story("a", (Marked(0, 1, frozenset({_URI})),))
    told = [
        Told(story, Candidates([], {}, {}), np.zeros((0, 1), bool), of_gold=True, group=0)
    ] * 2000
    by = platt(found, told, a_taxonomy(competences=[a_competence(_URI)], relations=[]))
    held = np.array([held_to(mentions[0], by).confidence for mentions in found])
    assert held.mean() == pytest.approx(right.mean(), abs=0.02)
    assert held[signal > 1].mean() == pytest.approx(right[signal > 1].mean(), abs=0.05)
    assert squashed(stretched(modest, by)({"signal": signal})) == pytest.approx(held, abs=2e-3)


def test_a_sentence_that_names_something_stands_alone() -> None:
    text = "Sono alto. Cucivo e saldavo. Poi basta."
    start = text.index("saldavo")
    story = Story(text, (Marked(start, start + 7, frozenset({_URI})),))
    (sentence,) = alone(story)
    (mark,) = sentence.marked
    assert sentence.text == " Cucivo e saldavo."
    assert sentence.text[mark.start : mark.end] == "saldavo"
