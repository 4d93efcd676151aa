"""Who is said to do what: which stretches of a story its teller claims as their own deeds.

What is denied, doubted, wished for or done by others is no competence of the teller's. The verdict
is on clauses, and inside them on what stands between conjunctions; within a sentence a wish, or
somebody else as the subject, holds until the teller speaks of themselves again.

The rules are of grammar rather than of phrases: the conditional and the future tell no deed, a
negated verb denies what it is about wherever that stands, a subject in the third person is not the
teller. A note about somebody ("ha lavorato in serra") has its teller in the third person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from skills_taxonomy.concepts import Claim
from skills_taxonomy.text import clauses

_I = re.IGNORECASE


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), _I)


# --- Denial -------------------------------------------------------------------------------------

_CLITICS = r"(?:(?:mi|ti|si|ci|vi|me|te|se|ce|ne|lo|la|li|le|gli)\s+|(?:l|m|c|n)['’]\s*)*"
# A negated verb denies the whole of its part of the clause: "di tedesco non capisco niente".
# "Non solo" denies nothing; "non il furgone" only what follows.
_NEGATED_VERB = _any(
    rf"(?<!chi )(?<!per )(?<!di )(?<!\ba )\b(?:non|nn)\s+(?!solo\b|soltanto\b|per\s+vantarmi)"
    rf"{_CLITICS}(?!(?:il|lo|la|i|gli|le|un[oa]?|nei?l?|nell[aoe]|tropp[oaie]|tant[oaie]|molt[oaie])\b)\w+",
    r"^(?!.*\bsenza\b).*\b(?:niente|nulla|zero|mai|mica|no)\s*$",
    r"\bmai\s+(?:\w+t[oaie]|stat[oaie])\b",
    r"\bvist[oaie]\s+solo\b",
)
# Not a negation by its form: what one is bad at.
_UNABLE = _any(
    r"\b(?:negat[oa]|disastro|frana|schiappa|imbranat[oa]|incapace|impedit[oa]|solo\s+danni)\b",
    r"\bper\s+me\s+è\s+(?:arabo|turco|ostrogoto)\b",
    r"\bfa(?:nno)?\s+paura\b",
)
_NEGATION = _any(
    r"\b(?:non(?!\s+(?:solo|soltanto|per\s+vantarmi))|nn|mai|né|senza|nessun[oa]?|niente|nulla"
    r"|mica|nemmeno|neanche|neppure|zero)\b"
)

# --- Doubt, wish --------------------------------------------------------------------------------

_DOUBT = _any(
    r"\b(?:forse|chiss[àa]|magari|boh|probabilmente|può\s+darsi|chi\s+lo\s+sa|dubb[io]\w*)\b",
    r"\bnon\s+(?:so\s+(?:se|quanto)|saprei|ho\s+idea|ricordo\s+se|sono\s+sicur[oa])\b",
    r"\b(?:cred[oe]|pens[oa])\s+(?:che|di)\b|\bmi\s+(?:pare|sembra)\b",
    r"\b(?:saprei|potrei|potrebbe|riuscirei|sarei\s+(?:capace|brav[oa]|portat[oa]|in\s+grado))\b",
    r"\bme\s+la\s+(?:caverei|caverebbe)\b",
)
# Words of wanting, and moods that tell no deed: the conditional, the future.
_WISH = _any(
    r"\b(?:voglio|vuole|volevo|voleva|voluto|sogn[oa]\w*|sper[oa]|sperando|desider[oai]\w*)\b",
    r"\b(?:imparare\s+a|(?:per|di)\s+imparare|interess(?:a|ano|at[oa])|attira|aspir[oa]\s+a)\b",
    r"\bcerc(?:o|a|ando)\b|\b(?:intenzione|voglia|conto|conta|chiesto|modo)\s+di\b",
    r"\b(?:punt[oa]\s+a|in\s+testa\s+di|vedo\s+l['’]ora|mi\s+hanno\s+promesso|iscri(?:tt|vo|ver)\w*)\b",
    r"\b(?:un\s+domani|in\s+futuro|l['’]anno\s+prossimo|appena\s+(?:mi|posso)|se\s+(?:potessi|trovo))\b",
    r"\b\w{2,}(?:rei|rebbe|rebbero|remmo)\b",
    r"\b(?!gir|oper|recuper|tir|super|per)\w+(?:er|ir|dr|vr|rr)ò\b|\b(?:far|sar|star|dar)[òà]\b",
    r"\b\w{2,}[ei]rà\b",
)

# --- Somebody else ------------------------------------------------------------------------------

_KIN = (
    r"marito|moglie|compagn[oa]|padre|madre|papà|mamma|babbo|fratell[oi]|sorell[ae]|figli[oae]?"
    r"|nonn[oiae]|zi[oiae]|cugin[oiae]|suocer[oiae]|amic[oa]|amici|fidanzat[oa]|nipot[ei]"
    r"|cognat[oa]|gener[oi]|nuor[ae]|coinquilin[oa]"
)
# What is "mine" and nobody: "il mio lavoro era saldare".
_NOBODY = (
    r"(?:lavor|mestier|compit|specialit|passion|esperienz|ruol|ment|vit|mans|cas|bott|attivit"
    r"|competenz|forz|turn|dott|prim|ultim|pass|ditt|negozi|post|part|cucin|campagn|ort)\w*"
)
_OPENING = r"^\W*(?:(?:e|ed|poi|però|cioè|allora|anche|ma|che|perch[eé]|dove|quando|se)\s+){0,2}"
_ARTICLE = (
    r"(?:(?:il|lo|la|i|gli|le|un[oa]?|quest[oaie]|quell[oaie]|quei|quegli|de[il]|dell[ae])\s+"
    r"|(?:l|un|quell|dell)['’]\s*)"
)
_MINE = r"(?:mi[oa]|miei|mie|su[oa]|suoi|sue|nostr[oaie])"
# A relative, anybody "of mine", or one who is pointed at, as the subject that opens the clause.
_OTHERS = _any(
    rf"{_OPENING}(?:"
    rf"{_ARTICLE}?{_MINE}\s+(?:ex\s+)?(?!{_NOBODY})\w+"
    rf"|{_ARTICLE}?(?:{_KIN})\b"
    rf"|quell[oaie]i?\s+(?:del|della|dell['’]|dei|delle|di|che)\b"
    rf"|(?:il|la)\s+(?:titolare|padrone|padrona|capo|vicin[oa]|collega|proprietari[oa])\b"
    rf")"
)
# Somebody else as the subject that closes the clause: "l'organo lo suonava il parroco".
_DAYS = (
    r"luned|marted|mercoled|gioved|venerd|sabat|domenic|matt|ser[ae]|giorn|pomerigg|nott|prim|fin"
    r"|settiman|mes[ei]|ann[oi]|volt"
)
_SOMEBODY_AFTER = rf"(?:{_ARTICLE}(?!{_DAYS})\w+|{_MINE}\s+\w+|(?:{_KIN})\b|chi\b)"
_OTHERS_AFTER = re.compile(
    rf"(?i:(?:\bl[oai]\s+|\bl['’])(?:ha|hanno)\s+\w+t[oaie]\s+{_SOMEBODY_AFTER})"
    rf"|(?i:(?:\bl[oaie]\s+|\bl['’])(?:\w+(?:ava|eva|iva)(?:no)?|fa|fanno|d[àa]|danno)\s+{_SOMEBODY_AFTER})"
    rf"|\b(?i:li|me\s+l[oaei]|ce\s+l[oaei]|mi)\s+(?i:\w+(?:a|e|ano|ono))\s+(?i:{_SOMEBODY_AFTER})"
    rf"|\b(?i:ci)\s+(?i:pens\w+|ha\s+pensato|stava|lavorava)\s+(?i:{_SOMEBODY_AFTER})"
    rf"|\b(?i:sono|è|era|erano)\s+(?i:venut[oaie]|arrivat[oaie]|compito|roba|tocca\w*)\s+(?i:quell[ie]|{_SOMEBODY_AFTER})"
    rf"|\b(?i:fa|faceva|cucina|cucinava|fanno)\s+(?i:(?:(?:il|la)\s+)?{_MINE}\s+\w+)"
    rf"|\b(?i:fa|faceva|teneva|suonava|cucinava|guidava|fanno)\s+[A-Z]\w+\s*$"
    rf"|\b(?i:(?:roba|compito|lavoro)\s+(?:del|della|dell['’]|dello|di\s+un))\b"
    rf"|\b(?i:è\s+(?:di\s+un|del|della|dell['’]))\b"
)
# Who a note is about: the teller, though in the third person.
_TELLER = _any(
    rf"{_OPENING}(?:(?:lui|lei)\b|(?:(?:il|la|l['’]|un[a'’]?)\s*)?(?:giovane\s+)?(?:signor[ea]?|ragazz[oa]|utente"
    r"|candidat[oa]|partecipante|donna|uomo|giovane|persona|interessat[oa]|student(?:e|essa))\b)"
)
# A noun and what belongs to it, as the subject that opens the clause.
_SUBJECT = _any(
    rf"{_OPENING}(?:{_ARTICLE}(?!{_DAYS}|{_MINE}\s+{_NOBODY})(?:{_MINE}\s+)?(?:altr[oaie]\s+)?\w+"
    rf"|(?:lui|lei|loro|qualcun[oa]|tutti|ognuno|alcuni|altri)\b)"
)
_THIRD = _any(
    r"\b(?:è|era|erano|ha|hanno|aveva|avevano|fa|fanno|sta|va|dà|danno|sa|sanno|può|possono|deve"
    r"|viene|vengono|vuole|esce|resta|\w{2,}(?:ava|eva|iva)(?:no)?)\b"
)
_RESUMED = _any(r"\b(?:(?:l[oaie]|ne|gliel[oaie])\s+|l['’]\s*)+$")
_FIRST_SINGULAR = (
    r"io|ho|avevo|ero|faccio|so|vado|do|sto|posso|devo|tengo|vengo|dico"
    r"|[a-zà-ù]{2,}(?:avo|evo|ivo|avamo|evamo|ivamo|iamo)"
)
# Verbs in the first person show that the teller, not the relative, is acting.
_FIRST_PERSON = _any(rf"\b(?:{_FIRST_SINGULAR}|abbiamo|sono|(?<!da )noi|con\s+me|insieme)\b")
# …and those that are nobody else's, whatever the number of the subject.
_I_ACT = _any(rf"\b(?:{_FIRST_SINGULAR}|abbiamo|(?<!da )noi)\b")
_I_SPEAK = _any(
    rf"\b(?:{_FIRST_SINGULAR}|mi|me|mi[oa]|miei|mie|m['’]\w+|sono\s+(?:un[oa]?|stat[oa]|nat[oa]))\b"
)
_IS_MINE = _any(rf"(?:è|era|sono|erano)\s+(?:{_ARTICLE})?{_MINE}\b")
_QUOTED = re.compile(r"[«\"“][^»\"”]*[»\"”]?")
_SENTENCE_END = re.compile(r"[.;:!?\n\r…]")
# A verb of the past, or one that knows how: the teller has stopped wishing.
_DEED = _any(r"\b(?:ho|so|faccio|sono\s+stat[oa]|ha|sa|[a-zà-ù]{2,}(?:avo|evo|ivo))\b")
_JOINT = _any(
    r"\b(?:e|ed|o|oppure|poi|che|ch[eé]|perch[eé]|quando|se|finch[eé]|dove|così|quindi)\b"
)
_WORD = re.compile(r"[^\W\d_]+")
# After these comes a noun: "il lavoro", "la pesca".
_BEFORE_NOUN = _any(
    r"(?:il|lo|la|l|i|gli|le|un[oa]?|d[ai]|d(?:e|a)(?:l|llo|lla|ll|i|gli|lle)|a|a(?:l|llo|lla|ll|i"
    r"|gli|lle)|in|ne(?:l|llo|lla|ll|i|gli|lle)|con|su|su(?:l|lla|lle|i)|per|tra|fra|e|ed|o"
    r"|mi[oa]|miei|mie|su[oae]|suoi|que(?:l|lla|lle|i|sta|sto)|ogni|molt[ae]|tant[ae])"
)
_VERB_STEMS = frozenset(
    resources.files("skills_taxonomy").joinpath("verbs.txt").read_text("utf-8").split()
)
_PRESENT = ("ano", "ono", "a", "e")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch ``start:end`` of a text, and what it says of the deeds in it."""

    start: int
    end: int
    claim: Claim


