"""From what texts say, and what people settled, to a profile and what it covers."""

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.explanation import words_behind
from matching.intake import Named, ParticipantReading
from matching.model import Participant
from matching.profile import (
    HeldCompetence,
    Profile,
    Settled,
    build_coverage,
    build_profile,
    coverage,
    occupation_likeness,
    reached_through,
)
from skills_taxonomy import Activities, Relation
from skills_taxonomy.activities import Activity, Lesson
from tests.builders import a_participant
from tests.matching.readings import ROUND_WEIGHTS, named, reading, sources_of, words
from tests.skills_taxonomy.small import a_taxonomy, an_occupation

# Besides the small taxonomy's: a smith of the turner's minor group, a mechanic of its sub-major
# group, and what the smith teaches.
_SMALL = a_taxonomy()
TAXONOMY = a_taxonomy(
    occupations=[
        *_SMALL.occupations,
        an_occupation("fabbro", isco="7221"),
        an_occupation("meccanico", isco="7231"),
    ],
    relations=[*_SMALL.relations, Relation("fabbro", "tornio", "useful", 0.5)],
)
ACTIVITIES = Activities(
    [Activity("bricolage", "lavoretti in casa", (), (), (), ())],
    [
        Lesson("bricolage", "metalli", 0.4, "Si lima e si piega."),
        Lesson("bricolage", "cucito", 0.9, "Non è di questa tassonomia."),
    ],
)
SOURCES = sources_of(TAXONOMY, activities=ACTIVITIES)
COMPETENCES = [c.uri for c in TAXONOMY.competences]
OCCUPATIONS = [o.uri for o in TAXONOMY.occupations]


def profile_of(
    said: ParticipantReading,
    settled: Mapping[str, Settled] | None = None,
    participant: Participant | None = None,
) -> Profile:
    return build_profile(
        participant or a_participant(),
        said,
        settled or {},
        sources=SOURCES,
    )


def held(profile: Profile, uri: str) -> HeldCompetence:
    return next(h for h in profile.competences if h.uri == uri)


def covered(
    said: ParticipantReading, settled: Mapping[str, Settled] | None = None
) -> dict[str, float]:
    return coverage(profile_of(said, settled), taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)


# --- Origins ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "origin"),
    [
        (["narrative"], "declared"),
        (["declared_competences[0]"], "declared"),
        (["experiences[0].description"], "experience"),
        (["experiences[0].title", "experiences[1].description"], "experience"),
        (["experiences[0].description", "narrative"], "declared"),
    ],
)
def test_the_origin_is_where_it_was_told(sources: list[str], origin: str) -> None:
    said = reading(competences=tuple(named("tornio", 0.7, source) for source in sources))
    found = held(profile_of(said), "tornio")
    assert found.origin == origin
    assert [e.source for e in found.evidence] == sources


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("so usare il tornio", "declared"),
        ("il tornio lo usavo io", "declared"),
        ("toglievo il truciolo fino al centesimo", "experience"),
    ],
)
def test_who_names_it_declares_it_and_a_deed_only_shows_it(text: str, origin: str) -> None:
    told = Named(uri="tornio", confidence=0.7, evidence=words("narrative", text))
    assert held(profile_of(reading(competences=(told,))), "tornio").origin == origin


def test_what_only_a_trade_implies_is_hidden_and_says_because() -> None:
    found = held(profile_of(reading(occupations=(named("tornitore", 0.8),))), "fresa")
    assert (found.origin, found.status, found.evidence) == ("hidden", "proposed", ())
    assert [(b.uri, b.label) for b in found.because] == [("tornitore", "tornitore")]
    assert found.because[0].weight == pytest.approx(0.8 * 0.4)
    assert found.confidence == pytest.approx(0.8 * 0.4)


def test_a_hidden_competence_is_not_proposed_when_unlikely() -> None:
    profile = profile_of(reading(occupations=(named("tornitore", 0.4),)))
    assert [h.uri for h in profile.competences] == ["tornio"]  # the mill: 0.4 × 0.4 < 0.2


