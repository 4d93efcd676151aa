"""Italian text: where words stand, what stems say, who is said to do what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills_taxonomy.text import clauses, is_own_deed, stem, stems, tokens

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
        "giardiniere giardiniera",
        "cameriere cameriera",
        "parrucchiere PARRUCCHIERE",
        "caffè caffe",
        "attività attivita",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
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


# --- Whose deed ---------------------------------------------------------------------------------

OWN = [
    "so usare il computer",
    "ho imparato a saldare",
    "con mio padre facevo il muratore",
    "mio padre mi guardava e io facevo il muratore",
    "la mamma la lavavo e le davo da mangiare al letto",
]
DENIED = [
    "non so usare il computer",
    "mai guidato il camion",
    "senza toccare il tornio",
    "nessuno mi ha insegnato il tornio",
]
WISHED = [
    "vorrei fare la sarta",
    "mi piacerebbe lavorare in cucina",
    "vorrebbe imparare a saldare",
    "le interessa la cucina",
    "cerco lavoro in cucina",
]
OTHERS = [
    "mio marito faceva il muratore",
    "mia figlia lavora in cucina",
    "e suo fratello guida il camion",
    "il papà aveva la stalla",
]


def _last_word(clause: str) -> int:
    return tokens(clause)[-1].start


@pytest.mark.parametrize("clause", OWN)
def test_what_the_teller_did_is_theirs(clause: str) -> None:
    assert is_own_deed(clause, _last_word(clause))


@pytest.mark.parametrize("clause", [*DENIED, *WISHED, *OTHERS])
def test_what_is_denied_wished_or_done_by_others_is_not(clause: str) -> None:
    assert not is_own_deed(clause, _last_word(clause))


def test_a_negation_reaches_only_what_comes_after() -> None:
    clause = "cucino e non so guidare"
    assert is_own_deed(clause, clause.index("cucino"))
    assert not is_own_deed(clause, clause.index("guidare"))
