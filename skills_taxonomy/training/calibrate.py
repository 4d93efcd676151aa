"""Fit the linker's calibration: ``python -m skills_taxonomy.training.calibrate``.

Of phrases and of mentions alike, a linear model is fitted to rank the right competence first
(conditional logit; McFadden 1974), then a logistic one to say how often the first is right. Phrases
are fitted on the development half of the gold files; mentions on that and on stories and sentences
written to learn from (``examples``). How sure a mention is, the threshold, and the figures printed
come from predictions of models that have not seen the story (cross-validation); the sentences of
``held_out.txt`` no model has seen.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from skills_taxonomy.calibration import CALIBRATION, Calibration
from skills_taxonomy.concepts import Mention
from skills_taxonomy.encoder import SHIPPED, Encoder
from skills_taxonomy.evaluation import (
    GOLD,
    Gold,
    calibration_error,
    f1,
    is_right,
    read_gold,
    tally,
)
from skills_taxonomy.fusion import (
    Features,
    Judge,
    Linear,
    squashed,
    winner_features,
)
from skills_taxonomy.linker import Linker
from skills_taxonomy.mentions import apart
from skills_taxonomy.naming import Families, Namer, chosen, likely
from skills_taxonomy.taxonomy import Taxonomy
from skills_taxonomy.training.examples import HELD_OUT, sentences_without
from skills_taxonomy.training.fitting import Flags, choices, fit_rank, fit_sure, joined
from skills_taxonomy.training.lessons import Told, lessons

_FOLDS = 6
_INNER_FOLDS = 3
# A stretch of a sentence that names nothing weighs as much as so many of a story.
_OF_NOTHING = 4.0
_FALSE_MENTIONS = 0.08  # of the sentences without a competence
_LEAST = 0.02  # mentions below this probability are not looked at
_THRESHOLDS = np.arange(0.1, 0.9, 0.02).round(2).tolist()
_NO_MODEL = Linear(0.0, {})
NO_CALIBRATION = Calibration(
    "", Judge(_NO_MODEL, _NO_MODEL), Namer(_NO_MODEL, _NO_MODEL, _NO_MODEL), 0.0
)


def fit_phrases(features: Features, right: Flags) -> Judge:
    """The judge of phrases."""
    rank = fit_rank(choices(features, right))
    ranks = rank(features)
    first = right[np.arange(len(ranks)), ranks.argmax(axis=1)]
    return Judge(rank, fit_sure(winner_features(ranks, features), first))


def fit_mentions(told: Sequence[Told], families: Families) -> Namer:
    """The namer of stretches. How sure it may be is learned from stories it had not seen."""
    seen = [one for one in told if one.found.spans]
    rows: list[tuple[Features, Flags, float]] = []
    for learned, asked in _folds(seen, _INNER_FOLDS):
        rank, weigh = fit_choice(learned, families)
        for one in asked:
            places, features = chosen(rank, weigh, one.found, families)
            right = one.right[np.arange(len(places)), places]
            rows.append((features, right, 1.0 if one.story.marked else _OF_NOTHING))
    every = _stacked([features for features, _, _ in rows])
    weights = np.concatenate([np.full(len(right), weight) for _, right, weight in rows])
    sure = fit_sure(every, np.concatenate([right for _, right, _ in rows]), weights)
    return Namer(*fit_choice(seen, families), sure)


def fit_choice(told: Sequence[Told], families: Families) -> tuple[Linear, Linear]:
    """What ranks the competences for a stretch, and what weighs the likeliest."""
    rank = fit_rank(joined([choices(one.found.features, one.right) for one in told]))
    found = [
        likely(rank(one.found.features), one.found.features, one.found.more, families)
        for one in told
    ]
    right = [
        np.take_along_axis(one.right, known.places, axis=1).ravel()
        for one, known in zip(told, found, strict=True)
    ]
    return rank, fit_sure(_stacked([known.features for known in found]), np.concatenate(right))


def _stacked(parts: Sequence[Features]) -> Features:
    return {name: np.concatenate([part[name].ravel() for part in parts]) for name in parts[0]}


def _folds(told: Sequence[Told], count: int) -> Iterator[tuple[list[Told], list[Told]]]:
    """For each fold, what is learned from and what is asked."""
    for held in range(count):
        yield (
            [one for one in told if one.group % count != held],
            [one for one in told if one.group % count == held],
        )


def shown(namer: Namer, one: Told, uris: Sequence[str], families: Families) -> list[Mention]:
    """What each stretch of a story names."""
    if not one.found.spans:
        return []
    places, sure = namer(one.found, families)
    return [
        Mention(span.start, span.end, "", uris[place], "", float(probability))
        for span, place, probability in zip(one.found.spans, places, sure, strict=True)
        if probability >= _LEAST
    ]


def unseen(told: Sequence[Told], uris: Sequence[str], families: Families) -> list[list[Mention]]:
    """What is named in each story by a namer that has not seen it."""
    found: dict[int, list[Mention]] = {}
    for learned, asked in _folds(told, _FOLDS):
        namer = fit_mentions(learned, families)
        found |= {id(one): shown(namer, one, uris, families) for one in asked}
    return [found[id(one)] for one in told]


def platt(found: Sequence[list[Mention]], told: Sequence[Told], taxonomy: Taxonomy) -> Linear:
    """How the log-odds of mentions are stretched and moved so that they hold (Platt 1999)."""
    pairs = [
        (_log_odds(mention.confidence), is_right(mention, one.story, taxonomy))
        for mentions, one in zip(found, told, strict=True)
        if one.of_gold and one.story.marked
        for mention in apart(mentions)
    ]
    odds, right = (np.array(column) for column in zip(*pairs, strict=True))
    model = LogisticRegression(C=1e3).fit(odds[:, None], right.astype(bool))
    return Linear(float(model.intercept_[0]), {"odds": float(model.coef_[0, 0])})


def _log_odds(probability: float) -> float:
    sure = min(max(probability, 0.001), 0.999)
    return float(np.log(sure / (1 - sure)))


def held_to(mention: Mention, stretch: Linear) -> Mention:
    """A mention as sure as it should be."""
    odds = np.array([_log_odds(mention.confidence)])
    return replace(mention, confidence=float(squashed(stretch({"odds": odds}))[0]))


def stretched(model: Linear, by: Linear) -> Linear:
    """A model whose log-odds are stretched and moved."""
    slope = by.weights["odds"]
    return Linear(
        round(slope * model.intercept + by.intercept, 5),
        {name: round(slope * weight, 5) for name, weight in model.weights.items()},
    )


def best_threshold(
    found: Sequence[list[Mention]], told: Sequence[Told], taxonomy: Taxonomy
) -> float:
    """Print what thresholds give on stories that the model has not seen, and choose one."""
    best = (0.0, 1.0)
    for threshold in _THRESHOLDS:
        kept = [apart([m for m in ms if m.confidence >= threshold]) for ms in found]
        figures = {
            name: _figures(
                [(ms, one) for ms, one in zip(kept, told, strict=True) if one.of_gold is of_gold],
                taxonomy,
            )
            for name, of_gold in (("gold", True), ("own", False))
        }
        _say(
            f"threshold {threshold}: "
            + "; ".join(
                "{}: F1 {:.3f}, false {:.3f}, error {:.3f}".format(name, *row)
                for name, row in figures.items()
            )
        )
        if max(figures["gold"][1], figures["own"][1]) <= _FALSE_MENTIONS:
            best = max(best, (figures["gold"][0], threshold))
    return best[1]


def _figures(
    kept: Sequence[tuple[list[Mention], Told]], taxonomy: Taxonomy
) -> tuple[float, float, float]:
    """F1 on stories, false mentions on sentences without a competence, calibration error."""
    stories = [(ms, one.story) for ms, one in kept if one.story.marked]
    empty = [bool(ms) for ms, one in kept if not one.story.marked]
    sure = [(m.confidence, float(is_right(m, s, taxonomy))) for ms, s in stories for m in ms]
    error = calibration_error(*zip(*sure, strict=True)) if sure else 0.0
    return f1([tally(ms, s, taxonomy) for ms, s in stories]), float(np.mean(empty)), error


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
    told = lessons(linker, gold)
    found = unseen(told, uris, linker.families)
    by = platt(found, told, taxonomy)
    threshold = best_threshold(
        [[held_to(m, by) for m in mentions] for mentions in found], told, taxonomy
    )
    namer = fit_mentions(told, linker.families)
    namer = replace(namer, sure=stretched(namer.sure, by))
    return replace(kept, mentions=namer, threshold=threshold)


def false_mentions(linker: Linker, sentences: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Of sentences without a competence, by their kind, how many name one all the same."""
    found: dict[str, list[bool]] = {"every": []}
    for kind, sentence in sentences:
        is_false = bool(linker.extract(sentence))
        found.setdefault(kind, []).append(is_false)
        found["every"].append(is_false)
    return {kind: float(np.mean(flags)) for kind, flags in found.items()}


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--cache", type=Path, help="where label vectors are kept")
    parser.add_argument(
        "--out", type=Path, help="by default where the linker looks for the encoder's calibration"
    )
    given = parser.parse_args()
    gold = read_gold(given.gold, "development")
    kept = calibrated(Taxonomy.builtin(), given.encoder, given.cache, gold)
    linker = Linker(Taxonomy.builtin(), given.encoder, cache=given.cache, calibration=kept)
    figures = false_mentions(linker, sentences_without(HELD_OUT))
    _say("held out: " + ", ".join(f"{kind} {share:.3f}" for kind, share in figures.items()))
    beside = CALIBRATION if given.encoder == SHIPPED else given.encoder / CALIBRATION.name
    (given.out or beside).write_text(json.dumps(asdict(kept), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
