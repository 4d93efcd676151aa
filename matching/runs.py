"""A ranking as it is kept: the question, the versions, the inputs as they were, the answer."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from matching.explanation import Pairing
from matching.features import OfferSide
from matching.intake import OfferReading, ParticipantReading
from matching.model import Company, Offer, Participant
from matching.profile import Settled
from matching.store import Store
from matching.vacancy_store import companies_with_interns

Direction = Literal["suggest", "shortlist"]


@dataclass(frozen=True)
class Question:
    """What was asked: for whom (or for which offer), on which day; no limit means everything."""

    direction: Direction
    subject_id: str
    on: date
    limit: int | None


@dataclass(frozen=True)
class Answer:
    """The pairs listed, best first, and those a gate excludes."""

    items: tuple[Pairing, ...]
    excluded: tuple[Pairing, ...]

    def pairings(self) -> tuple[Pairing, ...]:
        """All of them."""
        return self.items + self.excluded


@dataclass(frozen=True)
class ParticipantInput:
    """A participant as a ranking used them."""

    record: Participant
    reading: ParticipantReading
    settled: Mapping[str, Settled]


@dataclass(frozen=True)
class OfferInput:
    """An offer as a ranking used it."""

    record: Offer
    reading: OfferReading
    company: Company


QUESTION = TypeAdapter(Question)
ANSWER = TypeAdapter(Answer)
PARTICIPANT_INPUT = TypeAdapter(ParticipantInput)
OFFER_INPUT = TypeAdapter(OfferInput)


@dataclass
class Inputs:
    """The records that an answer rests on, gathered while it is made."""

    store: Store
    participants: dict[str, ParticipantInput] = field(default_factory=dict)
    offers: dict[str, OfferInput] = field(default_factory=dict)
    _companies: dict[str, Company] = field(default_factory=dict)

    def company(self, company_id: str, *, beside: Sequence[OfferSide] = ()) -> Company:
        """A company, read once, together with those of the offers beside it."""
        if company_id not in self._companies:
            ids = {company_id, *(side.offer.company_id for side in beside)}
            self._companies.update(companies_with_interns(self.store, list(ids)))
        return self._companies[company_id]

    def add_participant(
        self, record: Participant, reading: ParticipantReading, settled: Mapping[str, Settled]
    ) -> None:
        """Note a participant as used."""
        self.participants[record.id] = ParticipantInput(
            record, reading, dict(sorted(settled.items()))
        )

    def add_offer(self, record: Offer, reading: OfferReading) -> None:
        """Note an offer as used, with its company."""
        self.offers[record.id] = OfferInput(record, reading, self.company(record.company_id))


@dataclass(frozen=True)
class Run:
    """A ranking that was made and saved."""

    run_id: str
    question: Question
    versions: dict[str, str]
    answer: Answer

    def as_json(self) -> dict[str, Any]:
        """The document of contract 5.3."""
        subject, other = (
            ("participant_id", "offer_id")
            if self.question.direction == "suggest"
            else ("offer_id", "participant_id")
        )
        answer = ANSWER.dump_python(self.answer, mode="json")
        for listed in answer["items"]:
            del listed[subject]
        for left_out in answer["excluded"]:
            del left_out[subject], left_out["rank"]
        return {
            "run_id": self.run_id,
            subject: self.question.subject_id,
            "on": self.question.on.isoformat(),
            "versions": self.versions,
            "items": [_ordered(listed, "rank", other) for listed in answer["items"]],
            "excluded": [_ordered(left_out, other) for left_out in answer["excluded"]],
        }


def _ordered(document: Mapping[str, Any], *first: str) -> dict[str, Any]:
    return {key: document[key] for key in dict.fromkeys((*first, *document))}


def snapshot_contents(inputs: Inputs) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The digests of the inputs (by kind and id), and the JSON documents behind the digests."""
    documents = {
        "participants": {
            record_id: PARTICIPANT_INPUT.dump_json(participant, by_alias=True)
            for record_id, participant in inputs.participants.items()
        },
        "offers": {
            record_id: OFFER_INPUT.dump_json(offer, by_alias=True)
            for record_id, offer in inputs.offers.items()
        },
    }
    contents: dict[str, str] = {}
    digests: dict[str, dict[str, str]] = {kind: {} for kind in documents}
    for kind, by_id in documents.items():
        for record_id, document in by_id.items():
            digests[kind][record_id] = digest = hashlib.sha256(document).hexdigest()
            contents[digest] = document.decode()
    return digests, contents


def save_run(
    store: Store,
    question: Question,
    versions: dict[str, str],
    inputs: Inputs,
    answer: Answer,
    at: datetime,
) -> Run:
    """Keep a ranking with everything needed to make it again."""
    run = Run(f"R-{secrets.token_hex(5)}", question, versions, answer)
    digests, contents = snapshot_contents(inputs)
    # Somebody may be keeping the same records at this moment, which a lasting view forbids.
    store.end_reading()
    store.save_snapshots(contents)
    store.save_run(
        run.run_id,
        at,
        QUESTION.dump_python(question, mode="json"),
        versions,
        digests,
        ANSWER.dump_python(answer, mode="json"),
    )
    return run
