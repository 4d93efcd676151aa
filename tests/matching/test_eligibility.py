"""The rules of eligibility: situations of `tests/cases/*.toml`, and laws that hold for any pair."""

import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.eligibility import (
    Check,
    Eligibility,
    assess,
    closes_offer,
    load_rules,
    parse_rules,
)
from matching.model import (
    DAYS,
    LANGUAGE_LEVELS,
    Company,
    Demand,
    Gender,
    LanguageSkill,
    Offer,
    OfferKind,
    Participant,
    Target,
    Transport,
    Window,
)
from matching.territory import municipalities
from tests.builders import TODAY, a_company, a_participant, an_offer

FILE = resources.files("matching.eligibility").joinpath("eligibility.toml").read_text("utf-8")
ALL_ON = parse_rules(FILE.replace("on = false", "on = true"))
RULES = load_rules()

# --- Situations ---------------------------------------------------------------------------------

CASES = [
    case
    for file in sorted(Path(__file__).parents[1].joinpath("cases").glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]


def changes(case: dict[str, Any], record: str) -> dict[str, Any]:
    """The fields a situation gives; "?" is how TOML, which has no null, writes an unknown."""
    return {key: None if v == "?" else v for key, v in case.get(record, {}).items()}


def find(eligibility: Eligibility, rule: str) -> Check | None:
    return next((check for check in eligibility.checks if check.rule == rule), None)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['rule']}: {c['title']}" for c in CASES])
def test_a_situation_gets_the_answer_a_caseworker_expects(case: dict[str, Any]) -> None:
    eligibility = assess(
        a_participant(**changes(case, "participant")),
        an_offer(**changes(case, "offer")),
        a_company(**changes(case, "company")),
        on=TODAY,
        rules=ALL_ON,
    )
    check = find(eligibility, case["rule"])
    assert (check.status if check else "none") == case["expected"], case["why"]
    assert case.get("says", "") in (check.reason if check else "")


def test_situations_say_why_and_use_no_unforeseen_key() -> None:
    keys = {"title", "rule", "expected", "why", "says", "participant", "offer", "company"}
    assert all(case.keys() <= keys and case["title"] and case["why"] for case in CASES)


@pytest.mark.parametrize("rule", ALL_ON.rules, ids=[rule.id for rule in ALL_ON.rules])
def test_every_answer_of_a_rule_has_a_situation(rule: Any) -> None:
    shown = {case["expected"] for case in CASES if case["rule"] == rule.id}
    assert shown - {"none"} == rule.answers


# --- The file of rules --------------------------------------------------------------------------


def test_every_rule_has_a_source() -> None:
    assert all(rule.source.strip() for rule in RULES.rules)


def test_only_doubtful_rules_are_off() -> None:
    assert [rule.id for rule in RULES.rules if not rule.on] == ["LOM-02-18", "VOL-02", "BEN-01"]


def test_a_rule_that_is_off_gives_no_check() -> None:
    pair = a_participant(target="over_50", receives_rdc=True), an_offer(), a_company()
    assert find(assess(*pair, on=TODAY, rules=RULES), "BEN-01") is None
    assert find(assess(*pair, on=TODAY, rules=ALL_ON), "BEN-01") is not None


def test_the_version_changes_with_the_file_only() -> None:
    assert parse_rules(FILE).version == RULES.version
    assert ALL_ON.version != RULES.version


def test_parameters_are_those_of_the_first_day_of_the_offer() -> None:
    older = FILE.replace(
        "[[internship]]\nvalid_from = 2018-06-09",
        "[[internship]]\nvalid_from = 2018-06-09\nvalid_to = 2027-01-31",
    )
    newer = older[older.index("[[internship]]") : older.index("# H.\n[rules.LOM-06]")]
    newer = (
        newer.replace("valid_to = 2027-01-31", "")
        .replace("2018-06-09", "2027-02-01")
        .replace("allowance = 500", "allowance = 600")
    )
    rules = parse_rules(older + newer)

    def answer(start: str) -> Check | None:
        offer = an_offer(start_date=start, allowance_eur_month=550, hours_week=30)
        offer = offer.model_copy(update={"schedule": None})
        return find(assess(a_participant(), offer, a_company(), on=TODAY, rules=rules), "LOM-05")

    before, after, ancient = answer("2027-01-31"), answer("2027-02-01"), answer("2018-06-08")
    assert before is not None
    assert before.status == "met"
    assert after is not None
    assert after.status == "unknown"
    assert ancient is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[rules.OFF-SEATS]", "[rules.OFF-STOOLS]"),
        ("[[journey]]", "[[travel]]"),
        ("min_months = 2", ""),
        ("valid_from = 2018-06-09 # LOM-01", "# LOM-01"),
        ("min_months = 2", "min_months = 2\nmin_weeks = 2"),
        ('source = "Offerta: posti liberi"', 'source = ""'),
        ('night = "22:00-06:00"', 'night = "dusk-dawn"'),
        (
            "[[volunteering]]",
            "[[volunteering]]\nvalid_from = 2020-01-01\nreimbursement_month = 1\n[[volunteering]]",
        ),
    ],
)
def test_a_faulty_file_is_refused(old: str, new: str) -> None:
    assert FILE.count(old) >= 1
    with pytest.raises(ValueError, match=r"."):
        parse_rules(FILE.replace(old, new))


