"""From the texts of a participant or an offer to what they say: concepts, each with its words.

Reading needs the linker; everything after it works on the readings alone, so that nothing is read
twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict

from matching.model import Offer, Participant
from skills_taxonomy import Activities, Linker, Match, Mention
from skills_taxonomy.concepts import ConceptKind
from skills_taxonomy.practices import Guess, Practices, Told
from skills_taxonomy.text import clauses, stem, stems, tokens

# A requirement or title that is less likely than this to mean any concept is left to people ("not
# recognised"): as likely wrong as right.
RECOGNISED_FROM = 0.5
# An experience is told by the person as theirs: its kind and a word are as sure as a word can be.
_BY_KIND = 0.7
_SHORTEST_CLAUSE = 3  # content words; shorter stretches resemble anything


class _Reading(BaseModel):
    model_config = ConfigDict(frozen=True)


class Evidence(_Reading):
    """A stretch of a text field: ``text`` is exactly its characters ``start:end``."""

    source: str
    text: str
    start: int
    end: int


class Named(_Reading):
    """A concept that a stretch of text names."""

    uri: str
    confidence: float
    evidence: Evidence


class Passage(_Reading):
    """A stretch of text as weighted stems of unit length, for comparing texts with texts."""

    evidence: Evidence
    terms: dict[str, float]


class Wish(_Reading):
    """Something the person would like to do, or to avoid, and the concepts it touches."""

    passage: Passage
    concepts: tuple[str, ...]


class ParticipantReading(_Reading):
    """What a participant's texts say.

    Attributes:
        practised: Trades, as likely as the whole story makes it that they were practised; None
            where it was not weighed, and the words that name them have to do.
        activities: Activities of life, likewise.
        hints: Competences that some words may tell of, too unsure to be named by them.
    """

    competences: tuple[Named, ...] = ()
    occupations: tuple[Named, ...] = ()
    practised: tuple[Named, ...] | None = None
    activities: tuple[Named, ...] = ()
    hints: tuple[Named, ...] = ()
    interests: tuple[Wish, ...] = ()
    avoid: tuple[Wish, ...] = ()
    passages: tuple[Passage, ...] = ()


class Requirement(_Reading):
    """A line of an offer's competences; ``uri`` is None when it was not recognised."""

    evidence: Evidence
    uri: str | None


class OfferReading(_Reading):
    """What an offer's texts say."""

    occupations: tuple[Named, ...] = ()
    required: tuple[Requirement, ...] = ()
    preferred: tuple[Requirement, ...] = ()
    tasks: tuple[Passage, ...] = ()


def read_ahead(records: Iterable[Participant | Offer], linker: Linker) -> None:
    """Let the linker encode the texts of some records at once; each is then read as it would be."""
    phrases: list[str] = []
    stories: list[str] = []
    for record in records:
        if isinstance(record, Participant):
            names, told = _names_and_stories(record)
            phrases += [*names.values(), *record.interests, *record.avoid]
            stories += told.values()
        else:
            phrases += [
                record.title, *record.required_competences, *record.preferred_competences
            ]  # fmt: skip
    linker.read_ahead(phrases, stories)


def by_uri(named: Iterable[Named]) -> dict[str, list[Named]]:
    """Mentions by what they name."""
    grouped: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        grouped[one.uri].append(one)
    return grouped


def read_participant(participant: Participant, linker: Linker) -> ParticipantReading:
    """Read every text that tells what the person has done, would like, would avoid."""
    competences, occupations, activities = _in_words(participant, linker)
    practised: tuple[Named, ...] | None = None
    hints: tuple[Named, ...] = ()
    if linker.encoder is not None:
        weighed, hints = _weighed(participant, (*occupations, *activities), linker)
        activities = tuple(one for one in weighed if one.uri in Activities.builtin())
        practised = tuple(one for one in weighed if one.uri not in Activities.builtin())
    taken = competences + occupations
    return ParticipantReading(
        competences=competences,
        occupations=occupations,
        practised=practised,
        activities=activities,
        hints=hints,
        interests=_wishes("interests", participant.interests, linker),
        avoid=_wishes("avoid", participant.avoid, linker),
        passages=tuple(
            p for p in _passages(participant.texts(), linker) if not _overlaps(p.evidence, taken)
        ),
    )


