"""Two taxonomies made one: ours, and ESCO's around it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from skills_taxonomy.concepts import Competence, Concept, Occupation, Relation

C = TypeVar("C", Competence, Occupation)


@dataclass(frozen=True)
class Parts:
    """What a taxonomy is made of, concepts by URI."""

    competences: Sequence[Competence]
    occupations: Sequence[Occupation]
    relations: Sequence[Relation]
    folded: frozenset[str] = frozenset()  # what is no concept of its own any more


def join(ours: Parts, theirs: Parts) -> Parts:
    """Ours and theirs; of theirs, a concept that one of ours names as exact is folded into it.

    The concept of ours keeps its URI and its words and gets the others' words, relations and place
    in the hierarchy besides; the first by URI, where several name the same. Close concepts stay
    apart.
    """
    home = _homes(ours.competences, theirs.competences) | _homes(
        ours.occupations, theirs.occupations
    )
    broader = _hierarchy(ours.competences, theirs.competences, home)
    return Parts(
        [
            replace(competence, broader=broader[competence.uri])
            if competence.broader != broader[competence.uri]
            else competence
            for competence in _joined(ours.competences, theirs.competences, home)
        ],
        _joined(ours.occupations, theirs.occupations, home),
        _relations(ours.relations, theirs.relations, home),
        frozenset(home),
    )


def _homes(ours: Iterable[C], theirs: Iterable[C]) -> dict[str, str]:
    """Each of theirs that is folded → where."""
    known = {concept.uri for concept in theirs}
    home: dict[str, str] = {}
    for concept in ours:
        for uri in concept.esco_exact:
            if uri in known:
                home.setdefault(uri, concept.uri)
    return home


def _joined(ours: Sequence[C], theirs: Sequence[C], home: Mapping[str, str]) -> list[C]:
    folded: dict[str, list[C]] = defaultdict(list)
    for concept in theirs:
        if concept.uri in home:
            folded[home[concept.uri]].append(concept)
    joined = [_with_words(concept, folded[concept.uri]) for concept in ours]
    joined += [concept for concept in theirs if concept.uri not in home]
    return joined


def _with_words(concept: C, folded: Iterable[C]) -> C:
    return replace(concept, other_labels=_other_labels(concept, folded))


def _other_labels(concept: Concept, folded: Iterable[Concept]) -> tuple[str, ...]:
    """Those of the concept, then the words of the folded, each once whatever its capitals."""
    others = list(concept.other_labels)
    known = {word.casefold() for word in (concept.label, concept.label_feminine, *others)}
    for other in folded:
        for word in (other.label, other.label_feminine, *other.other_labels):
            if word.casefold() not in known:
                known.add(word.casefold())
                others.append(word)
    return tuple(others)


def _hierarchy(
    ours: Iterable[Competence], theirs: Sequence[Competence], home: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """What stands above each; where the two disagree on which is wider, ours is right."""
    above = {c.uri: list(c.broader) for c in ours}
    above |= {c.uri: _moved(c.broader, home) for c in theirs if c.uri not in home}
    for competence in theirs:
        if competence.uri in home:
            uri = home[competence.uri]
            for wider in _moved(competence.broader, home):
                if wider not in above[uri] and not _reaches(wider, uri, above):
                    above[uri].append(wider)
    return {uri: tuple(wider) for uri, wider in above.items()}


def _moved(uris: Iterable[str], home: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(home.get(uri, uri) for uri in uris))


def _reaches(start: str, goal: str, above: Mapping[str, Iterable[str]]) -> bool:
    """Whether one goes up from ``start`` to ``goal``; from a competence to itself, too."""
    seen = {start}
    waiting = [start]
    while waiting:
        uri = waiting.pop()
        if uri == goal:
            return True
        fresh = [wider for wider in above[uri] if wider not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _relations(
    ours: Iterable[Relation], theirs: Iterable[Relation], home: Mapping[str, str]
) -> list[Relation]:
    """One a pair: ours where there is one, else the strongest of theirs."""
    kept: dict[tuple[str, str], Relation] = {}
    for relation in theirs:
        ends = (
            home.get(relation.occupation, relation.occupation),
            home.get(relation.competence, relation.competence),
        )
        present = kept.get(ends)
        if present is None or relation.weight > present.weight:
            kept[ends] = relation
    kept |= {(relation.occupation, relation.competence): relation for relation in ours}
    return [_between(ends, relation) for ends, relation in kept.items()]


def _between(ends: tuple[str, str], relation: Relation) -> Relation:
    """The relation, moved if it must be: most stay where they are, and a copy takes time."""
    if (relation.occupation, relation.competence) == ends:
        return relation
    return replace(relation, occupation=ends[0], competence=ends[1])
