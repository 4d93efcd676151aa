"""Fit the linker's calibration: ``python -m skills_taxonomy.training.calibrate``.

Of phrases and of mentions alike, a linear model is fitted to rank the right competence first
(conditional logit; McFadden 1974), then a logistic one to say how often the first is right. All on
the development half of the gold files; the threshold of mentions, and the figures printed, come
from predictions of models that have not seen the story (cross-validation).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from skills_taxonomy.concepts import Mention
from skills_taxonomy.encoder import SHIPPED, Encoder
from skills_taxonomy.evaluation import (
    GOLD,
    Gold,
    Story,
    calibration_error,
    f1,
    is_right,
    read_gold,
    tally,
    with_parents,
)
from skills_taxonomy.fusion import (
    CALIBRATION,
    Array,
    Calibration,
    Features,
    Judge,
    Linear,
    winner_features,
)
from skills_taxonomy.linker import Candidates, Linker
from skills_taxonomy.mentions import Span, apart
from skills_taxonomy.taxonomy import Taxonomy

_LIKELY = ("words", "words_few", "meaning", "meaning_few")
_CANDIDATES = 20  # concepts of a text, by each of these features
_RIDGE = 3.0
_FOLDS = 6
_FALSE_MENTIONS = 0.07  # of the sentences without a competence, in the development half
_THRESHOLDS = np.arange(0.1, 0.9, 0.02).round(2).tolist()
_NO_JUDGE = Judge(Linear(0.0, {}), Linear(0.0, {}))
NO_CALIBRATION = Calibration("", _NO_JUDGE, _NO_JUDGE, 0.0)

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Choices:
    """Texts and the concepts that come into question for each: the rows of a ranking.

    ``rows`` is ``(n_rows, n_features)``; ``text`` and ``right`` are ``(n_rows,)``.
    """

    names: tuple[str, ...]
    rows: Array
    text: NDArray[np.intp]
    right: Flags


@dataclass(frozen=True, slots=True)
class Told:
    """A story, what was found in it, and which competences are right for each stretch."""

    story: Story
    found: Candidates
    right: Flags


def choices(features: Features, right: Flags) -> Choices:
    """The likeliest concepts of each text that has a right one among them."""
    likely = np.zeros_like(right)
    for name in _LIKELY:
        best = np.argsort(-features[name], axis=1, kind="stable")[:, :_CANDIDATES]
        np.put_along_axis(likely, best, values=True, axis=1)
    likely &= (likely & right).any(axis=1, keepdims=True)
    text, concept = np.nonzero(likely)
    rows = np.stack([values[text, concept] for values in features.values()], axis=1)
    return Choices(tuple(features), rows, text, right[text, concept])


def joined(parts: Sequence[Choices]) -> Choices:
    """Choices of several stories as one."""
    kept = [part for part in parts if len(part.rows)]
    firsts = np.cumsum([0, *(part.text.max() + 1 for part in kept)])
    return Choices(
        kept[0].names,
        np.concatenate([part.rows for part in kept]),
        np.concatenate([part.text + first for part, first in zip(kept, firsts, strict=False)]),
        np.concatenate([part.right for part in kept]),
    )


def fit_rank(given: Choices) -> Linear:
    """The weights that give the right concepts of each text the largest share."""
    scale = given.rows.std(axis=0)
    scale[scale == 0] = 1
    rows = given.rows / scale
    _, text = np.unique(given.text, return_inverse=True)

    def loss(weights: Array) -> tuple[float, Array]:
        odds = rows @ weights
        highest = np.full(text.max() + 1, -np.inf)
        np.maximum.at(highest, text, odds)
        powers = np.exp(odds - highest[text])
        every = np.bincount(text, powers)[text]
        good = np.bincount(text, powers * given.right)[text]
        pull = powers / every - powers * given.right / good
        total = np.log(np.bincount(text, powers) / np.bincount(text, powers * given.right)).sum()
        return float(total + _RIDGE * weights @ weights / 2), rows.T @ pull + _RIDGE * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / scale
    return Linear(0.0, dict(zip(given.names, found.round(5).tolist(), strict=True)))


def fit_sure(features: Features, right: Flags) -> Linear:
    """A logistic model, its features brought to one scale for the fit."""
    rows = np.stack(list(features.values()), axis=1)
    scale = rows.std(axis=0)
    scale[scale == 0] = 1
    model = LogisticRegression(C=0.05, max_iter=5000).fit(rows / scale, right)
    weights = (model.coef_[0] / scale).round(5).tolist()
    return Linear(round(float(model.intercept_[0]), 5), dict(zip(features, weights, strict=True)))


def stretched(model: Linear, log_odds: Array, right: Flags) -> Linear:
    """The model with its log-odds stretched and moved so that they hold (Platt 1999)."""
    platt = LogisticRegression(C=1e3).fit(log_odds[:, None], right)
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    return Linear(
        round(slope * model.intercept + shift, 5),
        {name: round(slope * weight, 5) for name, weight in model.weights.items()},
    )


def fit_phrases(features: Features, right: Flags) -> Judge:
    """The judge of phrases."""
    rank = fit_rank(choices(features, right))
    ranks = rank(features)
    first = right[np.arange(len(ranks)), ranks.argmax(axis=1)]
    return Judge(rank, fit_sure(winner_features(ranks, features), first))


def fit_mentions(told: Sequence[Told], uris: Sequence[str], taxonomy: Taxonomy) -> Judge:
    """The judge of mentions: of every stretch, then of those that are left when they are apart."""
    rank = fit_rank(joined([choices(one.found.features, one.right) for one in told]))
    winners = [
        winner_features(rank(one.found.features), one.found.features) | dict(one.found.more)
        for one in told
    ]
    first = [
        one.right[np.arange(len(one.right)), rank(one.found.features).argmax(axis=1)]
        for one in told
    ]
    names = list(winners[0])
    every = {name: np.concatenate([winner[name] for winner in winners]) for name in names}
    judge = Judge(rank, fit_sure(every, np.concatenate(first)))
    left = [
        (mention.confidence, is_right(mention, one.story, taxonomy))
        for one in told
        for mention in shown(judge, one, uris, 0.02)
    ]
    sure, right = (np.array(column) for column in zip(*left, strict=True))
    sure = sure.clip(0.001, 0.999)
    return Judge(rank, stretched(judge.sure, np.log(sure / (1 - sure)), right.astype(bool)))


def shown(judge: Judge, one: Told, uris: Sequence[str], threshold: float) -> list[Mention]:
    """The mentions of a story at a threshold."""
    ranks, sure = judge.surest(one.found.features, one.found.more)
    return apart(
        [
            Mention(span.start, span.end, "", uris[place], "", float(probability))
            for span, place, probability in zip(
                one.found.spans, ranks.argmax(axis=1), sure, strict=True
            )
            if probability >= threshold
        ]
    )


def judged(linker: Linker, story: Story) -> Told | None:
    """A story with its stretches; None if it has none."""
    found = linker.candidates(story.text)
    if not found.spans:
        return None
    concepts = linker.index("competence").concepts
    right = np.zeros((len(found.spans), len(concepts)), bool)
    for marked in story.marked:
        accepted = with_parents(marked.accepted, linker.taxonomy)
        column = np.array([concept.uri in accepted for concept in concepts])
        for row, span in enumerate(found.spans):
            if _overlap(span, marked.start, marked.end):
                right[row] |= column
    return Told(story, found, right)


def _overlap(span: Span, start: int, end: int) -> bool:
    return span.start < end and start < span.end


def cross_validated(
    told: Sequence[Told], gold: Gold, uris: Sequence[str], taxonomy: Taxonomy
) -> float:
    """Print what thresholds give on stories that the model has not seen, and choose one."""
    fold = np.arange(len(told)) % _FOLDS
    found: list[list[Mention]] = [[] for _ in told]
    for held in range(_FOLDS):
        judge = fit_mentions(
            [one for one, f in zip(told, fold, strict=True) if f != held], uris, taxonomy
        )
        for number in np.flatnonzero(fold == held).tolist():
            found[number] = shown(judge, told[number], uris, 0.02)
    best = (0.0, 1.0)
    for threshold in _THRESHOLDS:
        kept = [apart([m for m in ms if m.confidence >= threshold]) for ms in found]
        pairs = [(ms, one.story) for ms, one in zip(kept, told, strict=True) if one.story.marked]
        figure = f1([tally(ms, story, taxonomy) for ms, story in pairs])
        empty = [bool(ms) for ms, one in zip(kept, told, strict=True) if not one.story.marked]
        false = sum(empty) / len(gold.empty)
        sure = [(m.confidence, float(is_right(m, s, taxonomy))) for ms, s in pairs for m in ms]
        error = calibration_error(*zip(*sure, strict=True)) if sure else 0.0
        _say(f"threshold {threshold}: F1 {figure:.3f}, false {false:.3f}, error {error:.3f}")
        if false <= _FALSE_MENTIONS:
            best = max(best, (figure, threshold))
    return best[1]


def cross_validated_phrases(features: Features, right: Flags) -> None:
    """Print how phrases do that the model has not seen."""
    fold = np.arange(len(right)) % _FOLDS
    sure, ranked = np.zeros(len(right)), np.zeros_like(right, float)
    for held in range(_FOLDS):
        judge = fit_phrases(_rows(features, fold != held), right[fold != held])
        ranked[fold == held], sure[fold == held] = judge.surest(_rows(features, fold == held), {})
    order = np.argsort(-ranked, axis=1, kind="stable")
    hits = np.take_along_axis(right, order, axis=1)
    error = calibration_error(sure.tolist(), hits[:, 0].astype(float).tolist())
    _say(
        f"phrases: hit@1 {hits[:, 0].mean():.3f}, hit@5 {hits[:, :5].any(axis=1).mean():.3f}, "
        f"error {error:.3f}"
    )


def _rows(features: Features, chosen: Flags) -> Features:
    return {name: values[chosen] for name, values in features.items()}


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def calibrated(taxonomy: Taxonomy, folder: Path, cache: Path | None, gold: Gold) -> Calibration:
    """The calibration of an encoder."""
    linker = Linker(taxonomy, folder, cache=cache, calibration=NO_CALIBRATION)
    uris = [concept.uri for concept in linker.index("competence").concepts]
    features = linker.features([phrase.text for phrase in gold.phrases], "competence")
    right = np.array([[uri in phrase.accepted for uri in uris] for phrase in gold.phrases])
    cross_validated_phrases(features, right)
    phrases = fit_phrases(features, right)
    # What goes with a stretch of a story is first guessed as for phrases.
    kept = replace(NO_CALIBRATION, encoder=Encoder(folder).fingerprint, phrases=phrases)
    linker = Linker(taxonomy, folder, cache=cache, calibration=kept)
    stories = [*gold.stories, *(Story(sentence, ()) for sentence in gold.empty)]
    told = [one for story in stories if (one := judged(linker, story)) is not None]
    threshold = cross_validated(told, gold, uris, taxonomy)
    return replace(kept, mentions=fit_mentions(told, uris, taxonomy), threshold=threshold)


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--cache", type=Path, help="where label vectors are kept")
    parser.add_argument("--out", type=Path, default=CALIBRATION)
    given = parser.parse_args()
    gold = read_gold(given.gold, "development")
    kept = calibrated(Taxonomy.builtin(), given.encoder, given.cache, gold)
    given.out.write_text(json.dumps(asdict(kept), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