def told_of(participant: Participant, linker: Linker) -> Told | None:
    """What a participant's texts say for each trade and activity, before it is weighed."""
    _, occupations, activities = _in_words(participant, linker)
    named = _surest((*occupations, *activities))
    return _practices(linker).told(participant.texts(), named, _kinds(participant))


def _in_words(
    participant: Participant, linker: Linker
) -> tuple[tuple[Named, ...], tuple[Named, ...], tuple[Named, ...]]:
    """The competences, the trades and the activities of life that words name."""
    names, stories = _names_and_stories(participant)
    jobs = {
        s: t
        for s, t in names.items()
        if s.endswith(".title") and participant.experience_of(s).kind == "work"
    }
    competences = _told(stories, linker, "competence") + _called(names, linker, "competence")
    occupations = _told(stories, linker, "occupation") + _called(jobs, linker, "occupation")
    return competences, occupations, _activities(participant, stories, competences)


def read_offer(offer: Offer, linker: Linker) -> OfferReading:
    """Read what the offer asks for, what it is called and what one would do there."""
    titles = linker.search(offer.title, kind="occupation", limit=1)
    return OfferReading(
        occupations=tuple(
            Named(uri=m.uri, confidence=m.score, evidence=_whole("title", offer.title))
            for m in titles
            if m.score >= RECOGNISED_FROM
        ),
        required=_requirements("required_competences", offer.required_competences, linker),
        preferred=_requirements("preferred_competences", offer.preferred_competences, linker),
        tasks=tuple(_passages({"title": offer.title, "description": offer.description}, linker)),
    )


def _names_and_stories(participant: Participant) -> tuple[dict[str, str], dict[str, str]]:
    """Texts by source: a title or a declared competence is searched whole, the rest is read."""
    texts = participant.texts()
    names = {s: t for s, t in texts.items() if s.endswith((".title", "]"))}
    return names, {s: t for s, t in texts.items() if s not in names}


def _whole(source: str, text: str) -> Evidence:
    return Evidence(source=source, text=text, start=0, end=len(text))


def _told(texts: dict[str, str], linker: Linker, kind: ConceptKind) -> tuple[Named, ...]:
    return tuple(
        Named(uri=m.uri, confidence=m.confidence, evidence=_mention_evidence(source, m))
        for source, text in texts.items()
        for m in linker.extract(text, kind=kind)
    )


def _called(names: dict[str, str], linker: Linker, kind: ConceptKind) -> tuple[Named, ...]:
    found = linker.search_many(list(names.values()), kind=kind, limit=1)
    return tuple(
        Named(uri=m.uri, confidence=m.score, evidence=_whole(source, text))
        for (source, text), matches in zip(names.items(), found, strict=True)
        for m in matches
        if m.score >= RECOGNISED_FROM
    )


def _activities(
    participant: Participant, stories: dict[str, str], competences: tuple[Named, ...]
) -> tuple[Named, ...]:
    """The activities of life that are told, or that a told competence is the mark of."""
    linker = _activity_linker()
    titles = {
        f"experiences[{i}].title": experience.title
        for i, experience in enumerate(participant.experiences)
        if experience.title and experience.kind != "work"
    }
    told = _told(stories, linker, "competence") + _called(titles, linker, "competence")
    marked_by = Activities.builtin().marked_by
    marked = tuple(
        Named(uri=activity, confidence=named.confidence, evidence=named.evidence)
        for named in competences
        for activity in marked_by.get(named.uri, ())
    )
    # Among so few labels one word is too easily the word of one activity alone.
    whole = tuple(n for n in told if _words_of_content(n.evidence.text) > 1)
    return whole + marked + tuple(_of_kind(participant))


def _weighed(
    participant: Participant, named: tuple[Named, ...], linker: Linker
) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """Trades and activities as likely as the whole story makes them; and hints of competences."""
    texts = participant.texts()
    found, hints = _practices(linker).recognise(texts, _surest(named), _kinds(participant))
    words = by_uri(named)
    practised = [
        Named(uri=guess.uri, confidence=guess.confidence, evidence=evidence)
        for guess in found
        for evidence in (
            [one.evidence for one in words.get(guess.uri, ())] or [_nearest(guess, texts)]
        )
    ]
    return tuple(practised), tuple(
        Named(uri=guess.uri, confidence=guess.confidence, evidence=_nearest(guess, texts))
        for guess in hints
    )


