"""People: their record, in whose charge they are, their profile, what was settled."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import JSONResponse, Response

from api.access.admission import Caller
from api.access.case_store import put_in_charge
from api.access.checks import require_in_area, require_people, who
from api.records import add, save
from api.routes.parameters import (
    After,
    Limit,
    ParticipantId,
    adding,
    location,
    nothing,
    part,
    refers_to_nothing,
    router_of,
    same_id,
)
from api.schemas.common import page
from api.schemas.people import (
    Assignment,
    ParticipantPage,
    ProfileDocument,
    SettledDocument,
    Settlement,
)
from api.versions import (
    IdempotencyKey,
    IfMatch,
    answer,
    answer_record,
    require_version,
)
from matching.errors import UnknownRecordError
from matching.listing_store import list_participants as listed_participants
from matching.model import Participant
from matching.settling import profile_of, settle

router = router_of("participants")


@router.get("/participants", response_model=ParticipantPage)
def list_participants(caller: Caller, limit: Limit = 20, cursor: After = None) -> JSONResponse:
    """The caller's cases, by id."""
    with caller.work() as work:
        mine = work.scope == "own"
        found = listed_participants(
            work.store,
            part(limit, cursor),
            organisation_id=work.actor.organisation_id if mine else None,
            municipalities=work.actor.municipalities if mine else None,
        )
        document = page([vars(person) for person in found], limit, "id")
        work.audit("participants.listed", "", [item["id"] for item in document["items"]])
    return answer(document)


@router.post("/participants", status_code=201, response_model=Participant)
def add_participant(
    caller: Caller, request: Request, body: Participant, key: IdempotencyKey = None
) -> JSONResponse:
    """A new person, in the charge of the operator's organisation."""
    with adding(), caller.work() as work:
        require_in_area(work, body)
        made = add(work, request, key, body, lambda: list(work.store.participants([body.id])))
        record, _ = work.store.participant(made)
    return answer_record(record, 201, location=location(request, "participants", made))


@router.get("/participants/{participant_id}", response_model=Participant)
def show_participant(caller: Caller, participant_id: ParticipantId) -> JSONResponse:
    """A person's record."""
    with caller.work() as work:
        require_people(work, [participant_id])
        record, _ = work.store.participant(participant_id)
        work.audit("participant.viewed", participant_id, [participant_id])
    return answer_record(record)


@router.put("/participants/{participant_id}", response_model=Participant)
def replace_participant(
    caller: Caller, participant_id: ParticipantId, body: Participant, if_match: IfMatch = None
) -> JSONResponse:
    """Another state of a person's record; what was settled stays."""
    same_id(participant_id, body.id)
    with caller.work() as work:
        require_people(work, [participant_id])
        require_in_area(work, body)
        work.store.begin_writing()
        current, _ = work.store.participant(participant_id)
        require_version(if_match, current)
        save(work, body)
        work.audit("participant.replaced", participant_id, [participant_id])
    return answer_record(body)


@router.put("/participants/{participant_id}/organisation", status_code=204, response_class=Response)
def assign_participant(caller: Caller, participant_id: ParticipantId, body: Assignment) -> Response:
    """Put a person in the charge of an organisation."""
    with caller.work() as work:
        require_people(work, [participant_id])
        if not put_in_charge(work.store, participant_id, body.organisation_id):
            raise refers_to_nothing("body.organisation_id")
        work.audit(
            "participant.assigned",
            participant_id,
            [participant_id],
            organisation=body.organisation_id,
        )
    return nothing()


@router.get("/participants/{participant_id}/profile", response_model=ProfileDocument)
def show_profile(
    caller: Caller,
    participant_id: ParticipantId,
    limit: Annotated[int, Query(ge=1, le=500, examples=[100])] = 100,
) -> JSONResponse:
    """What a person can do, as far as is known."""
    with caller.work() as work:
        require_people(work, [participant_id])
        profile = profile_of(work.store, work.engine, participant_id).first(limit)
        work.audit("profile.viewed", participant_id, [participant_id])
    return answer(profile.model_dump(mode="json"))


@router.put("/participants/{participant_id}/settled-competences", response_model=SettledDocument)
def settle_competence(
    caller: Caller, participant_id: ParticipantId, body: Settlement
) -> JSONResponse:
    """Confirm or reject a competence, or take the decision back."""
    with caller.work() as work:
        require_people(work, [participant_id])
        try:
            held = settle(
                work.store,
                work.engine,
                participant_id,
                body.uri,
                body.status,
                by=who(work),
                at=work.at,
                level=body.level,
            )
        except UnknownRecordError:
            raise refers_to_nothing("body.uri") from None
        work.audit(
            "competence.settled",
            participant_id,
            [participant_id],
            uri=body.uri,
            to=body.status,
            level=body.level,
        )
    competence = None if held is None else held.model_dump(mode="json")
    return answer({"participant_id": participant_id, "uri": body.uri, "competence": competence})
