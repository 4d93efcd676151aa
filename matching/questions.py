"""USE CASE: what to ask a person next: the questions whose answers count most, in plain words."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from matching.asking import FIRST, Prospect, prospects
from matching.decisions import in_force
from matching.engine import Engine
from matching.features import OfferSide
from matching.messages import join_words, say
from matching.profile import HeldCompetence, Profile
from matching.ranking import score_pairs
from matching.shortlist import load_person
from matching.standing import Standing
from matching.store import Store
from skills_taxonomy.questions import told_as, written_question

MOST_QUESTIONS = 5

_MOST_CAUSES = 2
_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class NextQuestion:
    """A question to put to a person, and why.

    Attributes:
        uri: Of the competence it is about.
        label: Of the competence.
        question: As it is put to the person.
        why: For who asks: what suggests it, and what the first suggestions do with either answer.
        expected_change: What the answer is worth, in log-odds (see `matching.asking`).
    """

    uri: str
    label: str
    question: str
    why: str
    expected_change: float


@dataclass(frozen=True)
class Questions:
    """What to ask next, best first; none where no answer would change the first suggestions."""

    participant_id: str
    items: tuple[NextQuestion, ...]

    def as_json(self) -> dict[str, Any]:
        """The document of contract 5.3."""
        return {
            "participant_id": self.participant_id,
            "items": [asdict(question) for question in self.items],
        }


@dataclass(frozen=True)
class Suggested:
    """An offer among the first suggestions."""

    offer_id: str
    title: str


def questions(
    store: Store,
    engine: Engine,
    participant_id: str,
    *,
    on: date,
    limit: int = MOST_QUESTIONS,
    passed_over: Collection[str] = (),
) -> Questions:
    """The questions whose answers would change a person's first suggestions most.

    Args:
        store: The programme's records.
        engine: What to rank with.
        participant_id: Whom to ask.
        on: The day: only offers open then count.
        limit: At most so many questions, and never more than ``MOST_QUESTIONS``.
        passed_over: Competences not to ask about, besides those that were answered.

    Raises:
        UnknownRecordError: If there is no such participant.
    """
    store.begin_reading()
    person = load_person(store, engine, participant_id)
    offers = Standing.among_open(store, engine, on=on).open_to(person.participant)
    answered = {*in_force(store.decisions.history(participant_id)), *passed_over}
    found = prospects(person, offers, engine, answered=answered, limit=min(limit, MOST_QUESTIONS))
    profile = engine.profile(person)
    return Questions(participant_id, tuple(_put(p, profile, offers, engine) for p in found))


def first_suggestions(
    store: Store, engine: Engine, participant_id: str, *, on: date
) -> tuple[Suggested, ...]:
    """The first suggestions for a person; nothing is saved. Errors as in ``questions``."""
    store.begin_reading()
    person = load_person(store, engine, participant_id)
    offers = Standing.among_open(store, engine, on=on).open_to(person.participant)
    ordered = score_pairs([person], offers, weights=engine.weights).best_first()
    return tuple(
        Suggested(offers[j].offer.id, offers[j].offer.title)
        for _, (_, j) in zip(range(FIRST), ordered, strict=False)
    )


def _put(
    prospect: Prospect, profile: Profile, offers: Sequence[OfferSide], engine: Engine
) -> NextQuestion:
    titles = {side.offer.id: side.offer.title for side in offers}
    held = next((h for h in profile.competences if h.uri == prospect.uri), None)
    ground = _ground(prospect.uri, held, offers)
    yes = _movement("yes", prospect.before, prospect.if_confirmed, titles)
    no = _movement("no", prospect.before, prospect.if_rejected, titles)
    return NextQuestion(
        prospect.uri,
        engine.taxonomy.competence(prospect.uri).label,
        question_about(prospect.uri, engine),
        say("questions.why", ground=ground, yes=yes, no=no),
        prospect.expected_change,
    )


def question_about(uri: str, engine: Engine) -> str:
    """How to ask a person about a competence: as it was written, or in the words of who has it."""
    competence = engine.taxonomy.competence(uri)
    if written := written_question(uri):
        return written
    if words := told_as(competence):
        return say("questions.told", words=words)
    return say("questions.named", label=competence.label)


def _ground(uri: str, held: HeldCompetence | None, offers: Sequence[OfferSide]) -> str:
    """What suggests that the person may have it."""
    if held is not None and held.evidence:
        words = " ".join(held.evidence[0].text.split())
        cut = words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"
        return say("questions.ground.words", words=cut)
    if held is not None:
        causes = [because.label for because in held.because[:_MOST_CAUSES]]
        return say("questions.ground.implied", causes=join_words(causes))
    asking = [side.offer.title for side in offers if any(n.uri == uri for n in side.needs)]
    key = "asked_once" if len(asking) == 1 else "asked"
    return say(f"questions.ground.{key}", count=len(asking), title=asking[0])


def _movement(
    answer: str, before: Sequence[str], after: Sequence[str], titles: dict[str, str]
) -> str:
    """What the first suggestions do: what comes in, or else what moves most towards the top."""
    new = [offer_id for offer_id in after if offer_id not in before]
    key = "enters" if new else "same" if tuple(before) == tuple(after) else "moves"
    if key == "same":
        return say(f"questions.{answer}.same")
    risen = max(after, key=lambda i: len(before) if i in new else before.index(i) - after.index(i))
    return say(f"questions.{answer}.{key}", title=titles[risen], place=after.index(risen) + 1)