def test_what_is_told_is_kept_however_unsure() -> None:
    assert held(profile_of(reading(competences=(named("pane", 0.1),))), "pane").confidence == 0.1


# --- Confidence ---------------------------------------------------------------------------------


def test_a_mention_and_the_trades_behind_it_add_up_as_independent() -> None:
    said = reading(
        competences=(named("tornio", 0.5), named("tornio", 0.4)),
        occupations=(named("tornitore", 1.0), named("fabbro", 1.0)),
    )
    found = held(profile_of(said), "tornio")
    assert found.confidence == pytest.approx(1 - (1 - 0.5) * (1 - 0.9) * (1 - 0.5))
    assert [b.uri for b in found.because] == ["tornitore", "fabbro"]  # the stronger first


@pytest.mark.parametrize(
    ("years", "share"), [(None, 1.0), (0.0, 0.5), (0.9, 0.5), (1.0, 1.0), (30.0, 1.0)]
)
def test_a_short_experience_teaches_about_half(years: float | None, share: float) -> None:
    person = a_participant(experiences=[{"kind": "work", "title": "Tornitore", "years": years}])
    said = reading(occupations=(named("tornitore", 0.8, "experiences[0].title"),))
    found = held(profile_of(said, participant=person), "tornio")
    assert found.confidence == pytest.approx(0.8 * share * 0.9)


@pytest.mark.parametrize(
    ("end_year", "share"), [(None, 1.0), (2026, 1.0), (2016, 1.0), (2006, 0.8), (1970, 0.6)]
)
def test_what_was_practised_long_ago_has_partly_faded(end_year: int | None, share: float) -> None:
    person = a_participant(
        experiences=[{"kind": "work", "title": "Tornitore", "years": 9, "end_year": end_year}]
    )
    said = reading(occupations=(named("tornitore", 0.8, "experiences[0].title"),))
    found = held(profile_of(said, participant=person), "tornio")
    assert found.confidence == pytest.approx(0.8 * share * 0.9)


def test_an_activity_of_life_implies_what_it_teaches() -> None:
    profile = profile_of(reading(activities=(named("bricolage", 0.7),)))
    found = held(profile, "metalli")
    assert (found.origin, found.status, found.evidence) == ("hidden", "proposed", ())
    assert [(b.uri, b.label) for b in found.because] == [("bricolage", "lavoretti in casa")]
    assert found.confidence == pytest.approx(0.7 * 0.4)
    assert [a.uri for a in profile.activities] == ["bricolage"]
    assert "activities" not in profile.model_dump()  # contract 5.3 lists what a profile says


def test_what_goes_with_a_told_competence_is_hidden_because_of_it() -> None:
    trades = [an_occupation(f"tornitore {n}") for n in range(40)]
    many = a_taxonomy(
        occupations=trades,
        relations=[
            Relation(trade.uri, uri, "essential", 0.9)
            for trade in trades
            for uri in ("tornio", "fresa")
        ],
    )
    said = reading(competences=(named("tornio", 0.9),))
    sources = sources_of(many, LIVELY.weights)
    found = held(build_profile(PERSON, said, {}, sources=sources), "fresa")
    assert (found.origin, found.evidence) == ("hidden", ())
    assert [b.uri for b in found.because] == ["tornio"]
    rejected = build_profile(PERSON, said, {"tornio": "rejected"}, sources=sources)
    assert [h.uri for h in rejected.competences] == ["tornio"]


@pytest.mark.parametrize(
    ("text", "source", "share"),
    [
        ("officina", "narrative", 0.5),
        ("il tornitore", "narrative", 1.0),
        ("lavoravo in officina", "narrative", 1.0),
        ("Officina", "experiences[0].title", 1.0),
        ("officina", "experiences[0].description", 0.5),
    ],
)
def test_a_place_said_in_passing_teaches_less_than_a_trade(
    text: str, source: str, share: float
) -> None:
    passing = ROUND_WEIGHTS.practice.model_copy(update={"in_passing": 0.5})
    sources = sources_of(TAXONOMY, ROUND_WEIGHTS.model_copy(update={"practice": passing}))
    told = Named(uri="tornitore", confidence=0.8, evidence=words(source, text))
    found = held(build_profile(PERSON, reading(occupations=(told,)), {}, sources=sources), "tornio")
    assert found.confidence == pytest.approx(0.8 * share * 0.9)


