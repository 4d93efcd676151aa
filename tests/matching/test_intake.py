"""What the texts of a participant and of an offer are read to say."""

from itertools import pairwise
from math import sqrt

import pytest

from matching.features import OfferSide, PersonSide
from matching.intake import (
    RECOGNISED_FROM,
    Named,
    OfferReading,
    ParticipantReading,
    read_offer,
    read_participant,
)
from skills_taxonomy import Linker
from tests.builders import a_participant, an_offer
from tests.programme import demonstration
from tests.skills_taxonomy.small import a_competence, a_taxonomy, an_occupation

SMALL = Linker(
    a_taxonomy(
        competences=[
            a_competence("metalli", label="lavorare i metalli"),
            a_competence(
                "tornio",
                label="usare il tornio",
                other_labels=("tornio", "stavo al tornio"),
                broader=("metalli",),
            ),
            a_competence("cucito", label="cucire a macchina", other_labels=("cucivo",)),
        ],
        occupations=[
            an_occupation("tornitore", label_feminine="tornitrice"),
            an_occupation("sarto", label_feminine="sarta"),
        ],
        relations=[],
    ),
    encoder=None,
)


def read(**texts: object) -> ParticipantReading:
    return read_participant(a_participant(**texts), SMALL)


def read_post(**texts: object) -> OfferReading:
    return read_offer(an_offer(**texts), SMALL)


def where(found: tuple[Named, ...]) -> list[tuple[str, str, str]]:
    return [(n.uri, n.evidence.source, n.evidence.text) for n in found]


# --- A participant ------------------------------------------------------------------------------


def test_a_story_is_read_for_what_it_mentions() -> None:
    said = read(
        narrative="Ho fatto la sarta, stavo al tornio.",
        experiences=[{"kind": "hobby", "title": "", "description": "Sul tornio, la sera"}],
    )
    assert where(said.competences) == [
        ("tornio", "narrative", "stavo al tornio"),
        ("tornio", "experiences[0].description", "tornio"),
    ]
    assert where(said.occupations) == [("sarto", "narrative", "sarta")]


def test_a_declared_competence_is_a_name_and_is_searched_whole() -> None:
    said = read(declared_competences=["cucire a macchina", "cose da gatti"])
    assert where(said.competences) == [
        ("cucito", "declared_competences[0]", "cucire a macchina"),
    ]


@pytest.mark.parametrize(
    ("kind", "occupations"),
    [("work", [("sarto", "experiences[0].title", "Sarta")]), ("hobby", []), ("care", [])],
)
def test_only_the_title_of_a_job_names_a_trade(kind: str, occupations: list[object]) -> None:
    said = read(experiences=[{"kind": kind, "title": "Sarta"}])
    assert where(said.occupations) == occupations


def test_what_is_not_claimed_is_not_read() -> None:
    said = read(narrative="Non so usare il tornio. Mio marito faceva il sarto. Vorrei cucire.")
    assert (said.competences, said.occupations) == ((), ())


def test_a_wish_touches_what_it_names_and_the_narrower() -> None:
    said = read(interests=["lavorare i metalli"], avoid=["usare il tornio", "i gatti"])
    assert [w.concepts for w in said.interests] == [("metalli", "tornio")]
    assert [w.concepts for w in said.avoid] == [("tornio",), ()]
    assert [w.passage.evidence.source for w in said.avoid] == ["avoid[0]", "avoid[1]"]


def test_a_wish_without_words_is_no_wish() -> None:
    assert read(interests=["…", "?"]).interests == ()


def test_a_wish_is_not_something_done() -> None:
    said = read(interests=["usare il tornio"], avoid=["cucire a macchina"])
    assert (said.competences, said.passages) == ((), ())


def test_clauses_where_nothing_was_recognised_are_kept_to_compare() -> None:
    said = read(
        narrative="Stavo al tornio in fabbrica di notte. Pedalavo lungo il naviglio grande. Poco."
    )
    assert [p.evidence.text for p in said.passages] == ["Pedalavo lungo il naviglio grande"]


def test_passages_have_unit_length() -> None:
    said = read(narrative="Pedalavo lungo il naviglio, lungo il naviglio pescavo carpe grosse")
    assert len(said.passages) == 2
    for passage in said.passages:
        assert sqrt(sum(w * w for w in passage.terms.values())) == pytest.approx(1.0)
        assert list(passage.terms) == sorted(passage.terms)


def test_empty_texts_say_nothing() -> None:
    assert read() == ParticipantReading()


# --- An offer -----------------------------------------------------------------------------------


def test_requirements_are_recognised_or_left_to_people() -> None:
    said = read_post(
        required_competences=["usare il tornio", "amare i gatti"],
        preferred_competences=["cucire a macchina"],
    )
    assert [(r.uri, r.evidence.source, r.evidence.text) for r in said.required] == [
        ("tornio", "required_competences[0]", "usare il tornio"),
        (None, "required_competences[1]", "amare i gatti"),
    ]
    assert [r.uri for r in said.preferred] == ["cucito"]


def test_a_title_may_name_a_trade() -> None:
    assert where(read_post(title="Tornitore").occupations) == [
        ("tornitore", "title", "Tornitore"),
    ]
    assert read_post(title="Aiuto in ufficio").occupations == ()


def test_tasks_are_the_clauses_of_title_and_description() -> None:
    said = read_post(
        title="Tirocinio in piccola falegnameria",
        description="Si levigano porte, finestre vecchie e cancelli.\r\nCaffè.",
    )
    assert [(t.evidence.source, t.evidence.text) for t in said.tasks] == [
        ("title", "Tirocinio in piccola falegnameria"),
        ("description", "finestre vecchie e cancelli"),
    ]


# --- The demonstration --------------------------------------------------------------------------


def test_readings_are_the_same_every_time(linker: Linker) -> None:
    records = demonstration()
    for participant in records.participants[:5]:
        assert read_participant(participant, linker) == read_participant(participant, linker)
    for offer in records.offers[:5]:
        assert read_offer(offer, linker) == read_offer(offer, linker)


def test_mentions_of_a_kind_never_overlap_in_a_source(people: tuple[PersonSide, ...]) -> None:
    for side in people:
        for named in (side.reading.competences, side.reading.occupations):
            spans = sorted((n.evidence.source, n.evidence.start, n.evidence.end) for n in named)
            assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))


def test_nothing_is_named_unless_surely_enough(people: tuple[PersonSide, ...]) -> None:
    for side in people:
        named = side.reading.competences + side.reading.occupations
        assert all(RECOGNISED_FROM <= n.confidence <= 1 for n in named)


def test_most_of_the_demonstration_is_understood(
    people: tuple[PersonSide, ...], offers: tuple[OfferSide, ...]
) -> None:
    assert all(side.reading.competences for side in people)
    lines = [line for o in offers for line in (*o.reading.required, *o.reading.preferred)]
    assert sum(line.uri is not None for line in lines) > 0.7 * len(lines)
