"""The stories that measure hidden competences: that the file itself is sound.

What they measure is measured where the hidden competences are; here no rule is read, as none was
when the stories were written.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from skills_taxonomy import Taxonomy
from tests.builders import a_participant

FILE = Path(__file__).parents[1] / "gold" / "implied.jsonl"
STORIES: list[dict[str, Any]] = [
    json.loads(line) for line in FILE.read_text("utf-8").split("\n") if line
]
LABELS = {competence.uri: competence.label for competence in Taxonomy.builtin().competences}


def test_there_are_forty_stories_or_more_each_with_its_own_id_and_words() -> None:
    assert len(STORIES) >= 40
    for field in ("id", "narrative"):
        assert max(Counter(story[field] for story in STORIES).values()) == 1


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["id"])
def test_a_story_is_text_of_a_participant_with_two_sound_lists(story: dict[str, Any]) -> None:
    implied, not_implied = story["implied"], story["not_implied"]
    person = a_participant(**{k: story[k] for k in ("id", "narrative", "experiences")})
    assert len(story) == 5
    assert person.narrative
    assert 4 <= len(implied) <= 10
    assert len(not_implied) == 5
    assert len({*implied, *not_implied}) == len(implied) + 5
    assert {*implied, *not_implied} <= LABELS.keys()
    told = " ".join(person.texts().values()).casefold()
    assert not [uri for uri in implied if LABELS[uri].casefold() in told], "named, so not hidden"
