"""Three voices: what each may say, how plainly, and what none of them tells."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from matching.features import PersonSide
from matching.intake import Evidence, ParticipantReading
from matching.messages import catalogue, say
from matching.model import Participant
from matching.standing import Standing
from matching.voices import Explanation, Facts, gather, speak
from matching.voices.quoting import MOST_WORDS, is_discreet, own_words, quoted
from matching.voices.reasons import rounded_minutes
from tests.builders import a_participant
from tests.contract import check, quotes
from tests.programme import demonstration
from tests.readability import gulpease, sentences, words

LABELS = {
    kind: [text for key, text in catalogue().items() if key.startswith(f"labels.{kind}.")]
    for kind in ("target", "demand")
}
# Written anew, not read from the catalogue that the program uses.
PRIVATE = re.compile(
    r"\b(?:punteggi|graduatori|percentual|\d+ ann[io]\b|quindici ann|età\b|giovan|anzian|vecchi|"
    r"over 50|neogenitor|fragilit|disabil|invalid|malatt|malat[oai]\b|salute|terapi|pastigli|"
    r"ospedal|medic[oi]\b|limitazion|gravidanz|rifugiat)",
    re.I,
)


@pytest.fixture(scope="module")
def told(first_suggestions: tuple[Facts, ...]) -> list[tuple[Facts, Explanation]]:
    """What everybody is told of their first three suggestions."""
    return [(facts, speak(facts, "participant", most_changes=6)) for facts in first_suggestions]


# --- To the participant ---------------------------------------------------------------------------


def test_everybody_gets_up_to_three(told: list[tuple[Facts, Explanation]]) -> None:
    assert len(told) > 2.5 * len(demonstration().participants)


def test_every_text_is_easy_to_read(told: list[tuple[Facts, Explanation]]) -> None:
    worst = sorted((gulpease(e.text), e.participant_id, e.offer_id) for _, e in told)
    for index, person, offer in worst[:3]:
        print(f"Gulpease {index:.1f}: {person} {offer}")  # noqa: T201
    longest = max(len(words(s)) for _, e in told for s in sentences(e.text))
    print(f"longest sentence: {longest} words")  # noqa: T201
    assert worst[0][0] >= 70
    assert longest <= 20


def test_hard_pairs_are_easy_to_read_too(
    standing: Standing, people: tuple[PersonSide, ...]
) -> None:
    """Offers that nobody would suggest: shut gates, two changes at once."""
    for i, person in enumerate(people[::4]):
        for side in standing.offers[i % 9 :: 33]:
            text = speak(
                gather(standing, person, side.offer.id), "participant", most_changes=6
            ).text
            assert gulpease(text) >= 70
            assert max(len(words(s)) for s in sentences(text)) <= 20


def strings(document: Any) -> Iterator[str]:
    """Every text of a document, at any depth, keys aside."""
    if isinstance(document, dict):
        for value in document.values():
            yield from strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)
    elif isinstance(document, str):
        yield document


def without_names(facts: Facts, text: str) -> str:
    """A text without the offer's title and the company's name, which are the company's words."""
    return text.replace(facts.offer.title, "").replace(facts.company.name, "")


def test_nothing_private_and_no_figure(told: list[tuple[Facts, Explanation]]) -> None:
    for facts, explanation in told:
        document = explanation.as_json()
        check(document, "explain")
        for text in strings(document):
            found = PRIVATE.search(without_names(facts, text))
            assert found is None, (explanation.participant_id, explanation.offer_id, found)
        numbers = list(figures(document))
        assert numbers == [], "a score, a confidence or a value"


def test_no_sentence_of_the_catalogue_can_tell_it() -> None:
    """Also those that no suggestion of the demonstration happens to say."""
    told = [
        text
        for key, text in catalogue().items()
        if key.startswith(("voices.", "changes.participant.", "schedule."))
    ]
    assert len(told) > 80
    assert [text for text in told if PRIVATE.search(text)] == []
    assert max(len(words(s)) for text in told for s in sentences(text)) <= 20


def figures(document: Any) -> Iterator[float]:
    if isinstance(document, dict):
        for key, value in document.items():
            if key != "apply":  # the change itself, which holds hours and minutes
                yield from figures(value)
    elif isinstance(document, list):
        for value in document:
            yield from figures(value)
    elif isinstance(document, float):
        yield document


def test_what_every_text_has(told: list[tuple[Facts, Explanation]]) -> None:
    headings = [text for key, text in catalogue().items() if key.startswith("voices.heading.")]
    for _, explanation in told:
        sections = explanation.text.split("\n\n")
        assert [section.splitlines()[0] for section in sections] == headings
        assert all(len(section.splitlines()) > 1 for section in sections)
        assert "Può dire di no." in sections[-1]
        assert len(explanation.mind) == 1
        assert explanation.mind[0].reason in sections[2]
        assert len(explanation.contributions) <= 3


