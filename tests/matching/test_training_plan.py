"""The draft of a training project: what is known, exactly what is missing, and nothing invented."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from api.schemas.training_plan import TrainingPlanDocument
from matching.eligibility import least_allowance_of, load_rules, parse_rules
from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.intake import read_offer, read_participant
from matching.messages import say
from matching.model import Company, Offer, Participant
from matching.profile import Settled
from matching.training_plan import TrainingPlan
from matching.training_plan.draft import training_plan_of
from matching.training_plan.fields import last_day
from skills_taxonomy import Linker
from tests.builders import MORNINGS, TODAY, a_company, a_participant, an_offer
from tests.contract import check
from tests.programme import DAY, MARK, STORY, demonstration
from tests.source import ROOT

COMPETENCE = "urn:cantiere:competence:"
COMPANIES = {c.id: c for c in demonstration().companies}
RULES = ROOT / "matching" / "eligibility" / "eligibility.toml"

# What the records never hold: names, contacts, papers, tutors.
BY_HAND = [
    "participant.name", "participant.birth", "participant.tax_code", "participant.address",
    "participant.category", "promoter.name", "promoter.tax_code", "promoter.address",
    "host.workplace_address", "host.tax_code", "agreement.reference", "agreement.legal_form",
    "insurance.inail", "insurance.liability", "training.sep_area", "training.eqf_level",
    "tutors.host", "tutors.promoter",
]  # fmt: skip
COMPUTED = {"period.end_date", "period.hours_day", "allowance.minimum_eur_month",
            "allowance.minimum_source"}  # fmt: skip


def plan_for(
    engine: Engine,
    linker: Linker,
    *,
    person: Participant | None = None,
    offer: Offer | None = None,
    company: Company | None = None,
    settled: dict[str, Settled] | None = None,
    on: date = TODAY,
) -> TrainingPlan:
    person, offer = person or a_participant(), offer or an_offer()
    return training_plan_of(
        engine.person(person, read_participant(person, linker), settled or {}),
        engine.offer(offer, read_offer(offer, linker)),
        company or a_company(),
        engine,
        on=on,
    )


def missing(plan: TrainingPlan) -> list[str]:
    return [field.path for field in plan.missing]


@pytest.fixture(scope="module")
def plans(
    engine: Engine, people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...]
) -> list[tuple[TrainingPlan, PersonSide, OfferSide]]:
    """Three people of the demonstration under each of its offers."""
    return [
        (training_plan_of(person, o, COMPANIES[o.offer.company_id], engine, on=DAY), person, o)
        for person in (people[0], people[25], people[-1])
        for o in offers
    ]


def leaves(value: Any) -> Iterator[Any]:
    """The simple values of a document, at any depth."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    elif value is not None:
        yield value


def test_on_the_demonstration_every_value_is_of_a_record_and_every_null_is_listed(
    plans: list[tuple[TrainingPlan, PersonSide, OfferSide]],
) -> None:
    for plan, person, side in plans:
        document = json.loads(json.dumps(plan.as_json()))
        check(document, "training_plan")
        # As the service describes it.
        TrainingPlanDocument.model_validate_json(json.dumps(document))
        company = COMPANIES[side.offer.company_id]
        records = (person.participant, company, side.offer)
        known = {v for r in records for v in leaves(r.model_dump(mode="json", by_alias=True))}
        nulls = []
        for name in plan.sections:
            for key, value in document[name].items():
                nulls += [f"{name}.{key}"] if value is None else []
                if f"{name}.{key}" not in COMPUTED:
                    assert set(leaves(value)) <= known, (plan.offer_id, name, key)
        listed = [m["field"] for m in document["missing"] if m["field"] != "training.objectives"]
        assert listed == nulls
        assert ("training.objectives" in missing(plan)) == (not plan.acquire)


def test_on_the_demonstration_each_need_is_an_aim_or_brought_and_once(
    plans: list[tuple[TrainingPlan, PersonSide, OfferSide]],
) -> None:
    aimed = {"learn": 0, "strengthen": 0, "brought": 0}
    for plan, _, side in plans:
        needs = [need.uri for need in side.needs if need.factor != "occupation"]
        assert sorted(needs) == sorted(c.uri for c in (*plan.acquire, *plan.brings))
        for competence in plan.acquire:
            aimed[competence.aim] += 1
            assert competence.label in competence.objective
            assert {*competence.asked} <= {
                *side.offer.required_competences, *side.offer.preferred_competences
            }  # fmt: skip
            assert any(f"«{competence.label}»" in activity for activity in plan.activities)
        aimed["brought"] += len(plan.brings)
    assert min(aimed.values()) > 20, "the demonstration shows each kind"


