"""USE CASE: why a person and an offer fit or not, what to mind, and what would change it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import TypeAdapter

from matching.changes import Outcome, what_would_change
from matching.engine import Engine
from matching.explanation import Pairing, words_behind
from matching.features import OfferSide, PersonSide
from matching.intake import Evidence
from matching.messages import join_words, say
from matching.profile import Origin, Status, reached_through
from matching.shortlist import load_person
from matching.standing import Standing
from matching.store import Store

Audience = Literal["operator"]

# Covered less than this, a need is something to learn.
_KNOWN_FROM = 0.4


@dataclass(frozen=True)
class Known:
    """Something the offer asks for that the person can do, as far as is known.

    ``through`` is the competence that covers it, where it is not the same one.
    """

    uri: str
    label: str
    through: str | None
    origin: Origin
    status: Status
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class ToLearn:
    """Something the offer asks for that the person, as far as is known, cannot do."""

    uri: str
    label: str
    required: bool


@dataclass(frozen=True)
class ToMind:
    """Something to ask, to settle or to weigh before deciding; ``rule`` if a gate says it."""

    rule: str | None
    reason: str


@dataclass(frozen=True)
class Explanation:
    """The answer of ``explain``."""

    audience: Audience
    text: str
    known: tuple[Known, ...]
    learn: tuple[ToLearn, ...]
    mind: tuple[ToMind, ...]
    pairing: Pairing
    what_would_change: tuple[Outcome, ...]

    def as_json(self) -> dict[str, Any]:
        """The document of contract 5.3."""
        document: dict[str, Any] = _EXPLANATION.dump_python(self, mode="json")
        pairing = document["pairing"]
        return {
            "participant_id": self.pairing.participant_id,
            "offer_id": self.pairing.offer_id,
            **{key: document[key] for key in ("audience", "text", "known", "learn", "mind")},
            **{key: pairing[key] for key in ("contributions", "eligibility", "score", "base")},
            "what_would_change": document["what_would_change"],
        }


_EXPLANATION = TypeAdapter(Explanation)


def explain(
    store: Store,
    engine: Engine,
    participant_id: str,
    offer_id: str,
    *,
    on: date,
    most_changes: int,
) -> Explanation:
    """Explain a pair to the operator, gates and doubts included.

    Raises:
        UnknownRecordError: If there is no such participant or offer.
    """
    store.begin_reading()
    person = load_person(store, engine, participant_id)
    store.offer(offer_id)
    standing = Standing.among_open(store, engine, on=on, offer_id=offer_id)
    offer = standing.offer(offer_id)
    pairing = standing.pairing(person, offer_id)
    known, learn = _known_and_not(person, offer, engine)
    mind = _to_mind(pairing, offer)
    text = _text(pairing, offer, known, learn, mind)
    changes = what_would_change(standing, person, offer_id, pairing)[:most_changes]
    return Explanation("operator", text, known, learn, mind, pairing, changes)


def _known_and_not(
    person: PersonSide, offer: OfferSide, engine: Engine
) -> tuple[tuple[Known, ...], tuple[ToLearn, ...]]:
    profile = engine.profile(person)
    known: list[Known] = []
    learn: list[ToLearn] = []
    for need in offer.needs:
        if need.factor == "occupation":
            continue
        label = engine.taxonomy.concept(need.uri).label
        held = reached_through(need.uri, profile, taxonomy=engine.taxonomy, weights=engine.weights)
        if held is not None and person.coverage.get(need.uri, 0.0) >= _KNOWN_FROM:
            words = words_behind(held, profile)
            through = None if held.uri == need.uri else held.label
            known.append(
                Known(need.uri, label, through, held.origin, held.status, held.confidence, words)
            )
        else:
            learn.append(ToLearn(need.uri, label, need.factor == "required_competence"))
    return tuple(known), tuple(learn)


def _to_mind(pairing: Pairing, offer: OfferSide) -> tuple[ToMind, ...]:
    gates = [
        ToMind(check.rule, check.reason)
        for status in ("not_met", "unknown")
        for check in pairing.eligibility.checks
        if check.status == status
    ]
    doubts = [
        ToMind(None, say("explain.not_recognised", text=line.evidence.text))
        for line in (*offer.reading.required, *offer.reading.preferred)
        if line.uri is None
    ]
    costs = [
        ToMind(None, say("explain.cost", label=contribution.label))
        for contribution in pairing.contributions
        if contribution.value < 0 and contribution.uri is None
    ]
    return (*gates, *costs, *doubts)


def _text(
    pairing: Pairing,
    offer: OfferSide,
    known: tuple[Known, ...],
    learn: tuple[ToLearn, ...],
    mind: tuple[ToMind, ...],
) -> str:
    """The explanation in a few sentences."""
    status = say(f"labels.eligibility.{pairing.eligibility.status}")
    where = f"explain.{'unranked' if pairing.rank is None else 'ranked'}"
    sentences = [
        say(where, title=offer.offer.title, status=status, rank=pairing.rank),
        say("explain.known", labels=_quoted([k.label for k in known])) if known else "",
        say("explain.learn", labels=_quoted([x.label for x in learn])) if learn else "",
        *(m.reason for m in mind),
        say("explain.people_decide"),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _quoted(labels: list[str]) -> str:
    return join_words([f"«{label}»" for label in dict.fromkeys(labels)])
