"""What a story tells of having practised: the trades and activities of life behind its words.

People seldom name them ("la Singer di mia nonna"), and a word that names one may only pass by ("il
modello lo compro in edicola"). So each is judged on the whole story: how near its sayings are to
some stretch, how far what it teaches explains the competences that are heard, what words name it,
and whether it is of the kind of an experience that is told. Never on what the teller is.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skills_taxonomy.activities import Activities
from skills_taxonomy.fusion import Array, Features, Linear, squashed
from skills_taxonomy.linker import Linker
from skills_taxonomy.mentions import own_deed, spans
from skills_taxonomy.text import stem, tokens

CALIBRATION = "practice_calibration.json"
# Below this a trade or an activity is not worth naming as a reason.
LEAST = 0.1
# …nor a competence as a hint.
LEAST_HINT = 0.1
# The mean of the best stretches says whether it is told more than once.
_FEW = 3
# What nearly every trade teaches says nothing of a trade; beyond this rarity it says no more.
_RAREST = 4.0
# A mark of an activity is as good as one of its strongest lessons.
_MARK = 0.8
# What people are; it says nothing of what they have done, whoever else it is said of.
_STATUS = (
    "madre padre mamma papà nonno nonna moglie marito casalinga casalingo disoccupato disoccupata",
    "inoccupato inoccupata pensionato pensionata migrante immigrato immigrata straniero straniera",
    "rifugiato rifugiata cittadinanza vedovo vedova divorziato divorziata separato separata",
    "sposato sposata nubile celibe single invalido invalida disabile donna uomo",
    # …and how old, or how far.
    "anni mesi cento due tre venti trenta quarant quaranta cinquant cinquanta sessanta settanta",
)
_STATUS_STEMS = frozenset(stem(word) for line in _STATUS for word in line.split())
_FEW_BESIDE = 1
# Keeps what teaches little from being explained by little.
_SLACK = 0.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words ``start:end`` of a text, by the name of the text."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Guess:
    """What a story may tell of, how likely it does, and the words nearest to it."""

    uri: str
    confidence: float
    nearest: Stretch


@dataclass(frozen=True, slots=True)
class Compared:
    """Trades or activities against a story.

    Attributes:
        concepts: Their URIs.
        nearest: For each, the place of the stretch that is nearest to it, ``(n_concepts,)``.
        features: What speaks for each, each ``(n_concepts,)``.
    """

    concepts: Sequence[str]
    nearest: NDArray[np.intp]
    features: Features


@dataclass(frozen=True, slots=True)
class Told:
    """What a story was found to tell: the stretches its teller claims, and what is in them."""

    stretches: Sequence[Stretch]
    hints: Sequence[Guess]
    trades: Compared
    activities: Compared


class Practices:
    """Recognises what a story tells of having practised.

    Args:
        linker: Of competences and trades; needs an encoder.
        activities: What people do besides trades.
        calibration: The fitted numbers; those shipped by default.
    """

    def __init__(
        self, linker: Linker, activities: Activities, calibration: "Calibration | None" = None
    ) -> None:
        self._linker = linker
        self._activities = activities
        self._of_life = linker.of(activities.as_taxonomy)
        self._calibration = calibration or shipped_calibration()
        concepts = linker.index("competence").concepts
        self._competences = [concept.uri for concept in concepts]
        self._trades = [concept.uri for concept in linker.index("occupation").concepts]
        self._ways = [concept.uri for concept in self._of_life.index("competence").concepts]
        self._of_trades, self._of_activities = self._lessons()

    def recognise(
        self, texts: Mapping[str, str], named: Mapping[str, float], kinds: Set[str]
    ) -> tuple[list[Guess], list[Guess]]:
        """The trades and activities that a person's texts tell of, and what they hint at.

        Args:
            texts: By their names.
            named: URI → how surely some words name that trade or activity.
            kinds: The kinds of experience that are told (contract 5.1).

        Returns:
            Practices from a probability of ``LEAST``, and hints from ``LEAST_HINT``, the likeliest
            first, then by URI.
        """
        told = self.told(texts, named, kinds)
        if told is None:
            return [], []
        calibration = self._calibration
        found = [
            Guess(uri, float(sure), told.stretches[place])
            for model, seen in (
                (calibration.trades, told.trades),
                (calibration.activities, told.activities),
            )
            for uri, sure, place in zip(
                seen.concepts, squashed(model(seen.features)), seen.nearest.tolist(), strict=True
            )
            if sure >= LEAST
        ]
        return sorted(found, key=_surest), sorted(told.hints, key=_surest)

    def told(
        self, texts: Mapping[str, str], named: Mapping[str, float], kinds: Set[str]
    ) -> Told | None:
        """What speaks for each trade and activity; None if nothing is claimed in the texts."""
        stretches: list[Stretch] = []
        words: list[str] = []
        chances: list[Array] = []
        for source, text in texts.items():
            heard = self._linker.heard(_without_statuses(text))
            stretches += [Stretch(source, span.start, span.end) for span in heard.spans]
            words += [text[span.start : span.end] for span in heard.spans]
            chances += list(heard.chances)
        if not stretches:
            return None
        each = np.array(chances)
        surest = each.max(axis=0)
        nearest = each.argmax(axis=0)
        hints = [
            Guess(self._competences[i], float(surest[i]), stretches[nearest[i]])
            for i in np.flatnonzero(surest >= LEAST_HINT).tolist()
        ]
        return Told(
            stretches,
            hints,
            _compared(
                self._trades, self._linker.nearness(words, "occupation"),
                self._explained(self._of_trades, surest), named, frozenset(),
            ),
            _compared(
                self._ways, self._of_life.nearness(words, "competence"),
                self._explained(self._of_activities, surest), named,
                [a.uri for a in self._activities.activities if kinds & set(a.kinds)],
            ),
        )  # fmt: skip

    def _lessons(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """What trades and activities teach, ``(n_trades or n_activities, n_competences)``."""
        taught = [(r.occupation, r.competence, r.weight) for r in self._linker.taxonomy.relations]
        lived = {(le.activity, le.competence): le.strength for le in self._activities.lessons}
        for activity in self._activities.activities:
            for mark in activity.marks:
                lived[activity.uri, mark] = max(_MARK, lived.get((activity.uri, mark), 0.0))
        ways = [(activity, competence, s) for (activity, competence), s in sorted(lived.items())]
        return (
            _matrix(taught, self._trades, self._competences),
            _matrix(ways, self._ways, self._competences),
        )

    def _explained(self, lessons: sparse.csr_array, heard: Array) -> Array:
        """How far what each teaches is what is heard, ``(n_trades or n_activities,)``."""
        telling: Array = lessons @ (heard * self._rarity)
        sizes: Array = np.asarray(lessons.multiply(lessons).sum(axis=1)).ravel()
        return telling / np.sqrt(sizes + _SLACK)

    @cached_property
    def _rarity(self) -> Array:
        """How telling each competence is: taught by few trades and activities, in [0, 1]."""
        both = (self._of_trades, self._of_activities)
        teaching = sum((np.asarray((m > 0).sum(axis=0)).ravel() for m in both), start=np.zeros(1))
        of_all = np.log((1 + sum(m.shape[0] for m in both)) / (1 + teaching))
        rarity: Array = np.minimum(of_all, _RAREST) / _RAREST
        return rarity


def _without_statuses(text: str) -> str:
    """A text with blanks where it says what somebody is: not even as context does it count."""
    for span in spans(text):
        if is_status(text[span.start : span.end]):
            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def is_status(text: str) -> bool:
    """Whether a stretch says what somebody is, and next to nothing of what they do."""
    said = [token.stem for token in tokens(text) if token.is_content]
    other = [word for word in said if word not in _STATUS_STEMS]
    return len(other) < len(said) and len(other) <= _FEW_BESIDE and not own_deed(text)


def _compared(
    uris: Sequence[str],
    nearness: Array,
    explained: Array,
    named: Mapping[str, float],
    of_kind: Collection[str],
) -> Compared:
    best = nearness.max(axis=0)
    few = np.sort(nearness, axis=0)[-_FEW:].mean(axis=0)
    return Compared(
        uris,
        nearness.argmax(axis=0),
        {
            "best": best,
            "best_behind": best - best.max(initial=-np.inf),
            "few": few,
            "few_behind": few - few.max(initial=-np.inf),
            "explained": explained,
            "explained_behind": explained - explained.max(initial=-np.inf),
            "named": np.array([named.get(uri, 0.0) for uri in uris]),
            "of_kind": np.array([float(uri in of_kind) for uri in uris]),
        },
    )


def _matrix(
    weights: Iterable[tuple[str, str, float]], rows: Sequence[str], columns: Sequence[str]
) -> sparse.csr_array:
    row = {uri: i for i, uri in enumerate(rows)}
    column = {uri: i for i, uri in enumerate(columns)}
    known = [(row[by], column[of], w) for by, of, w in weights if by in row and of in column]
    values = [w for *_, w in known]
    places = ([i for i, *_ in known], [j for _, j, _ in known])
    return sparse.csr_array((values, places), shape=(len(rows), len(columns)))


def _surest(found: Guess) -> tuple[float, str]:
    return -found.confidence, found.uri


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted numbers: log-odds of a trade and of an activity of life."""

    trades: Linear
    activities: Linear


@cache
def shipped_calibration() -> Calibration:
    """The one beside this module."""
    kept = json.loads(resources.files("skills_taxonomy").joinpath(CALIBRATION).read_text("utf-8"))
    return Calibration(Linear(**kept["trades"]), Linear(**kept["activities"]))
