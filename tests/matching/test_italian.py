"""Italian grammar of the catalogue: prepositions, elisions, euphony, dates, hours."""

import re

import pytest

from matching.messages import catalogue, join_words
from matching.messages.italian import Words, before
from matching.territory import municipalities


@pytest.mark.parametrize(
    ("word", "phrase", "together"),
    [
        ("di", "il tirocinio", "del tirocinio"),
        ("di", "lo studio", "dello studio"),
        ("di", "la patente B", "della patente B"),
        ("di", "l'orario", "dell'orario"),
        ("di", "i mezzi", "dei mezzi"),
        ("di", "gli attrezzi", "degli attrezzi"),
        ("di", "le ore", "delle ore"),
        ("a", "il banco", "al banco"),
        ("a", "lo stampo", "allo stampo"),
        ("a", "la cassa", "alla cassa"),
        ("a", "l'azienda", "all'azienda"),
        ("a", "l’ora", "all'ora"),
        ("a", "i clienti", "ai clienti"),
        ("a", "gli orti", "agli orti"),
        ("a", "le 8.30", "alle 8.30"),
        ("da", "il forno", "dal forno"),
        ("da", "le 8.30", "dalle 8.30"),
        ("da", "l'1", "dall'1"),
        ("in", "il bar", "nel bar"),
        ("in", "lo spaccio", "nello spaccio"),
        ("in", "l'orto", "nell'orto"),
        ("in", "i campi", "nei campi"),
        ("in", "le serre", "nelle serre"),
        ("su", "il tornio", "sul tornio"),
        ("su", "gli scaffali", "sugli scaffali"),
        # Without an article nothing melts, whatever the word begins with.
        ("a", "ilare accoglienza", "a ilare accoglienza"),
        ("di", "legare", "di legare"),
        ("a", "mezzanotte", "a mezzanotte"),
        ("in", "bicicletta", "in bicicletta"),
        # The d is for the same vowel alone.
        ("a", "accogliere", "ad accogliere"),
        ("a", "avere pazienza", "ad avere pazienza"),
        ("a", "usare il tornio", "a usare il tornio"),
        ("a", "essere puntuali", "a essere puntuali"),
        ("e", "essere puntuali", "ed essere puntuali"),
        ("e", "accogliere", "e accogliere"),
        ("a", "", "a "),
    ],
)
def test_before(word: str, phrase: str, together: str) -> None:
    assert before(word, phrase) == together
    assert f"{Words(phrase):{word}}" == together


@pytest.mark.parametrize("day", range(1, 32))
def test_dates(day: int) -> None:
    article = "l'" if day in (8, 11) else "il "
    assert f"{Words(f'{day} maggio'):il}" == f"{article}{day} maggio"


def test_where_a_word_asks_for_nothing_it_is_itself() -> None:
    assert f"{Words('Arluno')}: {Words('x'):>3}" == "Arluno:   x"


def test_places() -> None:
    said = [f"{Words(name):a}" for name in municipalities()]
    assert "ad Abbiategrasso" in said
    assert "a Inveruno" in said
    assert all(text.startswith("ad A") == (" A" in text[:4]) for text in said)


def test_lists() -> None:
    assert join_words(["cucire", "tagliare", "essere puntuali"]) == (
        "cucire, tagliare ed essere puntuali"
    )
    assert join_words(["uno", "otto"], last="labels.list.or") == "uno o otto"


def test_no_sentence_leaves_grammar_to_chance() -> None:
    """What stands before a value and would change with it is written inside the value's braces."""
    article = r"\b(?:dell|all|dall|nell|sull)'\{|\b(?:ad|ed) \{"
    assert [key for key, text in catalogue().items() if re.search(article, text)] == []
