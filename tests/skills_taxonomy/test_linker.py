"""From words to concepts: search, and the mentions of a story."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills_taxonomy import Competence, Linker, Match, Mention, Occupation, Taxonomy
from skills_taxonomy.calibration import CALIBRATION
from skills_taxonomy.concepts import CLAIMS, Claim, ConceptKind
from skills_taxonomy.encoder import SHIPPED
from skills_taxonomy.linker import Grouping
from tests.skills_taxonomy.small import a_competence, a_taxonomy

PHRASES = Path(__file__).parents[1] / "gold" / "phrases_first.csv"
BUILTIN = Taxonomy.builtin()
LINKER = Linker(BUILTIN)

WORDS = [
    "facevo", "la", "sarta", "cucivo", "cucina", "badavo", "a", "mia", "nonna", "muletto", "non",
    "vorrei", "tornio", "saldavo", "Excel", "😀", "però", "e", ",", ".", "\r\n", "dell'orto",
]  # fmt: skip
KINDS: tuple[ConceptKind, ...] = get_args(ConceptKind)
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
STORIES = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=40)


def ids(found: list[Match] | list[Mention]) -> list[str]:
    """``["sarto", …]``: the last part of each URI."""
    return [one.uri.rsplit(":", 1)[-1] for one in found]


# --- Search -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_label_finds_its_concept_first_and_fully(kind: ConceptKind) -> None:
    concepts = BUILTIN.of_kind(kind)
    found = LINKER.search_many([c.label for c in concepts], kind=kind, limit=1)
    first = [matches[0].uri == c.uri for matches, c in zip(found, concepts, strict=True)]
    assert sum(first) / len(first) > 0.995
    assert min(m.score for matches in found for m in matches) > 0.6


def test_the_title_of_a_woman_and_of_a_man_find_the_same_trade_equally() -> None:
    trades = BUILTIN.occupations
    his = LINKER.search_many([o.label for o in trades], kind="occupation", limit=1)
    hers = LINKER.search_many([o.label_feminine for o in trades], kind="occupation", limit=1)
    assert his == hers


@pytest.mark.parametrize(
    ("his", "hers"),
    [
        ("facevo il sarto a Legnano", "facevo la sarta a Legnano"),
        ("saldatore in un'officina", "saldatrice in un'officina"),
        ("stampatore e rilegatore", "stampatrice e rilegatrice"),
        ("cameriere in pizzeria", "cameriera in pizzeria"),
    ],
)
def test_a_story_of_a_woman_and_of_a_man_say_the_same(his: str, hers: str) -> None:
    for kind in KINDS:
        assert LINKER.search(his, kind=kind) == LINKER.search(hers, kind=kind)


@given(STORIES, st.sampled_from(KINDS), st.sampled_from(GROUPINGS))
@settings(max_examples=60, deadline=None)
def test_matches_are_probabilities_best_first(text: str, kind: ConceptKind, by: Grouping) -> None:
    found = LINKER.search(text, kind=kind, by=by, limit=50)
    assert all(0 < m.score <= 1 for m in found)
    order = [(-m.score, m.uri) for m in found]
    assert order == sorted(order)


def test_equal_scores_go_by_uri() -> None:
    twins = [a_competence(uri, label="usare la pressa") for uri in ("c", "a", "b")]
    found = Linker(Taxonomy("twins", twins, [], []), encoder=None).search("la pressa")
    assert ids(found) == ["a", "b", "c"]
    assert len({match.score for match in found}) == 1


def test_the_limit_cuts_the_same_list() -> None:
    whole = LINKER.search("cucire tende", limit=20)
    assert len(whole) == 20
    assert LINKER.search("cucire tende", limit=3) == whole[:3]
    assert LINKER.search("cucire tende", limit=0) == []


def test_by_label_there_is_a_row_a_label() -> None:
    best, *others = LINKER.search("rifare l'orlo", by="label", limit=30)
    assert len({(m.uri, m.label) for m in [best, *others]}) == 30
    for match in [best, *others]:
        concept = BUILTIN.competence(match.uri)
        assert match.label in {concept.label, *concept.other_labels}
    assert best.uri == LINKER.search("rifare l'orlo", limit=1)[0].uri


@given(st.lists(STORIES, max_size=4), st.sampled_from(GROUPINGS))
@settings(max_examples=30, deadline=None)
def test_many_at_once_are_the_same_as_one_by_one(texts: list[str], by: Grouping) -> None:
    many = LINKER.search_many(texts, by=by, limit=5)
    for text, found in zip(texts, many, strict=True):
        alone = LINKER.search(text, by=by, limit=5)
        # A vector's last digits depend on the texts beside it.
        assert [m.score for m in found] == pytest.approx([m.score for m in alone], abs=2e-3)


def test_reading_ahead_changes_nothing_but_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    story = "Stavo alla cassa e riparavo le bici. Mio padre saldava."
    phrases = ["tenevo la cassa", "sarta", "sarta"]
    linker = Linker(BUILTIN)

    def found() -> list[object]:
        return [linker.extract(story), *(linker.search(phrase) for phrase in phrases)]

    one_by_one = found()
    linker.read_ahead(phrases, [story])
    assert linker.encoder is not None
    monkeypatch.setattr(linker.encoder, "encode", None)
    assert found() == one_by_one


def test_a_version_is_of_the_encoder_and_its_calibration(tmp_path: Path) -> None:
    copy = shutil.copytree(SHIPPED, tmp_path / "model")
    assert Linker(BUILTIN, copy).version == LINKER.version != Linker(BUILTIN, None).version
    kept = json.loads(CALIBRATION.read_text("utf-8"))
    (copy / CALIBRATION.name).write_text(json.dumps(kept | {"threshold": 0.9}), "utf-8")
    linker = Linker(BUILTIN, copy)
    assert linker.calibration.threshold == 0.9
    assert linker.version != LINKER.version
    assert linker.is_calibrated
    (copy / "other.json").write_text("{}", "utf-8")
    other = Linker(BUILTIN, copy)
    assert other.version != linker.version
    assert not other.is_calibrated


@pytest.mark.parametrize("text", ["", " \r\n", "😀", "…"])
def test_no_words_match_nothing(text: str) -> None:
    assert LINKER.search(text) == []


def test_a_taxonomy_may_be_empty() -> None:
    linker = Linker(a_taxonomy(competences=[], occupations=[], relations=[]))
    assert linker.search_many(["tornio", "pane"]) == [[], []]
    assert linker.extract("usavo il tornio") == []


def _hits(k: int) -> tuple[int, list[str]]:
    with PHRASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    misses = [
        row["phrase"]
        for row in rows
        if not set(ids(LINKER.search(row["phrase"], kind=row["kind"], limit=k)))  # type: ignore[arg-type]
        & set(row["accepted"].split(" | "))
    ]
    return len(rows), misses


def test_phrases_written_before_looking_are_found() -> None:
    count, misses = _hits(5)
    assert count >= 40
    assert 1 - len(misses) / count >= 0.8, misses


# --- Extract ------------------------------------------------------------------------------------


@given(STORIES, st.sampled_from(KINDS))
@settings(max_examples=60, deadline=None)
def test_mentions_are_exact_in_order_and_apart(text: str, kind: ConceptKind) -> None:
    found = LINKER.extract(text, kind=kind)
    edges = [edge for m in found for edge in (m.start, m.end)]
    assert edges == sorted(edges)
    for mention in found:
        assert mention.text == text[mention.start : mention.end] != ""
        assert 0 < mention.confidence <= 1
        assert mention.label == BUILTIN.concept(mention.uri).label
        assert isinstance(
            BUILTIN.concept(mention.uri), Competence if kind == "competence" else Occupation
        )


# Words that name a competence beyond doubt, whatever the shipped tables hold.
SMALL = Linker(
    a_taxonomy(
        competences=[
            a_competence("anziani", other_labels=("badare alla nonna", "badato a mia nonna")),
            a_competence("tornio", label="usare il tornio", other_labels=("tornio",)),
            a_competence("muletto", label="usare il muletto", other_labels=("muletto",)),
        ],
        relations=[],
    ),
    encoder=None,
)
STORY = "Ho badato a mia nonna per anni, poi usavo il tornio. Guidavo il muletto."


def test_a_story_names_what_its_teller_did() -> None:
    found = SMALL.extract(STORY)
    assert [m.text for m in found] == ["badato a mia nonna", "tornio", "muletto"]
    assert ids(found) == ["anziani", "tornio", "muletto"]
    assert SMALL.extract("") == []


def test_mentions_follow_the_text_and_not_how_sure_they_are() -> None:
    unsure, sure = SMALL.extract("Badavo alla vecchia nonna, poi so usare il tornio")
    assert unsure.start < sure.start
    assert unsure.confidence < sure.confidence


TYPED: dict[str, Callable[[str], str]] = {
    "after emoji": lambda text: f"👩‍🦳😀. {text}",
    "after accents": lambda text: f"Così è, però già più.\r\n{text}",
    "on lines": lambda text: text.replace(", ", ",\r\n"),
    "with dots": lambda text: text.replace(". ", "… 😀 "),
    "shouted": str.upper,
}


@pytest.mark.parametrize("change", TYPED.values(), ids=TYPED)
def test_the_same_story_however_it_is_typed(change: Callable[[str], str]) -> None:
    text = change(STORY)
    found = SMALL.extract(text)
    assert ids(found) == ["anziani", "tornio", "muletto"]
    assert [m.text for m in found] == [text[m.start : m.end] for m in found]


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("non so usare il tornio", "so usare il tornio"),
        ("mai guidato il muletto", "ho guidato il muletto"),
        ("vorrei usare il tornio", "usavo il tornio"),
        ("mi piacerebbe badare alla nonna", "mi tocca badare alla nonna"),
        ("mio marito usava il tornio", "con mio marito usavo il tornio"),
        ("mia sorella guida il muletto", "mia sorella no, io guido il muletto"),
    ],
)
def test_only_own_deeds_are_mentioned(left_out: str, said: str) -> None:
    assert SMALL.extract(left_out) == []
    assert len(SMALL.extract(said)) == 1


MARKED = [
    ("non so usare il tornio", "denied"),
    ("forse so usare il tornio", "doubted"),
    ("mia sorella usava il tornio", "others"),
    ("vorrei usare il tornio", "wished"),
    ("usavo il tornio", "own"),
]


@pytest.mark.parametrize("linker", [SMALL, LINKER], ids=["words", "meaning"])
@pytest.mark.parametrize(("text", "claim"), MARKED, ids=[claim for _, claim in MARKED])
def test_what_is_not_held_is_marked_if_asked_for(linker: Linker, text: str, claim: Claim) -> None:
    (mention,) = linker.extract(text, claims=CLAIMS)
    assert mention.claim == claim
    assert mention.is_held == (claim == "own")
    assert mention.text == text[mention.start : mention.end]
    assert linker.extract(text) == ([mention] if mention.is_held else [])


def test_what_is_denied_leaves_the_rest_of_the_story() -> None:
    found = SMALL.extract("Usavo il tornio, ma non ho mai guidato il muletto.")
    assert ids(found) == ["tornio"]


def test_a_mention_never_runs_over_the_end_of_a_clause() -> None:
    assert SMALL.extract("Ho badato. A mia nonna no") == []


def test_a_trade_is_mentioned_as_an_occupation() -> None:
    text = "Per vent'anni ho fatto la sarta"
    (mention,) = LINKER.extract(text, kind="occupation")
    assert ids([mention]) == ["sarto"]
    assert mention.text == "sarta"