def test_a_story_weighed_as_a_whole_decides_which_trades_teach() -> None:
    named_only = reading(occupations=(named("tornitore", 0.8),), practised=())
    assert "tornio" not in {h.uri for h in profile_of(named_only).competences}
    assert [o.uri for o in profile_of(named_only).occupations] == ["tornitore"]
    unnamed = profile_of(reading(practised=(named("tornitore", 0.6),)))
    assert held(unnamed, "tornio").confidence == pytest.approx(0.6 * 0.9)
    assert (unnamed.occupations, [a.uri for a in unnamed.activities]) == ((), ["tornitore"])
    weighed = reading(occupations=(named("tornitore", 0.8),), practised=(named("tornitore", 0.6),))
    assert held(profile_of(weighed), "tornio").confidence == pytest.approx(0.6 * 0.9)
    confirmed = profile_of(weighed, {"tornitore": "confirmed"})
    assert held(confirmed, "tornio").confidence == pytest.approx(0.9)
    rejected = profile_of(weighed, {"tornitore": "rejected"})
    assert "tornio" not in {h.uri for h in rejected.competences}


def test_words_that_may_tell_of_a_competence_hint_at_it() -> None:
    half = ROUND_WEIGHTS.model_copy(
        update={"hidden": ROUND_WEIGHTS.hidden.model_copy(update={"hint": 0.5})}
    )
    sources = sources_of(TAXONOMY, half)
    said = reading(hints=(named("tornio", 0.6), named("cucito", 0.3)))
    profile = build_profile(PERSON, said, {}, sources=sources)
    assert [(h.uri, h.origin, h.confidence) for h in profile.competences] == [
        ("tornio", "experience", pytest.approx(0.3))
    ]
    assert profile.competences[0].evidence == (words(),)
    # Named, it is as sure as its name: the hint adds nothing.
    both = reading(competences=(named("tornio", 0.7),), hints=(named("tornio", 0.6),))
    named_too = held(build_profile(PERSON, both, {}, sources=sources), "tornio")
    assert (named_too.origin, named_too.confidence) == ("declared", pytest.approx(0.7))
    assert len(named_too.evidence) == 1


def test_who_tells_of_a_trade_has_done_less_of_what_they_do_not_tell() -> None:
    practice = ROUND_WEIGHTS.practice.model_copy(update={"untold": 0.5, "heard_from": 0.4})
    of_trades = a_taxonomy(
        competences=[replace(c, reuse_level="occupation-specific") for c in TAXONOMY.competences]
    )
    sources = sources_of(of_trades, ROUND_WEIGHTS.model_copy(update={"practice": practice}))

    def confidence(uri: str, *hints: Named) -> float:
        said = reading(practised=(named("tornitore", 1.0),), hints=hints)
        found = build_profile(PERSON, said, {}, sources=sources)
        return held(found, uri).confidence

    assert confidence("fresa") == pytest.approx(0.4)
    # The lathe is told with 0.8, and the milling machine is not…
    assert confidence("fresa", named("tornio", 0.8)) == pytest.approx(0.4 * (1 - 0.5 * 0.8))
    # …or half: 0.2 of the 0.4 that would be enough.
    halfway = confidence("fresa", named("tornio", 0.8), named("fresa", 0.2))
    assert halfway == pytest.approx(1 - (1 - 0.4 * (1 - 0.5 * 0.8 * 0.5)) * (1 - 0.2))


def test_what_anybody_is_told_to_have_counts_only_beyond_that() -> None:
    usual = ROUND_WEIGHTS.model_copy(
        update={"hidden": ROUND_WEIGHTS.hidden.model_copy(update={"usual": 2})}
    )
    sources = sources_of(TAXONOMY, usual, ACTIVITIES)
    # A turner teaches it with 0.9 and a smith with 0.5, of these trades and one activity.
    everything = len(OCCUPATIONS) + 1
    assert sources.doubt_of_anybody["tornio"] == pytest.approx((1 - 1.4 / everything) ** 2)
    said = reading(occupations=(named("tornitore", 0.8),), activities=(named("bricolage", 0.7),))
    found = held(build_profile(PERSON, said, {}, sources=sources), "tornio")
    left = (1 - 0.8 * 0.9) / sources.doubt_of_anybody["tornio"]
    assert found.confidence == pytest.approx(1 - left)
    assert [b.weight for b in found.because] == pytest.approx([1 - left])