# --- The whole answer ---------------------------------------------------------------------------


def test_a_pair_that_keeps_every_rule_is_eligible() -> None:
    eligibility = assess(a_participant(), an_offer(), a_company(), on=TODAY, rules=RULES)
    assert eligibility.status == "eligible"
    assert {check.status for check in eligibility.checks} == {"met"}


def test_unknown_never_excludes_and_not_met_always_does() -> None:
    unknown = assess(a_participant(transport=None), an_offer(), a_company(), on=TODAY, rules=RULES)
    ineligible = assess(
        a_participant(transport=None), an_offer(seats=0), a_company(), on=TODAY, rules=RULES
    )
    assert unknown.status == "unknown"
    assert ineligible.status == "ineligible"


def test_a_person_of_whom_nothing_is_known_is_never_excluded() -> None:
    nobody = Participant(id="P-1", target="youth", birth_year=1995, municipality="Legnano")
    offer = an_offer(licences=["B"], min_italian="B1", min_eqf=4, municipality="Besate")
    eligibility = assess(nobody, offer, a_company(), on=TODAY, rules=ALL_ON)
    assert eligibility.status == "unknown"


def test_checks_follow_the_order_of_the_file() -> None:
    order = [rule.id for rule in RULES.rules]
    eligibility = assess(a_participant(), an_offer(), a_company(), on=TODAY, rules=RULES)
    places = [order.index(check.rule) for check in eligibility.checks]
    assert places == sorted(places)
    assert len(places) > 5


# --- Laws for any pair --------------------------------------------------------------------------


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(of: Any, max_size: int = 4) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(get_args(of)), unique=True, max_size=max_size).map(tuple)


CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59)) | st.just(
    "24:00"
)
WINDOWS = st.lists(
    st.tuples(st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple), CLOCKS, CLOCKS)
    .filter(lambda w: w[1] != w[2])
    .map(lambda w: Window(days=w[0], start=w[1], end=w[2])),
    max_size=3,
).map(tuple)
PLACES = st.sampled_from(sorted(municipalities()))
LEVELS = st.sampled_from(LANGUAGE_LEVELS)
HOURS = st.floats(0.5, 80)
LICENCES = st.lists(st.sampled_from(["A", "B", "ce", "muletto"]), max_size=3).map(tuple)
SKILLS = st.lists(
    st.builds(LanguageSkill, code=st.sampled_from(["it", "ar", "uk"]), level=LEVELS), max_size=2
).map(tuple)

PARTICIPANTS = st.builds(
    Participant,
    id=st.just("P-1"),
    target=st.sampled_from(get_args(Target)),
    birth_year=st.integers(1920, 2020),
    gender=maybe(st.sampled_from(get_args(Gender))),
    municipality=PLACES,
    eqf_level=maybe(st.integers(1, 8)),
    languages=maybe(SKILLS),
    licences=maybe(LICENCES),
    transport=maybe(some(Transport)),
    max_travel_minutes=maybe(st.integers(0, 300)),
    availability=maybe(WINDOWS),
    max_hours_week=maybe(HOURS),
    limitations=maybe(some(Demand)),
    receives_rdc=maybe(st.booleans()),
)
COMPANIES = st.builds(
    Company,
    id=st.just("C-1"),
    name=st.just("Bottega"),
    municipality=PLACES,
    permanent_employees=maybe(st.integers(0, 200)),
    active_interns=maybe(st.integers(0, 20)),
)
AGES = st.tuples(maybe(st.integers(0, 120)), maybe(st.integers(0, 120))).filter(
    lambda ages: None in ages or ages[0] <= ages[1]
)
OFFERS = st.builds(
    lambda ages, **fields: Offer(min_age=ages[0], max_age=ages[1], **fields),
    ages=AGES,
    id=st.just("O-1"),
    company_id=st.just("C-1"),
    kind=st.sampled_from(get_args(OfferKind)),
    title=st.just("Posto"),
    municipality=PLACES,
    public_transport=maybe(st.booleans()),
    seats=st.integers(0, 3),
    start_date=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    duration_months=maybe(st.floats(0.5, 60)),
    hours_week=maybe(HOURS),
    schedule=maybe(WINDOWS),
    allowance_eur_month=maybe(st.floats(0, 10_000)),
    licences=maybe(LICENCES),
    min_italian=maybe(LEVELS),
    min_eqf=maybe(st.integers(1, 8)),
    demands=maybe(some(Demand)),
    reserved_targets=some(Target),
)


