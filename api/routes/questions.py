"""What to ask a person next, and what they answered."""

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.access.checks import require_people
from api.routes.parameters import On, ParticipantId, refers_to_nothing, router_of
from api.schemas.questions import AnswerDraft, AnsweredDocument, QuestionPage
from api.versions import answer
from matching.errors import UnknownRecordError
from matching.interview import DECISIONS
from matching.questions import MOST_QUESTIONS, questions
from matching.settling import settle

router = router_of("participants")

Most = Annotated[int, Query(ge=1, le=MOST_QUESTIONS, examples=[3])]
Place = Annotated[str | None, Query(alias="cursor", pattern=r"^[0-4]$", max_length=1)]


@router.get("/participants/{participant_id}/questions", response_model=QuestionPage)
def list_questions(
    caller: Caller,
    participant_id: ParticipantId,
    limit: Most = MOST_QUESTIONS,
    cursor: Place = None,
    on: On = None,
) -> JSONResponse:
    """The questions whose answers would change the first suggestions most, best first."""
    start = int(cursor or 0)
    with caller.work(reading=True) as work:
        require_people(work, [participant_id])
        found = questions(
            work.store, work.engine, participant_id, on=on or work.today, limit=start + limit
        ).as_json()
        work.audit("questions.listed", participant_id, [participant_id])
    more = start + limit < MOST_QUESTIONS and len(found["items"]) == start + limit
    return answer(
        found
        | {"items": found["items"][start:], "next_cursor": str(start + limit) if more else None}
    )


@router.put("/participants/{participant_id}/answers", response_model=AnsweredDocument)
def answer_question(
    caller: Caller, participant_id: ParticipantId, body: AnswerDraft, on: On = None
) -> JSONResponse:
    """Keep what a person answered, at once; then find the question that now counts most."""
    status, level = DECISIONS[body.answer]
    document: dict[str, Any] = {"participant_id": participant_id, **body.model_dump()}
    with caller.work() as work:
        require_people(work, [participant_id])
        by = f"{work.actor.role} {work.actor.account_id}"
        try:
            held = settle(
                work.store, work.engine, participant_id, body.uri, status,
                by=by, at=work.at, level=level,
            )  # fmt: skip
        except UnknownRecordError:
            raise refers_to_nothing("body.uri") from None
        work.audit(
            "question.answered", participant_id, [participant_id], uri=body.uri, to=body.answer
        )
    document["competence"] = None if held is None else held.model_dump(mode="json")
    with caller.work(reading=True) as work:
        day = on or work.today
        following = questions(work.store, work.engine, participant_id, on=day, limit=1).as_json()
    return answer(document | {"next_question": next(iter(following["items"]), None)})
