"""Women's titles in the form of men's."""

import pytest

from skills_taxonomy import Taxonomy
from skills_taxonomy.gender import masculine_forms, one_gender
from tests.skills_taxonomy.small import an_occupation

FORMS = masculine_forms(Taxonomy.builtin().occupations)


def test_both_titles_of_every_trade_become_one() -> None:
    trades = Taxonomy.builtin().occupations
    apart = [
        trade.label
        for trade in trades
        if one_gender(trade.label, FORMS) != one_gender(trade.label_feminine, FORMS)
    ]
    assert apart == []


def test_a_title_is_one_whatever_its_article() -> None:
    assert one_gender("facevo la sarta", FORMS) == one_gender("facevo il sarto", FORMS)


def test_titles_may_stand_the_other_way_round() -> None:
    forms = masculine_forms(
        [
            an_occupation("hand", label="cucitore a mano", label_feminine="cucitrice a mano"),
            an_occupation(
                "models", label="cucitrice di modelli", label_feminine="cucitore di modelli"
            ),
        ]
    )
    assert one_gender("cucitrice", forms) == one_gender("cucitore", forms) == "cucitore"


@pytest.mark.parametrize("text", ["la macchina da cucire", "la fiera", "tenevo la cassa", ""])
def test_words_of_no_title_stay(text: str) -> None:
    assert one_gender(text, FORMS) == text
