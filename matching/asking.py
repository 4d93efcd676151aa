"""Which answer would change a person's first suggestions most: each possible one, ranked for real.

For a competence that the person has with probability ``p`` the ranking is made twice, as if it were
confirmed and as if it were rejected. With ``d`` the distance between the first suggestions before
and after, asking is worth ``p · d(confirmed) + (1 - p) · d(rejected)``: the expected value of the
answer, in log-odds (Raiffa and Schlaifer 1961, chapter 4).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from matching.engine import Engine
from matching.features import (
    Array,
    OfferSide,
    OfferTable,
    PersonSide,
    PersonTable,
    Terms,
    covered_rows,
    need_terms,
    pair_terms,
)
from matching.profile import HeldCompetence, Profile, Settled, coverage
from skills_taxonomy.questions import may_be_asked

FIRST = 5
"""How many suggestions a person is shown first."""

# How likely it is that a person has something an offer asks for and nothing points to.
_RARE = 0.01
# What each place is worth to the one above it (rank-biased, Moffat and Zobel 2008).
_PERSISTENCE = 0.9
# A change of the order smaller than this is rounding, not a reason to ask (log-odds).
_NOTHING = 1e-9
_ANSWERS: tuple[Settled, Settled] = ("confirmed", "rejected")


@dataclass(frozen=True)
class Prospect:
    """What asking about a competence may bring.

    Attributes:
        uri: Of the competence.
        probability: How likely the person has it.
        expected_change: What the answer is worth, in log-odds; 0 if no answer changes the first.
        before: The first suggestions as they are, as offer ids.
        if_confirmed: The same, should it be confirmed.
        if_rejected: The same, should it be rejected.
    """

    uri: str
    probability: float
    expected_change: float
    before: tuple[str, ...]
    if_confirmed: tuple[str, ...]
    if_rejected: tuple[str, ...]


class FirstSuggestions:
    """The offers a person may have, laid out once: only what the person covers is left to say."""

    def __init__(self, person: PersonSide, offers: Sequence[OfferSide], engine: Engine) -> None:
        self._table = OfferTable(offers)
        self._terms = pair_terms(PersonTable([person], self._table), self._table, engine.weights)
        self._base = engine.weights.base.log_odds
        self._ids = np.array(self._table.ids)

    def scores(self, coverages: Sequence[Mapping[str, float]]) -> Array:
        """What the ranker gives to each offer, ``(n_coverages, n_offers)``, log-odds."""
        needs = need_terms(covered_rows(coverages, self._table), self._table)
        total: Array = Terms(needs, self._table.need_starts, self._terms.others).total()
        return self._base + total

    def first(self, scores: Array) -> NDArray[np.intp]:
        """The positions of the first suggestions by their scores; equal ones go by offer id."""
        return np.lexsort((self._ids, -scores))[:FIRST]

    def names(self, positions: Iterable[int]) -> tuple[str, ...]:
        """The ids of the offers at some positions."""
        return tuple(self._table.ids[position] for position in positions)


def distance(scores: Array, before: NDArray[np.intp], after: NDArray[np.intp]) -> float:
    """How far two lists of first suggestions are apart, judged by the scores behind ``after``.

    What one would lose, in log-odds, by keeping the list of before: place by place, the first
    place weighing most. 0 when the lists are the same.
    """
    places = _PERSISTENCE ** np.arange(len(after))
    return max(0.0, float(places @ (scores[after] - scores[before])))


def uncertain(
    profile: Profile,
    covered: Mapping[str, float],
    offers: Iterable[OfferSide],
    engine: Engine,
    answered: Collection[str],
) -> dict[str, float]:
    """Every competence one may ask about and nobody settled or answered, and how likely it is.

    Those of the profile, and those the offers ask for besides. The profile proposes whatever is
    likelier than ``hidden_from``: what it does not propose is less likely than that, in proportion
    to how far it is covered by what is near it.
    """
    held = {h.uri: h.confidence for h in profile.competences if h.status == "proposed"}
    needed = {
        need.uri: max(_RARE, engine.weights.coverage.hidden_from * covered.get(need.uri, 0.0))
        for side in offers
        for need in side.needs
        if need.factor != "occupation"
    }
    settled = {h.uri for h in profile.competences if h.status != "proposed"}
    closed = settled | set(answered) | engine.taxonomy.retired
    return {
        uri: p for uri, p in {**needed, **held}.items() if uri not in closed and may_be_asked(uri)
    }


def prospects(
    person: PersonSide,
    offers: Sequence[OfferSide],
    engine: Engine,
    *,
    answered: Collection[str],
    limit: int,
) -> list[Prospect]:
    """The competences most worth asking about, best first; none whose answer changes nothing.

    All are judged by what they cover themselves, which is quick; the best of those once more by
    the whole profile, with what each answer implies in turn.
    """
    if not offers:
        return []
    first = FirstSuggestions(person, offers, engine)
    profile = engine.profile(person)
    likely = uncertain(profile, person.coverage, offers, engine, answered)
    quick = _judged(first, person, likely, _quick_coverages(person, profile, likely, engine))
    best = {p.uri: p.probability for p in quick[: 2 * limit]}
    return _judged(first, person, best, _whole_coverages(person, best, engine))[:limit]


def _judged(
    first: FirstSuggestions,
    person: PersonSide,
    likely: Mapping[str, float],
    coverages: Sequence[Mapping[str, float]],
) -> list[Prospect]:
    """What each is worth; ``coverages`` go by competence, confirmed before rejected."""
    scores = first.scores([person.coverage, *coverages])
    before = first.first(scores[0])
    found = []
    for (uri, p), yes, no in zip(likely.items(), scores[1::2], scores[2::2], strict=True):
        if_yes, if_no = first.first(yes), first.first(no)
        change = p * distance(yes, before, if_yes) + (1.0 - p) * distance(no, before, if_no)
        if change > _NOTHING:
            names = (first.names(positions) for positions in (before, if_yes, if_no))
            found.append(Prospect(uri, p, change, *names))
    return sorted(found, key=lambda prospect: (-prospect.expected_change, prospect.uri))


def _whole_coverages(
    person: PersonSide, uris: Iterable[str], engine: Engine
) -> list[Mapping[str, float]]:
    """What the person would cover after each answer, by the whole profile."""
    return [
        engine.person(person.participant, person.reading, {**person.settled, uri: status}).coverage
        for uri, status in product(uris, _ANSWERS)
    ]


def _quick_coverages(
    person: PersonSide, profile: Profile, uris: Iterable[str], engine: Engine
) -> list[Mapping[str, float]]:
    """The same, but for what an answer implies in turn."""
    trades = {o.uri: person.coverage.get(o.uri, 0.0) for o in engine.taxonomy.occupations}
    bare = profile.model_copy(update={"occupations": ()})
    return [
        {
            **trades,
            **coverage(
                _with(bare, uri, status, engine), taxonomy=engine.taxonomy, weights=engine.weights
            ),
        }
        for uri, status in product(uris, _ANSWERS)
    ]


def _with(profile: Profile, uri: str, status: Settled, engine: Engine) -> Profile:
    """The profile with one competence settled."""
    others = tuple(held for held in profile.competences if held.uri != uri)
    settled = HeldCompetence(
        uri=uri,
        label=engine.taxonomy.competence(uri).label,
        esco_uris=(),
        origin="declared",
        status=status,
        confidence=1.0,
        evidence=(),
        because=(),
    )
    return profile.model_copy(update={"competences": (*others, settled)})
