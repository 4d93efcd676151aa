"""Who is said to do what: which stretches of a story its teller claims as their own deeds.

What is denied, doubted, wished for or done by others is no competence of the teller's. The verdict
is on clauses; within a sentence a wish, or somebody else as the subject, holds until the teller
speaks of themselves again.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from skills_taxonomy.text import clauses


class Claim(Enum):
    """What a clause says of a deed."""

    OWN = auto()
    DENIED = auto()
    DOUBTED = auto()
    WISHED = auto()
    OTHERS = auto()


# What follows is denied, up to the end of the clause; "non solo" denies nothing.
_NEGATION = re.compile(
    r"\b(?:non(?!\s+(?:solo|soltanto|per\s+vantarmi))|nn|mai|né|senza|nessun[oa]?|niente|nulla|mica"
    r"|nemmeno|neanche|neppure|zero)\b",
    re.I,
)
# The thing first, its denial after: "la patente non ce l'ho", "intonaco no", "l'inglese zero".
_DENIED_AFTER = re.compile(
    r"\b(?:non|nn)\s+(?:me\s+|ce\s+|ci\s+)?(?:l['’]|l[aoei]\b|ne\b|ci\b|fa\s+per\s+me\b"
    r"|(?:è|e')\s+(?:il\s+mio|roba)\b)"
    r"|\b(?:no|zero|niente|mai)\s*$|\bfa(?:nno)?\s+paura\b"
    r"|\bmai\s+(?:fatt|tocca|usa|vist|prova|impara)[a-z]*\s*$"
    r"|\bvist[oaie]\s+solo\b",
    re.I,
)
_DOUBT = re.compile(
    r"\b(?:forse|chiss[àa]|magari|non\s+so\s+se|non\s+saprei|non\s+ho\s+idea|boh"
    r"|cred[oe]\s+che|potrei|potrebbe|saprei|sarei\s+capace|me\s+la\s+caverei)\b",
    re.I,
)
_WISH = re.compile(
    r"\b(?:(?:mi|le|gli|ti)\s+piacerebbe|vorre[ib]\w*|voglio|vuole|volevo|avrei\s+voluto|sogn[oa]"
    r"|sogn[oa]va|sper[oa]|desider[oa]|imparare\s+a|per\s+imparare|di\s+imparare|interessa"
    r"|interessat[oa]\s+a|ha\s+sempre\s+sognato|ho\s+sempre\s+sognato|cerc[oa]|dovrei"
    r"|se\s+potessi|potessi|farei|in\s+testa\s+di|mi\s+hanno\s+promesso)\b",
    re.I,
)
_KIN = (
    r"marito|moglie|compagn[oa]|padre|madre|papà|mamma|babbo|fratell[oi]|sorell[ae]|figli[oae]?"
    r"|nonn[oiae]|zi[oiae]|cugin[oiae]|suocer[oiae]|amic[oa]|amici|fidanzat[oa]|nipot[ei]"
)
# What is "mine" and nobody: "il mio lavoro era saldare".
_NOBODY = (
    r"(?:lavor|mestier|compit|specialit|passion|esperienz|ruol|ment|vit|mans|cas|bott|attivit"
    r"|competenz|forz|turn|dott|prim|ultim|pass|ditt|negozi|post|part|cucin|campagn|ort)\w*"
)
# A relative, anybody "of mine", or one who is pointed at, as the subject that opens the clause.
_OTHERS = re.compile(
    rf"^\W*(?:(?:e|poi|però|cioè|allora|anche|ma|che|perch[eé]|dove|quando|se)\s+){{0,2}}(?:"
    rf"(?:(?:il|la|i|le|lo|l['’]|un[a'’]?)\s*)?(?:mi[oa]|miei|mie|su[oa]|suoi|sue)"
    rf"\s+(?:ex\s+)?(?!{_NOBODY})\w+"
    rf"|(?:(?:il|la|i|le|lo|l['’]|un[a'’]?)\s*)?(?:{_KIN})\b"
    rf"|quell[oai]\s+(?:del|della|dell['’]|di|che)\b"
    rf"|(?:il|la)\s+(?:titolare|padrone|padrona|capo|vicin[oa]|collega|proprietari[oa])\b"
    rf")",
    re.I,
)
# Somebody else as the subject that closes the clause: "l'organo lo suonava il parroco".
_DAYS = (
    r"luned|marted|mercoled|gioved|venerd|sabat|domenic|matt|ser[ae]|giorn|pomerigg|nott|prim|fin"
)
_OTHERS_AFTER = re.compile(
    rf"\b(?:l[oaie]\s+|l['’])(?:(?:ha|hanno)\s+\w+t[oaie]|\w+(?:ava|eva|iva)(?:no)?)\s+"
    rf"(?:(?:il|la|lo|l['’]|i|gli|le|un[oa]?)\s*(?!{_DAYS})\w+|(?:mi[oa]|mie|miei)\s+\w+)"
    rf"|\b(?:fa|faceva|cucina|cucinava|fanno)\s+(?:(?:il|la)\s+)?(?:mi[oa]|miei|mie)\s+\w+"
    rf"|\b(?:roba|compito|lavoro)\s+(?:del|della|dell['’]|dello|di\s+un)\b"
    rf"|\bè\s+(?:di\s+un|del|della|dell['’])\b",
    re.I,
)
# Verbs in the first person show that the teller, not the relative, is acting.
_FIRST_PERSON = re.compile(
    r"\b(?:io|ho|abbiamo|avevo|avevamo|sono|ero|eravamo|so|faccio|noi|con\s+me|insieme"
    r"|[a-zà-ù]{2,}(?:avo|evo|ivo|avamo|evamo|ivamo|iamo))\b",
    re.I,
)
_SENTENCE_END = re.compile(r"[.;:!?\n\r…]")
# A verb of the past, or one that knows how: the teller has stopped wishing.
_DEED = re.compile(r"\b(?:ho|so|faccio|sono\s+stat[oa]|[a-zà-ù]{2,}(?:avo|evo|ivo))\b", re.I)


def claimed(text: str) -> Iterator[tuple[int, int]]:
    """The stretches ``(start, end)`` of a text that its teller claims, in order."""
    held, last_end = Claim.OWN, 0
    for start, end in clauses(text):
        clause = text[start:end]
        if _SENTENCE_END.search(text[last_end:start]):
            held = Claim.OWN
        claim, own = verdict(clause)
        if claim is Claim.OWN and held is not Claim.OWN and not _is_back(clause, held):
            own = 0
        elif claim in (Claim.WISHED, Claim.OTHERS):
            held = claim
        else:
            held = Claim.OWN
        last_end = end
        if text[start : start + own].strip():
            yield start, start + own


def verdict(clause: str) -> tuple[Claim, int]:
    """What a clause says, and how many of its first characters are claimed all the same."""
    if _OTHERS.match(clause) and not _FIRST_PERSON.search(clause):
        return Claim.OTHERS, 0
    if _OTHERS_AFTER.search(clause) and not _FIRST_PERSON.search(clause):
        return Claim.OTHERS, 0
    if _DOUBT.search(clause):
        return Claim.DOUBTED, 0
    if _DENIED_AFTER.search(clause):
        return Claim.DENIED, 0
    cuts = [
        (found.start(), claim)
        for pattern, claim in ((_NEGATION, Claim.DENIED), (_WISH, Claim.WISHED))
        if (found := pattern.search(clause))
    ]
    place, claim = min(cuts, default=(len(clause), Claim.OWN), key=lambda cut: cut[0])
    return claim, place


def _is_back(clause: str, held: Claim) -> bool:
    """Whether the teller speaks of what they do again, after a wish or of somebody else."""
    pattern = _DEED if held is Claim.WISHED else _FIRST_PERSON
    return pattern.search(clause) is not None