def test_what_is_no_likelier_than_of_anybody_is_no_reason() -> None:
    usual = ROUND_WEIGHTS.model_copy(
        update={"hidden": ROUND_WEIGHTS.hidden.model_copy(update={"usual": 20})}
    )
    said = reading(competences=(named("metalli", 0.6),), activities=(named("bricolage", 0.3),))
    sources = sources_of(TAXONOMY, usual, ACTIVITIES)
    found = held(build_profile(PERSON, said, {}, sources=sources), "metalli")
    assert (found.confidence, found.because) == (0.6, ())


def test_a_short_experience_told_elsewhere_too_is_not_short() -> None:
    person = a_participant(experiences=[{"kind": "work", "title": "Tornitore", "years": 0.5}])
    told = (named("tornitore", 0.8, "experiences[0].title"), named("tornitore", 0.7))
    found = held(profile_of(reading(occupations=told), participant=person), "tornio")
    assert found.confidence == pytest.approx(0.8 * 0.9)


# --- What people settled ------------------------------------------------------------------------


def test_confirmed_is_certain_and_first() -> None:
    said = reading(competences=(named("tornio", 0.9), named("pane", 0.3)))
    profile = profile_of(said, {"pane": "confirmed"})
    assert [(h.uri, h.status, h.confidence) for h in profile.competences] == [
        ("pane", "confirmed", 1.0),
        ("tornio", "proposed", 0.9),
    ]


def test_a_competence_that_no_text_names_may_be_settled() -> None:
    profile = profile_of(reading(), {"pane": "confirmed", "tornio": "rejected"})
    pane, tornio = profile.competences
    assert (pane.uri, pane.origin, pane.confidence) == ("pane", "declared", 1.0)
    assert (pane.evidence, pane.because) == ((), ())
    assert (tornio.uri, tornio.status) == ("tornio", "rejected")


def test_what_a_new_taxonomy_no_longer_knows_is_left_out() -> None:
    said = reading(competences=(named("gone", 0.9),), occupations=(named("lost", 0.9),))
    profile = profile_of(said, {"forgotten": "confirmed"})
    assert (profile.competences, profile.occupations) == ((), ())


def test_rejected_stands_last_and_covers_nothing() -> None:
    said = reading(competences=(named("pane", 0.9), named("tornio", 0.2)))
    assert [h.uri for h in profile_of(said, {"pane": "rejected"}).competences] == ["tornio", "pane"]
    assert "pane" not in covered(said, {"pane": "rejected"})


def test_rejected_is_not_covered_through_relatives_either() -> None:
    said = reading(competences=(named("tornio", 0.9), named("metalli", 0.9)))
    assert covered(said, {"tornio": "rejected"}) == {
        "metalli": 0.9,
        "fresa": pytest.approx(0.45),
    }


def test_rejected_holds_even_where_a_trade_hardly_implies_it() -> None:
    said = reading(competences=(named("metalli", 0.9),), occupations=(named("fabbro", 0.2),))
    profile = profile_of(said, {"tornio": "rejected"})
    assert held(profile, "tornio").status == "rejected"
    assert "tornio" not in covered(said, {"tornio": "rejected"})
    assert reached_through("tornio", profile, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS) is None


# --- Coverage -----------------------------------------------------------------------------------


def test_a_competence_covers_part_of_its_wider_and_narrower_ones() -> None:
    assert covered(reading(competences=(named("tornio", 0.5),))) == {
        "tornio": 0.5,
        "metalli": pytest.approx(0.5 * 0.8),
    }
    assert covered(reading(competences=(named("metalli", 0.5),))) == {
        "metalli": 0.5,
        "tornio": pytest.approx(0.5 * 0.5),
        "fresa": pytest.approx(0.5 * 0.5),
    }