def claimed(text: str) -> Iterator[tuple[int, int]]:
    """The stretches ``(start, end)`` of a text that its teller claims, in order."""
    return ((s.start, s.end) for s in stretches(text) if s.claim == "own")


def stretches(text: str) -> list[Stretch]:
    """Every clause of a text, cut where what it says changes, in order."""
    note = is_note(text)
    found: list[Stretch] = []
    held: Claim = "own"
    last_end = 0
    for start, end in clauses(text):
        clause = text[start:end]
        between = text[last_end:start]
        if _SENTENCE_END.search(between):
            held = "own"
        parts = verdicts(clause, note=note)
        first = parts[0].claim
        if first == "own" and held != "own" and not _is_back(clause, held):
            parts = [Stretch(0, len(clause), held)]
        else:
            held = _lasting(clause, parts[-1].claim, note=note)
        if "?" in between and found and first in ("denied", "doubted"):
            found[-1] = Stretch(found[-1].start, found[-1].end, first)
        last_end = end
        found += [Stretch(start + p.start, start + p.end, p.claim) for p in parts]
    return found


def _lasting(clause: str, claim: Claim, *, note: bool) -> Claim:
    """What holds for the rest of the sentence: a wish, or a person spoken of."""
    person = claim == "others" and not note and _OTHERS.match(clause)
    return claim if claim == "wished" or person else "own"