def _surest(named: Iterable[Named]) -> dict[str, float]:
    return {uri: max(n.confidence for n in mentions) for uri, mentions in by_uri(named).items()}


def _kinds(participant: Participant) -> set[str]:
    return {experience.kind for experience in participant.experiences}


def _nearest(guess: Guess, texts: dict[str, str]) -> Evidence:
    source, start, end = guess.nearest.source, guess.nearest.start, guess.nearest.end
    return Evidence(source=source, text=texts[source][start:end], start=start, end=end)


def _words_of_content(text: str) -> int:
    return sum(token.is_content for token in tokens(text))


def _of_kind(participant: Participant) -> Iterator[Named]:
    """The activities that an experience is by its kind and one of its words."""
    for i, experience in enumerate(participant.experiences):
        texts = {
            f"experiences[{i}].title": experience.title,
            f"experiences[{i}].description": experience.description,
        }
        for activity in Activities.builtin().activities:
            if experience.kind in activity.kinds:
                evidence = _sign(texts, frozenset(map(stem, activity.words)))
                if evidence:
                    yield Named(uri=activity.uri, confidence=_BY_KIND, evidence=evidence)


def _sign(texts: dict[str, str], word_stems: frozenset[str]) -> Evidence | None:
    """The first clause with one of these stems; the first text at all if there are none."""
    for source, text in texts.items():
        if text and not word_stems:
            return _whole(source, text)
        for start, end in clauses(text):
            if word_stems.intersection(token.stem for token in tokens(text[start:end])):
                return Evidence(source=source, text=text[start:end], start=start, end=end)
    return None


@cache
def _activity_linker() -> Linker:
    return Linker(Activities.builtin().as_taxonomy, encoder=None)


@lru_cache(maxsize=1)
def _practices(linker: Linker) -> Practices:
    return Practices(linker, Activities.builtin())


def _mention_evidence(source: str, mention: Mention) -> Evidence:
    return Evidence(source=source, text=mention.text, start=mention.start, end=mention.end)


def _passage(source: str, text: str, start: int, end: int, linker: Linker) -> Passage:
    words = Counter(stems(text[start:end]))
    weights = {word: count * linker.rarity(word) for word, count in words.items()}
    length = sum(w * w for w in weights.values()) ** 0.5
    return Passage(
        evidence=Evidence(source=source, text=text[start:end], start=start, end=end),
        terms={word: w / length for word, w in sorted(weights.items())},
    )


def _passages(texts: dict[str, str], linker: Linker) -> list[Passage]:
    return [
        passage
        for source, text in texts.items()
        for start, end in clauses(text)
        if len((passage := _passage(source, text, start, end, linker)).terms) >= _SHORTEST_CLAUSE
    ]


def _overlaps(evidence: Evidence, named: tuple[Named, ...]) -> bool:
    return any(
        n.evidence.source == evidence.source
        and n.evidence.start < evidence.end
        and evidence.start < n.evidence.end
        for n in named
    )


def _wishes(field: str, lines: tuple[str, ...], linker: Linker) -> tuple[Wish, ...]:
    kinds: tuple[ConceptKind, ...] = ("competence", "occupation")
    found = [linker.search_many(lines, kind=kind, limit=1) for kind in kinds]
    return tuple(
        Wish(
            passage=_passage(f"{field}[{i}]", line, 0, len(line), linker),
            concepts=tuple(uri for kind in found for m in kind[i] for uri in _near(m, linker)),
        )
        for i, line in enumerate(lines)
        if stems(line)
    )


def _near(match: Match, linker: Linker) -> list[str]:
    """The concept a wish names, and the narrower ones it includes."""
    if match.score < RECOGNISED_FROM:
        return []
    if not linker.taxonomy.is_competence(match.uri):
        return [match.uri]
    return [match.uri, *(c.uri for c in linker.taxonomy.narrower(match.uri))]


def _requirements(field: str, lines: tuple[str, ...], linker: Linker) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            evidence=_whole(f"{field}[{i}]", line),
            uri=found[0].uri if found and found[0].score >= RECOGNISED_FROM else None,
        )
        for i, (line, found) in enumerate(
            zip(lines, linker.search_many(lines, limit=1), strict=True)
        )
    )
