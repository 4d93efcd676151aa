"""Simulated interviews on the demonstration: ``python -m tests.bench.interviews``.

The truth about a person is drawn: each uncertain competence (of the profile, or asked for by an
offer the person may have) is true with the probability the program gives it, and false otherwise.
The fully confirmed profile is the one in which all of them are settled so. A simulated person
answers by the truth; after a few answers the first five suggestions are compared with those of the
fully confirmed profile. Two interviewers ask: ours, and one who picks among the same competences at
random.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from matching.asking import FIRST, FirstSuggestions, prospects, uncertain
from matching.engine import Engine, builtin_engine
from matching.features import OfferSide, PersonSide
from matching.intake import read_offer, read_participant
from matching.profile import Settled
from skills_taxonomy import Linker
from tests.programme import demonstration, open_to

QUESTIONS = 3
Truth = dict[str, Settled]
Ask = Callable[[PersonSide, Sequence[OfferSide], Engine, Random], str | None]


@dataclass(frozen=True)
class Case:
    """A person, with the offers from which no gate excludes them on the day."""

    person: PersonSide
    offers: tuple[OfferSide, ...]


@dataclass(frozen=True)
class Agreement:
    """How the first five suggestions compare with those of the fully confirmed profile.

    Attributes:
        interviews: How many were simulated.
        same_five: Share of interviews in which the five offers are the same, in any order.
        same_order: Share in which the order is the same too.
        shared: Share of the five offers that are the same, on average.
    """

    interviews: int
    same_five: float
    same_order: float
    shared: float


def cases(people: Iterable[PersonSide], offers: Sequence[OfferSide], engine: Engine) -> list[Case]:
    """The people for whom there is something to decide: more than five offers."""
    mine = [(person, tuple(open_to(person, offers, engine))) for person in people]
    return [Case(person, left) for person, left in mine if len(left) > FIRST]


def best(person: PersonSide, offers: Sequence[OfferSide], engine: Engine, _: Random) -> str | None:
    """Our interviewer: the question that counts most."""
    found = prospects(person, offers, engine, answered=(), limit=1)
    return found[0].uri if found else None


def at_random(
    person: PersonSide, offers: Sequence[OfferSide], engine: Engine, rng: Random
) -> str | None:
    """One who asks about any uncertain competence."""
    likely = uncertain(engine.profile(person), person.coverage, offers, engine, answered=())
    return rng.choice(sorted(likely)) if likely else None


def nothing(*_: object) -> None:
    """One who asks nothing: where everybody starts."""


def simulate(
    cases: Sequence[Case],
    engine: Engine,
    ask: Ask,
    *,
    draws: int,
    seed: int = 1,
    questions: int = QUESTIONS,
) -> Agreement:
    """Interview everybody, ``draws`` times; the truths drawn are the same for every ``ask``."""
    outcomes = [
        _interview(case, engine, ask, Random(f"{seed} {case.person.participant.id} {i}"), questions)  # noqa: S311
        for case in cases
        for i in range(draws)
    ]
    alike = [(set(a) == set(b), a == b, len(set(a) & set(b)) / FIRST) for a, b in outcomes]
    five, order, shared = (sum(values) / len(alike) for values in zip(*alike, strict=True))
    return Agreement(len(alike), five, order, shared)


def _interview(
    case: Case, engine: Engine, ask: Ask, rng: Random, questions: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first five after an interview, and those of the truth."""
    truth = _truth(case, engine, rng)
    person = case.person
    for _ in range(questions):
        if (uri := ask(person, case.offers, engine, rng)) is None:
            break
        if uri not in truth:  # an answer has made it likely enough to be asked about
            truth |= _drawn({uri: _confidence(uri, person, engine)}, rng)
        person = _settled(person, {**person.settled, uri: truth[uri]}, engine)
    confirmed = _settled(case.person, {**case.person.settled, **truth}, engine)
    first = FirstSuggestions(case.person, case.offers, engine)
    found, right = first.scores([person.coverage, confirmed.coverage])
    return first.names(first.first(found)), first.names(first.first(right))


def _truth(case: Case, engine: Engine, rng: Random) -> Truth:
    profile = engine.profile(case.person)
    return _drawn(uncertain(profile, case.person.coverage, case.offers, engine, answered=()), rng)


def _drawn(likely: Mapping[str, float], rng: Random) -> dict[str, Settled]:
    return {
        uri: "confirmed" if rng.random() < p else "rejected" for uri, p in sorted(likely.items())
    }


def _confidence(uri: str, person: PersonSide, engine: Engine) -> float:
    return next(h.confidence for h in engine.profile(person).competences if h.uri == uri)


def _settled(person: PersonSide, settled: Truth, engine: Engine) -> PersonSide:
    return engine.person(person.participant, person.reading, settled)


def main() -> None:
    """Simulate, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=5, help="truths drawn for each person")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    engine = builtin_engine()
    linker = Linker(engine.taxonomy, encoder=None)
    records = demonstration()
    people = [engine.person(p, read_participant(p, linker), {}) for p in records.participants]
    offers = [engine.offer(o, read_offer(o, linker)) for o in records.offers]
    everybody = cases(people, offers, engine)
    sys.stdout.write(f"{len(everybody)} of {len(people)} people have more than {FIRST} offers\n")
    sys.stdout.write("asked      interviews  same five  same order  shared\n")
    for name, ask, count in (
        ("nothing", nothing, 0),
        ("at random", at_random, QUESTIONS),
        ("ours", best, QUESTIONS),
    ):
        found = simulate(
            everybody, engine, ask, draws=options.draws, seed=options.seed, questions=count
        )
        sys.stdout.write(
            f"{name:<10} {found.interviews:>10} {found.same_five:>10.3f} "
            f"{found.same_order:>11.3f} {found.shared:>7.3f}\n"
        )


if __name__ == "__main__":
    main()
