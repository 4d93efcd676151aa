"""The figures, on rows small enough to count by hand."""

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
