"""Activities of life found in what people tell, and nothing found in what they are."""

import pytest

from matching.engine import Engine
from matching.intake import read_participant
from matching.profile import Profile
from skills_taxonomy import Linker
from skills_taxonomy.activities import ACTIVITY
from tests.builders import a_participant

# Said of oneself, with nothing done.
STATUSES = [
    "Sono una madre di quarant'anni.",
    "Sono padre e nonno.",
    "Sono straniera.",
    "Sono migrante.",
    "Ho la cittadinanza rumena.",
    "Sono vedova.",
    "Sono disoccupato da due anni.",
    "Sono invalida al sessanta per cento.",
    "Sono separata.",
    "Sono casalinga.",
]


def told(narrative: str = "", *experiences: dict[str, object]) -> dict[str, object]:
    return {"narrative": narrative, "experiences": list(experiences)}


def activities_of(linker: Linker, **fields: object) -> dict[str, str]:
    """Activity id → the first words that told of it."""
    found: dict[str, str] = {}
    for named in read_participant(a_participant(**fields), linker).activities:
        found.setdefault(named.uri.removeprefix(ACTIVITY), named.evidence.text)
    return found


def profile_of(engine: Engine, linker: Linker, **fields: object) -> Profile:
    person = a_participant(**fields)
    return engine.profile(engine.person(person, read_participant(person, linker), {}))


@pytest.mark.parametrize(
    ("narrative", "activity"),
    [
        ("Badavo a mia nonna dopo la scuola.", "assistere-un-familiare-anziano"),
        ("I conti di casa li tenevo io.", "far-quadrare-i-conti"),
        ("Alla sagra stavo in cucina.", "cucinare-alle-feste"),
        ("Traduco per mia madre dal medico.", "tradurre-per-parenti"),
        ("Ai nuovi insegnavo io.", "insegnare-il-mestiere"),
        ("Facevo la catechista.", "guidare-un-gruppo-di-ragazzi"),
    ],
)
def test_what_is_told_in_a_story_is_found(linker: Linker, narrative: str, activity: str) -> None:
    assert activity in activities_of(linker, narrative=narrative)


def test_an_experience_is_an_activity_by_its_kind_and_a_word(linker: Linker) -> None:
    care = {"kind": "care", "title": "Con la mamma", "description": ""}
    found = activities_of(linker, **told("", care))
    assert found["assistere-un-familiare-anziano"] == "Con la mamma"
    work = care | {"kind": "work"}
    assert "assistere-un-familiare-anziano" not in activities_of(linker, **told("", work))


@pytest.mark.parametrize("narrative", ["Non badavo a mia nonna.", "Vorrei coltivare un orto."])
def test_what_is_denied_or_wished_for_is_not_found(linker: Linker, narrative: str) -> None:
    assert activities_of(linker, narrative=narrative) == {}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_tells_of_no_activity_and_moves_nothing(
    engine: Engine, linker: Linker, status: str
) -> None:
    assert activities_of(linker, narrative=status) == {}
    story = "I conti di casa li tenevo io."
    hidden = [
        {(h.uri, h.confidence) for h in profile.competences if h.origin == "hidden"}
        for profile in (
            profile_of(engine, linker, narrative=story),
            profile_of(engine, linker, narrative=f"{story} {status}"),
        )
    ]
    assert hidden[0] == hidden[1] != set()


def test_a_profile_says_which_activity_implied_a_competence(engine: Engine, linker: Linker) -> None:
    profile = profile_of(engine, linker, narrative="I conti di casa li tenevo io.")
    implied = {h.uri: h for h in profile.competences if h.origin == "hidden"}
    held = implied["urn:cantiere:competence:fare-calcoli"]
    assert "far quadrare i conti di casa" in {because.label for because in held.because}
