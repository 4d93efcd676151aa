"""The stretches of a story that may name something."""

import pytest

from skills_taxonomy import Mention
from skills_taxonomy.mentions import apart, own_deed, spans


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in spans(text)]


def test_a_long_clause_is_read_whole_and_in_parts() -> None:
    assert found("Tenevo la cassa e mettevo a posto gli scaffali") == [
        "Tenevo la cassa e mettevo a posto gli scaffali",
        "Tenevo la cassa",
        "mettevo a posto gli scaffali",
    ]


def test_a_short_clause_is_read_whole() -> None:
    assert found("Pane e salame") == ["Pane e salame"]


def test_each_stretch_knows_its_clause_and_its_sentence() -> None:
    text = "Ero in serra, potavo. Poi basta"
    span = spans(text)[1]
    assert text[span.start : span.end] == "potavo"
    assert text[slice(*span.sentence)] == "Ero in serra, potavo"


def test_what_is_not_claimed_is_not_read() -> None:
    assert found("Non so cucire. Mio zio faceva il fabbro, ferrava cavalli") == []
    assert found("") == []


def test_what_is_not_claimed_is_read_if_asked_for() -> None:
    text = "Non so cucire. Mio zio faceva il fabbro"
    asked = spans(text, {"denied", "others"})
    assert [(text[s.start : s.end], s.claim) for s in asked] == [
        ("cucire", "denied"),
        ("zio faceva il fabbro", "others"),
    ]


@pytest.mark.parametrize(
    ("text", "deed"), [("stiravo camicie", True), ("so cucire", True), ("la pioggia", False)]
)
def test_a_deed_has_a_verb(text: str, deed: bool) -> None:
    assert own_deed(text) is deed


def test_the_surest_of_those_that_overlap_is_kept() -> None:
    def mention(start: int, end: int, confidence: float) -> Mention:
        return Mention(start, end, "", "u", "", confidence)

    whole, first, second = mention(0, 10, 0.6), mention(0, 4, 0.9), mention(5, 10, 0.5)
    assert apart([whole, first, second]) == [first, second]
