"""Records into the programme: only what changed is read, nothing is half saved."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from api.database import connect
from api.settings import Settings
from matching.engine import Engine
from matching.loading import LoadedCounts, load, refresh
from matching.settling import profile_of, settle
from matching.shortlist import load_person
from matching.store import SavedCounts, Store
from skills_taxonomy import Linker
from tests.builders import a_company, a_participant, an_offer
from tests.databases import dump, is_true, somebody_waits, wait_until
from tests.programme import AT, BY, demonstration, put, quietly, reweighted

pytestmark = pytest.mark.db

STORY = "Ho badato a mia nonna per anni."
NOTHING = SavedCounts(0, 0, 0)


ONE_WRITER = (
    "SELECT count(*) = 1 FROM pg_stat_activity "
    "WHERE datname = current_database() AND backend_xid IS NOT NULL"
)


def no_linker() -> Linker:
    """Nothing may be read: whoever asks for a linker fails."""
    raise AssertionError("something was read")


def counts_of(companies: Any = NOTHING, offers: Any = NOTHING, people: Any = NOTHING) -> Any:
    return LoadedCounts(companies, offers, people)


def stored(store: Store, table: str) -> list[str]:
    return dump(store.connection)[table]


def test_what_a_load_says_it_did(store: Store, engine: Engine, linker: Linker) -> None:
    added = put(store, engine, linker, a_company(), an_offer(), a_participant())
    assert added == counts_of(*[SavedCounts(1, 0, 0)] * 3)
    again = put(store, engine, linker, a_company(), an_offer(), a_participant())
    assert again == counts_of(*[SavedCounts(0, 0, 1)] * 3)
    changed = put(
        store, engine, linker, a_company(name="Altro nome"), an_offer(seats=4),
        a_participant(eqf_level=5), a_participant(id="P-002"),
    )  # fmt: skip
    assert changed == counts_of(SavedCounts(0, 1, 0), SavedCounts(0, 1, 0), SavedCounts(1, 1, 0))
    assert store.offer("O-001")[0].seats == 4
    assert store.participant("P-001")[0].eqf_level == 5
    assert put(store, engine, linker) == counts_of()


def test_records_come_back_as_they_were(demo_store: Store) -> None:
    records = demonstration()
    assert [p for p, _ in demo_store.participants()] == list(records.participants)
    assert [o for o, _ in demo_store.offers()] == list(records.offers)
    companies = demo_store.companies([c.id for c in records.companies])
    assert companies == {c.id: c for c in records.companies}


def test_loading_twice_changes_nothing_and_reads_nothing(demo_store: Store, engine: Engine) -> None:
    before, records = dump(demo_store.connection), demonstration()
    counts = load(
        demo_store, engine, no_linker, companies=records.companies, offers=records.offers,
        participants=records.participants, progress=quietly,
    )  # fmt: skip
    demo_store.connection.commit()
    assert dump(demo_store.connection) == before
    assert counts == counts_of(*[SavedCounts(0, 0, n) for n in (40, 100, 60)])


def test_a_changed_text_is_read_again(store: Store, engine: Engine, linker: Linker) -> None:
    offer = {"required_competences": ["saldare"], "title": "Saldatore"}
    put(store, engine, linker, a_company(), an_offer(**offer), a_participant(narrative=STORY))
    person, needs = profile_of(store, engine, "P-001"), stored(store, "offer_concept")
    assert person.competences
    assert needs
    put(
        store, engine, linker, an_offer(title="Aiuto cuoco", required_competences=["cucinare"]),
        a_participant(narrative="Ho sempre riparato biciclette."),
    )  # fmt: skip
    assert stored(store, "offer_concept")
    assert not set(stored(store, "offer_concept")) & set(needs)
    now = profile_of(store, engine, "P-001")
    assert now.competences
    assert now != person
    every = [c.uri for c in (*engine.taxonomy.competences, *engine.taxonomy.occupations)]
    covered = store.coverage(["P-001"], every)["P-001"]
    assert covered == load_person(store, engine, "P-001").coverage
    assert len(stored(store, "participant_concept")) == len(covered)


def test_what_was_settled_survives_the_same_and_other_texts(
    store: Store, engine: Engine, linker: Linker
) -> None:
    put(store, engine, linker, a_participant(narrative=STORY))
    [told, *_] = [h.uri for h in profile_of(store, engine, "P-001").competences]
    other = next(c.uri for c in engine.taxonomy.competences if c.uri != told)
    settle(store, engine, "P-001", told, "rejected", by=BY, at=AT)
    settle(store, engine, "P-001", other, "confirmed", by=BY, at=AT)
    store.connection.commit()
    for narrative in (STORY, "Riparo biciclette.", STORY + " E cucino.", ""):
        put(store, engine, linker, a_participant(narrative=narrative))
        status = {h.uri: h.status for h in profile_of(store, engine, "P-001").competences}
        assert (status[told], status[other]) == ("rejected", "confirmed")
        covered = store.coverage(["P-001"], [told, other])["P-001"]
        assert covered == {other: 1.0}


def test_a_load_that_fails_leaves_nothing(
    database: str, engine: Engine, linker: Linker, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database_url=SecretStr(database))
    with connect(settings) as connection:
        before = dump(connection)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "set_derived_with", fail)
    with pytest.raises(ZeroDivisionError), connect(settings) as connection:
        put(Store(connection), engine, linker, a_company(), an_offer(), a_participant())
    with connect(settings) as connection:
        assert dump(connection) == before


def test_nothing_is_read_again_while_the_release_is_the_same(
    demo_store: Store, engine: Engine
) -> None:
    before = dump(demo_store.connection)
    refresh(demo_store, engine, no_linker, progress=quietly)
    assert dump(demo_store.connection) == before


def test_nothing_is_read_in_a_new_programme(store: Store, engine: Engine) -> None:
    refresh(store, engine, no_linker, progress=quietly)
    assert store.derived_with() is None


def test_a_release_that_reads_otherwise_reads_everything_again(
    store: Store, database: str, engine: Engine, linker: Linker
) -> None:
    """What is stored is then what a first load with that release would have stored."""
    records = (
        a_company(),
        an_offer(required_competences=["saldare"], preferred_competences=["cucinare"]),
        a_participant(narrative=STORY, experiences=[{"kind": "work", "title": "sarta"}]),
    )
    put(store, engine, linker, *records)
    settle(store, engine, "P-001", engine.taxonomy.competences[0].uri, "confirmed", by=BY, at=AT)
    store.connection.commit()
    before = dump(store.connection)
    other = reweighted(
        engine, required={"total": 1.0}, coverage={"through_broader": 0.25, "hidden_from": 0.5}
    )
    refresh(store, other, lambda: linker, progress=quietly)
    store.connection.commit()
    assert store.derived_with() == other.derivation
    refreshed = dump(store.connection)
    for table in ("participant_concept", "offer_concept"):
        assert refreshed[table] != before[table]
    for table in ("company", "settled_competence", "run"):
        assert refreshed[table] == before[table]
    store.connection.execute("DELETE FROM offer")
    store.connection.execute("DELETE FROM participant_concept")
    store.connection.execute(
        "UPDATE participant SET record = jsonb_set(record, '{gender}', '\"X\"')"
    )
    put(store, other, linker, *records)
    assert dump(store.connection) == refreshed


def test_another_encoder_reads_everything_again(
    store: Store, engine: Engine, linker: Linker
) -> None:
    put(store, engine, linker, a_participant(narrative=STORY))
    asked: list[Linker] = []

    def read() -> Linker:
        asked.append(linker)
        return linker

    for reader, count in ((engine.reader, 0), ("another", 1), ("another", 0)):
        asked.clear()
        refresh(store, replace(engine, reader=reader), read, progress=quietly)
        assert bool(asked) == count


@pytest.mark.parametrize("other", ["C-001", "C-002"])
def test_two_who_load_wait_for_each_other(
    other: str, database: str, engine: Engine, linker: Linker
) -> None:
    """Before they write, even different records: so they never wait for each other in a circle."""
    settings = Settings(database_url=SecretStr(database))

    def load_other() -> LoadedCounts:
        with connect(settings) as connection:
            offer = an_offer(company_id=other)
            return put(Store(connection), engine, linker, a_company(id=other, name="Altra"), offer)

    with ThreadPoolExecutor() as pool, connect(settings) as connection:
        first = Store(connection)
        load(first, engine, lambda: linker, companies=[a_company()], progress=quietly)
        second = pool.submit(load_other)
        wait_until(lambda: somebody_waits(database))
        assert is_true(database, ONE_WRITER)
        connection.commit()
        company = SavedCounts(0, 1, 0) if other == "C-001" else SavedCounts(1, 0, 0)
        assert second.result() == counts_of(company, SavedCounts(1, 0, 0))
        assert first.companies([other])[other].name == "Altra"


def test_who_reads_never_waits_for_who_loads(
    demo_database: str, engine: Engine, linker: Linker
) -> None:
    settings = Settings(database_url=SecretStr(demo_database))
    changed = demonstration().participants[0].model_copy(update={"eqf_level": 7})
    with connect(settings) as loading, connect(settings) as reading:
        load(Store(loading), engine, lambda: linker, participants=[changed], progress=quietly)
        reading.execute("SET lock_timeout = '2s'")
        assert Store(reading).participant(changed.id)[0].eqf_level != 7
        loading.commit()
        assert Store(reading).participant(changed.id)[0].eqf_level == 7


def test_an_offer_of_no_company_cannot_be_saved(
    store: Store, engine: Engine, linker: Linker
) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        put(store, engine, linker, an_offer())
    store.connection.rollback()
    assert not list(store.offers())


def test_programmes_never_see_each_other(store: Store, engine: Engine, linker: Linker) -> None:
    store.connection.execute("INSERT INTO programme VALUES ('other')")
    other = replace(store, programme_id="other")
    put(store, engine, linker, a_company(), an_offer(), a_participant(narrative=STORY))
    assert other.company_ids() == set()
    put(other, engine, linker, a_company(name="Altra"), a_participant(narrative=""))
    assert not list(other.offers())
    assert store.companies(["C-001"])["C-001"].name != "Altra"
    assert profile_of(store, engine, "P-001").competences
    assert not profile_of(other, engine, "P-001").competences
