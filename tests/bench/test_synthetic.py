"""The synthetic load is made of valid records, and the same ones every time."""

import pytest

from matching.engine import builtin_engine
from matching.intake import OfferReading, ParticipantReading
from matching.model import Company, Offer, Participant
from tests.bench.synthetic import COMPANIES, SyntheticLoad

NUMBERS = range(40)


@pytest.fixture(scope="module")
def load() -> SyntheticLoad:
    return SyntheticLoad(builtin_engine(), seed=7)


def test_the_same_seed_gives_the_same_load(load: SyntheticLoad) -> None:
    again, other = (SyntheticLoad(builtin_engine(), seed=seed) for seed in (7, 8))
    for number in NUMBERS:
        assert again.person(number) == load.person(number)
        assert again.offer(number) == load.offer(number)
        assert again.company(number) == load.company(number)
        assert other.person(number).participant != load.person(number).participant


def test_what_is_read_back_is_what_was_made(load: SyntheticLoad) -> None:
    for number in NUMBERS:
        person, offer = load.person(number), load.offer(number)
        for record, model in (
            (person.participant, Participant),
            (person.reading, ParticipantReading),
            (offer.offer, Offer),
            (offer.reading, OfferReading),
            (load.company(number), Company),
        ):
            assert model.model_validate_json(record.model_dump_json(by_alias=True)) == record


def test_every_quotation_is_in_its_text(load: SyntheticLoad) -> None:
    for number in NUMBERS:
        person = load.person(number)
        texts = person.participant.texts()
        read = person.reading
        named = (*read.competences, *read.occupations)
        quotes = [*(n.evidence for n in named), *(p.evidence for p in read.passages)]
        assert quotes
        assert all(texts[q.source][q.start : q.end] == q.text for q in quotes)


def test_people_and_offers_have_the_promised_sizes(load: SyntheticLoad) -> None:
    people = [load.person(number) for number in NUMBERS]
    offers = [load.offer(number) for number in NUMBERS]
    assert {len(p.reading.occupations) for p in people} == {1, 2, 3}
    assert {len(p.reading.competences) for p in people} == set(range(3, 9))
    assert {len(o.reading.required) for o in offers} == set(range(2, 6))
    assert {len(o.reading.preferred) for o in offers} == set(range(4))
    assert all(p.coverage and p.reading.passages and p.reading.interests for p in people)
    assert all(o.needs and o.reading.tasks for o in offers)


def test_every_offer_is_of_a_company_of_the_load(load: SyntheticLoad) -> None:
    companies = {load.company(number).id for number in range(COMPANIES)}
    assert len(companies) == COMPANIES
    assert {load.offer(number).offer.company_id for number in NUMBERS} <= companies
