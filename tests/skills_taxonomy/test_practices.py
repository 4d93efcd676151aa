"""What a story tells of having practised, weighed on the whole of it; never what one is."""

import csv
from importlib import resources

import pytest

from skills_taxonomy import Activities, Linker, Taxonomy
from skills_taxonomy.activities import ACTIVITY
from skills_taxonomy.evaluation import is_test
from skills_taxonomy.practices import LEAST, LEAST_HINT, Practices, is_status

LABELS = resources.files("skills_taxonomy").joinpath("training/practised.csv")
TRADE = "urn:cantiere:occupation:"
COMPETENCE = "urn:cantiere:competence:"


@pytest.fixture(scope="module")
def practices() -> Practices:
    return Practices(Linker(Taxonomy.builtin()), Activities.builtin())


def likely(practices: Practices, story: str, **named: float) -> dict[str, float]:
    found, _ = practices.recognise({"narrative": story}, named, set())
    return {practice.uri: practice.confidence for practice in found}


def test_a_trade_is_known_by_what_was_done(practices: Practices) -> None:
    found = likely(
        practices,
        "Alle tre impastavo, alle cinque infornavo le michette e i filoni. "
        "Il lievito madre lo rinfrescavo ogni sera.",
    )
    trades = {uri: p for uri, p in found.items() if uri.startswith(TRADE)}
    assert max(trades, key=trades.__getitem__) == f"{TRADE}panettiere"
    assert trades[f"{TRADE}panettiere"] > 0.3


def test_a_word_in_passing_makes_no_trade(practices: Practices) -> None:
    story = "Cucio in casa: faccio orli e cerniere. Il modello lo compro in edicola."
    found = likely(practices, story, **{f"{TRADE}edicolante": 0.7})
    assert found[f"{ACTIVITY}cucire-in-casa"] > 0.3
    assert found.get(f"{TRADE}edicolante", 0.0) < 0.3


def test_what_is_denied_or_nothing_tells_of_nothing(practices: Practices) -> None:
    assert practices.recognise({"narrative": "Non badavo a mia nonna."}, {}, set()) == ([], [])
    assert practices.recognise({"narrative": ""}, {}, set()) == ([], [])


def test_the_words_behind_are_those_of_the_text(practices: Practices) -> None:
    story = "Badavo a mia nonna: la lavavo, la vestivo, le davo le medicine."
    found, hints = practices.recognise({"narrative": story}, {}, {"care"})
    assert found == sorted(found, key=lambda p: (-p.confidence, p.uri))
    assert all(p.confidence >= LEAST for p in found)
    assert all(hint.confidence >= LEAST_HINT for hint in hints)
    assert f"{COMPETENCE}aiutare-nell-igiene-personale" in {hint.uri for hint in hints}
    for one in (*found, *hints):
        assert one.nearest.source == "narrative"
        assert story[one.nearest.start : one.nearest.end].strip()


@pytest.mark.parametrize("status", ["Sono vedova.", "Sono padre e nonno.", "Sono straniera."])
def test_what_one_is_tells_of_nothing(practices: Practices, status: str) -> None:
    assert practices.recognise({"narrative": status}, {}, set()) == ([], [])
    story = "Cucio in casa: faccio orli e cerniere, e i vestiti ai bambini."
    without, beside = likely(practices, story), likely(practices, f"{story} {status}")
    assert beside.keys() == without.keys() != set()
    assert all(beside[uri] == pytest.approx(without[uri], abs=0.01) for uri in without)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("madre di quarant'anni", True),
        ("padre e nonno", True),
        ("cittadinanza rumena", True),
        ("curavo mia madre", False),
        ("impastavo il pane", False),
        ("la spesa per la nonna e le sue medicine", False),
    ],
)
def test_a_status_is_no_deed(text: str, status: bool) -> None:
    assert is_status(text) is status


def test_what_is_learned_from_is_there_and_not_of_the_test_half() -> None:
    activities = Activities.builtin()
    trades = {trade.uri for trade in Taxonomy.builtin().occupations}
    rows = list(csv.DictReader(LABELS.read_text("utf-8").splitlines()))
    assert len(rows) == len({row["story"] for row in rows}) >= 70
    for row in rows:
        assert not (row["story"].startswith("H-") and is_test(row["story"]))
        for name in filter(None, map(str.strip, row["practised"].split("|"))):
            uri = f"urn:cantiere:{name}"
            assert uri in activities or uri in trades, (row["story"], name)
