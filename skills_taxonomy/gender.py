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

    Both are in small letters.
    """
    forms: dict[str, str] = {}
    for occupation in occupations:
        his, hers = (
            _WORD.findall(title.casefold())
            for title in (occupation.label, occupation.label_feminine)
        )
        if len(his) == len(hers):
            forms |= {w: m for m, w in zip(his, hers, strict=True) if m != w}
    return forms


def one_gender(text: str, forms: Mapping[str, str]) -> str:
    """The text in small letters, women's titles in their masculine form and without an article."""
    same = _WORD.sub(lambda found: _masculine(found.group(), forms), text.casefold())
    titles = forms.values()
    return _ARTICLE.sub(lambda found: "" if found.group(1) in titles else found.group(), same)


def _masculine(word: str, forms: Mapping[str, str]) -> str:
    if word in forms:
        return forms[word]
    for feminine, masculine in _ENDINGS:
        if word.endswith(feminine) and len(word) >= _SHORTEST:
            return word.removesuffix(feminine) + masculine
    return word
