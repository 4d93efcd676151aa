"""One form for a trade's man and woman, so that a model reads "sarta" and "sarto" as one word."""

import re
from collections.abc import Iterable, Mapping

from skills_taxonomy.concepts import Occupation

_WORD = re.compile(r"[^\W\d_]+")
_ARTICLE = re.compile(r"\b(?:il\s+|lo\s+|la\s+|un[oa]?\s+|un['’]|l['’])(?=([^\W\d_]+))")
_ENDINGS = (("trice", "tore"), ("trici", "tori"), ("iera", "iere"), ("aia", "aio"))
_SHORTEST = 6  # letters of a word whose ending is trusted: "fiera" is no trade


def masculine_forms(occupations: Iterable[Occupation]) -> dict[str, str]:
    """The words in which the two titles of an occupation differ: feminine → masculine.

    Both are in small letters. A release may have the two the other way round: "cucitrice/cucitore".
    """
    forms: dict[str, str] = {}
    for occupation in occupations:
        his, hers = (
            _WORD.findall(title.casefold())
            for title in (occupation.label, occupation.label_feminine)
        )
        if len(his) == len(hers):
            pairs = zip(his, hers, strict=True)
            forms |= {w: m for m, w in pairs if m != w and _by_ending(m) != w}
    return forms


def one_gender(text: str, forms: Mapping[str, str]) -> str:
    """The text in small letters, women's titles in their masculine form and without an article."""
    same = _WORD.sub(lambda found: _masculine(found.group(), forms), text.casefold())
    titles = forms.values()
    return _ARTICLE.sub(lambda found: "" if found.group(1) in titles else found.group(), same)


def _masculine(word: str, forms: Mapping[str, str]) -> str:
    return forms[word] if word in forms else _by_ending(word)


def _by_ending(word: str) -> str:
    for feminine, masculine in _ENDINGS:
        if word.endswith(feminine) and len(word) >= _SHORTEST:
            return word.removesuffix(feminine) + masculine
    return word
