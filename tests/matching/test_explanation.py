"""Reasons quote people exactly, and say what the numbers say."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from matching.engine import Engine
from matching.explanation import Contribution, contributions, words_behind
from matching.features import OfferSide, PersonSide, offer_needs
from matching.intake import (
    Evidence,
    Named,
    OfferReading,
    ParticipantReading,
    Passage,
    Wish,
    read_participant,
)
from matching.model import Experience, Offer, Participant
from matching.profile import Profile, Settled, build_profile, coverage
from matching.ranking import ScoredPairs, score_pairs
from skills_taxonomy import Linker
from tests.builders import MORNINGS, a_participant, an_offer
from tests.matching.readings import ROUND_WEIGHTS, asking, named, passage, reading, sources_of
from tests.programme import demonstration
from tests.skills_taxonomy.small import a_taxonomy

# --- Quotations ---------------------------------------------------------------------------------

# Ends a clause and names nothing; every kind of character that offsets stumble over.
BEFORE = "👩‍🦳😀 Èéà, caffe\u0301: «già»…\r\n\r\n"


def field_of(record: Participant | Offer, source: str) -> str:
    """The text a source (``experiences[1].title``) names."""
    value: Any = record
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", source):
        value = getattr(value, name)
        value = value[int(index)] if index else value
    return str(value)


def quotations(said: ParticipantReading | OfferReading) -> Iterator[Evidence]:
    """Every stretch of text that a reading quotes."""
    if isinstance(said, ParticipantReading):
        yield from (n.evidence for n in (*said.competences, *said.occupations))
        yield from (w.passage.evidence for w in (*said.interests, *said.avoid))
        yield from (p.evidence for p in said.passages)
    else:
        yield from (n.evidence for n in said.occupations)
        yield from (r.evidence for r in (*said.required, *said.preferred))
        yield from (p.evidence for p in said.tasks)


def is_exact(evidence: Evidence, record: Participant | Offer) -> bool:
    text = field_of(record, evidence.source)
    return evidence.text == text[evidence.start : evidence.end] != ""


def with_stories_after(before: str, participant: Participant) -> Participant:
    """The same person, each of whose stories starts with some more characters."""
    experiences = tuple(
        Experience.model_validate(e.model_dump() | {"description": before + e.description})
        for e in participant.experiences
    )
    return participant.model_copy(
        update={"narrative": before + participant.narrative, "experiences": experiences}
    )


PARTICIPANTS = demonstration().participants


def test_every_quotation_of_the_demonstration_is_exact(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...]
) -> None:
    of_people = [(e, s.participant) for s in people for e in quotations(s.reading)]
    of_offers = [(e, s.offer) for s in offers for e in quotations(s.reading)]
    assert len(of_people) > 600
    assert len(of_offers) > 600
    assert [e for e, record in of_people + of_offers if not is_exact(e, record)] == []


def _named_in_stories(said: ParticipantReading, shift: int) -> list[tuple[str, str, str, int]]:
    """What the stories (narrative, descriptions) name, its words moved back."""
    return [
        (n.uri, n.evidence.source, n.evidence.text, n.evidence.start - shift)
        for n in (*said.competences, *said.occupations)
        if n.evidence.source.endswith(("narrative", ".description"))
    ]


@pytest.mark.parametrize("participant", PARTICIPANTS, ids=[p.id for p in PARTICIPANTS])
def test_characters_before_a_story_only_move_its_quotations(
    participant: Participant, people: tuple[PersonSide, ...], linker: Linker
) -> None:
    told = with_stories_after(BEFORE, participant)
    said = read_participant(told, linker)
    assert [e for e in quotations(said) if not is_exact(e, told)] == []
    before = next(s.reading for s in people if s.participant.id == participant.id)
    assert _named_in_stories(said, len(BEFORE)) == _named_in_stories(before, 0)


def test_every_reason_of_the_demonstration_quotes_exactly(
    engine: Engine, scored: ScoredPairs
) -> None:
    quoted = wrong = 0
    for i, person in enumerate(scored.people):
        profile = engine.profile(person)
        for j, offer in enumerate(scored.offers):
            for contribution in contributions(
                scored, i, j, profile, taxonomy=engine.taxonomy, weights=engine.weights
            ):
                for evidence in contribution.evidence:
                    mine = hasattr(person.participant, re.split(r"[.\[]", evidence.source)[0])
                    quoted += 1
                    wrong += not is_exact(evidence, person.participant if mine else offer.offer)
    assert quoted > 5_000
    assert wrong == 0


# --- Reasons of one pair ------------------------------------------------------------------------

TAXONOMY = a_taxonomy()
SOURCES = sources_of(TAXONOMY)


def profile_of(side: PersonSide) -> Profile:
    return build_profile(side.participant, side.reading, side.settled, sources=SOURCES)


def reasons(
    said: ParticipantReading,
    asked: OfferReading,
    *,
    settled: dict[str, Settled] | None = None,
    person: dict[str, Any] | None = None,
    offer: dict[str, Any] | None = None,
) -> tuple[Contribution, ...]:
    """The contributions of one pair; nothing is known of journey and hours unless given."""
    participant = a_participant(**{"transport": None, "availability": None} | (person or {}))
    bare = PersonSide(participant, said, settled or {}, {})
    covered = coverage(profile_of(bare), taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
    side = PersonSide(participant, said, settled or {}, covered)
    posted = an_offer(**offer or {})
    needs = offer_needs(posted, asked, taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)
    scored = score_pairs([side], [OfferSide(posted, asked, needs)], weights=ROUND_WEIGHTS)
    return contributions(scored, 0, 0, profile_of(side), taxonomy=TAXONOMY, weights=ROUND_WEIGHTS)


def quoting(uri: str, text: str, confidence: float = 1.0) -> Named:
    words = Evidence(source="narrative", text=text, start=0, end=len(text))
    return Named(uri=uri, confidence=confidence, evidence=words)


def quoted(contribution: Contribution) -> list[str]:
    return [evidence.text for evidence in contribution.evidence]


def test_a_competence_quotes_the_words_that_name_it() -> None:
    said = reading(competences=(quoting("tornio", "al tornio"), quoting("pane", "il pane")))
    (found,) = reasons(said, asking("tornio"))
    assert (found.factor, found.uri, found.label) == (
        "required_competence",
        "tornio",
        "usare il tornio",
    )
    assert quoted(found) == ["al tornio"]


def test_a_relative_is_named_beside_what_it_covers() -> None:
    said = reading(competences=(quoting("tornio", "al tornio"),))
    (found,) = reasons(said, asking(preferred=("metalli",)))
    assert found.value == pytest.approx(0.8 * 0.4)
    assert found.label == "lavorare i metalli (per «usare il tornio»)"
    assert quoted(found) == ["al tornio"]


def test_a_hidden_competence_quotes_the_trade_that_implies_it() -> None:
    said = reading(occupations=(quoting("tornitore", "in torneria"),))
    (found,) = reasons(said, asking("tornio"))
    assert found.value > 0
    assert quoted(found) == ["in torneria"]


@pytest.mark.parametrize("settled", [None, "rejected"])
def test_what_is_missing_quotes_nothing(settled: Settled | None) -> None:
    known = "pane" if settled is None else "metalli"  # a relative, were it not rejected
    said = reading(competences=(quoting(known, "parole"),))
    (found,) = reasons(said, asking("tornio"), settled={"tornio": settled} if settled else None)
    assert (found.value, found.label, quoted(found)) == (-0.25, "usare il tornio", [])


def test_a_trade_quotes_the_nearest_one_practised() -> None:
    said = reading(
        occupations=(quoting("panettiere", "in panetteria"), quoting("tornitore", "in torneria"))
    )
    (found,) = reasons(said, asking(occupation="panettiere"))
    assert (found.factor, quoted(found)) == ("occupation", ["in panetteria"])


def at(text: str, **terms: float) -> Passage:
    """A passage of its own words."""
    words = Evidence(source="narrative", text=text, start=0, end=len(text))
    return Passage(evidence=words, terms=terms)


def test_a_wish_quotes_the_one_that_touches_most() -> None:
    near, far = Wish(passage=at("filo", filo=1.0), concepts=()), at("forno", forno=1.0)
    named_so = Wish(passage=at("pane"), concepts=("pane",))
    said = reading(interests=(Wish(passage=far, concepts=()), near), avoid=(near, named_so))
    asked = asking(preferred=("pane",), tasks=(passage(ago=0.6, filo=0.8),))
    found = {c.factor: (c.label, quoted(c)) for c in reasons(said, asked)}
    assert found == {
        "interest": ("tocca un interesse", ["filo"]),
        "avoid": ("tocca qualcosa che vuole evitare", ["pane"]),
    }


def test_a_likeness_quotes_clause_and_task_side_by_side() -> None:
    said = reading(passages=(at("col forno", forno=1.0), at("con ago e filo", ago=0.6, filo=0.8)))
    asked = asking(tasks=(at("tagliare", forbici=1.0), at("cucire col filo", filo=1.0)))
    (found,) = reasons(said, asked)
    assert (found.factor, quoted(found)) == ("likeness", ["con ago e filo", "cucire col filo"])


def test_a_journey_says_its_minutes_and_its_means() -> None:
    (found,) = reasons(
        reading(),
        asking(),
        person={"municipality": "Magenta", "transport": ["walk", "bike"]},
        offer={"municipality": "Abbiategrasso"},
    )
    assert found.factor == "travel"
    assert re.fullmatch(r"viaggio di circa \d+ minuti in bicicletta", found.label)


def test_a_schedule_says_that_hours_are_outside() -> None:
    (found,) = reasons(
        reading(),
        asking(),
        person={"availability": [MORNINGS | {"from": "20:00", "to": "22:00"}]},
        offer={"schedule": [MORNINGS]},
    )
    assert (found.factor, found.value, found.uri) == ("schedule", -1.0, None)


def test_what_is_unknown_or_weighs_nothing_is_not_a_reason() -> None:
    assert reasons(reading(), asking(preferred=("pane",), occupation="panettiere")) == ()


def test_the_words_behind_a_competence_are_its_own_first() -> None:
    told = (quoting("tornio", "al tornio"),)
    trades = (named("tornitore", 1.0),)
    side = PersonSide(a_participant(), reading(competences=told, occupations=trades), {}, {})
    profile = profile_of(side)
    tornio = next(h for h in profile.competences if h.uri == "tornio")
    fresa = next(h for h in profile.competences if h.uri == "fresa")
    assert [e.text for e in words_behind(tornio, profile)] == ["al tornio"]
    assert words_behind(fresa, profile) == profile.occupations[0].evidence