def test_what_is_missing_is_exactly_what_no_record_holds(engine: Engine, linker: Linker) -> None:
    full = plan_for(
        engine,
        linker,
        offer=an_offer(description="Si taglia e si leviga.", required_competences=["saldare"]),
        company=a_company(sector="Legno", ateco="16.23"),
    )
    assert missing(full) == BY_HAND
    bare = plan_for(
        engine,
        linker,
        offer=an_offer(
            duration_months=None, hours_week=None, schedule=None, allowance_eur_month=None
        ),
    )
    unknown = ["host.sector", "host.ateco", "period.end_date", "period.duration_months",
               "period.schedule", "period.hours_day", "period.hours_week", "allowance.eur_month",
               "training.tasks", "training.objectives"]  # fmt: skip
    assert sorted(missing(bare)) == sorted([*BY_HAND, *unknown])


def test_the_week_and_the_end_come_from_the_offer(engine: Engine, linker: Linker) -> None:
    saturday = {"days": ["sat"], "from": "09:00", "to": "12:30"}
    plan = plan_for(engine, linker, offer=an_offer(hours_week=None, schedule=[MORNINGS, saturday]))
    texts = {field.path: field.text for field in plan.sections["period"]}
    assert texts == {
        "period.start_date": "01/02/2027",
        "period.end_date": "31/07/2027",
        "period.duration_months": "6 mesi",
        "period.schedule": "lun-ven 08:30-12:30; sab 09:00-12:30",
        "period.hours_day": "4 (lun, mar, mer, gio e ven); 3,5 (sab)",
        "period.hours_week": "23,5 ore",
    }


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 1, 1), 12, date(2027, 12, 31)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 10, 31), 2, date(2027, 12, 30)),
        (date(2027, 5, 31), 6, date(2027, 11, 30)),
        (date(2027, 2, 1), 1.5, None),
        (date(2027, 2, 1), None, None),
    ],
)
def test_the_last_day(start: date, months: float | None, end: date | None) -> None:
    assert last_day(start, months) == end


@pytest.mark.parametrize(
    ("changes", "euros", "with_meals"),
    [
        ({}, 350, 350),  # four hours a day
        ({"schedule": [{**MORNINGS, "to": "12:45"}]}, 500, 400),
        ({"schedule": None}, 500, 400),
    ],
)
def test_the_least_allowance_is_that_of_the_day_and_of_the_timetable(
    changes: dict[str, Any], euros: float, with_meals: float
) -> None:
    least = least_allowance_of(an_offer(**changes), load_rules())
    assert least is not None
    assert (least.euros, least.with_meals) == (euros, with_meals)
    assert "7763" in least.source


def test_no_least_allowance_where_the_rules_set_none(engine: Engine, linker: Linker) -> None:
    switch = "[rules.LOM-05]\non = "
    off = parse_rules(RULES.read_text("utf-8").replace(f"{switch}true", f"{switch}false"))
    assert least_allowance_of(an_offer(), off) is None
    assert least_allowance_of(an_offer(start_date="2018-06-08"), load_rules()) is None
    workshop = plan_for(engine, linker, offer=an_offer(kind="workshop"))
    assert [field.name for field in workshop.sections["allowance"]] == ["eur_month"]


def test_an_allowance_of_nothing_is_known(engine: Engine, linker: Linker) -> None:
    plan = plan_for(engine, linker, offer=an_offer(kind="volunteering", allowance_eur_month=0))
    assert plan.field("allowance.eur_month").value == 0
    assert say("training_plan.settle.volunteering") in plan.to_settle


@pytest.mark.parametrize(("birth_year", "asked"), [(2010, True), (2009, True), (2008, False)])
def test_a_guardian_signs_unless_the_person_is_surely_an_adult(
    birth_year: int, asked: bool, engine: Engine, linker: Linker
) -> None:
    # In 2027 who was born in 2009 is eighteen only after the birthday.
    plan = plan_for(engine, linker, person=a_participant(birth_year=birth_year))
    assert ("guardian" in plan.signatories) == asked
    assert ("participant.guardian" in missing(plan)) == asked
    assert str(birth_year) not in json.dumps(plan.as_json())


