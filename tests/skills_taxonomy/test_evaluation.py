"""The figures, on rows small enough to count by hand."""

import hashlib
from pathlib import Path

import pytest

from skills_taxonomy import Match, Mention
from skills_taxonomy.evaluation import (
    GOLD,
    Marked,
    Phrase,
    Story,
    Tally,
    calibration_error,
    f1,
    hits,
    interval,
    is_test,
    read_gold,
    tally,
)
from tests.skills_taxonomy.small import a_taxonomy

STORY = Story("usavo il tornio, facevo il pane", (Marked(0, 15, frozenset({"tornio"})),))


def test_the_halves_share_nothing_and_miss_nothing() -> None:
    halves = [read_gold(GOLD, "development"), read_gold(GOLD, "test")]
    for name in ("phrases", "empty", "stories"):
        one, other = (set(getattr(half, name)) for half in halves)
        assert one
        assert other
        assert not one & other
    assert not any(is_test(phrase.text) for phrase in halves[0].phrases)


def test_the_half_of_a_phrase_hangs_on_its_text_alone(tmp_path: Path) -> None:
    texts = [f"frase {number}" for number in range(40)]
    rows = "".join(f"{text},uno | due\n" for text in texts)
    (tmp_path / "phrases.csv").write_text("phrase,accepted\n" + rows, "utf-8")
    (tmp_path / "sentences_without.csv").write_text("sentence\n", "utf-8")
    (tmp_path / "stories.jsonl").write_text("", "utf-8")
    found = read_gold(tmp_path, "development").phrases
    even = [t for t in texts if int(hashlib.sha256(t.encode()).hexdigest(), 16) % 2 == 0]
    assert [phrase.text for phrase in found] == even
    assert 10 < len(even) < 30
    uris = {"urn:cantiere:competence:uno", "urn:cantiere:competence:due"}
    assert all(phrase.accepted == uris for phrase in found)


def test_a_marked_stretch_is_inside_its_story() -> None:
    for story in read_gold(GOLD, "development").stories:
        assert all(0 <= m.start < m.end <= len(story.text) for m in story.marked)


def test_a_hit_is_among_the_first() -> None:
    phrases = [Phrase("…", frozenset({"b"}))]
    found = [[Match("a", "a", 0.9), Match("b", "b", 0.8)]]
    assert hits(found, phrases, 1) == [0.0]
    assert hits(found, phrases, 2) == [1.0]


@pytest.mark.parametrize(
    ("start", "uri", "right"),
    [(0, "tornio", 1), (0, "metalli", 1), (0, "pane", 0), (17, "tornio", 0)],
)
def test_a_mention_is_right_at_its_place_and_by_its_parent(
    start: int, uri: str, right: int
) -> None:
    mention = Mention(start, start + 5, STORY.text[start : start + 5], uri, uri, 0.5)
    assert tally([mention], STORY, a_taxonomy()) == Tally(1, right, 1, right)


def test_f1_by_hand() -> None:
    assert f1([Tally(4, 2, 3, 2), Tally(0, 0, 1, 0)]) == pytest.approx(0.5)
    assert f1([Tally(0, 0, 1, 0)]) == 0.0


def test_the_calibration_error_by_hand() -> None:
    assert calibration_error([0.8, 0.8, 0.1, 1.0], [1, 0, 0, 1]) == pytest.approx(0.15 + 0.025)


def test_an_interval_holds_its_figure() -> None:
    figure, low, high = interval([0.0, 1.0] * 50, lambda u: sum(u) / len(u))
    assert figure == 0.5
    assert 0.35 < low < 0.5 < high < 0.65
