"""Synthetic load: invented participants, companies and offers, for measuring and nothing else.

Every record follows from the seed and its number, so that a part of the load can be made again
alone. Texts are shreds of the taxonomy's labels; their readings are made with them, without the
linker, in the sizes that the linker gives on the demonstration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Any, TypeVar, get_args

from matching.engine import Engine
from matching.features import OfferSide, PersonSide
from matching.intake import (
    Evidence,
    Named,
    OfferReading,
    ParticipantReading,
    Passage,
    Requirement,
    Wish,
)
from matching.model import (
    Company,
    Demand,
    Experience,
    Offer,
    OfferKind,
    Participant,
    Target,
    Transport,
)
from matching.territory import municipalities
from skills_taxonomy import Competence, Occupation
from skills_taxonomy.concepts import Concept
from skills_taxonomy.text import stems

COMPANIES = 420
DAY = date(2026, 12, 1)
"""The day on which questions about the load are asked: about one offer in ten is closed by then."""

T = TypeVar("T")

_TARGETS: tuple[Target, ...] = get_args(Target)
_DEMANDS: tuple[Demand, ...] = get_args(Demand)
_TRANSPORTS: tuple[Transport, ...] = get_args(Transport)
_BIRTH_YEARS = {
    "youth": (1998, 2010),
    "over_50": (1958, 1976),
    "new_parent": (1980, 2004),
    "other_vulnerable": (1965, 2006),
}
_KINDS: tuple[OfferKind, ...] = get_args(OfferKind)
_KIND_SHARES = (45, 18, 15, 10, 12)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_BETWEEN = ". "
_SHORTEST_CLAUSE = 3  # stems, as in the reading of real texts


@dataclass(frozen=True)
class _Text:
    """A text made of stretches, each of which can be quoted with its place."""

    stretches: tuple[str, ...]

    @property
    def text(self) -> str:
        return _BETWEEN.join(self.stretches)

    def quotes(self, source: str) -> list[Evidence]:
        lengths = [len(stretch) for stretch in self.stretches]
        starts = accumulate((length + len(_BETWEEN) for length in lengths), initial=0)
        return [
            Evidence(source=source, text=stretch, start=start, end=start + len(stretch))
            for stretch, start in zip(self.stretches, starts, strict=False)
        ]

    def naming(self, rng: Random, competences: Sequence[Competence]) -> tuple[Named, ...]:
        """The first stretches of a narrative, as those that name these competences."""
        return tuple(
            Named(uri=c.uri, confidence=_confidence(rng), evidence=quote)
            for c, quote in zip(competences, self.quotes("narrative"), strict=False)
        )

    def passages(self, source: str, *, after: int = 0) -> tuple[Passage, ...]:
        """Every stretch but the first ones."""
        return tuple(_passage(quote) for quote in self.quotes(source)[after:])


class SyntheticLoad:
    """A load of any size; the same seed and taxonomy give the same records."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self._engine = engine
        self._seed = seed
        self._places = list(municipalities())

    def company(self, number: int) -> Company:
        """A company; numbers from 0."""
        rng = self._rng("company", number)
        return Company(
            id=f"C-{number:04}",
            name=f"Azienda sintetica {number}",
            municipality=rng.choice(self._places),
            permanent_employees=_maybe(rng, 0.9, rng.randint(1, 150)),
            active_interns=_maybe(rng, 0.9, rng.choice((0, 0, 0, 1, 2))),
            description=self._text(rng, 3).text,
        )

    def offer(self, number: int) -> OfferSide:
        """An offer: a trade, 2 to 5 required competences of it, 0 to 3 preferred ones."""
        rng = self._rng("offer", number)
        trade = rng.choice(self._engine.taxonomy.occupations)
        asked = self._taught(rng, trade, rng.randint(2, 8))
        required, preferred = asked[: (count := rng.randint(2, 5))], asked[count : count + 3]
        description = self._text(rng, rng.randint(4, 8))
        record = Offer.model_validate(
            {
                **_conditions(rng),
                "id": f"O-{number:05}",
                "company_id": f"C-{rng.randrange(COMPANIES):04}",
                "title": trade.label,
                "description": description.text,
                "municipality": rng.choice(self._places),
                "required_competences": [c.label for c in required],
                "preferred_competences": [c.label for c in preferred],
            }
        )
        reading = OfferReading(
            occupations=(_called(rng, trade, "title", trade.label),),
            required=_requirements("required_competences", required),
            preferred=_requirements("preferred_competences", preferred),
            tasks=description.passages("description"),
        )
        return self._engine.offer(record, reading)

    def person(self, number: int) -> PersonSide:
        """A participant: 1 to 3 practised trades, 3 to 8 named competences, passages, wishes."""
        rng = self._rng("participant", number)
        trades = rng.sample(self._engine.taxonomy.occupations, rng.choice((1, 1, 2, 2, 3)))
        competences = self._competences(rng, trades)
        declared = competences[: rng.randint(0, 2)]
        told = competences[len(declared) :]
        story = self._text(rng, rng.randint(4, 10), [_phrase(rng, c) for c in told])
        jobs = [self._text(rng, rng.randint(1, 3)) for _ in trades]
        interests = rng.sample(self._engine.taxonomy.competences, rng.randint(1, 3))
        avoid = rng.sample(self._engine.taxonomy.competences, rng.randint(0, 2))
        record = Participant.model_validate(
            {
                **_circumstances(rng),
                "id": f"P-{number:06}",
                "municipality": rng.choice(self._places),
                "narrative": story.text,
                "declared_competences": [c.label for c in declared],
                "experiences": [_job(rng, t, job) for t, job in zip(trades, jobs, strict=True)],
                "interests": [c.label for c in interests],
                "avoid": [c.label for c in avoid],
            }
        )
        reading = ParticipantReading(
            competences=(
                *story.naming(rng, told),
                *(_called(rng, c, f"declared_competences[{i}]", c.label)
                  for i, c in enumerate(declared)),
            ),
            occupations=tuple(
                _called(rng, trade, f"experiences[{i}].title", record.experiences[i].title)
                for i, trade in enumerate(trades)
            ),
            interests=self._wishes("interests", interests),
            avoid=self._wishes("avoid", avoid),
            passages=(
                *story.passages("narrative", after=len(told)),
                *(p for i, job in enumerate(jobs)
                  for p in job.passages(f"experiences[{i}].description")),
            ),
        )  # fmt: skip
        return self._engine.person(record, reading, {})

    def _rng(self, kind: str, number: int) -> Random:
        return Random(f"{self._seed} {kind} {number}")  # noqa: S311 - nothing here is a secret

    @cached_property
    def _labels(self) -> list[list[str]]:
        """Every label of the taxonomy, as words."""
        taxonomy = self._engine.taxonomy
        concepts: tuple[Concept, ...] = (*taxonomy.competences, *taxonomy.occupations)
        return [label.split() for c in concepts for label in (c.label, *c.other_labels)]

    def _clause(self, rng: Random) -> str:
        """Half of a label and half of another: it resembles both, and equals neither."""
        while True:
            head, tail = rng.choice(self._labels), rng.choice(self._labels)
            clause = " ".join((*head[: (len(head) + 1) // 2], *tail[len(tail) // 2 :]))
            if len(set(stems(clause))) >= _SHORTEST_CLAUSE:
                return clause

    def _text(self, rng: Random, clauses: int, first: Sequence[str] = ()) -> "_Text":
        return _Text((*first, *(self._clause(rng) for _ in range(clauses))))

    def _taught(self, rng: Random, trade: Occupation, count: int) -> list[Competence]:
        """Different competences that a trade teaches, the likelier ones more often."""
        relations = self._engine.taxonomy.taught_by(trade.uri)
        drawn = sorted(relations, key=lambda r: rng.random() ** (1.0 / r.weight), reverse=True)
        return [self._engine.taxonomy.competence(r.competence) for r in drawn[:count]]

    def _competences(self, rng: Random, trades: Sequence[Occupation]) -> list[Competence]:
        """What a person names: about half of it learnt in a trade, the rest elsewhere in life."""
        count = rng.randint(3, 8)
        learnt = [c for trade in trades for c in self._taught(rng, trade, 3)][: count // 2]
        others = rng.sample(self._engine.taxonomy.competences, count)
        named = dict.fromkeys((*learnt, *others))
        return rng.sample(list(named)[:count], count)

    def _wishes(self, field: str, touched: Sequence[Competence]) -> tuple[Wish, ...]:
        return tuple(
            Wish(
                passage=_Text((c.label,)).passages(f"{field}[{i}]")[0],
                concepts=(c.uri, *(n.uri for n in self._engine.taxonomy.narrower(c.uri))),
            )
            for i, c in enumerate(touched)
        )


def _maybe(rng: Random, share: float, value: T) -> T | None:
    """The value for a share of the records, unknown for the others."""
    return value if rng.random() < share else None


def _some(rng: Random, values: Sequence[T], most: int) -> list[T]:
    return rng.sample(values, rng.randint(0, most))


def _hours(rng: Random, days: Sequence[str], start: int, length: int) -> dict[str, Any]:
    chosen = sorted(rng.sample(days, rng.randint(3, len(days))), key=days.index)
    return {"days": chosen, "from": f"{start:02}:00", "to": f"{start + length:02}:00"}


def _conditions(rng: Random) -> dict[str, Any]:
    """What an offer asks apart from competences, and when it is."""
    hours = rng.choice((4, 5, 6, 8))
    schedule = _hours(rng, _WEEKDAYS, rng.randint(6, 14), hours)
    return {
        "kind": rng.choices(_KINDS, _KIND_SHARES)[0],
        "public_transport": _maybe(rng, 0.9, rng.random() < 0.7),
        "seats": rng.choice((0, 1, 1, 1, 2, 3)),
        "start_date": DAY + timedelta(days=rng.randint(-25, 240)),
        "duration_months": rng.choice((2, 3, 6)),
        "hours_week": hours * len(schedule["days"]),
        "schedule": _maybe(rng, 0.95, [schedule]),
        "allowance_eur_month": rng.choice((None, 500, 650)),
        "min_age": rng.choice((None, None, 16, 18, 18)),
        "licences": ["B"] if rng.random() < 0.1 else [],
        "min_italian": rng.choice((None, "A2", "B1")),
        "min_eqf": rng.choice((None, None, None, None, 3)),
        "demands": _maybe(rng, 0.95, _some(rng, _DEMANDS, 3)),
        "reserved_targets": [rng.choice(_TARGETS)] if rng.random() < 0.2 else [],
    }


def _circumstances(rng: Random) -> dict[str, Any]:
    """What a participant's record says apart from the texts."""
    target = rng.choice(_TARGETS)
    availability = _hours(rng, (*_WEEKDAYS, "sat"), rng.randint(6, 9), rng.randint(5, 11))
    italian = {"code": "it", "level": rng.choice(("A2", "B1", "B2", "C2", "C2", "C2"))}
    return {
        "target": target,
        "birth_year": rng.randint(*_BIRTH_YEARS[target]),
        "gender": rng.choice(("F", "M", "X", None)),
        "eqf_level": rng.choice((None, 1, 2, 3, 3, 4, 4, 6)),
        "languages": [italian],
        "licences": _maybe(rng, 0.95, ["B"] if rng.random() < 0.5 else []),
        "transport": _maybe(rng, 0.95, rng.sample(_TRANSPORTS, rng.randint(1, 3))),
        "max_travel_minutes": _maybe(rng, 0.9, rng.choice((20, 30, 30, 40, 45, 60))),
        "availability": _maybe(rng, 0.9, [availability]),
        "max_hours_week": _maybe(rng, 0.9, rng.choice((20, 25, 30, 36, 40, 40))),
        "limitations": _maybe(rng, 0.9, _some(rng, _DEMANDS, 2)),
        "receives_rdc": _maybe(rng, 0.7, rng.random() < 0.1),
    }


def _phrase(rng: Random, concept: Concept) -> str:
    return rng.choice((concept.label, *concept.other_labels))


def _confidence(rng: Random) -> float:
    """A cosine as the linker gives it: from barely recognised to named outright."""
    return round(rng.uniform(0.62, 1.0), 6)


def _called(rng: Random, concept: Concept, source: str, text: str) -> Named:
    """A concept that a whole field names."""
    quote = _Text((text,)).quotes(source)[0]
    return Named(uri=concept.uri, confidence=_confidence(rng), evidence=quote)


def _job(rng: Random, trade: Occupation, description: _Text) -> Experience:
    years = _maybe(rng, 0.9, rng.choice((0.5, 1, 2, 4, 8, 16)))
    title = _phrase(rng, trade)
    return Experience(kind="work", title=title, description=description.text, years=years)


def _requirements(field: str, competences: Sequence[Competence]) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(evidence=_Text((c.label,)).quotes(f"{field}[{i}]")[0], uri=c.uri)
        for i, c in enumerate(competences)
    )


def _passage(quote: Evidence) -> Passage:
    words = sorted(set(stems(quote.text)))
    return Passage(evidence=quote, terms=dict.fromkeys(words, len(words) ** -0.5))