def test_reasons_are_in_the_persons_own_words(told: list[tuple[Facts, Explanation]]) -> None:
    quoting = 0
    for facts, explanation in told:
        reasons = explanation.text.split("\n\n")[1]
        for quote in quotes(explanation.as_json()):
            evidence = Evidence.model_validate(quote)
            field = re.sub(r"\[(\d+)\]", r".\1", quote["source"])
            value: Any = facts.participant.model_dump()
            for name in field.split("."):
                value = value[int(name) if name.isdigit() else name]
            assert value[quote["start"] : quote["end"]] == quote["text"]
            assert quoted(evidence, facts.participant) in reasons
        quoting += bool(explanation.contributions)
    assert quoting > 0.5 * len(told)


def test_nobody_is_called_a_man_or_a_woman(told: list[tuple[Facts, Explanation]]) -> None:
    """Of a person and her brother with the same story, the same is said."""
    for facts, explanation in told[::9]:
        document = facts.participant.model_dump(by_alias=True)
        texts = set()
        for gender in ("F", "M", None):
            other = Participant.model_validate(document | {"gender": gender})
            side = PersonSide(other, facts.person.reading, {}, facts.person.coverage)
            changed = Facts(**vars(facts) | {"person": side})
            texts.add(speak(changed, "participant", most_changes=6).text)
        assert texts == {explanation.text}


# --- Quotations -----------------------------------------------------------------------------------


def quote_in(story: str, words_: str, **person: Any) -> str | None:
    """What is read back of a story of which some words count."""
    participant = a_participant(narrative=story, **person)
    start = story.index(words_)
    evidence = Evidence(source="narrative", text=words_, start=start, end=start + len(words_))
    found = own_words(evidence, participant)
    return None if found is None else quoted(found, participant)


@pytest.mark.parametrize(
    ("story", "counts", "shown"),
    [
        ("Ho sempre cucito gli orli, la sera.", "cucito", "«Ho sempre cucito gli orli»"),
        ("Montaggio, collaudo, poi capolinea.", "collaudo", "«Montaggio, collaudo, poi capolinea»"),
        ("A quindici anni mi hanno portata in camiceria", "camiceria",
         "«…mi hanno portata in camiceria»"),
        ("Portavo le pastiglie alle otto e alle sei", "pastiglie", None),
        ("Uno due tre quattro cinque sei saldavo otto nove dieci undici dodici tredici", "saldavo",
         "«Uno due tre quattro cinque sei saldavo otto nove dieci undici…»"),
        ("Scrivo le lettere in francese e in inglese per tutti quelli che le chiedono", "lettere",
         "«Scrivo le lettere in francese e in inglese…»"),
    ],
)  # fmt: skip
def test_quotations(story: str, counts: str, shown: str | None) -> None:
    assert quote_in(story, counts) == shown


def test_words_are_never_read_back_without_their_denial() -> None:
    """«I programmi non li so» is no reason, nor is «programmi» alone."""
    assert quote_in("I programmi di grafica non li so", "programmi") is None
    assert quote_in("Di numeri sì, di fatture no", "fatture") is None
    assert quote_in("Non saldavo", "saldavo") is None


def test_a_quotation_stays_short() -> None:
    story = "parola " * 40 + "saldavo " + "parola " * 40
    shown = quote_in(story, "saldavo")
    assert shown is not None
    assert len(words(shown)) <= MOST_WORDS
    assert "saldavo" in shown


@pytest.mark.parametrize("text", ["a sessant'anni", "nell'84", "dal 1991", "la mia malattia",
                                  "over 50", "in maternità", "invalida civile"])  # fmt: skip
def test_what_is_not_discreet(text: str) -> None:
    assert not is_discreet(text)


@pytest.mark.parametrize("text", ["mi sono arrangiata con l'ago", "cucire a macchina", "ho girato"])
def test_what_is_discreet(text: str) -> None:
    assert is_discreet(text)


def test_minutes_are_said_by_fives() -> None:
    assert [rounded_minutes(m) for m in (1, 12, 13, 30, 64)] == [5, 10, 15, 30, 65]


# --- To the company -------------------------------------------------------------------------------


def confirmed(standing: Standing, facts: Facts, every: int) -> Facts:
    """The same pair after the operator confirmed some of what the offer asks for."""
    settled: dict[str, Any] = {
        held.uri: "confirmed" for held in list(facts.held.values())[::every] if held is not None
    }
    person = standing.engine.person(facts.participant, facts.person.reading, settled)
    return gather(standing, person, facts.offer.id)


