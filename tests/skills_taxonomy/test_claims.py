"""Whose deeds a story tells: the sentences are examples, none is of the gold files."""

import pytest

from skills_taxonomy.claims import claimed, is_note, stretches, verdict
from skills_taxonomy.concepts import Claim


def own(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in claimed(text)]


@pytest.mark.parametrize(
    ("clause", "claim"),
    [
        ("stavo alla pressa", "own"),
        ("non solo saldavo ma montavo", "own"),
        ("il mio lavoro era saldare", "own"),
        ("mia sorella ed io cucivamo e io ho venduto", "own"),
        ("le scale le lavavo il venerdì", "own"),
        ("la taglia la leggo prima che lei parli", "own"),
        ("il sabato serve ai tavoli", "own"),
        ("il greco è la mia lingua", "own"),
        ("non so usare il tornio", "denied"),
        ("il tornio non l'ho mai toccato", "denied"),
        ("di greco non capisco una parola", "denied"),
        ("le lingue non mi entrano", "denied"),
        ("muletto no", "denied"),
        ("il tedesco zero", "denied"),
        ("la fresa mi fa paura", "denied"),
        ("a cucire sono un disastro", "denied"),
        ("forse so stirare", "doubted"),
        ("non so se sono portato per vendere", "doubted"),
        ("può darsi che sappia ancora guidare", "doubted"),
        ("vorrei imparare a saldare", "wished"),
        ("spero di lavorare in serra", "wished"),
        ("il patentino lo prenderei volentieri", "wished"),
        ("comincerò il corso da fornaio", "wished"),
        ("mi sono iscritta al corso di cucito", "wished"),
        ("mio zio faceva il fabbro", "others"),
        ("la mia vicina ripara orologi", "others"),
        ("quello del bar suona il piano", "others"),
        ("la chitarra la suonava il vicino", "others"),
        ("il tetto l'ha fatto mio cognato", "others"),
        ("la vernice è roba del carrozziere", "others"),
        ("cioè mia zia ha un bar", "others"),
        ("il sagrestano suona le campane", "others"),
        ("le paghe le fa un consulente", "others"),
        ("a stendere ci pensava la suocera", "others"),
        ("il ragazzo che stava di sopra riparava bici", "others"),
        ("il pavimento è rovinato", "others"),
    ],
)
def test_a_clause_says_whose_deed_it_is(clause: str, claim: Claim) -> None:
    assert verdict(clause) == claim


def test_what_comes_before_a_denial_stays_claimed() -> None:
    assert own("cucino e non so guidare") == ["cucino e"]
    assert own("lavoravo senza guanti") == ["lavoravo"]
    assert own("rincorrevo chi non pagava") == ["rincorrevo chi"]


def test_what_hangs_on_a_wish_is_wished() -> None:
    assert own("cerco qualcosa in cucina o in mensa") == []


def test_a_question_is_denied_by_its_answer() -> None:
    assert own("Tagliare i capelli? Non saprei") == []


def test_a_wish_holds_through_its_sentence_and_no_further() -> None:
    assert own("Vorrei imparare a saldare, a tornire. Cucio bene") == ["Cucio bene"]
    assert own("Vorrei saldare, ma ho usato il tornio") == ["ho usato il tornio"]


def test_somebody_else_holds_until_the_teller_is_back() -> None:
    assert own("Mio padre faceva il fabbro, ferrava cavalli, io tenevo i conti") == [
        "io tenevo i conti"
    ]


NOTE = "La signora ha lavorato in serra. Sa potare. Il figlio studia."


def test_a_note_has_its_teller_in_the_third_person() -> None:
    assert is_note(NOTE)
    assert not is_note("Ho lavorato in serra. La signora potava.")
    assert own(NOTE) == ["La signora ha lavorato in serra", "Sa potare"]
    assert own("Io ero in serra. La signora sapeva potare.") == ["Io ero in serra"]


def test_every_stretch_is_marked() -> None:
    text = "Cucino, mio zio salda, vorrei guidare"
    assert [(text[s.start : s.end], s.claim) for s in stretches(text)] == [
        ("Cucino", "own"),
        ("mio zio salda", "others"),
        ("vorrei guidare", "wished"),
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
