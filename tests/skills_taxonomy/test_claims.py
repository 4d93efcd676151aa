"""Whose deeds a story tells: the sentences are examples, none is of the gold files' test half."""

import pytest

from skills_taxonomy.claims import Claim, claimed, verdict


def own(text: str) -> list[str]:
    return [text[start:end] for start, end in claimed(text)]


@pytest.mark.parametrize(
    ("clause", "claim"),
    [
        ("stavo alla pressa", Claim.OWN),
        ("non solo saldavo ma montavo", Claim.OWN),
        ("il mio lavoro era saldare", Claim.OWN),
        ("mia sorella ed io cucivamo e io ho venduto", Claim.OWN),
        ("non so usare il tornio", Claim.DENIED),
        ("il tornio non l'ho mai toccato", Claim.DENIED),
        ("muletto no", Claim.DENIED),
        ("il tedesco zero", Claim.DENIED),
        ("la fresa mi fa paura", Claim.DENIED),
        ("forse so stirare", Claim.DOUBTED),
        ("non so se sono portato per vendere", Claim.DOUBTED),
        ("vorrei imparare a saldare", Claim.WISHED),
        ("spero di lavorare in serra", Claim.WISHED),
        ("mio zio faceva il fabbro", Claim.OTHERS),
        ("la mia vicina ripara orologi", Claim.OTHERS),
        ("quello del bar suona il piano", Claim.OTHERS),
        ("la chitarra la suonava il vicino", Claim.OTHERS),
        ("il tetto l'ha fatto mio cognato", Claim.OTHERS),
        ("la vernice è roba del carrozziere", Claim.OTHERS),
        ("cioè mia zia ha un bar", Claim.OTHERS),
        ("le scale le lavavo il venerdì", Claim.OWN),
        ("la spesa la porta il sabato", Claim.OWN),
    ],
)
def test_a_clause_says_whose_deed_it_is(clause: str, claim: Claim) -> None:
    assert verdict(clause)[0] is claim


def test_what_comes_before_a_denial_stays_claimed() -> None:
    clause = "cucino e non so guidare"
    assert clause[: verdict(clause)[1]] == "cucino e "


def test_a_wish_holds_through_its_sentence_and_no_further() -> None:
    assert own("Vorrei imparare a saldare, a tornire. Cucio bene") == ["Cucio bene"]
    assert own("Vorrei saldare, ma ho usato il tornio") == ["ho usato il tornio"]


def test_somebody_else_holds_until_the_teller_is_back() -> None:
    assert own("Mio padre faceva il fabbro, ferrava cavalli, io tenevo i conti") == [
        "io tenevo i conti"
    ]


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


@pytest.mark.parametrize("clause", OWN)
def test_what_the_teller_did_is_theirs(clause: str) -> None:
    assert own(clause) == [clause]


@pytest.mark.parametrize("clause", [*DENIED, *WISHED, *OTHERS])
def test_what_is_denied_wished_or_done_by_others_is_not(clause: str) -> None:
    last_word = clause.split()[-1]
    assert not any(last_word in stretch for stretch in own(clause))
