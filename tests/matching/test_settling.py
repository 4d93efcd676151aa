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
from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.profile import Settled
from matching.settling import profile_of, settle
from matching.shortlist import load_person
from matching.store import Store
from skills_taxonomy import Linker, Taxonomy
from tests.builders import a_participant
from tests.databases import dump
from tests.programme import AT, put, reweighted

pytestmark = pytest.mark.db

ID = "P-001"
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
    """Confirm, reject and take back in any order; the model is a plain dictionary."""

    def __init__(self, store: Store, engine: Engine) -> None:
        super().__init__()
        self.store, self.engine = store, engine
        self.uris = pool(store, engine)
        self.untouched = profile_of(store, engine, ID)
        self.covered = stored_coverage(store)
        self.decided: dict[str, Settled] = {}

    @override
    def teardown(self) -> None:
        for uri in self.decided:
            settle(self.store, self.engine, ID, uri, None, at=AT)
        assert profile_of(self.store, self.engine, ID) == self.untouched
        assert stored_coverage(self.store) == self.covered
        self.store.connection.commit()

    @rule(
        position=st.integers(0, 10_000),
        status=st.sampled_from(["confirmed", "rejected", None]),
    )
    def decide(self, position: int, status: Settled | None) -> None:
        uri = self.uris[position % len(self.uris)]
        held = settle(self.store, self.engine, ID, uri, status, at=AT)
        self.store.connection.commit()
        if status is None:
            self.decided.pop(uri, None)
        else:
            self.decided[uri] = status
        in_profile = {h.uri: h for h in profile_of(self.store, self.engine, ID).competences}
        assert held == in_profile.get(uri)

    @invariant()
    def the_profile_says_what_was_decided(self) -> None:
        now = {h.uri: h for h in profile_of(self.store, self.engine, ID).competences}
        before = {h.uri: h for h in self.untouched.competences}
        for uri, status in self.decided.items():
            assert now[uri].status == status
            assert status == "rejected" or now[uri].confidence == 1.0
        assert now.keys() == before.keys() | self.decided.keys()
        for uri in before.keys() - self.decided.keys():
            assert now[uri] == before[uri]

    @invariant()
    def what_is_covered_follows(self) -> None:
        covered = stored_coverage(self.store)
        assert covered == load_person(self.store, self.engine, ID).coverage
        for uri, status in self.decided.items():
            assert covered.get(uri, 0.0) == (1.0 if status == "confirmed" else 0.0)


def test_deciding_in_any_order(told: Store, strict: Engine) -> None:
    run_state_machine_as_test(
        partial(Deciding, told, strict),  # type: ignore[arg-type]
        settings=settings(max_examples=25, stateful_step_count=12, deadline=None),
    )


def test_several_people_decide_at_once(told: Store, strict: Engine, database: str) -> None:
    """No decision is lost, and what is covered follows from all of them."""
    uris = pool(told, strict)[:8]
    told.connection.commit()

    def confirm(uri: str) -> None:
        with connect(Settings(database_url=SecretStr(database))) as connection:
            settle(Store(connection), strict, ID, uri, "confirmed", at=AT)

    with ThreadPoolExecutor(len(uris)) as threads:
        list(threads.map(confirm, uris))
    held = {h.uri: h.status for h in profile_of(told, strict, ID).competences}
    assert {held[uri] for uri in uris} == {"confirmed"}
    assert stored_coverage(told) == load_person(told, strict, ID).coverage


@pytest.mark.parametrize("status", ["confirmed", "rejected", None])
def test_an_unknown_competence_or_an_occupation_cannot_be_settled(
    status: Settled | None, told: Store, strict: Engine
) -> None:
    before = dump(told.connection)
    for uri in ("urn:nulla", strict.taxonomy.occupations[0].uri):
        told.connection.commit()
        with pytest.raises(UnknownRecordError, match=uri):
            settle(told, strict, ID, uri, status, at=AT)
    told.connection.commit()
    with pytest.raises(UnknownRecordError, match="P-404"):
        settle(told, strict, "P-404", strict.taxonomy.competences[0].uri, status, at=AT)
    told.connection.commit()
    assert dump(told.connection) == before
