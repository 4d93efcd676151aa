"""Why a pair fits or not, and what to mind."""

from datetime import date

import pytest

from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.explain import Explanation, explain
from matching.settling import settle
from matching.shortlist import suggest
from matching.store import Store
from skills_taxonomy import Linker
from tests.builders import a_company, a_participant, an_offer
from tests.programme import AT, BY, DAY, demonstration, put

pytestmark = pytest.mark.db

PEOPLE = demonstration().participants
OFFERS = demonstration().offers
GATES = ["eligible", "unknown", "ineligible"]
# What a person is: nothing of it may be proposed to change.
WHAT_PEOPLE_ARE = {"id", "target", "birth_year", "gender", "municipality", "limitations",
                   "receives_rdc", "narrative"}  # fmt: skip


def ask(
    store: Store, engine: Engine, pid: str, oid: str, on: date = DAY, most: int = 6
) -> Explanation:
    found = explain(store, engine, pid, oid, on=on, most_changes=most)
    store.connection.commit()
    return found


def test_known_learn_and_mind(store: Store, engine: Engine, linker: Linker) -> None:
    person = a_participant(
        narrative="Per dieci anni ho saldato cancelli.",
        max_travel_minutes=None,
        limitations=None,
    )
    offer = an_offer(
        required_competences=["saldare", "cucinare", "qwertyuiop zxcvbnm"],
        preferred_competences=["riparare biciclette"],
    )
    put(store, engine, linker, a_company(), offer, person)
    found = ask(store, engine, "P-001", "O-001")
    [known] = found.known
    assert known.evidence
    for quote in known.evidence:
        assert quote.source == "narrative"
        assert person.narrative[quote.start : quote.end] == quote.text
    assert [(x.required, "cucin" in x.label) for x in found.learn] == [(True, True), (False, False)]
    unknown = [m for m in found.mind if m.rule is None and "qwertyuiop zxcvbnm" in m.reason]
    assert len(unknown) == 1
    doubts = {c.rule for c in found.pairing.eligibility.checks if c.status != "met"}
    assert doubts
    assert {m.rule for m in found.mind if m.rule} == doubts
    for said in (known.label, *(x.label for x in found.learn), *(m.reason for m in found.mind)):
        assert said in found.text


def test_a_rejected_competence_is_to_learn(store: Store, engine: Engine, linker: Linker) -> None:
    person = a_participant(narrative="Per dieci anni ho saldato cancelli.")
    put(store, engine, linker, a_company(), an_offer(required_competences=["saldare"]), person)
    [known] = ask(store, engine, "P-001", "O-001").known
    settle(store, engine, "P-001", known.uri, "rejected", by=BY, at=AT)
    store.connection.commit()
    found = ask(store, engine, "P-001", "O-001")
    assert not found.known
    assert [x.uri for x in found.learn] == [known.uri]
    assert (
        known.uri in [o.apply[0].field for o in found.what_would_change] or found.pairing.rank == 1
    )


def test_it_agrees_with_the_suggestions(demo_store: Store, engine: Engine) -> None:
    """The same score, gates, rank and reasons as in the list."""
    run = suggest(demo_store, engine, "P-005", on=DAY, at=AT, limit=1000)
    demo_store.connection.commit()
    assert run.answer.items
    assert run.answer.excluded
    for pairing in (*run.answer.items[:8], *run.answer.excluded[:8]):
        assert ask(demo_store, engine, "P-005", pairing.offer_id).pairing == pairing


def test_a_closed_offer_is_explained_too(demo_store: Store, engine: Engine) -> None:
    offer = min(OFFERS, key=lambda o: o.start_date)
    found = ask(demo_store, engine, "P-001", offer.id, on=date(2027, 12, 1))
    assert found.pairing.rank is None
    assert ("OFF-OPEN", "not_met") in [(c.rule, c.status) for c in found.pairing.eligibility.checks]
    assert "OFF-OPEN" in [m.rule for m in found.mind]


def test_unknown_ids(demo_store: Store, engine: Engine) -> None:
    for pid, oid in (("P-999", "O-001"), ("P-001", "O-999")):
        with pytest.raises(UnknownRecordError, match="999"):
            explain(demo_store, engine, pid, oid, on=DAY, most_changes=6)
        demo_store.connection.rollback()


def test_nothing_is_saved(demo_store: Store, engine: Engine) -> None:
    ask(demo_store, engine, "P-001", "O-001")
    assert demo_store.connection.execute("SELECT count(*) FROM run").fetchall() == [(0,)]
