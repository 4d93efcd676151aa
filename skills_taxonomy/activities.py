"""Activities of life, and the competences they teach: care, household, volunteering, hobbies.

Two tables written by hand beside the built-in taxonomy. An activity is something a person tells of
having done, never something they are.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Self

from skills_taxonomy.builtin import COMPETENCE, FOLDER
from skills_taxonomy.concepts import Competence
from skills_taxonomy.taxonomy import Taxonomy

ACTIVITY = "urn:cantiere:activity:"


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = FOLDER.joinpath(f"{table}.csv").read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def _values(cell: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in cell.split("|") if value.strip())


@dataclass(frozen=True, slots=True)
class Activity:
    """Something done outside a trade.

    Attributes:
        other_labels: How people say it.
        marks: The competences whose mention tells of this activity too.
        kinds: The kinds of experience (contract 5.1) that are this activity…
        words: …when one of these stands in their text, or whatever their text if there are none.
    """

    uri: str
    label: str
    other_labels: tuple[str, ...]
    marks: tuple[str, ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What an activity teaches: ``strength`` in (0, 1] is how likely who did it has learnt it."""

    activity: str
    competence: str
    strength: float
    reason: str


class Activities:
    """Activities and their lessons; never changed once made.

    Raises:
        ValueError: If a lesson or an activity stands twice, or a lesson is of an unknown activity.
    """

    def __init__(self, activities: Iterable[Activity], lessons: Iterable[Lesson]) -> None:
        self.activities = tuple(sorted(activities, key=lambda a: a.uri))
        self.lessons = tuple(sorted(lessons, key=lambda le: (le.activity, le.competence)))
        self._by_uri = {activity.uri: activity for activity in self.activities}
        self._taught: dict[str, list[Lesson]] = defaultdict(list)
        for lesson in self.lessons:
            if lesson.activity not in self._by_uri:
                raise ValueError(f"unknown activity: {lesson.activity}")
            self._taught[lesson.activity].append(lesson)
        if len({(le.activity, le.competence) for le in self.lessons}) < len(self.lessons):
            raise ValueError("a lesson stands twice")
        if len(self._by_uri) < len(self.activities):
            raise ValueError("an activity stands twice")

    @classmethod
    @cache
    def builtin(cls) -> Self:
        """The activities of this release."""
        return cls(
            [
                Activity(
                    ACTIVITY + row["id"],
                    row["label"],
                    _values(row["other_labels"]),
                    tuple(COMPETENCE + mark for mark in _values(row["marks"])),
                    _values(row["kinds"]),
                    _values(row["words"]),
                )
                for row in _rows("activities")
            ],
            [
                Lesson(
                    ACTIVITY + row["activity"],
                    COMPETENCE + row["competence"],
                    float(row["strength"]),
                    row["reason"],
                )
                for row in _rows("activity_relations")
            ],
        )

    @cached_property
    def version(self) -> str:
        """A fingerprint of the content."""
        content = repr((self.activities, self.lessons))
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @cached_property
    def as_taxonomy(self) -> Taxonomy:
        """The activities as concepts, so that a linker finds them in texts."""
        return Taxonomy(
            "activities",
            [
                Competence(
                    uri=activity.uri,
                    label=activity.label,
                    label_feminine=activity.label,
                    other_labels=activity.other_labels,
                    label_en="",
                    esco_exact=(),
                    esco_close=(),
                    kind="skill",
                    reuse_level="transversal",
                    broader=(),
                )
                for activity in self.activities
            ],
            [],
            [],
        )

    @cached_property
    def marked_by(self) -> dict[str, tuple[str, ...]]:
        """Competence URI → the activities that a mention of it tells of, by URI."""
        marked: dict[str, list[str]] = defaultdict(list)
        for activity in self.activities:
            for mark in activity.marks:
                marked[mark].append(activity.uri)
        return {mark: tuple(uris) for mark, uris in marked.items()}

    def __contains__(self, uri: str) -> bool:
        return uri in self._by_uri

    def activity(self, uri: str) -> Activity:
        """The activity of a URI; KeyError if there is none."""
        return self._by_uri[uri]

    def taught_by(self, uri: str) -> tuple[Lesson, ...]:
        """What an activity teaches, by competence URI."""
        return tuple(self._taught.get(uri, ()))