def test_one_of_many_narrower_ones_covers_less() -> None:
    few = ROUND_WEIGHTS.coverage.model_copy(update={"few_narrower": 1})
    weights = ROUND_WEIGHTS.model_copy(update={"coverage": few})
    profile = profile_of(reading(competences=(named("tornio", 0.5),)))
    reached = coverage(profile, taxonomy=TAXONOMY, weights=weights)
    assert reached["metalli"] == pytest.approx(0.5 * 0.8 / 2**0.5)  # lathe and mill are below it


def test_a_trade_covers_part_of_its_isco_neighbours() -> None:
    found = covered(reading(occupations=(named("tornitore", 0.8),)))
    assert {uri: found.get(uri, 0.0) for uri in OCCUPATIONS} == {
        "tornitore": 0.8,
        "fabbro": pytest.approx(0.8 * 0.5),
        "meccanico": pytest.approx(0.8 * 0.25),
        "panettiere": 0.0,
    }


def test_likeness_of_trades_goes_both_ways() -> None:
    for left in TAXONOMY.occupations:
        for right in TAXONOMY.occupations:
            there = occupation_likeness(left, right, weights=ROUND_WEIGHTS)
            assert there == occupation_likeness(right, left, weights=ROUND_WEIGHTS)
            assert (there == 1.0) == (left == right)


