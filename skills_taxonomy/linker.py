"""From words to concepts: search a concept for a phrase, find the mentions in a story."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from skills_taxonomy.concepts import ConceptKind, Match, Mention
from skills_taxonomy.lexical import LexicalIndex, Scores
from skills_taxonomy.taxonomy import Taxonomy
from skills_taxonomy.text import Token, clauses, is_own_deed, is_somebody, tokens

Grouping = Literal["concept", "label"]

# Longest stretch of text that is compared with a label, in words that carry content.
_MAX_WINDOW = 6
# Below this cosine a stretch of a story names nothing. Chosen by reading the demonstration's
# stories; a mention's confidence is the cosine itself, not yet a calibrated probability.
MENTION_THRESHOLD = 0.62


class Linker:
    """Links Italian phrases and stories to the concepts of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._indexes: dict[ConceptKind, LexicalIndex] = {}

    def _index(self, kind: ConceptKind) -> LexicalIndex:
        if kind not in self._indexes:
            self._indexes[kind] = LexicalIndex(self.taxonomy.of_kind(kind))
        return self._indexes[kind]

    def rarity(self, word_stem: str) -> float:
        """How telling a stem is: its inverse document frequency among the competences' labels."""
        return self._index("competence").rarity(word_stem)

    def search(
        self,
        text: str,
        *,
        kind: ConceptKind = "competence",
        limit: int = 10,
        by: Grouping = "concept",
    ) -> list[Match]:
        """The concepts nearest to a phrase, best first; equal scores go by URI.

        Args:
            text: A phrase in Italian.
            kind: What to look for.
            limit: At most so many.
            by: ``concept``: a row a concept; ``label``: a row a label.
        """
        return self.search_many([text], kind=kind, limit=limit, by=by)[0]

    def search_many(
        self,
        texts: Sequence[str],
        *,
        kind: ConceptKind = "competence",
        limit: int = 10,
        by: Grouping = "concept",
    ) -> list[list[Match]]:
        """``search`` for many phrases at once, in their order."""
        index = self._index(kind)
        if not texts or not index.concepts:
            return [[] for _ in texts]
        cosines = index.search(texts)
        if by == "concept":
            return [_best(row, index, limit) for row in index.by_concept(cosines)]
        return [_best_labels(row, index, limit) for row in cosines.toarray()]

    def extract(self, text: str, *, kind: ConceptKind = "competence") -> list[Mention]:
        """The concepts a story says its teller has practised, in the order of the text.

        Mentions of one kind never overlap; what is denied, wished for or done by others is left
        out.
        """
        index = self._index(kind)
        if not index.concepts:
            return []
        own = [_own_words(text, start, end, kind) for start, end in clauses(text)]
        found = [*_by_word(text, own, index), *_by_window(text, own, index)]
        taken: list[Mention] = []
        for mention in sorted(found, key=lambda m: (-m.confidence, m.start, -m.end, m.uri)):
            if all(mention.end <= m.start or mention.start >= m.end for m in taken):
                taken.append(mention)
        return sorted(taken, key=lambda m: m.start)


def _best(scores: Scores, index: LexicalIndex, limit: int) -> list[Match]:
    order = np.argsort(-scores, kind="stable")[:limit]
    return [
        Match(index.concepts[i].uri, index.concepts[i].label, float(scores[i]))
        for i in order
        if scores[i] > 0
    ]


def _best_labels(scores: Scores, index: LexicalIndex, limit: int) -> list[Match]:
    order = np.argsort(-scores, kind="stable")[:limit]
    return [
        Match(
            index.concepts[index.concept_of_label[i]].uri,
            index.labels[i],
            float(scores[i]),
        )
        for i in order
        if scores[i] > 0
    ]


def _mention(
    text: str, words: Sequence[Token], index: LexicalIndex, concept: int, confidence: float
) -> Mention:
    start, end = words[0].start, words[-1].end
    found = index.concepts[concept]
    return Mention(start, end, text[start:end], found.uri, found.label, confidence)


def _by_word(text: str, own: list[list[Token]], index: LexicalIndex) -> list[Mention]:
    return [
        _mention(text, [word], index, telling.concept, telling.confidence)
        for clause in own
        for word in clause
        if (telling := index.telling(text[word.start : word.end])) is not None
    ]


def _by_window(text: str, own: list[list[Token]], index: LexicalIndex) -> list[Mention]:
    windows = [
        clause[i:j]
        for clause in own
        for i in range(len(clause))
        for j in range(i + 2, min(i + _MAX_WINDOW, len(clause)) + 1)
    ]
    if not windows:
        return []
    scores = index.search_windows(windows)
    best = scores.argmax(axis=1)
    return [
        _mention(text, windows[i], index, int(best[i]), float(scores[i, best[i]]))
        for i in np.flatnonzero(scores.max(axis=1) >= MENTION_THRESHOLD)
    ]


def _own_words(text: str, start: int, end: int, kind: ConceptKind) -> list[Token]:
    """The words of a clause that carry content and that the teller claims as their own deeds."""
    clause = text[start:end]
    return [
        Token(start + t.start, start + t.end, t.stem, True)
        for t in tokens(clause)
        if t.is_content
        and is_own_deed(clause, t.start)
        and not (kind == "occupation" and is_somebody(clause, t.start))
    ]
