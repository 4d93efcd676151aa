"""Italian text: where words stand, what stems say, who is said to do what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills_taxonomy.text import clauses, is_somebody, stem, stems, tokens

STORIES = st.text(st.sampled_from("aàèé e\u0301😀👩‍🦳'’., \r\n-ßİ漢9_")) | st.text()

# --- Tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ho badato a mia nonna", ["Ho", "badato", "a", "mia", "nonna"]),
        ("dell'orto e dell’uva", ["dell", "orto", "e", "dell", "uva"]),
        ("👩‍🦳 però c'è più tè", ["però", "c", "è", "più", "tè"]),
        ("prima\r\npoi\rinfine", ["prima", "poi", "infine"]),
        ("10 anni, turno_notte", ["10", "anni", "turno", "notte"]),
    ],
)
def test_tokens_are_the_words_where_they_stand(text: str, words: list[str]) -> None:
    assert [text[t.start : t.end] for t in tokens(text)] == words


@given(STORIES)
def test_tokens_go_forward_and_never_overlap(text: str) -> None:
    found = tokens(text)
    edges = [edge for t in found for edge in (t.start, t.end)]
    assert edges == sorted(edges)
    assert all(t.start < t.end <= len(text) for t in found)


@given(STORIES, STORIES)
def test_a_text_put_before_only_moves_the_tokens(before: str, text: str) -> None:
    shift = len(before) + 1
    moved = [(t.start - shift, t.end - shift, t.stem) for t in tokens(f"{before}\n{text}")]
    own = [(t.start, t.end, t.stem) for t in tokens(text)]
    assert moved[len(moved) - len(own) :] == own


# --- Stems --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forms",
    [
        "sarto sarta sarti sarte",
        "cuoco cuoca cuochi cuoche",
        "operaio operaia",
        "impiegato impiegata",
        "segretario segretaria",
        "commesso commessa",
        "saldatore saldatrice",
        "muratore muratrice",
        "educatore educatrice",
        "direttore direttrice",
        "parrucchiere PARRUCCHIERE",
        "caffè caffe",
        "attività attivita",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("forms", ["giardiniere giardiniera", "cameriere cameriera"])
def test_trades_in_iere_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("left", "right"), [("sarto", "sarta da uomo"), ("muratore", "mura"), ("pane", "pena")]
)
def test_other_words_have_other_stems(left: str, right: str) -> None:
    assert stems(left) != stems(right)


def test_stems_are_of_the_content_words() -> None:
    assert stems("facevo il muratore con mio padre e la betoniera") == [
        stem(word) for word in ("muratore", "padre", "betoniera")
    ]


def test_where_no_word_carries_content_every_word_counts() -> None:
    assert stems("sono stata con lui") == [stem(word) for word in ("sono", "stata", "con", "lui")]


def test_words_of_other_alphabets_keep_a_stem() -> None:
    assert stem("漢字") == "漢字"


# --- Clauses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \r\n ", []),
        ("cucivo", ["cucivo"]),
        ("cucivo, stiravo. E basta", ["cucivo", "stiravo", "E basta"]),
        ("cucivo ma non stiravo", ["cucivo", "non stiravo"]),
        ("cucivo però stiravo", ["cucivo", "stiravo"]),
        ("prima riga\r\nseconda", ["prima riga", "seconda"]),
        ("😀 sì! «no» … forse", ["😀 sì", "no", "forse"]),
        ("taglio - cucito", ["taglio", "cucito"]),
        ("part-time", ["part-time"]),
    ],
)
def test_clauses_are_cut_at_punctuation_and_adversatives(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text)] == expected


@given(STORIES)
def test_clauses_are_trimmed_and_in_order(text: str) -> None:
    found = list(clauses(text))
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)


@pytest.mark.parametrize(
    ("clause", "somebody"),
    [
        ("il muratore arrivava tardi", True),
        ("parlavo con i muratori", True),
        ("aspettavo dal muratore", True),
        ("facevo il muratore", False),
        ("da muratore", False),
    ],
)
def test_who_is_spoken_of_or_dealt_with_is_somebody_else(clause: str, somebody: bool) -> None:
    assert is_somebody(clause, clause.index("murator")) is somebody
