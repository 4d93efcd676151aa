"""The activities of life we ship: sound by themselves, told and never been."""

import re
from typing import get_args

import pytest

from matching.model import ExperienceKind
from skills_taxonomy import Activities, Taxonomy
from skills_taxonomy.activities import Activity, Lesson
from skills_taxonomy.text import stems

ACTIVITIES = Activities.builtin()
TAXONOMY = Taxonomy.builtin()

# What people are says nothing of what they can do.
STATUS = {
    "madre", "padre", "mamma", "papà", "casalinga", "casalingo", "disoccupato", "disoccupata",
    "migrante", "immigrato", "immigrata", "straniero", "straniera", "rifugiato", "rifugiata",
    "vedova", "vedovo", "divorziata", "divorziato", "separata", "separato", "pensionato",
    "pensionata", "invalido", "invalida", "donna", "uomo", "nonna", "nonno",
}  # fmt: skip


def test_they_are_many_enough() -> None:
    assert len(ACTIVITIES.activities) >= 120
    assert len(ACTIVITIES.lessons) >= 700


def test_they_teach_competences_that_are_there() -> None:
    taught = {lesson.competence for lesson in ACTIVITIES.lessons}
    marks = {mark for activity in ACTIVITIES.activities for mark in activity.marks}
    assert [uri for uri in sorted(taught | marks) if not TAXONOMY.is_competence(uri)] == []


def test_each_teaches_several_things_and_says_why() -> None:
    for activity in ACTIVITIES.activities:
        lessons = ACTIVITIES.taught_by(activity.uri)
        assert len(lessons) >= 4, activity.uri
        assert len({lesson.reason for lesson in lessons}) == len(lessons), activity.uri
    for lesson in ACTIVITIES.lessons:
        assert 0 < lesson.strength <= 1, lesson
        assert re.fullmatch(r"[A-ZÀÈ].{8,90}\.", lesson.reason), lesson


def test_a_phrase_tells_of_one_activity() -> None:
    told = [phrase for a in ACTIVITIES.activities for phrase in (a.label, *a.other_labels)]
    assert len({phrase.casefold() for phrase in told}) == len(told)


def test_no_status_is_an_activity() -> None:
    for activity in ACTIVITIES.activities:
        for phrase in (activity.label, *activity.other_labels):
            assert len(stems(phrase)) > 1 or phrase.casefold() not in STATUS, phrase


def test_kinds_are_those_of_experiences_and_never_of_a_job() -> None:
    kinds = {kind for activity in ACTIVITIES.activities for kind in activity.kinds}
    assert kinds <= set(get_args(ExperienceKind)) - {"work"}
    assert all(activity.kinds or not activity.words for activity in ACTIVITIES.activities)


def test_what_does_not_hold_together_is_refused() -> None:
    cooking = Activity("a", "cucinare", (), (), (), ())
    lesson = Lesson("a", "c", 0.5, "Si impara.")
    with pytest.raises(ValueError, match="unknown activity"):
        Activities([], [lesson])
    with pytest.raises(ValueError, match="lesson stands twice"):
        Activities([cooking], [lesson, lesson])
    with pytest.raises(ValueError, match="activity stands twice"):
        Activities([cooking, cooking], [])


def test_the_version_follows_the_content() -> None:
    cooking = Activity("a", "cucinare", (), (), (), ())
    stronger, weaker = (Lesson("a", "c", strength, "Si impara.") for strength in (0.6, 0.5))
    versions = {Activities([cooking], [lesson]).version for lesson in (stronger, weaker)}
    assert len(versions) == 2