def is_note(text: str) -> bool:
    """Whether a text of some sentences speaks of its teller in the third person."""
    spoken = _QUOTED.sub(" ", text)
    return len(re.findall(r"[.;]\s", spoken)) > 0 and _I_SPEAK.search(spoken) is None


def verdict(clause: str) -> Claim:
    """What a clause says, of its first deed that is not the teller's own, if there is any."""
    return next((p.claim for p in verdicts(clause) if p.claim != "own"), "own")


def verdicts(clause: str, *, note: bool = False) -> list[Stretch]:
    """The parts of a clause and what each says; they cover it."""
    if _UNABLE.search(clause):
        return [Stretch(0, len(clause), "denied")]
    if _is_of_others(clause, note=note):
        return [Stretch(0, len(clause), "others")]
    if _DOUBT.search(clause):
        return [Stretch(0, len(clause), "doubted")]
    found: list[Stretch] = []
    for start, end in _conjuncts(clause):
        parts = list(_of_conjunct(clause, start, end))
        if found and found[-1].claim != "own" and parts[0].claim == "own":
            part = clause[start : parts[0].end]
            if not (_DEED.search(part) or acts_now(part)):
                parts[0] = Stretch(start, parts[0].end, found[-1].claim)
        found += parts
    return _joined(found)


