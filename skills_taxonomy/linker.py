"""From words to concepts: search a concept for a phrase, find the mentions in a story."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skills_taxonomy import mentions
from skills_taxonomy.calibration import CALIBRATION, Calibration, shipped_calibration
from skills_taxonomy.concepts import HELD, Claim, Competence, ConceptKind, Match, Mention
from skills_taxonomy.dense import Ahead, DenseIndex, Read
from skills_taxonomy.encoder import SHIPPED, Encoder
from skills_taxonomy.fusion import (
    Array,
    Features,
    Pooled,
    best_places,
    label_scores,
    phrase_features,
    shares,
    standardised,
)
from skills_taxonomy.gender import masculine_forms, one_gender
from skills_taxonomy.lexical import LexicalIndex
from skills_taxonomy.naming import Candidates, Families
from skills_taxonomy.surroundings import Surroundings
from skills_taxonomy.taxonomy import Taxonomy

Grouping = Literal["concept", "label"]

# The version of a linker without an encoder.
WORDS_ALONE = "words"
# Scores that are held in memory at once, of phrases times labels.
_CELLS_AT_ONCE = 2_000_000
# A concept without a word in common, and no nearer in standard scores, is no match.
_UNLIKELY_MEANING = 1.0
# What is not held counts for nothing, so that less is asked of it than of what is.
_OF_NOT_HELD = 0.5
_FEW_NEUTRAL = 3
_SCORE_DIGITS = 6
_KEPT_TEXTS = 8
_LEAST_SCORE = 10**-_SCORE_DIGITS


class Linker:
    """Links Italian phrases and stories to the concepts of a taxonomy.

    Args:
        taxonomy: What to link to.
        encoder: A folder with a sentence-transformers model; None to compare words alone, which is
            fast, and whose scores are cosines, not probabilities.
        cache: A folder where the words and vectors of the taxonomy's labels are kept from one time
            to the next; without it, what is not shipped is made anew in each process.
        calibration: Of the scores; by default what ``training.calibrate`` wrote beside the model,
            else the shipped encoder's.

    Raises:
        EncoderError: If the folder holds no model.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        encoder: Path | str | None = SHIPPED,
        *,
        cache: Path | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self.encoder = None if encoder is None else Encoder(encoder)
        self._ahead = None if self.encoder is None else Ahead(self.encoder)
        self._cache = cache
        self._calibration = calibration
        self._indexes: dict[ConceptKind, LexicalIndex] = {}
        self._dense: dict[ConceptKind, DenseIndex] = {}
        self._kept_candidates = lru_cache(_KEPT_TEXTS)(self._candidates)
        self._forms_of = taxonomy

    @property
    def calibration(self) -> Calibration:
        """The fitted numbers in use: those given, those beside the model, or the shipped ones."""
        return self._calibration or self._kept_calibration

    @cached_property
    def _kept_calibration(self) -> Calibration:
        if self.encoder is not None:
            beside = self.encoder.folder / CALIBRATION.name
            if beside.is_file():
                return Calibration.read(beside)
        return shipped_calibration()

    @property
    def is_calibrated(self) -> bool:
        """Whether its probabilities were fitted with its encoder; words alone have none."""
        return self.encoder is None or self.calibration.encoder == self.encoder.fingerprint

    @property
    def version(self) -> str:
        """Of what decides how a text is read, apart from the taxonomy and the code."""
        if self.encoder is None:
            return WORDS_ALONE
        return f"{self.encoder.fingerprint}-{self.calibration.version}"

    def index(self, kind: ConceptKind) -> LexicalIndex:
        """The labels of a kind, as words."""
        if kind not in self._indexes:
            self._indexes[kind] = LexicalIndex(self.taxonomy.of_kind(kind), self._cache)
        return self._indexes[kind]

    def dense_index(self, kind: ConceptKind, encoder: Encoder) -> DenseIndex:
        """The labels of a kind, as vectors."""
        if kind not in self._dense:
            self._dense[kind] = DenseIndex(self.encoded_labels(kind), encoder, self._cache)
        return self._dense[kind]

    def encoded_labels(self, kind: ConceptKind) -> list[str]:
        """The labels of a kind as they are encoded, in the order of the index."""
        return self.encoded(self.index(kind).labels)

    @cached_property
    def _forms(self) -> Mapping[str, str]:
        return masculine_forms(self._forms_of.occupations)

    @cached_property
    def _surroundings(self) -> Surroundings:
        return Surroundings(
            self.taxonomy, self.index("competence").concepts, self.taxonomy.of_kind("occupation")
        )

    @cached_property
    def _neutral_index(self) -> DenseIndex:
        assert self.encoder is not None  # noqa: S101 - for the types
        return DenseIndex(self.encoded(mentions.NEUTRAL), self.encoder, self._cache)

    def rarity(self, word_stem: str) -> float:
        """How telling a stem is: its inverse document frequency among the competences' labels."""
        return self.index("competence").rarity(word_stem)

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
            by: ``concept``: a row a concept, its score the probability that the phrase means it;
                ``label``: a row a label, for ranking only.
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
        index = self.index(kind)
        if not index.concepts or not texts:
            return [[] for _ in texts]
        step = max(8, _CELLS_AT_ONCE // len(index.labels))
        read = self._read(texts)
        found: list[list[Match]] = []
        for start in range(0, len(texts), step):
            found += self._search_some(read[start : start + step], kind, limit, by)
        return found

    def _search_some(
        self, read: Read, kind: ConceptKind, limit: int, by: Grouping
    ) -> list[list[Match]]:
        index = self.index(kind)
        if by == "label":
            return _best_labels(label_scores(*self._cosines(read, kind)), index, limit)
        if self.encoder is None:
            return _best(index.by_concept(index.search(read.texts)), index, limit)
        features = self._features(read, kind)
        possible = (features["words"] > 0) | (features["meaning"] > _UNLIKELY_MEANING)
        ranks, sure = self.calibration.phrases.surest(features, {})
        behind = np.exp(ranks - ranks.max(axis=1, keepdims=True))
        scores = np.maximum(sure[:, None] * behind, _LEAST_SCORE).round(_SCORE_DIGITS)
        return _best(scores * possible, index, limit)

    def features(self, texts: Sequence[str], kind: ConceptKind) -> Features:
        """What each phrase has in common with each concept; needs an encoder."""
        return self._features(self._read(texts), kind)

    def _features(self, read: Read, kind: ConceptKind) -> Features:
        return phrase_features(*self._pooled(read, kind), self._wider[kind])

    def _pooled(self, read: Read, kind: ConceptKind) -> tuple[Pooled, Pooled]:
        index = self.index(kind)
        words, near = self._cosines(read, kind)
        if near is None:
            raise ValueError("no encoder")
        return index.pooled(words), index.pooled(near)

    def _cosines(self, read: Read, kind: ConceptKind) -> tuple[Array, NDArray[np.float32] | None]:
        """Each phrase with each label: by words, and by meaning if there is an encoder."""
        words = self.index(kind).search(read.texts).toarray()
        if self.encoder is None or read.vectors is None:
            return words, None
        near = self.dense_index(kind, self.encoder).cosines(read.vectors)
        near[[not any(map(str.isalnum, text)) for text in read.texts]] = 0
        return words, near

    def _read(self, texts: Sequence[str]) -> Read:
        same = self.encoded(texts)
        return Read(same, None if self._ahead is None else self._ahead.encode(same))

    def read_ahead(self, phrases: Sequence[str], stories: Sequence[str] = ()) -> None:
        """Encode at once what will be searched or extracted next, text by text.

        It changes no result: together texts are encoded several times faster than one by one.
        """
        if self._ahead is None:
            return
        stretches = [
            story[start:end]
            for story in stories
            for start, end in mentions.places(mentions.spans(story))
        ]  # fmt: skip
        self._ahead.prepare(self.encoded([*phrases, *stretches]))

    def encoded(self, texts: Sequence[str]) -> list[str]:
        """Texts as they are encoded: in small letters, women's titles in the form of men's."""
        return [one_gender(text, self._forms) for text in texts]

    @cached_property
    def _wider(self) -> Mapping[ConceptKind, Sequence[Sequence[int]]]:
        concepts = self.index("competence").concepts
        places = {concept.uri: place for place, concept in enumerate(concepts)}
        return {
            "competence": [
                [places[uri] for uri in c.broader if uri in places] if isinstance(c, Competence)
                else [] for c in concepts
            ],
            "occupation": [],
        }  # fmt: skip

    @cached_property
    def families(self) -> Families:
        """The competences in the order of their index, and those above them."""
        return Families(self._wider["competence"])

    def extract(
        self, text: str, *, kind: ConceptKind = "competence", claims: Collection[Claim] = HELD
    ) -> list[Mention]:
        """The concepts a story names, in the order of the text.

        Args:
            text: A story in Italian.
            kind: What to look for.
            claims: What may be said of them. By default only what the teller has practised; with
                ``CLAIMS`` also what is denied, doubted, wished for or done by others, each marked
                (``Mention.claim``), none to be counted as held.

        Returns:
            Mentions that do not overlap.
        """
        index = self.index(kind)
        if not index.concepts:
            return []
        if self.encoder is None or kind == "occupation":
            return mentions.apart(mentions.by_words(text, kind, index, claims))
        found = self.candidates(text, claims)
        if not found.spans:
            return []
        places, sure = self.calibration.mentions(found, self.families)
        return mentions.apart(
            [
                Mention(
                    span.start, span.end, text[span.start : span.end],
                    index.concepts[place].uri, index.concepts[place].label, float(probability),
                    span.claim,
                )
                for span, place, probability in zip(found.spans, places, sure, strict=True)
                if probability >= self._least(span.claim)
            ]
        )  # fmt: skip

    def heard(self, text: str) -> mentions.Heard:
        """How likely each stretch that the teller claims tells of each competence."""
        found = self.candidates(text)
        chances = np.zeros((len(found.spans), len(self.index("competence").concepts)))
        if found.spans:
            places, likely = self.calibration.mentions.chances(found, self.families)
            np.put_along_axis(chances, places, likely, axis=1)
        return mentions.Heard(found.spans, chances)

    def nearness(self, texts: Sequence[str], kind: ConceptKind) -> Array:
        """How near each text is to each concept, in words and meaning, in standard deviations."""
        return self._near(self._read(texts), kind)

    def _near(self, read: Read, kind: ConceptKind) -> Array:
        words, near = self._pooled(read, kind)
        return standardised(words.best) + standardised(near.few)

    def of(self, taxonomy: Taxonomy) -> "Linker":
        """A linker to another taxonomy, with the same encoder and forms of titles."""
        other = Linker(taxonomy, None, cache=self._cache, calibration=self._calibration)
        other.encoder, other._ahead, other._forms_of = self.encoder, self._ahead, self._forms_of
        return other

    def _least(self, claim: Claim) -> float:
        """How likely a stretch must be to name something."""
        return self.calibration.threshold * (1.0 if claim in HELD else _OF_NOT_HELD)

    def candidates(self, text: str, claims: Collection[Claim] = HELD) -> Candidates:
        """The stretches of a story against the competences; needs an encoder.

        A person's texts are asked for twice in a row, to name and to hint: the last few are kept.
        """
        return self._kept_candidates(text, frozenset(claims))

    def _candidates(self, text: str, claims: frozenset[Claim]) -> Candidates:
        spans = mentions.spans(text, claims)
        if not spans:
            return Candidates([], {}, {})
        places = {place: row for row, place in enumerate(mentions.places(spans))}
        own = [places[span.start, span.end] for span in spans]
        clause = [places[span.clause] for span in spans]
        # A sentence is long to encode, and says what its clauses say.
        clauses: dict[tuple[int, int], set[int]] = {}
        for span, row in zip(spans, clause, strict=True):
            clauses.setdefault(span.sentence, set()).add(row)
        wholes = {place: len(places) + row for row, place in enumerate(clauses)}
        sentence = [wholes[span.sentence] for span in spans]
        read = self._read([text[start:end] for start, end in places]).with_wholes(
            self.encoded([text[start:end] for start, end in clauses]), list(clauses.values())
        )
        words, near = self._pooled(read, "competence")
        features = {
            **phrase_features(words[own], near[own], self._wider["competence"]),
            "clause_words": words.few[clause],
            "clause_meaning": standardised(near.few[clause]),
            "sentence_words": words.few[sentence],
            "sentence_meaning": standardised(near.few[sentence]),
        }
        whole = standardised(near.few[list(dict.fromkeys(sentence))].mean(axis=0, keepdims=True))
        guesses = shares(self.calibration.phrases.rank(features))
        everywhere = np.ones((len(spans), 1))
        features |= {
            "story_meaning": everywhere * whole,
            "trade": everywhere * self._surroundings.of_trades(self._trades(read)),
            "neighbours": self._surroundings.of_neighbours(guesses),
        }
        return Candidates(
            spans, features, {**mentions.traits(text, spans), **self._neutral(read, own)}
        )

    def _neutral(self, read: Read, rows: Sequence[int]) -> Features:
        """How near some texts are to what people say that names nothing."""
        assert read.vectors is not None  # noqa: S101 - for the types
        cosines = self._neutral_index.cosines(read.vectors)
        near = np.sort(cosines[rows], axis=1)
        return {"neutral": near[:, -1], "neutral_few": near[:, -_FEW_NEUTRAL:].mean(axis=1)}

    def _trades(self, read: Read) -> Array:
        """How well each occupation fits the stretch of a story that fits it best."""
        if not self.index("occupation").concepts:
            return np.empty(0)
        best: Array = self._near(read, "occupation").max(axis=0)
        return best


def _best(scores: Array, index: LexicalIndex, limit: int) -> list[list[Match]]:
    return [
        [Match(index.concepts[i].uri, index.concepts[i].label, score) for i, score in row]
        for row in best_places(scores, limit)
    ]


def _best_labels(scores: Array, index: LexicalIndex, limit: int) -> list[list[Match]]:
    owner = index.concept_of_label
    return [
        [Match(index.concepts[owner[i]].uri, index.labels[i], score) for i, score in row]
        for row in best_places(scores, limit)
    ]
