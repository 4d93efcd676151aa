"""USE CASE: make a saved ranking again from its inputs; say what differs and what changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from matching.eligibility import assess
from matching.engine import Engine
from matching.explanation import Pairing
from matching.ranking import score_pairs
from matching.runs import (
    ANSWER,
    OFFER_INPUT,
    PARTICIPANT_INPUT,
    QUESTION,
    Answer,
    Inputs,
    Question,
    snapshot_contents,
)
from matching.store import Store
from matching.vacancy_store import offers_with_seats_left

Kind = str
Documents = dict[Kind, dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """Something of one pair that came out otherwise; ``then`` and ``now`` are JSON values."""

    participant_id: str
    offer_id: str
    what: str
    then: Any
    now: Any


@dataclass(frozen=True)
class DataChange:
    """A record that is no longer as the ranking used it; ``fields`` is empty if it is gone."""

    kind: str
    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Replay:
    """What came of making a ranking again.

    Attributes:
        identical: Whether the saved inputs give the saved answer.
        differences: What differs otherwise.
        versions_changed: Part → (then, now), for the versions that are no longer the same.
        data_changed: The records that have changed since; asking again today may give another
        answer.
        erased: How many pairs are there no more, since a person asked to be erased.
    """

    run_id: str
    identical: bool
    differences: tuple[Difference, ...]
    versions_changed: dict[str, tuple[str, str]]
    data_changed: tuple[DataChange, ...]
    erased: int

    def as_json(self) -> dict[str, Any]:
        """One JSON document."""
        return asdict(self)


def replay(store: Store, engine: Engine, run_id: str) -> Replay:
    """Make a saved ranking again.

    Raises:
        UnknownRecordError: If there is no such run.
    """
    store.begin_reading()
    question, versions, digests, answer = store.run(run_id)
    contents = store.snapshots([d for by_id in digests.values() for d in by_id.values()])
    then: Documents = {
        kind: {record_id: contents[digest] for record_id, digest in by_id.items()}
        for kind, by_id in digests.items()
    }
    saved = ANSWER.validate_python(answer)
    again = _answer_again(engine, QUESTION.validate_python(question), saved, then)
    differences = tuple(_differences(saved, again))
    return Replay(
        run_id,
        not differences,
        differences,
        {
            part: (was, engine.versions[part])
            for part, was in versions.items()
            if was != engine.versions[part]
        },
        tuple(_data_changes(then, _as_they_are(store, then))),
        answer.get("erased", 0),
    )


def _answer_again(engine: Engine, question: Question, saved: Answer, then: Documents) -> Answer:
    """Score and gate every pair of the saved answer from the saved inputs.

    Whom an erasure took out of the answer keeps their place: the others do not move up.
    """
    wanted = {(p.participant_id, p.offer_id) for p in saved.pairings()}
    if not wanted:
        return saved
    people = {
        record_id: PARTICIPANT_INPUT.validate_python(content)
        for record_id, content in then["participants"].items()
    }
    offers = {
        record_id: OFFER_INPUT.validate_python(content)
        for record_id, content in then["offers"].items()
    }
    scored = score_pairs(
        [engine.person(p.record, p.reading, p.settled) for p in people.values()],
        [engine.offer(o.record, o.reading) for o in offers.values()],
        weights=engine.weights,
    )
    places = iter([p.rank for p in saved.items])
    items: list[Pairing] = []
    excluded: list[Pairing] = []
    for i, j in scored.best_first():
        person, offer = scored.people[i], scored.offers[j]
        if (person.participant.id, offer.offer.id) not in wanted:
            continue
        company = offers[offer.offer.id].company
        gates = assess(person.participant, offer.offer, company, on=question.on, rules=engine.rules)
        pairing = engine.pairing(scored, i, j, engine.profile(person), gates)
        if gates.status == "ineligible":
            excluded.append(pairing)
        else:
            items.append(replace(pairing, rank=next(places, len(items) + 1)))
    return Answer(tuple(items), tuple(excluded))


def _differences(saved: Answer, again: Answer) -> Iterator[Difference]:
    before, after = (
        {
            (p["participant_id"], p["offer_id"]): p
            for group in ANSWER.dump_python(answer, mode="json").values()
            for p in group
        }
        for answer in (saved, again)
    )
    for pair, was in before.items():
        now = after[pair]
        for what in was:
            if was[what] != now[what]:
                yield Difference(*pair, what, was[what], now[what])


def _as_they_are(store: Store, then: Documents) -> Documents:
    """The same records as the database holds them today."""
    inputs = Inputs(store)
    settled = store.settled(list(then["participants"]))
    for participant, reading in store.participants(list(then["participants"])):
        inputs.add_participant(participant, reading, settled[participant.id])
    for offer, offer_reading in offers_with_seats_left(store, list(then["offers"])):
        inputs.add_offer(offer, offer_reading)
    digests, contents = snapshot_contents(inputs)
    return {
        kind: {record_id: json.loads(contents[digest]) for record_id, digest in by_id.items()}
        for kind, by_id in digests.items()
    }


def _data_changes(then: Documents, now: Documents) -> Iterator[DataChange]:
    for kind, by_id in then.items():
        for record_id, was in by_id.items():
            current = now[kind].get(record_id)
            if current != was:
                fields = () if current is None else tuple(_changed_fields(was, current))
                yield DataChange(kind, record_id, fields)


def _changed_fields(was: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    """The names of the fields that differ: of the record, of its company, or what was settled.

    A reading follows from its record and the versions, so it is not named apart.
    """
    for field in was["record"]:
        if was["record"][field] != current["record"].get(field):
            yield field
    if was.get("settled") != current.get("settled"):
        yield "settled"
    for field in was.get("company", {}):
        if was["company"][field] != current["company"].get(field):
            yield f"company.{field}"