def _joined(parts: list[Stretch]) -> list[Stretch]:
    """The same, those that follow each other and say the same as one."""
    found = parts[:1]
    for part in parts[1:]:
        if part.claim == found[-1].claim:
            found[-1] = Stretch(found[-1].start, part.end, part.claim)
        else:
            found.append(part)
    return found


def _of_conjunct(clause: str, start: int, end: int) -> Iterator[Stretch]:
    part = clause[start:end]
    wish, negation = _WISH.search(part), _NEGATION.search(part)
    if wish and not (negation and negation.start() < wish.start()):
        yield Stretch(start, end, "wished")
    elif _NEGATED_VERB.search(part):
        yield Stretch(start, end, "denied")
    elif negation:
        if part[: negation.start()].strip():
            yield Stretch(start, start + negation.start(), "own")
        yield Stretch(start + negation.start(), end, "denied")
    else:
        yield Stretch(start, end, "own")


def _conjuncts(clause: str) -> Iterator[tuple[int, int]]:
    start = 0
    for joint in _JOINT.finditer(clause):
        if clause[start : joint.start()].strip():
            yield start, joint.end()
            start = joint.end()
    if clause[start:].strip() or start == 0:
        yield start, len(clause)


def _is_of_others(clause: str, *, note: bool) -> bool:
    """Whether the subject of a clause is not its teller."""
    if note and _TELLER.match(clause):
        return False
    if _OTHERS.match(clause) or _OTHERS_AFTER.search(clause):
        return _I_ACT.search(clause) is None
    subject = _SUBJECT.match(clause)
    if subject is None or _I_ACT.search(clause) or acts_now(clause):
        return False
    rest = clause[subject.end() :]
    verb = next(_third_person(rest), None)
    if verb is None or _RESUMED.search(rest[:verb]):
        return False
    return _IS_MINE.match(rest[verb:]) is None


def _third_person(text: str) -> Iterator[int]:
    """Where the verbs in the third person begin, but for those that tell who a noun is."""
    before = ""
    for word in _WORD.finditer(text):
        this = word.group().casefold()
        is_verb = _THIRD.fullmatch(this) or (
            not _BEFORE_NOUN.fullmatch(before) and _is_present(this)
        )
        if is_verb and before != "che":
            yield word.start()
        before = this


def _is_present(word: str) -> bool:
    return any(
        word.endswith(ending) and word.removesuffix(ending) in _VERB_STEMS for ending in _PRESENT
    )


def acts_now(text: str) -> bool:
    """Whether a text has a verb in the first person of the present: "cucino", not "il lavoro"."""
    before = ""
    for word in map(str.casefold, _WORD.findall(text)):
        if word.endswith("o") and word[:-1] in _VERB_STEMS and not _BEFORE_NOUN.fullmatch(before):
            return True
        before = word
    return False


def _is_back(clause: str, held: Claim) -> bool:
    """Whether the teller speaks of what they do again, after a wish or of somebody else."""
    pattern = _DEED if held == "wished" else _FIRST_PERSON
    return pattern.search(clause) is not None