def test_what_is_protected_of_the_person_is_never_told(engine: Engine, linker: Linker) -> None:
    offer = an_offer(demands=["flour_dust"], required_competences=["saldare"], max_age=30)
    plain = plan_for(engine, linker, person=a_participant(narrative=STORY), offer=offer)
    other = plan_for(
        engine,
        linker,
        person=a_participant(
            narrative=STORY, limitations=["flour_dust"], birth_year=1960, gender="F",
            target="over_50", receives_rdc=True, languages=[{"code": "it", "level": "B1"}],
        ),
        offer=offer,
    )  # fmt: skip
    assert (plain.sections, plain.acquire, plain.brings) == (
        other.sections, other.acquire, other.brings
    )  # fmt: skip
    assert not other.can_start
    not_met = [c for c in other.eligibility.checks if c.status == "not_met"]
    assert [c.rule for c in not_met] == ["OFF-AGE", "FIT-DEMANDS"]
    where = {"participant": "P-001", "offer": "O-001", "on": TODAY}
    reserved = say("training_plan.reserved.not_met", **where)
    assert {c.reason for c in not_met} == {reserved}
    told = json.dumps(other.as_json(), ensure_ascii=False).casefold()
    secret = [MARK, say("labels.demand.flour_dust"), say("labels.target.over_50"), "1960", "nonna"]
    assert [word for word in secret if word.casefold() in told] == []


def test_the_reasons_that_speak_of_the_offer_are_told(engine: Engine, linker: Linker) -> None:
    plan = plan_for(engine, linker, offer=an_offer(seats=0, allowance_eur_month=None))
    reasons = {c.rule: c.reason for c in plan.eligibility.checks}
    assert not plan.can_start
    assert reasons["OFF-SEATS"] == say("eligibility.OFF-SEATS.not_met")
    assert reasons["LOM-05"] in plan.to_settle
    assert len(plan.to_settle) == len({*plan.to_settle})


def test_aims_follow_what_people_settle(engine: Engine, linker: Linker) -> None:
    """A hidden competence is to strengthen; confirmed it is brought, rejected it is to learn."""
    uri = f"{COMPETENCE}saldare"
    person = a_participant(experiences=[{"kind": "work", "title": "carpentiere in ferro"}])
    offer = an_offer(required_competences=["saldare"])
    held = {
        c.uri: c
        for c in engine.profile(
            engine.person(person, read_participant(person, linker), {})
        ).competences
    }
    assert held[uri].origin == "hidden"

    def plan(settled: dict[str, Settled]) -> TrainingPlan:
        return plan_for(engine, linker, person=person, offer=offer, settled=settled)

    [proposed] = plan({}).acquire
    assert (proposed.aim, proposed.objective) == ("strengthen", "saprà, con più sicurezza, saldare")
    [brought] = plan({uri: "confirmed"}).brings
    assert (brought.uri, brought.confirmed) == (uri, True)
    [rejected] = plan({uri: "rejected"}).acquire
    assert (rejected.aim, rejected.objective) == ("learn", "saprà saldare")


def test_what_was_told_is_brought_and_is_to_confirm(engine: Engine, linker: Linker) -> None:
    person = a_participant(declared_competences=["saldare"])
    plan = plan_for(engine, linker, person=person, offer=an_offer(required_competences=["saldare"]))
    assert [b.confirmed for b in plan.brings] == [False]
    assert plan.acquire == ()
    assert say("training_plan.settle.brought", label="saldare") in plan.to_settle


def test_what_does_not_add_up_or_was_not_recognised_is_to_settle(
    engine: Engine, linker: Linker
) -> None:
    offer = an_offer(hours_week=25, preferred_competences=["xyzzy plugh"])
    plan = plan_for(engine, linker, offer=offer)
    assert say("training_plan.settle.hours", written="25", added="20") in plan.to_settle
    assert say("training_plan.settle.not_recognised", text="xyzzy plugh") in plan.to_settle
    assert say("training_plan.settle.read") not in plan.to_settle
    read = plan_for(engine, linker, offer=an_offer(required_competences=["saldare"]))
    assert say("training_plan.settle.read") in read.to_settle
    assert plan.field("period.hours_week").value == 25


@pytest.mark.parametrize("aim", ["learn", "strengthen"])
def test_every_kind_of_competence_has_an_objective_in_words(aim: str, engine: Engine) -> None:
    for competence in engine.taxonomy.competences:
        key = f"training_plan.objective.{aim}.{competence.kind}"
        assert competence.label in say(key, label=competence.label)