@given(PARTICIPANTS, OFFERS, COMPANIES, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_valid_pair_gets_answers_with_reasons(
    participant: Participant, offer: Offer, company: Company, on: date
) -> None:
    eligibility = assess(participant, offer, company, on=on, rules=ALL_ON)
    answers = {rule.id: rule.answers for rule in ALL_ON.rules}
    statuses = {check.status for check in eligibility.checks}
    assert all(check.status in answers[check.rule] for check in eligibility.checks)
    assert all(check.reason.strip() and check.source for check in eligibility.checks)
    assert (eligibility.status == "ineligible") == ("not_met" in statuses)
    assert (eligibility.status == "eligible") == (statuses == {"met"})


@given(PARTICIPANTS, PARTICIPANTS, OFFERS, COMPANIES, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_an_offer_that_is_closed_is_closed_to_anybody(
    somebody: Participant, another: Participant, offer: Offer, company: Company, on: date
) -> None:
    gates, others = (
        assess(person, offer, company, on=on, rules=ALL_ON) for person in (somebody, another)
    )
    assert closes_offer(gates) == closes_offer(others)
    if offer.seats == 0 or offer.start_date < on:
        assert closes_offer(gates)
    if closes_offer(gates):
        assert others.status == "ineligible"


@given(PARTICIPANTS, OFFERS, COMPANIES, st.sampled_from(["F", "M", "X", None]))
def test_gender_changes_no_check(
    participant: Participant, offer: Offer, company: Company, gender: Gender | None
) -> None:
    other = participant.model_copy(update={"gender": gender})
    assert assess(participant, offer, company, on=TODAY, rules=ALL_ON) == assess(
        other, offer, company, on=TODAY, rules=ALL_ON
    )


BRACKETS = {
    "under thirteen": (0, 12),
    "school workshop": (13, 15),
    "minor at work": (16, 17),
    "adult": (18, 80),
}


@given(PARTICIPANTS, OFFERS, COMPANIES, st.data())
def test_age_matters_only_by_the_bracket_of_a_rule(
    participant: Participant, offer: Offer, company: Company, data: st.DataObject
) -> None:
    offer = offer.model_copy(
        update={"min_age": None, "max_age": None, "start_date": date(2033, 3, 1)}
    )
    youngest, oldest = data.draw(st.sampled_from(sorted(BRACKETS.values())))
    # Both ages that a year of birth allows stay inside the bracket.
    years = st.integers(2033 - oldest, 2033 - youngest - 1)
    one, other = (participant.model_copy(update={"birth_year": data.draw(years)}) for _ in range(2))
    assert assess(one, offer, company, on=TODAY, rules=ALL_ON) == assess(
        other, offer, company, on=TODAY, rules=ALL_ON
    )


@given(PARTICIPANTS, OFFERS, COMPANIES, st.data())
@settings(max_examples=300)
def test_forgetting_what_is_known_of_a_person_never_excludes_them(
    participant: Participant, offer: Offer, company: Company, data: st.DataObject
) -> None:
    forgettable = [
        "eqf_level", "languages", "licences", "transport", "max_travel_minutes", "availability",
        "max_hours_week", "receives_rdc",
    ]  # fmt: skip
    forgotten = data.draw(st.sampled_from(forgettable))
    before = assess(participant, offer, company, on=TODAY, rules=ALL_ON)
    after = assess(
        participant.model_copy(update={forgotten: None}), offer, company, on=TODAY, rules=ALL_ON
    )
    excluded = {check.rule for check in before.checks if check.status == "not_met"}
    assert {check.rule for check in after.checks if check.status == "not_met"} <= excluded


@given(OFFERS, st.integers(0, 400))
def test_an_offer_stays_open_until_its_first_day(offer: Offer, days: int) -> None:
    pair = a_participant(), offer, a_company()
    before = assess(*pair, on=offer.start_date - timedelta(days), rules=RULES)
    after = assess(*pair, on=offer.start_date + timedelta(days + 1), rules=RULES)
    assert before.checks[0].status == "met"
    assert after.checks[0].status == "not_met"
