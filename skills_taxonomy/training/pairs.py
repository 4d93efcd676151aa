"""Pairs of texts that mean the same, in batches to train on.

From the built-in taxonomy: the ways of saying one competence or one trade, alone, two in a breath,
and in English. From ESCO: the labels of an occupation or skill, within and across languages, and
the titles of one ISCO-08 unit group. The gold files are never read here.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from skills_taxonomy.concepts import Competence, Concept, Occupation
from skills_taxonomy.taxonomy import Taxonomy

_JOINED = 4  # texts of two phrasings, a concept
_PREFERRED = 0.4  # how often the second text is a concept's first label


class Pair(NamedTuple):
    """Two texts of one concept; ``kin`` are concepts so near that they are no counter-example."""

    left: str
    right: str
    concept: str
    kin: frozenset[str]


class Entry(NamedTuple):
    """What pairs of a concept are drawn from: one text on the left, another on the right.

    ``family`` is what the concept has in common with those most easily mistaken for it.
    """

    concept: str
    family: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    kin: frozenset[str] = frozenset()

    def drawn(self, rng: random.Random) -> Pair:
        """A pair at random; the first text of the right is the most frequent."""
        right = self.right[0] if rng.random() < _PREFERRED else rng.choice(self.right)
        left = rng.choice([text for text in self.left if text != right])
        return Pair(left, right, self.concept, self.kin)


class Source(NamedTuple):
    """Entries of one kind, and the share of batches that are made of them.

    ``together``: how often the families stand together, so that the near ones are told apart.
    """

    name: str
    share: float
    entries: tuple[Entry, ...]
    together: float = 0.5


def labels_of(concept: Concept) -> tuple[str, ...]:
    """Every label of a concept, the preferred one first, each once."""
    own = (concept.label, concept.label_feminine, *concept.other_labels)
    return tuple(dict.fromkeys(label.lower() for label in own if label))


def sources(own: Taxonomy, italian: Taxonomy, english: Taxonomy, seed: int) -> list[Source]:
    """All there is to train on.

    Args:
        own: The built-in taxonomy.
        italian: An ESCO release; only its occupations are read.
        english: The same release in English.
        seed: Of the texts of two phrasings.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible choices, not secrets
    competences = tuple(_own_entry(c, _parent(c), rng) for c in own.competences)
    return [
        Source("competences", 0.45, competences),
        Source("trades", 0.08, tuple(_own_entry(o, o.isco[:2], rng) for o in own.occupations)),
        Source("bridges", 0.17, tuple(_bridges(own, english)), together=0),
        Source("occupations", 0.15, tuple(_occupations(italian, english)), together=0.2),
        Source("skills", 0.10, tuple(_skills(english)), together=0),
        Source("groups", 0.05, tuple(_groups(italian)), together=0),
    ]


def _parent(competence: Competence) -> str:
    return min(competence.broader, default=competence.uri)


def _own_entry(concept: Concept, family: str, rng: random.Random) -> Entry:
    labels = labels_of(concept)
    twos = list(itertools.combinations(labels[1:], 2))
    joined = (" e ".join(two) for two in rng.sample(twos, min(_JOINED, len(twos))))
    kin = frozenset(concept.broader if isinstance(concept, Competence) else ())
    return Entry(concept.uri, family, (*labels, *joined), labels, kin)


def _bridges(own: Taxonomy, english: Taxonomy) -> Iterator[Entry]:
    """Our Italian with English: our English label, and ESCO's of the concepts we point at."""
    concepts: tuple[Concept, ...] = (*own.competences, *own.occupations)
    for concept in concepts:
        known = [english.concept(uri) for uri in concept.esco_uris if uri in english]
        exact = [english.concept(uri) for uri in concept.esco_exact if uri in english]
        right = [concept.label_en.lower(), *(other.label.lower() for other in known)]
        right += [label for other in exact for label in labels_of(other)]
        if any(right):
            texts = tuple(dict.fromkeys(filter(None, right)))
            yield Entry(concept.uri, "", labels_of(concept), texts)


def _occupations(italian: Taxonomy, english: Taxonomy) -> Iterator[Entry]:
    for occupation in italian.occupations:
        uri = occupation.uri
        across = labels_of(english.concept(uri)) if uri in english else ()
        yield from _entry(occupation, occupation.isco, (*labels_of(occupation), *across))


def _skills(english: Taxonomy) -> Iterator[Entry]:
    for skill in english.competences:
        yield from _entry(skill, "", labels_of(skill))


def _entry(concept: Concept, family: str, texts: Sequence[str]) -> Iterator[Entry]:
    each = tuple(dict.fromkeys(texts))
    if len(each) > 1:
        yield Entry(concept.uri, family, each, each)


def _groups(release: Taxonomy) -> Iterator[Entry]:
    """The occupations of an ISCO-08 unit group, by their first titles."""
    groups: dict[str, list[Occupation]] = defaultdict(list)
    for occupation in release.occupations:
        groups[occupation.isco].append(occupation)
    for code, members in groups.items():
        titles = tuple(dict.fromkeys(labels_of(member)[0] for member in members))
        if len(titles) > 1:
            yield Entry(f"isco {code}", "", titles, titles)


def texts_of(sources: Iterable[Source]) -> list[str]:
    """Every text that can stand in a pair, each once, in order."""
    entries = (entry for source in sources for entry in source.entries)
    return sorted({text for entry in entries for text in (*entry.left, *entry.right)})


def batches(sources: Sequence[Source], size: int, seed: int) -> Iterator[list[Pair]]:
    """Batches without end, each of one source, where no concept stands twice."""
    rng = random.Random(seed)  # noqa: S311 - reproducible order, not secrets
    streams = [_stream(source, size, rng) for source in sources]
    shares = [source.share for source in sources]
    while True:
        yield next(rng.choices(streams, shares)[0])


def _stream(source: Source, size: int, rng: random.Random) -> Iterator[list[Pair]]:
    """Pass after pass over the concepts, a pair of each."""
    while True:
        order = list(source.entries)
        rng.shuffle(order)
        if rng.random() < source.together:
            places = {family: rng.random() for family in sorted({e.family for e in order})}
            order.sort(key=lambda entry: places[entry.family])
        pairs = [entry.drawn(rng) for entry in order]
        for start in range(0, len(pairs) - size + 1, size):
            yield pairs[start : start + size]
