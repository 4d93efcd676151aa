"""A saved ranking is made again from its inputs, whatever has happened since."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.model import Company, Offer, Participant
from matching.replay import DataChange, replay
from matching.runs import Run
from matching.settling import settle
from matching.shortlist import shortlist, suggest
from matching.store import Store
from skills_taxonomy import Linker
from tests.programme import AT, BY, DAY, put, reweighted

pytestmark = pytest.mark.db

Ranking = Callable[..., Run]


def ask(store: Store, engine: Engine, ranking: Ranking, subject: str, **how: Any) -> Run:
    run = ranking(store, engine, subject, **{"on": DAY, "at": AT, "limit": 5, **how})
    store.connection.commit()
    return run


def change(store: Store, engine: Engine, linker: Linker, record: Any, **fields: Any) -> None:
    document = record.model_dump(by_alias=True) | fields
    put(store, engine, linker, type(record).model_validate(document))


def participant(store: Store, participant_id: str) -> Participant:
    return store.participant(participant_id)[0]


def offer(store: Store, offer_id: str) -> Offer:
    return store.offer(offer_id)[0]


def company(store: Store, offer_id: str) -> Company:
    company_id = offer(store, offer_id).company_id
    return store.companies([company_id])[company_id]


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize(
    ("ranking", "subject"),
    [(suggest, "P-001"), (suggest, "P-033"), (shortlist, "O-006"), (shortlist, "O-063")],
)
def test_identical_right_after(
    ranking: Ranking, subject: str, everything: bool, demo_store: Store, engine: Engine
) -> None:
    run = ask(demo_store, engine, ranking, subject, everything=everything)
    found = replay(demo_store, engine, run.run_id)
    assert run.answer.pairings()
    assert found.identical
    assert (found.differences, found.versions_changed, found.data_changed) == ((), {}, ())


def test_identical_for_people_with_settled_competences(demo_store: Store, engine: Engine) -> None:
    profile = engine.taxonomy.competences
    for competence in profile[:4]:
        settle(demo_store, engine, "P-001", competence.uri, "confirmed", by=BY, at=AT)
    for competence in profile[4:8]:
        settle(demo_store, engine, "P-001", competence.uri, "rejected", by=BY, at=AT)
    demo_store.connection.commit()
    for ranking, subject in ((suggest, "P-001"), (shortlist, "O-063")):
        run = ask(demo_store, engine, ranking, subject, limit=60)
        assert replay(demo_store, engine, run.run_id).identical
        demo_store.connection.commit()


def test_a_competence_settled_since_is_said(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    needed = next(
        c.uri
        for c in run.answer.items[0].contributions
        if c.uri and engine.taxonomy.is_competence(c.uri)
    )
    settle(demo_store, engine, "P-001", needed, "rejected", by=BY, at=AT)
    demo_store.connection.commit()
    found = replay(demo_store, engine, run.run_id)
    assert found.identical
    assert found.data_changed == (DataChange("participants", "P-001", ("settled",)),)
    demo_store.connection.commit()
    asked_now = ask(demo_store, engine, suggest, "P-001")
    assert asked_now.answer.items[0] != run.answer.items[0]


def test_the_fields_changed_since_are_said(
    demo_store: Store, engine: Engine, linker: Linker
) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    first, second = (p.offer_id for p in run.answer.items[:2])
    change(demo_store, engine, linker, participant(demo_store, "P-001"), narrative="So cucinare.")
    change(demo_store, engine, linker, offer(demo_store, first), title="Altro titolo", seats=9)
    host = company(demo_store, second)
    change(demo_store, engine, linker, host, active_interns=(host.active_interns or 0) + 1)
    found = replay(demo_store, engine, run.run_id)
    assert found.identical
    assert found.versions_changed == {}
    changed = {(c.kind, c.id): set(c.fields) for c in found.data_changed}
    assert changed[("participants", "P-001")] == {"narrative"}
    assert changed[("offers", first)] >= {"title", "seats"}
    assert changed[("offers", second)] >= {"company.active_interns"}


def test_a_record_that_is_gone_is_said(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, shortlist, "O-063")
    gone = run.answer.items[0].participant_id
    demo_store.connection.execute("DELETE FROM participant WHERE participant_id = %s", [gone])
    demo_store.connection.commit()
    found = replay(demo_store, engine, run.run_id)
    assert found.identical
    assert found.data_changed == (DataChange("participants", gone, ()),)


def test_an_offer_that_is_gone_is_said(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    gone = run.answer.items[0].offer_id
    demo_store.connection.execute("DELETE FROM offer WHERE offer_id = %s", [gone])
    demo_store.connection.commit()
    found = replay(demo_store, engine, run.run_id)
    assert found.identical
    assert found.data_changed == (DataChange("offers", gone, ()),)


def test_other_weights_differ_and_are_named(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    other = reweighted(engine, required={"total": 1.0, "most_each": 0.3})
    found = replay(demo_store, other, run.run_id)
    assert not found.identical
    assert found.versions_changed == {"model": (engine.versions["model"], other.versions["model"])}
    assert found.data_changed == ()
    scores = {d.offer_id: (d.then, d.now) for d in found.differences if d.what == "score"}
    assert scores
    for pairing in run.answer.pairings():
        if pairing.offer_id in scores:
            then, now = scores[pairing.offer_id]
            assert then == pairing.score != now


def test_other_rules_differ_and_are_named(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001", everything=True)
    shut = next(
        c.rule for p in run.answer.excluded for c in p.eligibility.checks if c.status == "not_met"
    )
    rules = engine.rules
    fewer = replace(
        rules,
        version="other",
        periods=tuple(tuple(r for r in p if r.id != shut) for p in rules.periods),
    )
    found = replay(demo_store, replace(engine, rules=fewer), run.run_id)
    assert not found.identical
    assert found.versions_changed == {"rules": (rules.version, "other")}
    assert {d.what for d in found.differences} <= {"eligibility", "rank"}
    assert shut in str([d.then for d in found.differences])
    assert shut not in str([d.now for d in found.differences])


def test_other_rules_of_the_same_effect_are_named_too(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    renamed = replace(engine, rules=replace(engine.rules, version="other"))
    found = replay(demo_store, renamed, run.run_id)
    assert found.identical
    assert found.versions_changed == {"rules": (engine.rules.version, "other")}


def test_a_tampered_answer_differs(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    demo_store.connection.execute(
        "UPDATE run SET answer = jsonb_set(answer, '{items,0,score}', '9') WHERE run_id = %s",
        [run.run_id],
    )
    demo_store.connection.commit()
    found = replay(demo_store, engine, run.run_id)
    [difference] = found.differences
    assert not found.identical
    assert (difference.what, difference.then) == ("score", 9.0)
    assert difference.now == run.answer.items[0].score


def test_a_replay_saves_nothing(demo_store: Store, engine: Engine) -> None:
    run = ask(demo_store, engine, suggest, "P-001")
    replay(demo_store, engine, run.run_id)
    count = "SELECT count(*) FROM run"
    assert demo_store.connection.execute(count).fetchall() == [(1,)]


def test_an_unknown_run(demo_store: Store, engine: Engine) -> None:
    with pytest.raises(UnknownRecordError, match="R-nessuna"):
        replay(demo_store, engine, "R-nessuna")
