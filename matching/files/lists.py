"""A sheet's cell → the closed words and the lists of the contract."""

import difflib
import re
from dataclasses import dataclass
from functools import cached_property

from matching.files.cells import CellError, code, fold, text
from matching.files.contents import Cell, shown
from matching.messages import join_words, say

# What people write for "known to be none"; an empty cell means "not known".
_NONE = frozenset({"nessuno", "nessuna", "nessun", "none"})
_DASHES = frozenset("-–—−")
_LANGUAGE = re.compile(r"([A-Za-z]{2})[\s:=-]+([A-Ca-c][12])")


@dataclass(frozen=True)
class Choices:
    """A closed list: a cell holds one of its codes, or the Italian label of one.

    Args:
        codes: As the contract spells them.
        labels: The section of the catalogue with their Italian labels, if they have any.
        synonyms: Other words for a code, folded.
    """

    codes: tuple[str, ...]
    labels: str = ""
    synonyms: tuple[tuple[str, str], ...] = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What the user is told to write, in the order of the codes."""
        return tuple(say(f"{self.labels}.{c}") if self.labels else c for c in self.codes)

    @cached_property
    def _codes_by_word(self) -> dict[str, str]:
        spelled = zip((*self.words, *self.codes), self.codes * 2, strict=True)
        return {fold(word): name for word, name in (*self.synonyms, *spelled)}

    def find(self, word: str) -> str:
        """The code of a word.

        Raises:
            CellError: With the words allowed, and the nearest.
        """
        found = self._codes_by_word.get(fold(word))
        if found is None:
            near = difflib.get_close_matches(fold(word), self._codes_by_word, n=1)
            nearest = self.words[self.codes.index(self._codes_by_word[near[0]])] if near else ""
            raise CellError(not_allowed(word, self.words, nearest))
        return found

    def one(self, cell: Cell) -> str:
        """Read a cell that holds one of the list."""
        return self.find(code(cell))

    def many(self, cell: Cell) -> tuple[str, ...]:
        """Read a cell that holds any number of them, between ``;`` or commas."""
        return tuple(self.find(item) for item in _split(code(cell), r"[;,\n]"))


def not_allowed(value: object, allowed: tuple[str, ...], nearest: str) -> str:
    """The sentence for a word that a closed list does not have."""
    told = say(
        "files.cell.not_allowed",
        value=shown(value),
        allowed=join_words(list(allowed), last="labels.list.or"),
    )
    return told + (say("files.cell.nearest", nearest=nearest) if nearest else "")


def lines(cell: Cell) -> tuple[str, ...]:
    """Free texts between ``;``."""
    return tuple(_split(text(cell), ";"))


def licences(cell: Cell) -> tuple[str, ...]:
    """Driving licences and the like, between ``;`` or commas (none has a comma in its name)."""
    return tuple(_split(text(cell), r"[;,\n]"))


def languages(cell: Cell) -> tuple[dict[str, str], ...]:
    """Languages with their level: ``it C2; en B1``."""
    return tuple(_language(item) for item in _split(code(cell), r"[;,\n]"))


def _language(item: str) -> dict[str, str]:
    found = _LANGUAGE.fullmatch(item)
    if found is None:
        raise CellError(say("files.cell.language", value=shown(item)))
    return {"code": found[1].lower(), "level": found[2].upper()}


def _split(written: str, separators: str) -> list[str]:
    if is_none(written):
        return []
    return [item.strip() for item in re.split(separators, written) if item.strip()]


def is_none(written: str) -> bool:
    """Whether a cell says that there is none."""
    return written.strip() in _DASHES or fold(written) in _NONE
