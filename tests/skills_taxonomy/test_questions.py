"""The questions written for competences: plain, short, to anybody, in the Lei form."""

import csv
import re
from pathlib import Path

import pytest

from skills_taxonomy import Taxonomy
from skills_taxonomy.builtin import COMPETENCE
from skills_taxonomy.questions import may_be_asked, told_as, written_question

FILE = Path(__file__).parents[2] / "skills_taxonomy" / "builtin" / "questions.csv"
ROWS = list(csv.DictReader(FILE.read_text("utf-8").splitlines()))
QUESTIONS = {row["competence"]: row["question"] for row in ROWS if row["question"]}
NOT_ASKED = {row["competence"] for row in ROWS if not row["question"]}
COMPETENCES = {c.uri.removeprefix(COMPETENCE): c for c in Taxonomy.builtin().competences}

MOST_WORDS = 25
# A third person that can only be Lei, or something that is asked of or done to Lei.
LEI = re.compile(
    r"\b(Le|La|Lei|Suo|Sua|Suoi|Sue|raccontarLe|ricordarLe)\b"
    r"|(^|, )(sa|ha|è|fa|usa|parla|cucina|conosce|riesce|organizza|rimette|decide|controlla)\b",
    re.IGNORECASE,
)
YOU = re.compile(r"\b(tu|ti|tuo|tua|tuoi|tue|hai|sei|sai|fai|puoi|riesci|voi|vi|vostro)\b", re.I)
# Words that would agree with who answers ("Le è capitato" does not).
GENDERED = re.compile(
    r"(?<!Le )\b[Èè] (mai |già )?\w+(at|ut|it)[oa]\b"
    r"|\b[Ss]i (è|sente|ritiene) "
    r"|\b(stat|brav|abituat|portat|pront|espert|appassionat)[oa]\b",
)


def faults(question: str) -> list[str]:
    """What is wrong with a written question."""
    wrong = {
        "no question": not question.endswith("?") or question.count("?") > 1,
        "spaces": question != " ".join(question.split()),
        "no capital": not question[0].isupper(),
        "too long": len(question.split()) > MOST_WORDS,
        "nobody is addressed": not LEI.search(question),
        "not in the Lei form": bool(YOU.search(question)),
        "it agrees with who answers": bool(GENDERED.search(question)),
    }
    return [fault for fault, found in wrong.items() if found]


def test_every_written_question_is_plain_and_short_and_to_anybody() -> None:
    assert {c: found for c, q in QUESTIONS.items() if (found := faults(q))} == {}


@pytest.mark.parametrize(
    "question",
    [
        "Le è capitato di cucire.",
        "Hai mai cucito?",
        "È mai stata in sartoria, a cucire?",
        "Si sente capace di cucire?",
        "Qualcuno cuce bene?",
        "le è capitato di cucire?",
        f"Le è capitato di cucire {'molto ' * 22}?",
    ],
)
def test_a_bad_question_would_be_found(question: str) -> None:
    assert faults(question)


def test_each_competence_has_a_question_of_its_own() -> None:
    assert len(QUESTIONS) + len(NOT_ASKED) == len(ROWS)
    assert len(set(QUESTIONS.values())) == len(QUESTIONS)
    assert QUESTIONS.keys() | NOT_ASKED <= COMPETENCES.keys()
    assert [row["competence"] for row in ROWS] == sorted(QUESTIONS.keys() | NOT_ASKED)


def test_nobody_is_asked_about_health_family_debts_or_justice() -> None:
    """What they tell of it is theirs to tell (GDPR, articles 9 and 10)."""
    assert {"convivere-con-una-malattia", "uscire-dai-debiti", "stare-accanto-ai-detenuti"} <= (
        NOT_ASKED
    )
    assert not any(may_be_asked(COMPETENCE + c) for c in NOT_ASKED)
    assert not any(written_question(COMPETENCE + c) for c in NOT_ASKED)
    assert all(may_be_asked(COMPETENCE + c) for c in COMPETENCES.keys() - NOT_ASKED)


def test_none_is_made_from_the_label() -> None:
    """A question about a skill is about doing it, not its name after a verb."""
    for competence, question in QUESTIONS.items():
        label = COMPETENCES[competence].label
        for opening in ("Le è capitato di", "Le capita di", "Sa", "Ha mai provato a"):
            assert question != f"{opening} {label}?"


def test_what_everybody_may_know_has_a_written_question() -> None:
    assert len(QUESTIONS) >= 300
    shared = {c for c, known in COMPETENCES.items() if known.reuse_level == "transversal"}
    assert shared <= QUESTIONS.keys() | NOT_ASKED


def test_the_others_are_told_in_somebodys_words() -> None:
    others = COMPETENCES.keys() - QUESTIONS.keys() - NOT_ASKED
    told = {competence: told_as(COMPETENCES[competence]) for competence in others}
    assert sum(words is None for words in told.values()) <= 0.02 * len(told)
    for competence, words in told.items():
        if words is None:
            continue
        assert words in COMPETENCES[competence].other_labels
        assert len(words.split()) <= MOST_WORDS - 9
        assert not re.search(r"\b(sono|ero|stat[oa]|da grande)\b", words), words


def test_a_question_is_found_by_uri() -> None:
    assert written_question(COMPETENCE + "cucire-a-mano") == QUESTIONS["cucire-a-mano"]
    assert written_question("urn:nulla") is None
