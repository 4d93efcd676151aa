"""How easy an Italian text is to read.

The Gulpease index: P. Lucisano and M. E. Piemontese, "GULPEASE: una formula per la predizione della
difficoltà dei testi in lingua italiana", Scuola e città 39 (1988), 110–124. From 0, the hardest, to
100; who left school after primary reads texts from 80 by themselves, from 60 with effort.
"""

import re

_SENTENCE_END = re.compile(r"[.!?…]+[»\"')\]]*(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)?")


def sentences(text: str) -> list[str]:
    """The sentences of a text; nothing but a full stop, "!" , "?" or "…" ends one."""
    return [" ".join(s.split()) for s in _SENTENCE_END.split(text) if _WORD.search(s)]


def words(text: str) -> list[str]:
    """The words of a text; an elision (``l'orario``) is two."""
    return _WORD.findall(text)


def gulpease(text: str) -> float:
    """89 + (300 · sentences − 10 · letters) / words."""
    found = words(text)
    letters = sum(len(word) for word in found)
    return 89 + (300 * len(sentences(text)) - 10 * letters) / len(found)