def test_the_competence_that_covers_best_is_named() -> None:
    said = reading(competences=(named("tornio", 0.4), named("metalli", 0.9), named("fresa", 0.9)))
    profile = profile_of(said)

    def through(uri: str) -> str | None:
        found = reached_through(uri, profile, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
        return found.uri if found else None

    assert through("tornio") == "metalli"  # 0.9 × 0.5 beats 0.4
    assert through("metalli") == "metalli"  # 0.9 beats 0.9 × 0.8
    assert through("pane") is None


# --- Laws ---------------------------------------------------------------------------------------

CONFIDENCES = st.floats(0.01, 1.0)
TEXTS = st.sampled_from(["narrative", "declared_competences[0]", "experiences[0].description"])
TOLD = st.lists(st.builds(named, st.sampled_from(COMPETENCES), CONFIDENCES, TEXTS), max_size=5)
TRADES = st.lists(st.builds(named, st.sampled_from(OCCUPATIONS), CONFIDENCES), max_size=3)
SETTLED: st.SearchStrategy[dict[str, Settled]] = st.dictionaries(
    st.sampled_from(COMPETENCES), st.sampled_from(["confirmed", "rejected"])
)
PERSON = a_participant(experiences=[{"kind": "work", "title": "Officina", "years": 2}])


LIVELY = sources_of(
    TAXONOMY,
    ROUND_WEIGHTS.model_copy(
        update={"hidden": ROUND_WEIGHTS.hidden.model_copy(update={"together": 0.9})}
    ),
    ACTIVITIES,
)


def _reading(told: list[Named], trades: list[Named]) -> ParticipantReading:
    activities = tuple(
        named("bricolage", trade.confidence, trade.evidence.source) for trade in trades
    )
    return reading(competences=tuple(told), occupations=tuple(trades), activities=activities)


def lively(said: ParticipantReading, settled: Mapping[str, Settled]) -> Profile:
    """With an activity of life, and competences that go together."""
    return build_profile(PERSON, said, settled, sources=LIVELY)


def lively_cover(said: ParticipantReading, settled: Mapping[str, Settled]) -> dict[str, float]:
    return coverage(lively(said, settled), taxonomy=TAXONOMY, weights=LIVELY.weights)


@given(TOLD, TRADES, SETTLED)
def test_numbers_are_probabilities_and_the_best_comes_first(
    told: list[Named], trades: list[Named], settled: dict[str, Settled]
) -> None:
    profile = lively(_reading(told, trades), settled)
    rank = {"confirmed": 0, "proposed": 1, "rejected": 2}
    order = [(rank[h.status], -h.confidence, h.uri) for h in profile.competences]
    assert order == sorted(order)
    assert all(0 <= h.confidence <= 1 for h in profile.competences)
    assert all((h.origin == "hidden") <= bool(h.because) for h in profile.competences)
    reached = coverage(profile, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
    assert all(0 < value <= 1 for value in reached.values())


@given(TOLD, TRADES, SETTLED)
def test_coverage_is_the_same_without_the_reasons(
    told: list[Named], trades: list[Named], settled: dict[str, Settled]
) -> None:
    said = _reading(told, trades)
    assert build_coverage(PERSON, said, settled, sources=LIVELY) == lively_cover(said, settled)


@given(TOLD, TRADES, SETTLED)
def test_coverage_is_what_the_best_held_competence_gives(
    told: list[Named], trades: list[Named], settled: dict[str, Settled]
) -> None:
    profile = lively(_reading(told, trades), settled)
    reached = coverage(profile, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
    for uri in COMPETENCES:
        best = reached_through(uri, profile, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
        assert (uri in reached) == (best is not None)


@given(TOLD, TRADES, SETTLED, st.sampled_from(COMPETENCES))
def test_a_profile_about_a_competence_explains_it_as_the_whole_one_does(
    told: list[Named], trades: list[Named], settled: dict[str, Settled], uri: str
) -> None:
    said = _reading(told, trades)
    whole = lively(said, settled)
    part = build_profile(PERSON, said, settled, sources=LIVELY, about=[uri, OCCUPATIONS[0]])
    assert set(part.competences) <= set(whole.competences)
    best, same = (
        reached_through(uri, profile, taxonomy=TAXONOMY, weights=LIVELY.weights)
        for profile in (whole, part)
    )
    assert best == same
    if best is not None:
        assert words_behind(best, part) == words_behind(best, whole)


@given(TOLD, TRADES, SETTLED, st.sampled_from(COMPETENCES))
def test_confirming_never_lowers_coverage(
    told: list[Named], trades: list[Named], settled: dict[str, Settled], uri: str
) -> None:
    before = lively_cover(_reading(told, trades), settled)
    after = lively_cover(_reading(told, trades), {**settled, uri: "confirmed"})
    assert all(after[known] >= value - 1e-9 for known, value in before.items())
    assert after[uri] == 1.0


@given(TOLD, TRADES, SETTLED, TOLD, TRADES)
def test_telling_more_never_lowers_coverage(
    told: list[Named],
    trades: list[Named],
    settled: dict[str, Settled],
    more: list[Named],
    more_trades: list[Named],
) -> None:
    before = lively_cover(_reading(told, trades), settled)
    after = lively_cover(_reading(told + more, trades + more_trades), settled)
    assert all(after[uri] >= value - 1e-9 for uri, value in before.items())


@given(TOLD, TRADES, SETTLED)
def test_the_order_of_what_is_told_never_matters(
    told: list[Named], trades: list[Named], settled: dict[str, Settled]
) -> None:
    shuffled = _reading(told[::-1], trades[::-1])
    backwards = dict(reversed(settled.items()))
    assert lively_cover(shuffled, backwards) == lively_cover(_reading(told, trades), settled)


@given(TOLD, TRADES, SETTLED)
def test_a_confidence_is_what_its_mention_and_its_reasons_leave_no_doubt_of(
    told: list[Named], trades: list[Named], settled: dict[str, Settled]
) -> None:
    for found in lively(_reading(told, trades), settled).competences:
        if found.status != "confirmed":
            mention = max((n.confidence for n in told if n.uri == found.uri), default=0.0)
            doubt = (1 - mention) * math.prod(1 - b.weight for b in found.because)
            assert found.confidence == pytest.approx(1 - doubt, abs=1e-9)


@given(TOLD, TRADES, SETTLED, st.sampled_from(COMPETENCES))
def test_rejecting_one_never_makes_another_likelier(
    told: list[Named], trades: list[Named], settled: dict[str, Settled], uri: str
) -> None:
    before = lively_cover(_reading(told, trades), {**settled, uri: "confirmed"})
    after = lively_cover(_reading(told, trades), {**settled, uri: "rejected"})
    assert all(value <= before[known] + 1e-9 for known, value in after.items())
