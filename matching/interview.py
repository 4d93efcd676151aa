"""USE CASE: an interview: a question at a time, each answer kept at once, the last undone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from matching.decisions import Given, Level
from matching.engine import Engine
from matching.questions import NextQuestion, Suggested, first_suggestions, questions
from matching.settling import settle
from matching.store import Store

Reply = Literal["yes", "example", "no", "unsure", "skip"]

DECISIONS: dict[Reply, tuple[Given, Level]] = {
    "yes": ("confirmed", "said"),
    "example": ("confirmed", "example"),
    "no": ("rejected", "said"),
    "unsure": ("unsure", "said"),
}


@dataclass
class Interview:
    """A conversation with one person; after every answer the next question is found anew.

    Between its steps no transaction is open: somebody is thinking.

    Attributes:
        on: The day: only offers open then count.
        by: Role and code of who asks.
        given: What was asked and replied so far, oldest first.
        before: The first suggestions when it began.
    """

    store: Store
    engine: Engine
    participant_id: str
    on: date
    by: str
    given: list[tuple[NextQuestion, Reply]] = field(default_factory=list)
    before: tuple[Suggested, ...] = ()
    _again: NextQuestion | None = None

    def __post_init__(self) -> None:
        self.before = self.first_suggestions()

    def next_question(self) -> NextQuestion | None:
        """The question that counts most now; None where no answer would change anything."""
        if self._again:
            return self._again
        skipped = {question.uri for question, reply in self.given if reply == "skip"}
        found = questions(
            self.store, self.engine, self.participant_id, on=self.on, limit=1, passed_over=skipped
        )
        self.store.end_reading()
        return found.items[0] if found.items else None

    def reply(self, question: NextQuestion, reply: Reply, *, at: datetime) -> None:
        """Keep an answer; one that is skipped leaves no trace, and is not asked again today."""
        if reply != "skip":
            answer, level = DECISIONS[reply]
            self._settle(question, answer, at, level)
        self.given.append((question, reply))
        self._again = None

    def undo(self, *, at: datetime) -> NextQuestion | None:
        """Take the last answer back: its question comes again. None if there is none."""
        if not self.given:
            return None
        question, reply = self.given.pop()
        if reply != "skip":
            self._settle(question, None, at)
        self._again = question
        return question

    def first_suggestions(self) -> tuple[Suggested, ...]:
        """The first suggestions as they are now."""
        found = first_suggestions(self.store, self.engine, self.participant_id, on=self.on)
        self.store.end_reading()
        return found

    def as_json(self) -> dict[str, Any]:
        """What was asked, what was replied, and the first suggestions before and after."""
        return {
            "participant_id": self.participant_id,
            "on": self.on.isoformat(),
            "by": self.by,
            "answers": [
                {"uri": q.uri, "label": q.label, "question": q.question, "answer": reply}
                for q, reply in self.given
            ],
            "before": _listed(self.before),
            "after": _listed(self.first_suggestions()),
        }

    def _settle(
        self, question: NextQuestion, answer: Given | None, at: datetime, level: Level = "said"
    ) -> None:
        settle(
            self.store,
            self.engine,
            self.participant_id,
            question.uri,
            answer,
            by=self.by,
            at=at,
            level=level,
        )
        self.store.connection.commit()


def _listed(suggested: tuple[Suggested, ...]) -> list[dict[str, str]]:
    return [{"offer_id": s.offer_id, "title": s.title} for s in suggested]
