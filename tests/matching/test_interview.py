"""An interview is a state machine: each answer is kept, the last undone, no question repeated."""

from functools import partial
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from matching.decisions import Decision, in_force
from matching.engine import Engine
from matching.interview import Interview, Reply
from matching.questions import NextQuestion
from matching.replay import replay
from matching.settling import decisions_of, profile_of, settle
from matching.shortlist import suggest
from matching.store import Store
from tests.contract import check
from tests.programme import AT, BY, DAY

pytestmark = pytest.mark.db

ID = "P-007"
DECIDED: dict[Reply, tuple[str, str | None]] = {
    "yes": ("confirmed", "said"),
    "example": ("confirmed", "example"),
    "no": ("rejected", None),
    "unsure": ("unsure", None),
}


def begin(store: Store, engine: Engine) -> Interview:
    return Interview(store, engine, ID, DAY, BY)


class Talking(RuleBasedStateMachine):
    """Replies and second thoughts in any order; the model is the list of what stands."""

    def __init__(self, store: Store, engine: Engine, run_id: str) -> None:
        super().__init__()
        self.store, self.engine, self.run_id = store, engine, run_id
        self.untouched = profile_of(store, engine, ID)
        store.connection.commit()
        self.interview = begin(store, engine)
        self.stands: list[tuple[NextQuestion, Reply]] = []
        self.ahead: NextQuestion | None = self.interview.next_question()

    @override
    def teardown(self) -> None:
        while self.interview.undo(at=AT):
            pass
        assert profile_of(self.store, self.engine, ID) == self.untouched
        self.store.connection.commit()
        assert self.interview.first_suggestions() == self.interview.before
        assert replay(self.store, self.engine, self.run_id).identical
        self.store.connection.commit()

    @precondition(lambda self: self.ahead is not None)
    @rule(reply=st.sampled_from(get_args(Reply)))
    def reply(self, reply: Reply) -> None:
        assert self.ahead is not None
        self.interview.reply(self.ahead, reply, at=AT)
        self.stands.append((self.ahead, reply))
        self.ahead = self.interview.next_question()

    @rule()
    def undo(self) -> None:
        taken_back = self.interview.undo(at=AT)
        if not self.stands:
            assert taken_back is None
            return
        question, _ = self.stands.pop()
        assert taken_back == question
        assert self.interview.next_question() == question
        self.ahead = question

    @invariant()
    def every_answer_is_kept_at_once(self) -> None:
        self.store.connection.rollback()  # what was not kept is gone
        decided = in_force(decisions_of(self.store, ID))
        self.store.connection.commit()
        assert decided == {
            question.uri: Decision(question.uri, *DECIDED[reply], BY, AT)  # type: ignore[arg-type]
            for question, reply in self.stands
            if reply != "skip"
        }

    @invariant()
    def nothing_is_asked_twice(self) -> None:
        asked = [question.uri for question, _ in self.stands]
        assert len(asked) == len(set(asked))
        assert self.ahead is None or self.ahead.uri not in asked

    @invariant()
    def its_document_is_as_the_schema_says(self) -> None:
        document = self.interview.as_json()
        check(document, "interview")
        assert [a["answer"] for a in document["answers"]] == [reply for _, reply in self.stands]


def test_talking_in_any_order(demo_store: Store, engine: Engine) -> None:
    run = suggest(demo_store, engine, ID, on=DAY, at=AT, limit=5)
    demo_store.connection.commit()
    run_state_machine_as_test(
        partial(Talking, demo_store, engine, run.run_id),  # type: ignore[arg-type]
        settings=settings(max_examples=8, stateful_step_count=8, deadline=None),
    )


def test_a_confirmation_is_what_the_next_question_starts_from(
    demo_store: Store, engine: Engine
) -> None:
    interview = begin(demo_store, engine)
    question = interview.next_question()
    assert question is not None
    interview.reply(question, "yes", at=AT)
    held = {h.uri: h for h in profile_of(demo_store, engine, ID).competences}
    demo_store.connection.commit()
    assert (held[question.uri].status, held[question.uri].confidence) == ("confirmed", 1.0)
    settle(demo_store, engine, ID, question.uri, "confirmed", by=BY, at=AT, level="shown")
    demo_store.connection.commit()
    again = begin(demo_store, engine).next_question()
    assert again is not None
    assert again.uri != question.uri


def test_what_is_skipped_is_asked_another_day(demo_store: Store, engine: Engine) -> None:
    interview = begin(demo_store, engine)
    first = interview.next_question()
    assert first is not None
    interview.reply(first, "skip", at=AT)
    assert interview.next_question() != first
    assert begin(demo_store, engine).next_question() == first