def test_the_company_sees_only_what_it_may(
    standing: Standing, people: tuple[PersonSide, ...], first_suggestions: tuple[Facts, ...]
) -> None:
    """Of everybody, suggested or not: no word of a story, no limitation, no group, no figure."""
    shown = 0
    pairs = [confirmed(standing, facts, 2) for facts in first_suggestions[::3]]
    pairs += [
        gather(standing, person, standing.offers[13 * i % 100].offer.id)
        for i, person in enumerate(people)
    ]
    for facts in pairs:
        explanation = speak(facts, "company", most_changes=6)
        document = explanation.as_json()
        check(document, "explain")
        shown += len(explanation.known)
        assert list(figures(document)) == []
        assert quotes(document) == []
        assert_nothing_told(facts, document)
    assert shown > 20, "nothing was shown, and nothing is proved"


def assert_nothing_told(facts: Facts, document: Any) -> None:
    text = without_names(facts, "\n".join(strings(document)))
    for named in (*document["known"], *document["learn"]):
        # What somebody confirmed is shown, and what the offer asks for, whatever it is about.
        text = text.replace(named["label"], "").replace(named["uri"] or "-", "")
    person = facts.participant
    told = [*(e.text for e in spans(facts)), *person.interests, *person.avoid]
    asked = {facts.competence(uri).label for uri in facts.held}
    for span in told:
        # One word of a story may be a word of what the offer asks for.
        if len(span.split()) > 1 and not any(span.casefold() in label for label in asked):
            assert span.casefold() not in text.casefold(), (person.id, facts.offer.id)
    for label in (*LABELS["target"], *LABELS["demand"]):
        assert label not in text
    assert person.municipality not in text.splitlines()
    assert str(person.birth_year) not in text
    assert PRIVATE.search(text) is None


def spans(facts: Facts) -> Iterator[Evidence]:
    reading = facts.person.reading
    yield from (n.evidence for n in (*reading.competences, *reading.occupations))
    yield from (p.evidence for p in reading.passages)


def test_the_company_is_told_the_same_whatever_it_may_not_know(
    standing: Standing, first_suggestions: tuple[Facts, ...]
) -> None:
    """A person otherwise in all that is not shown: the same document to the letter."""
    hidden = {
        "target": "other_vulnerable", "birth_year": 2009, "gender": "X", "eqf_level": 1,
        "limitations": ["heights", "chemicals", "customer_contact", "prolonged_standing"],
        "receives_rdc": True, "narrative": "", "interests": [], "avoid": ["tutto"],
        "municipality": "Magenta", "transport": ["walk"], "max_travel_minutes": 5,
        "declared_competences": [], "experiences": [],
    }  # fmt: skip
    for facts in first_suggestions[::5]:
        before = confirmed(standing, facts, 1)
        other = Participant.model_validate(facts.participant.model_dump(by_alias=True) | hidden)
        stripped = standing.engine.person(other, ParticipantReading(), dict(before.person.settled))
        after = gather(standing, stripped, facts.offer.id)
        documents = [speak(f, "company", most_changes=6).as_json() for f in (before, after)]
        assert json.dumps(documents[0]) == json.dumps(documents[1])


def test_the_company_sees_no_competence_before_it_is_confirmed(
    first_suggestions: tuple[Facts, ...],
) -> None:
    for facts in first_suggestions[::4]:
        explanation = speak(facts, "company", most_changes=6)
        assert explanation.known == ()
        assert say("voices.company.none_yet") in explanation.text


# --- To the operator ------------------------------------------------------------------------------


def test_the_operator_is_told_everything(first_suggestions: tuple[Facts, ...]) -> None:
    for facts in first_suggestions[::3]:
        explanation = speak(facts, "operator", most_changes=6)
        check(explanation.as_json(), "explain")
        pairing = facts.pairing
        total = sum(c.value or 0.0 for c in explanation.contributions)
        assert pairing.score == pytest.approx(pairing.base + total, abs=1e-9)
        assert [(c.rule, c.status, c.reason, c.source) for c in explanation.eligibility.checks] == [
            (c.rule, c.status, c.reason, c.source) for c in pairing.eligibility.checks
        ]
        for known in explanation.known:
            assert f"«{known.label}» ({say(f'labels.status.{known.status}')})" in explanation.text
        for learn in explanation.learn:
            assert f"«{learn.label}»" in explanation.text
        for mind in explanation.mind:
            assert mind.reason in explanation.text


def test_the_three_speak_of_the_same_needs(first_suggestions: tuple[Facts, ...]) -> None:
    """What one voice calls known or to learn is a need of the offer in all three."""
    for facts in first_suggestions[::6]:
        needs = set(facts.held)
        for audience in ("operator", "participant", "company"):
            explanation = speak(facts, audience, most_changes=6)
            assert {x.uri for x in (*explanation.known, *explanation.learn)} <= needs
