"""Three questions of ours bring a person nearer to the truth than three at random."""

from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from tests.bench.interviews import at_random, best, cases, nothing, simulate

# Of so many truths a person the shares are known to some hundredths.
DRAWS = 5


def test_after_three_answers_the_first_five_are_right_twice_as_often(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    everybody = cases(people, offers, engine)
    assert len(everybody) >= 40
    ours = simulate(everybody, engine, best, draws=DRAWS)
    random = simulate(everybody, engine, at_random, draws=DRAWS)
    assert ours.interviews == random.interviews >= 40 * DRAWS
    assert ours.same_five >= 2.0 * random.same_five
    assert ours.same_order >= 2.0 * random.same_order
    assert ours.shared > random.shared


def test_a_simulation_comes_out_the_same_again(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...], engine: Engine
) -> None:
    few = cases(people[:6], offers, engine)
    assert simulate(few, engine, best, draws=1) == simulate(few, engine, best, draws=1)
    start = simulate(few, engine, nothing, draws=1, questions=0)
    assert start == simulate(few, engine, nothing, draws=1)
    assert start.same_five < 1.0
