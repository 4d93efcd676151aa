"""Italian grammar for the catalogue: what a word does to the word before it.

A sentence asks for it beside the value: ``{place:a}`` gives "ad Arluno" or "a Magenta", and
``{licence:di}`` "della patente B" where the value is "la patente B". Another language needs none.
"""

from typing import Final

from typing_extensions import override

# A preposition melts into the article that follows it (preposizioni articolate).
_MELTING: Final = {"di": "de", "a": "a", "da": "da", "in": "ne", "su": "su"}
_MELTED: Final = {
    "il": "l ", "lo": "llo ", "la": "lla ", "i": "i ", "gli": "gli ", "le": "lle ",
}  # fmt: skip
# The d of "ad" and "ed" stands only before the same vowel.
_EUPHONIC: Final = {"a": "aàá", "e": "eèé"}
# Numbers that are read with a vowel first: "l'8 gennaio", "l'11 marzo".
_SPOKEN_WITH_VOWEL: Final = {"8", "11"}


class Words(str):
    """A value of a sentence that a format may put a small word before.

    >>> f"{Words('Arluno'):a}, {Words('Magenta'):a}"
    'ad Arluno, a Magenta'
    >>> f"{Words('la patente B'):di}, {Words('gli attrezzi'):su}"
    'della patente B, sugli attrezzi'
    >>> f"cucire {Words('essere puntuali'):e}"
    'cucire ed essere puntuali'
    >>> f"{Words('8 gennaio'):il}, {Words('7 gennaio'):il}"
    "l'8 gennaio, il 7 gennaio"
    """

    __slots__ = ()

    @override
    def __format__(self, spec: str) -> str:
        if spec == "il":
            return with_date_article(self)
        if spec in _MELTING or spec in _EUPHONIC:
            return before(spec, self)
        return super().__format__(spec)


def before(word: str, phrase: str) -> str:
    """A preposition, or "e", before a phrase: melted into its article, or with a euphonic d."""
    article, blank, rest = phrase.partition(" ")
    if word in _MELTING:
        if blank and article.casefold() in _MELTED:
            return _MELTING[word] + _MELTED[article.casefold()] + rest
        if phrase[:2].casefold() in ("l'", "l’"):
            return f"{_MELTING[word]}ll'{phrase[2:]}"
    d = "d" if phrase[:1].casefold() in _EUPHONIC.get(word, "") and phrase else ""
    return f"{word}{d} {phrase}"


def with_date_article(date: str) -> str:
    """The article of a date: "il 7 gennaio", "l'8 gennaio", "l'11 gennaio"."""
    return f"l'{date}" if date.partition(" ")[0] in _SPOKEN_WITH_VOWEL else f"il {date}"
