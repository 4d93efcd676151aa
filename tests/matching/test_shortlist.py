"""A ranking walks by bounds, and gives exactly the list of scoring everything."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from api.database import connect
from api.settings import Settings
from matching import candidate_store
from matching import shortlist as module
from matching.eligibility import assess
from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.explanation import Pairing
from matching.features import OfferSide, PersonSide
from matching.intake import (
    Evidence,
    Named,
    OfferReading,
    ParticipantReading,
    Passage,
    Requirement,
    Wish,
)
from matching.ranking import score_pairs
from matching.runs import Run
from matching.shortlist import shortlist, suggest
from matching.store import Store
from skills_taxonomy import Linker
from tests.builders import a_company, a_participant, an_offer
from tests.databases import somebody_waits, wait_until
from tests.programme import AT, DAY, demonstration, put

pytestmark = pytest.mark.db

Ranking = Callable[..., Run]

# Few values, so that scores are often equal and bounds are often reached.
WORDS = ("ago", "filo", "tornio")
CONFIDENCES = (0.62, 1.0)
IDS = ("a", "B", "a-1", "B_2", "a.1", "Z", "b", "10", "9")


def _quote(text: str) -> Evidence:
    return Evidence(source="narrative", text=text, start=0, end=len(text))


def _passage(word: str) -> Passage:
    return Passage(evidence=_quote(word), terms={word: 1.0})


@dataclass(frozen=True)
class Programme:
    """A small programme whose readings are made up, not read."""

    people: tuple[PersonSide, ...]
    offers: tuple[OfferSide, ...]

    def save(self, store: Store) -> None:
        """Put it in the place of the one before."""
        for table in ("run", "snapshot", "participant", "offer", "company"):
            store.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        store.save_companies([a_company()])
        store.save_offers(self.offers)
        store.save_participants(self.people)
        store.connection.commit()


@st.composite
def programmes(draw: st.DrawFn, engine: Engine) -> Programme:
    """Up to eight people and eight offers that share a few concepts and words."""
    family = next(c for c in engine.taxonomy.competences if engine.taxonomy.narrower(c.uri))
    competences = [family.uri, *(c.uri for c in engine.taxonomy.narrower(family.uri)[:3])]
    trades = [o.uri for o in engine.taxonomy.occupations[:3]]
    named = st.builds(Named, uri=st.sampled_from(competences), evidence=st.just(_quote("x")),
                      confidence=st.sampled_from(CONFIDENCES))  # fmt: skip
    practised = st.builds(Named, uri=st.sampled_from(trades), evidence=st.just(_quote("y")),
                          confidence=st.sampled_from(CONFIDENCES))  # fmt: skip
    passages = st.lists(st.sampled_from(WORDS).map(_passage), max_size=2).map(tuple)
    wish = st.builds(
        Wish,
        passage=st.sampled_from(WORDS).map(_passage),
        concepts=st.lists(st.sampled_from([*competences, *trades]), max_size=1).map(tuple),
    )
    some: Callable[[Any], Any] = lambda each: st.lists(each, max_size=2).map(tuple)  # noqa: E731
    readings = st.one_of(
        st.just(ParticipantReading()),
        st.builds(ParticipantReading, competences=some(named), occupations=some(practised),
                  interests=some(wish), avoid=some(wish), passages=passages),
    )  # fmt: skip
    lines = st.lists(st.sampled_from([None, *competences]), max_size=3).map(
        lambda uris: tuple(Requirement(evidence=_quote("z"), uri=uri) for uri in uris)
    )
    asked = st.builds(OfferReading, occupations=st.lists(practised, max_size=1).map(tuple),
                      required=lines, preferred=lines, tasks=passages)  # fmt: skip
    ids = st.lists(st.sampled_from(IDS), min_size=1, max_size=8, unique=True)
    people = tuple(
        engine.person(
            a_participant(
                id=f"P{key}",
                birth_year=draw(st.sampled_from([1985, 2013])),
                municipality=draw(st.sampled_from(["Magenta", "Legnano"])),
            ),
            draw(readings),
            {},
        )
        for key in draw(ids)
    )
    offers = tuple(
        engine.offer(
            an_offer(
                id=f"O{key}",
                seats=draw(st.sampled_from([0, 1, 1])),
                start_date=DAY + timedelta(days=draw(st.sampled_from([-1, 0, 60]))),
                kind=draw(st.sampled_from(["internship", "course"])),
            ),
            draw(asked),
        )
        for key in draw(ids)
    )
    return Programme(people, offers)


def scored_one_by_one(
    engine: Engine, people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...]
) -> tuple[list[Pairing], list[Pairing]]:
    """Every pair alone, best first, parted by its gates: the plain way to say the same."""
    found = []
    for person in people:
        for offer in offers:
            scored = score_pairs([person], [offer], weights=engine.weights)
            gates = assess(person.participant, offer.offer, a_company(), on=DAY, rules=engine.rules)
            found.append(engine.pairing(scored, 0, 0, engine.profile(person), gates))
    found.sort(key=lambda p: (-p.score, p.participant_id, p.offer_id))
    listed = [p for p in found if p.eligibility.status != "ineligible"]
    ranked = [replace(p, rank=rank) for rank, p in enumerate(listed, 1)]
    return ranked, [p for p in found if p.eligibility.status == "ineligible"]


def check_every_limit(ask: Callable[..., Run], items: list[Pairing], out: list[Pairing]) -> None:
    """The answer with each limit is a head of the whole list."""
    for limit in range(1, len(items) + 2):
        answer = ask(limit=limit).answer
        assert list(answer.items) == items[:limit]
        walked = [p for p in out if len(items) < limit or p.score > items[limit - 1].score]
        assert list(answer.excluded[: len(walked)]) == walked[:limit]
        assert list(answer.excluded) == out[: len(answer.excluded)]
        assert len(answer.excluded) <= limit


@pytest.mark.parametrize("direction", ["suggest", "shortlist"])
def test_a_walk_by_bounds_gives_the_list_of_scoring_everything(
    direction: str, store: Store, engine: Engine
) -> None:
    def of(programme: Programme) -> None:
        programme.save(store)
        still_open = tuple(o for o in programme.offers if o.offer.start_date >= DAY)
        if direction == "suggest":
            for person in programme.people:
                ask = _asking(suggest, store, engine, person.participant.id)
                check_every_limit(ask, *scored_one_by_one(engine, (person,), still_open))
                whole = scored_one_by_one(engine, (person,), programme.offers)
                answer = ask(limit=1, everything=True).answer
                assert (list(answer.items), list(answer.excluded)) == whole
        else:
            for offer in programme.offers:
                ask = _asking(shortlist, store, engine, offer.offer.id)
                whole = scored_one_by_one(engine, programme.people, (offer,))
                check_every_limit(ask, *whole)
                answer = ask(limit=1, everything=True).answer
                assert (list(answer.items), list(answer.excluded)) == whole

    @given(programmes(engine), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def run(programme: Programme, first_batch: int, first_people: int, texts: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_FIRST_BATCH", first_batch)
            patch.setattr(candidate_store, "_FIRST_PARTICIPANTS", first_people)
            patch.setattr(candidate_store, "_TEXTS", texts)
            of(programme)

    run()


@pytest.mark.parametrize("ids", [("P-1", "P-2"), ("P-2", "P-1")])
@pytest.mark.parametrize("short_of_the_bound", [0.2, 0.01, 1e-6, 0.0, -0.01])
def test_a_candidate_just_at_the_bound_is_waited_for(
    short_of_the_bound: float,
    ids: tuple[str, str],
    store: Store,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first by what is asked for, and one who has all that can be added to it."""
    monkeypatch.setattr(module, "_FIRST_BATCH", 1)
    [competence, *_] = engine.taxonomy.competences
    asked = Requirement(evidence=_quote("z"), uri=competence.uri)
    offer = engine.offer(an_offer(), OfferReading(required=(asked,), tasks=(_passage("ago"),)))
    ahead = engine.weights.interest.most + engine.weights.likeness.most - short_of_the_bound
    covered = ahead / offer.needs[0].slope
    assert 0 < covered < 1
    named = Named(uri=competence.uri, confidence=covered, evidence=_quote("x"))
    wish = Wish(passage=_passage("ago"), concepts=(competence.uri,))
    people = tuple(
        engine.person(a_participant(id=key), reading, {})
        for key, reading in zip(
            ids,
            (
                ParticipantReading(competences=(named,)),
                ParticipantReading(interests=(wish,), passages=(_passage("ago"),)),
            ),
            strict=True,
        )
    )
    Programme(people, (offer,)).save(store)
    whole = scored_one_by_one(engine, people, (offer,))
    [best, second] = whole[0]
    assert best.score - second.score == pytest.approx(abs(short_of_the_bound), abs=1e-9)
    check_every_limit(_asking(shortlist, store, engine, "O-001"), *whole)


