"""What asking is worth: every answer ranked by the ranker itself."""

from itertools import islice

import numpy as np
import pytest

from matching.asking import FIRST, FirstSuggestions, distance, prospects, uncertain
from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.ranking import score_pairs
from skills_taxonomy.builtin import COMPETENCE
from tests.programme import open_to

SOME = slice(0, 60, 9)
EVERY_ONE = 1_000


def ranked(person: PersonSide, offers: list[OfferSide], engine: Engine) -> dict[str, float]:
    """Every offer's score by its id, best first: the slow way, one person at a time."""
    scored = score_pairs([person], offers, weights=engine.weights)
    return {offers[j].offer.id: float(scored.scores[i, j]) for i, j in scored.best_first()}


def answered(person: PersonSide, uri: str, status: str, engine: Engine) -> PersonSide:
    settled = {**person.settled, uri: status}
    return engine.person(person.participant, person.reading, settled)  # type: ignore[arg-type]


def worth(person: PersonSide, uri: str, p: float, offers: list[OfferSide], engine: Engine) -> float:
    """The definition, term by term."""
    before = list(islice(ranked(person, offers, engine), FIRST))
    total = 0.0
    for status, probability in (("confirmed", p), ("rejected", 1.0 - p)):
        scores = ranked(answered(person, uri, status, engine), offers, engine)
        after = list(scores)[:FIRST]
        gains = [
            0.9**place * (scores[new] - scores[old])
            for place, (new, old) in enumerate(zip(after, before, strict=True))
        ]
        total += probability * sum(gains)
    return total


def test_the_distance_is_what_one_loses_by_keeping_the_old_list() -> None:
    scores = np.array([1.0, 3.0, 2.0, 0.5])
    positions = [np.array(p, dtype=np.intp) for p in ([0, 1, 2], [1, 2, 0])]
    # First place: 3 instead of 1. Second: 2 instead of 3, at 0.9. Third: 1 instead of 2, at 0.81.
    assert distance(scores, *positions) == pytest.approx(2.0 - 0.9 - 0.81)
    assert distance(scores, positions[1], positions[1]) == 0.0


def test_the_scores_are_the_rankers(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    for person in people[SOME]:
        mine = open_to(person, offers, engine)
        if not mine:
            continue
        uris = [h.uri for h in engine.profile(person).competences][:5]
        variants = [person, *(answered(person, u, "confirmed", engine) for u in uris)]
        found = FirstSuggestions(person, mine, engine)
        scores = found.scores([variant.coverage for variant in variants])
        assert np.array_equal(scores, score_pairs(variants, mine, weights=engine.weights).scores)
        for row, variant in zip(scores, variants, strict=True):
            first = list(islice(ranked(variant, mine, engine), FIRST))
            assert list(found.names(found.first(row))) == first


def test_each_question_is_worth_what_the_definition_says(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    asked = 0
    for person in people[SOME]:
        mine = open_to(person, offers, engine)
        found = prospects(person, mine, engine, answered=(), limit=5)
        assert len(found) <= 5
        assert found == sorted(found, key=lambda p: -p.expected_change)
        for prospect in found:
            asked += 1
            by_hand = worth(person, prospect.uri, prospect.probability, mine, engine)
            assert prospect.expected_change == pytest.approx(by_hand, abs=1e-9)
            assert prospect.expected_change > 0
            assert prospect.before == tuple(islice(ranked(person, mine, engine), FIRST))
            for status, first in (
                ("confirmed", prospect.if_confirmed),
                ("rejected", prospect.if_rejected),
            ):
                after = ranked(answered(person, prospect.uri, status, engine), mine, engine)
                assert first == tuple(islice(after, FIRST))
    assert asked >= 15


def test_the_quick_look_loses_no_question(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    """The five are worth as much as the best of all, each judged by the whole profile."""
    for person in people[SOME]:
        mine = open_to(person, offers, engine)
        five = prospects(person, mine, engine, answered=(), limit=5)
        every = prospects(person, mine, engine, answered=(), limit=EVERY_ONE)
        best = sum(p.expected_change for p in every[:5])
        assert sum(p.expected_change for p in five) >= 0.95 * best


def test_what_is_uncertain(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    person = people[0]
    profile = engine.profile(person)
    held = {h.uri: h.confidence for h in profile.competences}
    likely = uncertain(profile, person.coverage, offers, engine, answered=())
    needed = {n.uri for o in offers for n in o.needs if n.factor != "occupation"}
    assert likely.keys() <= held.keys() | needed
    assert all(likely[uri] == p for uri, p in held.items() if uri in likely)
    unlikely = {uri: p for uri, p in likely.items() if uri not in held}
    assert any(uri in person.coverage for uri in unlikely)
    assert all(0.0 < p <= engine.weights.coverage.hidden_from for p in unlikely.values())
    nearer = sorted(unlikely, key=lambda uri: person.coverage.get(uri, 0.0))
    assert [unlikely[uri] for uri in nearer] == sorted(unlikely.values())


def test_nobody_is_asked_twice_nor_about_their_health(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    person = people[0]
    mine = open_to(person, offers, engine)
    first, second, *_ = prospects(person, mine, engine, answered=(), limit=5)
    again = prospects(person, mine, engine, answered=[first.uri], limit=5)
    assert again[0] == second
    settled = answered(person, first.uri, "rejected", engine)
    assert first.uri not in {
        p.uri for p in prospects(settled, mine, engine, answered=(), limit=EVERY_ONE)
    }
    ill = COMPETENCE + "convivere-con-una-malattia"
    said = answered(person, ill, "confirmed", engine)
    assert ill in {h.uri for h in engine.profile(said).competences}
    open_again = engine.profile(said).model_copy(
        update={
            "competences": tuple(
                h.model_copy(update={"status": "proposed"})
                for h in engine.profile(said).competences
            )
        }
    )
    assert ill not in uncertain(open_again, said.coverage, mine, engine, answered=())


def test_the_order_of_the_offers_does_not_matter(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    person = people[0]
    mine = open_to(person, offers, engine)
    forwards = prospects(person, mine, engine, answered=(), limit=5)
    backwards = prospects(person, mine[::-1], engine, answered=(), limit=5)
    assert [p.uri for p in backwards] == [p.uri for p in forwards]
    assert [p.if_confirmed for p in backwards] == [p.if_confirmed for p in forwards]


def test_with_no_offer_or_one_there_is_nothing_to_ask(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    assert prospects(people[0], [], engine, answered=(), limit=5) == []
    assert prospects(people[0], offers[:1], engine, answered=(), limit=5) == []
