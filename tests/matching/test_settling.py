"""What people decide of a competence wins over every text, and can always be taken back."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pydantic import SecretStr
from typing_extensions import override

from api.database import connect
from api.settings import Settings
from matching.decisions import LEVELS, Decision, Given, Level, in_force
from matching.engine import Engine
from matching.errors import CantiereError, UnknownRecordError
from matching.profile import HeldCompetence
from matching.replay import replay
from matching.settling import decisions_of, profile_of, settle
from matching.shortlist import load_person, suggest
from matching.store import Store
from skills_taxonomy import Linker, Taxonomy
from tests.builders import TODAY, a_company, a_participant, an_offer
from tests.databases import dump
from tests.programme import AT, BY, put, reweighted

pytestmark = pytest.mark.db

ID = "P-001"
FELT = 1e-6
"""A probability that is not rounding."""
STORY = "Ho badato a mia nonna per anni. La domenica cucino per tutti e riparo biciclette."
TRADES = [
    {"kind": "work", "title": "sarta", "years": 12},
    {"kind": "work", "title": "muratore", "description": "posavo mattoni", "years": 0.2},
]


@pytest.fixture
def strict(engine: Engine) -> Engine:
    """An engine that proposes only likely hidden competences, so that there are unlikely ones."""
    return reweighted(engine, coverage={"hidden_from": 0.45})


@pytest.fixture
def told(store: Store, strict: Engine, linker: Linker) -> Store:
    """A programme with one person whose texts say something of every origin."""
    put(store, strict, linker, a_participant(id=ID, narrative=STORY, experiences=TRADES))
    return store


def pool(store: Store, engine: Engine) -> list[str]:
    """Competences of the profile, what the trades teach besides, and some that no text names."""
    profile = profile_of(store, engine, ID)
    held = [h.uri for h in profile.competences]
    taught = [r.competence for o in profile.occupations for r in engine.taxonomy.taught_by(o.uri)]
    around = [c.uri for uri in held for c in engine.taxonomy.narrower(uri)]
    others = [c.uri for c in engine.taxonomy.competences][:5]
    return sorted({*held, *taught, *around, *others})


def stored_coverage(store: Store) -> dict[str, float]:
    taxonomy = Taxonomy.builtin()
    every = [c.uri for c in (*taxonomy.competences, *taxonomy.occupations)]
    return store.coverage([ID], every)[ID]


def test_the_pool_holds_every_kind_of_competence(told: Store, strict: Engine) -> None:
    profile = profile_of(told, strict, ID)
    held = {h.uri for h in profile.competences}
    taught = {r.competence for o in profile.occupations for r in strict.taxonomy.taught_by(o.uri)}
    assert {h.origin for h in profile.competences} == {"declared", "experience", "hidden"}
    assert taught - held, "nothing is too unlikely to be proposed"
    assert set(pool(told, strict)) - held - taught, "nothing comes from elsewhere"


class Deciding(RuleBasedStateMachine):
    """Confirm, reject, leave open and take back in any order; the model is a list of decisions."""

    def __init__(self, store: Store, engine: Engine, run_id: str) -> None:
        super().__init__()
        self.store, self.engine, self.run_id = store, engine, run_id
        self.untouched = profile_of(store, engine, ID)
        self.trades = [o.uri for o in self.untouched.occupations]
        self.uris = [*pool(store, engine), *self.trades]
        self.covered = stored_coverage(store)
        self.log = store.decisions.history(ID)
        self.decided: dict[str, Given] = {}

    @override
    def teardown(self) -> None:
        self.store.connection.commit()
        assert replay(self.store, self.engine, self.run_id).identical
        self.store.connection.commit()
        for uri in self.decided:
            settle(self.store, self.engine, ID, uri, None, by=BY, at=AT)
        assert profile_of(self.store, self.engine, ID) == self.untouched
        assert stored_coverage(self.store) == self.covered
        self.store.connection.commit()

    def held(self) -> dict[str, HeldCompetence]:
        return {h.uri: h for h in profile_of(self.store, self.engine, ID).competences}

    @rule(
        position=st.integers(0, 10_000),
        answer=st.sampled_from(["confirmed", "rejected", "unsure", None]),
        level=st.sampled_from(LEVELS),
        by=st.sampled_from([BY, "operatore 7"]),
    )
    def decide(self, position: int, answer: Given | None, level: Level, by: str) -> None:
        uri = self.uris[position % len(self.uris)]
        before = self.held()
        held = settle(self.store, self.engine, ID, uri, answer, by=by, at=AT, level=level)
        self.store.connection.commit()
        if answer is not None:
            ground = level if answer == "confirmed" else None
            self.log.append(Decision(uri, answer, ground, by, AT))
            self.decided[uri] = answer
        elif self.decided.pop(uri, None):
            self.log.append(Decision(uri, "withdrawn", None, by, AT))
        after = self.held()
        assert held == after.get(uri)
        if answer == "rejected":
            self.what_rested_on_it_is_lower(uri, before, after)

    def what_rested_on_it_is_lower(
        self, uri: str, before: dict[str, HeldCompetence], after: dict[str, HeldCompetence]
    ) -> None:
        for rested in before.values():
            lost = sum(because.weight for because in rested.because if because.uri == uri)
            now = after.get(rested.uri)
            if rested.status != "proposed" or not lost or now is None:
                continue
            assert now.confidence <= rested.confidence
            # Nothing is surer than certain: who told it outright loses nothing.
            if lost > FELT and rested.confidence < 1.0 - FELT:
                assert now.confidence < rested.confidence

    @invariant()
    def the_profile_says_what_was_decided(self) -> None:
        now = self.held()
        for uri, answer in self.decided.items():
            if uri in self.trades:
                continue
            if answer == "unsure":
                assert uri not in now or now[uri].status == "proposed"
                continue
            assert now[uri].status == answer
            assert answer == "rejected" or now[uri].confidence == 1.0
        settled = {uri for uri, held in now.items() if held.status != "proposed"}
        assert settled <= self.decided.keys()

    @invariant()
    def a_trade_is_there_unless_it_was_rejected(self) -> None:
        now = {o.uri: o for o in profile_of(self.store, self.engine, ID).occupations}
        rejected = {uri for uri, answer in self.decided.items() if answer == "rejected"}
        assert now.keys() == set(self.trades) - rejected
        for uri, trade in now.items():
            assert trade.confidence == 1.0 or self.decided.get(uri) != "confirmed"

    @invariant()
    def nothing_rests_on_what_was_rejected(self) -> None:
        rejected = {uri for uri, answer in self.decided.items() if answer == "rejected"}
        for held in self.held().values():
            assert rejected.isdisjoint(because.uri for because in held.because)

    @invariant()
    def every_decision_is_kept_with_who_and_when(self) -> None:
        history = self.store.decisions.history(ID)
        assert history == self.log
        assert {u: d.answer for u, d in in_force(history).items()} == self.decided

    @invariant()
    def what_is_covered_follows(self) -> None:
        covered = stored_coverage(self.store)
        assert covered == load_person(self.store, self.engine, ID).coverage
        for uri, answer in self.decided.items():
            if answer != "unsure" and uri not in self.trades:
                assert covered.get(uri, 0.0) == (1.0 if answer == "confirmed" else 0.0)


def test_deciding_in_any_order(told: Store, strict: Engine, linker: Linker) -> None:
    """Whatever is decided, what was ranked before comes out as it was."""
    put(told, strict, linker, a_company(), an_offer(required_competences=["cucire a macchina"]))
    run = suggest(told, strict, ID, on=TODAY, at=AT, limit=5)
    assert run.answer.items
    told.connection.commit()
    run_state_machine_as_test(
        partial(Deciding, told, strict, run.run_id),  # type: ignore[arg-type]
        settings=settings(max_examples=12, stateful_step_count=10, deadline=None),
    )


def test_several_people_decide_at_once(told: Store, strict: Engine, database: str) -> None:
    """No decision is lost, and what is covered follows from all of them."""
    uris = pool(told, strict)[:8]
    told.connection.commit()

    def confirm(uri: str) -> None:
        with connect(Settings(database_url=SecretStr(database))) as connection:
            settle(Store(connection), strict, ID, uri, "confirmed", by=BY, at=AT)

    with ThreadPoolExecutor(len(uris)) as threads:
        list(threads.map(confirm, uris))
    held = {h.uri: h.status for h in profile_of(told, strict, ID).competences}
    assert {held[uri] for uri in uris} == {"confirmed"}
    assert stored_coverage(told) == load_person(told, strict, ID).coverage


def test_what_a_misread_trade_implied_goes_with_it(told: Store, strict: Engine) -> None:
    before = profile_of(told, strict, ID)
    trade = before.occupations[0]
    assert any(b.uri == trade.uri for h in before.competences for b in h.because)
    assert settle(told, strict, ID, trade.uri, "rejected", by=BY, at=AT) is None
    after = profile_of(told, strict, ID)
    assert trade.uri not in {o.uri for o in after.occupations}
    assert trade.uri not in {b.uri for h in after.competences for b in h.because}
    assert trade.uri not in load_person(told, strict, ID).coverage
    settle(told, strict, ID, trade.uri, None, by=BY, at=AT)
    assert profile_of(told, strict, ID) == before


def test_taking_back_what_was_never_decided_leaves_no_trace(told: Store, strict: Engine) -> None:
    settle(told, strict, ID, pool(told, strict)[0], None, by=BY, at=AT)
    assert decisions_of(told, ID) == []


@pytest.mark.parametrize(
    ("level", "state"),
    [
        ("said", "identified"),
        ("example", "identified"),
        ("shown", "validated"),
        ("certified", "certified"),
    ],
)
def test_the_state_follows_from_the_level_and_not_from_the_origin(
    level: Level, state: str, told: Store, strict: Engine
) -> None:
    for held in profile_of(told, strict, ID).competences:
        after = settle(told, strict, ID, held.uri, "confirmed", by=BY, at=AT, level=level)
        assert after is not None
        assert after.origin == held.origin
    decided = in_force(decisions_of(told, ID))
    assert {decision.state for decision in decided.values()} == {state}


def test_what_is_not_confirmed_has_no_state() -> None:
    for answer in ("rejected", "unsure", "withdrawn"):
        assert Decision("u", answer, None, BY, AT).state is None


def test_a_confirmation_from_before_levels_is_identified() -> None:
    assert Decision("u", "confirmed", None, None, AT).state == "identified"


@pytest.mark.parametrize("by", ["", "  ", "tutor@comune.it", "x" * 61, "tutor\x00"])
def test_who_decides_must_be_said(by: str, told: Store, strict: Engine) -> None:
    with pytest.raises(CantiereError, match="ruolo e un codice"):
        settle(told, strict, ID, pool(told, strict)[0], "confirmed", by=by, at=AT)
    assert decisions_of(told, ID) == []


@pytest.mark.parametrize("status", ["confirmed", "rejected", None])
def test_what_cannot_be_decided_on(status: Given | None, told: Store, strict: Engine) -> None:
    """A competence of no taxonomy, a trade that no text names, nobody's competence."""
    before = dump(told.connection)
    named = {o.uri for o in profile_of(told, strict, ID).occupations}
    trade = next(o.uri for o in strict.taxonomy.occupations if o.uri not in named)
    for uri in ("urn:nulla", trade):
        told.connection.commit()
        with pytest.raises(UnknownRecordError, match=uri):
            settle(told, strict, ID, uri, status, by=BY, at=AT)
    told.connection.commit()
    with pytest.raises(UnknownRecordError, match="P-404"):
        settle(told, strict, "P-404", strict.taxonomy.competences[0].uri, status, by=BY, at=AT)
    told.connection.commit()
    assert dump(told.connection) == before