def test_whoever_fills_the_first_page_is_listed_though_the_next_is_empty(
    store: Store, engine: Engine
) -> None:
    [competence, *_] = engine.taxonomy.competences
    asked = Requirement(evidence=_quote("z"), uri=competence.uri)
    offer = engine.offer(an_offer(), OfferReading(required=(asked,), tasks=(_passage("ago"),)))
    wish = Wish(passage=_passage("ago"), concepts=(competence.uri,))
    named = Named(uri=competence.uri, confidence=0.9, evidence=_quote("x"))
    reading = ParticipantReading(competences=(named,), interests=(wish,))
    person = engine.person(a_participant(id="P-1"), reading, {})
    Programme((person,), (offer,)).save(store)
    whole = scored_one_by_one(engine, (person,), (offer,))
    assert len(whole[0]) == 1
    check_every_limit(_asking(shortlist, store, engine, "O-001"), *whole)


def test_nobody_is_sought_in_vain_for_a_closed_offer(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = tuple(
        engine.person(a_participant(id=f"P-{i}"), ParticipantReading(), {}) for i in range(6)
    )
    Programme(people, (engine.offer(an_offer(seats=0), OfferReading()),)).save(store)
    asked = Mock(side_effect=assess)
    monkeypatch.setattr(module, "assess", asked)
    answer = shortlist(store, engine, "O-001", on=DAY, at=AT, limit=2).answer
    assert not answer.items
    assert [p.participant_id for p in answer.excluded] == ["P-0", "P-1"]
    # One more, who is not listed and shows that nobody would be.
    assert asked.call_count == 3


def test_whoever_is_neither_listed_nor_excluded_is_not_read_in_full(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST_BATCH", 1)
    too_young, grown = 2013, 1985
    near = ParticipantReading(passages=(_passage("ago"),))
    people = tuple(
        engine.person(a_participant(id=f"P-{i}", birth_year=year), reading, {})
        for i, (year, reading) in enumerate(
            [(too_young, near), *[(too_young, ParticipantReading())] * 3,
             (grown, ParticipantReading())]
        )
    )  # fmt: skip
    offer = engine.offer(an_offer(), OfferReading(tasks=(_passage("ago"),)))
    Programme(people, (offer,)).save(store)
    read = Mock(side_effect=partial(Store.participants, store))
    monkeypatch.setattr(Store, "participants", read)
    answer = shortlist(store, engine, "O-001", on=DAY, at=AT, limit=1).answer
    assert [p.participant_id for p in answer.excluded] == ["P-0"]
    assert [p.participant_id for p in answer.items] == ["P-4"]
    assert sorted(pid for call in read.call_args_list for pid in call.args[-1]) == ["P-0", "P-4"]


def _asking(ranking: Ranking, store: Store, engine: Engine, subject: str) -> Callable[..., Run]:
    def ask(**how: Any) -> Run:
        run = ranking(store, engine, subject, **{"on": DAY, "at": AT, **how})
        store.connection.commit()
        return run

    return ask


def document(run: Run) -> dict[str, Any]:
    """What is printed of a run, but for its own name."""
    return {key: value for key, value in run.as_json().items() if key != "run_id"}


@pytest.mark.parametrize("participant_id", ["P-001", "P-017", "P-042"])
def test_everything_lists_every_offer_scored(
    participant_id: str, demo_store: Store, engine: Engine
) -> None:
    answer = suggest(
        demo_store, engine, participant_id, on=DAY, at=AT, limit=1, everything=True
    ).answer
    listed = [p.offer_id for p in answer.pairings()]
    assert sorted(listed) == sorted(o.id for o in demonstration().offers)
    assert [p.rank for p in answer.items] == list(range(1, len(answer.items) + 1))
    assert {p.rank for p in answer.excluded} == {None}


def test_everything_lists_every_person_scored(demo_store: Store, engine: Engine) -> None:
    run = shortlist(demo_store, engine, "O-063", on=DAY, at=AT, limit=1, everything=True)
    listed = [p.participant_id for p in run.answer.pairings()]
    assert sorted(listed) == sorted(p.id for p in demonstration().participants)


def test_a_score_is_its_base_and_its_contributions(demo_store: Store, engine: Engine) -> None:
    for person in demonstration().participants[::6]:
        run = suggest(demo_store, engine, person.id, on=DAY, at=AT, limit=1, everything=True)
        demo_store.connection.commit()
        for p in run.answer.pairings():
            assert p.score == pytest.approx(
                p.base + sum(c.value for c in p.contributions), abs=1e-9
            )
        assert any(p.contributions for p in run.answer.pairings())


def test_the_ineligible_are_excluded_with_a_reason(demo_store: Store, engine: Engine) -> None:
    run = shortlist(demo_store, engine, "O-063", on=DAY, at=AT, limit=60)
    assert run.answer.items
    assert run.answer.excluded
    assert all(p.eligibility.status != "ineligible" for p in run.answer.items)
    for pairing in run.answer.excluded:
        assert pairing.eligibility.status == "ineligible"
        assert [c for c in pairing.eligibility.checks if c.status == "not_met" and c.reason]


def test_closed_offers_only_with_everything(demo_store: Store, engine: Engine) -> None:
    on = date(2027, 2, 2)
    starts = {offer.id: offer.start_date for offer in demonstration().offers}
    closed = {offer_id for offer_id, start in starts.items() if start < on}
    assert 0 < len(closed) < len(starts)
    ask = _asking(suggest, demo_store, engine, "P-001")
    listed = {p.offer_id for p in ask(limit=1000, on=on).answer.pairings()}
    assert listed == starts.keys() - closed
    everything = ask(limit=1, everything=True, on=on).answer
    assert {p.offer_id for p in everything.pairings()} == starts.keys()
    excluded = {p.offer_id: p.eligibility.checks for p in everything.excluded}
    for offer_id in closed:
        assert ("OFF-OPEN", "not_met") in [(c.rule, c.status) for c in excluded[offer_id]]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_loading_never_matters(
    seed: int, demo_store: Store, store: Store, engine: Engine, linker: Linker
) -> None:
    rng, records = Random(seed), demonstration()  # noqa: S311 - nothing here is a secret
    offers, people = list(records.offers), list(records.participants)
    rng.shuffle(offers)
    rng.shuffle(people)
    # People before offers, half of the offers after: as files that come on different days.
    put(store, engine, linker, *people)
    put(store, engine, linker, *records.companies[::-1], *offers[:50])
    put(store, engine, linker, *offers[50:])
    for ranking, subject in ((suggest, "P-002"), (shortlist, "O-006"), (shortlist, "O-063")):
        there, here = (
            document(_asking(ranking, where, engine, subject)(limit=25))
            for where in (demo_store, store)
        )
        assert json.dumps(here) == json.dumps(there)


@pytest.mark.parametrize(("ranking", "subject"), [(suggest, "P-003"), (shortlist, "O-031")])
def test_asking_twice_gives_the_same_but_for_the_name_of_the_run(
    ranking: Ranking, subject: str, demo_store: Store, engine: Engine
) -> None:
    ask = _asking(ranking, demo_store, engine, subject)
    once, again = ask(limit=10), ask(limit=10)
    assert json.dumps(document(once)) == json.dumps(document(again))
    assert once.run_id != again.run_id


def test_a_run_is_saved_with_its_inputs(demo_store: Store, engine: Engine) -> None:
    run = _asking(suggest, demo_store, engine, "P-003")(limit=5)
    question, versions, digests, answer = demo_store.run(run.run_id)
    assert question == {
        "direction": "suggest", "subject_id": "P-003", "on": "2026-12-01", "limit": 5,
    }  # fmt: skip
    assert versions == engine.versions
    assert [p["offer_id"] for p in answer["items"]] == [p.offer_id for p in run.answer.items]
    assert digests["participants"].keys() == {"P-003"}
    assert digests["offers"].keys() == {p.offer_id for p in run.answer.pairings()}
    kept = demo_store.snapshots(list(digests["offers"].values()))
    assert kept.keys() == set(digests["offers"].values())


def test_two_may_ask_the_same_at_once(demo_database: str, engine: Engine) -> None:
    """Both save the records they used, and those are the same records."""

    def ask() -> Run:
        with connect(Settings(database_url=SecretStr(demo_database))) as connection:
            return suggest(Store(connection), engine, "P-001", on=DAY, at=AT, limit=3)

    with (
        ThreadPoolExecutor() as pool,
        connect(Settings(database_url=SecretStr(demo_database))) as connection,
    ):
        first = suggest(Store(connection), engine, "P-001", on=DAY, at=AT, limit=3)
        second = pool.submit(ask)
        wait_until(lambda: somebody_waits(demo_database))
        connection.commit()
        assert document(second.result()) == document(first)


def test_unknown_ids(demo_store: Store, engine: Engine) -> None:
    with pytest.raises(UnknownRecordError, match="P-999"):
        suggest(demo_store, engine, "P-999", on=DAY, at=AT, limit=1)
    demo_store.connection.rollback()
    with pytest.raises(UnknownRecordError, match="O-999"):
        shortlist(demo_store, engine, "O-999", on=DAY, at=AT, limit=1)
