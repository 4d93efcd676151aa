"""How well the linker does on the gold files: ``python -m skills_taxonomy.evaluation``.

A row is in the test half when the SHA-256 of its text (of a story: its id) is odd. What is tuned is
tuned on the development half; the test half is scored for the reported figures alone.
"""

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar, get_args

import numpy as np

from skills_taxonomy.baselines import best_matches, bm25_search
from skills_taxonomy.concepts import Match, Mention
from skills_taxonomy.encoder import SHIPPED
from skills_taxonomy.linker import Linker
from skills_taxonomy.taxonomy import Taxonomy

Half = Literal["development", "test"]
Search = Callable[[Sequence[str]], list[list[Match]]]
Extract = Callable[[str], list[Mention]]
Interval = tuple[float, float, float]
Unit = TypeVar("Unit")

GOLD = Path(__file__).parents[1] / "tests" / "gold"
COMPETENCE = "urn:cantiere:competence:"
_RESAMPLINGS = 2000
_BINS = 10


@dataclass(frozen=True, slots=True)
class Phrase:
    """What somebody says, and the competences that are right for it."""

    text: str
    accepted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of a story that names one of some competences."""

    start: int
    end: int
    accepted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Story:
    """A story and what it names."""

    text: str
    marked: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """One half of the gold files."""

    phrases: tuple[Phrase, ...]
    empty: tuple[str, ...]
    stories: tuple[Story, ...]


def is_test(key: str) -> bool:
    """Whether the row of a text or id is in the test half."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 1


def read_gold(folder: Path, half: Half) -> Gold:
    """One half of the gold files of a folder."""

    def kept(key: str) -> bool:
        return is_test(key) == (half == "test")

    lines = folder.joinpath("stories.jsonl").read_text("utf-8").splitlines()
    return Gold(
        tuple(
            Phrase(row["phrase"], _uris(row["accepted"].split(" | ")))
            for row in _rows(folder / "phrases.csv")
            if kept(row["phrase"])
        ),
        tuple(
            row["sentence"]
            for row in _rows(folder / "sentences_without.csv")
            if kept(row["sentence"])
        ),
        tuple(
            _story(told["text"], told["mentions"])
            for told in map(json.loads, lines)
            if kept(told["id"])
        ),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _uris(ids: Sequence[str]) -> frozenset[str]:
    return frozenset(COMPETENCE + name.strip() for name in ids)


def _story(text: str, marked: Sequence[dict[str, object]]) -> Story:
    return Story(
        text,
        tuple(
            Marked(start, start + len(str(m["quote"])), _uris(m["accepted"]))  # type: ignore[arg-type]
            for m in marked
            if (start := text.index(str(m["quote"]))) >= 0
        ),
    )


# --- Figures ------------------------------------------------------------------------------------


def hits(found: Sequence[Sequence[Match]], phrases: Sequence[Phrase], k: int) -> list[float]:
    """For each phrase, 1 if a right competence is among its first ``k``."""
    return [
        float(any(match.uri in phrase.accepted for match in matches[:k]))
        for matches, phrase in zip(found, phrases, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """The mentions of a story: those found, those right, those marked, those of them found."""

    found: int
    right: int
    marked: int
    reached: int


def is_right(mention: Mention, story: Story, taxonomy: Taxonomy) -> bool:
    """Whether a mention overlaps a marked stretch and names its competence or the one above."""
    return any(_same(mention, marked, taxonomy) for marked in story.marked)


def _same(mention: Mention, marked: Marked, taxonomy: Taxonomy) -> bool:
    apart = mention.end <= marked.start or mention.start >= marked.end
    return not apart and mention.uri in with_parents(marked.accepted, taxonomy)


def with_parents(uris: frozenset[str], taxonomy: Taxonomy) -> frozenset[str]:
    """Competences and those just above them."""
    return uris | {wider.uri for uri in uris for wider in taxonomy.broader(uri)}


def tally(mentions: Sequence[Mention], story: Story, taxonomy: Taxonomy) -> Tally:
    """Count the mentions of a story."""
    return Tally(
        len(mentions),
        sum(is_right(m, story, taxonomy) for m in mentions),
        len(story.marked),
        sum(any(_same(m, marked, taxonomy) for m in mentions) for marked in story.marked),
    )


def f1(tallies: Sequence[Tally]) -> float:
    """Harmonic mean of precision and recall over all mentions of some stories."""
    found, right, marked, reached = (
        sum(getattr(t, name) for t in tallies) for name in ("found", "right", "marked", "reached")
    )
    if not right or not reached:
        return 0.0
    precision, recall = right / found, reached / marked
    return float(2 * precision * recall / (precision + recall))


def calibration_error(confidences: Sequence[float], right: Sequence[float]) -> float:
    """Expected calibration error, ten bins of equal width (Naeini et al. 2015)."""
    sure, true = np.array(confidences), np.array(right)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            abs(sure[bins == b].mean() - true[bins == b].mean()) * (bins == b).mean()
            for b in np.unique(bins)
        )
    )


def interval(units: Sequence[Unit], figure: Callable[[Sequence[Unit]], float]) -> Interval:
    """A figure and its 95% bootstrap interval over the units (percentiles; Efron 1979)."""
    rng = np.random.default_rng(1)
    values = [
        figure([units[i] for i in rng.integers(0, len(units), len(units))])
        for _ in range(_RESAMPLINGS)
    ]
    low, high = np.quantile(values, [0.025, 0.975])
    return figure(list(units)), float(low), float(high)


# --- Systems ------------------------------------------------------------------------------------


def report(
    gold: Gold, linker: Linker, search: Search, extract: Extract | None
) -> dict[str, Interval]:
    """Every figure of a system, each with its interval.

    A system without ``extract`` only ranks: its scores are no probabilities.
    """
    found = search([phrase.text for phrase in gold.phrases])
    figures = {f"phrases hit@{k}": interval(hits(found, gold.phrases, k), _mean) for k in (1, 5)}
    top = [
        (m[0].score if m else 0.0, hit)
        for m, hit in zip(found, hits(found, gold.phrases, 1), strict=True)
    ]
    if extract is None:
        return figures
    figures["calibration error, phrases"] = interval(top, _error)
    told = [extract(story.text) for story in gold.stories]
    tallies = [tally(m, s, linker.taxonomy) for m, s in zip(told, gold.stories, strict=True)]
    figures["stories F1"] = interval(tallies, f1)
    false = [float(bool(extract(sentence))) for sentence in gold.empty]
    figures["false mentions"] = interval(false, _mean)
    sure = [
        (mention.confidence, float(is_right(mention, story, linker.taxonomy)))
        for mentions, story in zip(told, gold.stories, strict=True)
        for mention in mentions
    ]
    figures["calibration error, mentions"] = interval(sure, _error)
    return figures


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _error(pairs: Sequence[tuple[float, float]]) -> float:
    return calibration_error(*zip(*pairs, strict=True)) if pairs else 0.0


def systems(linker: Linker, untuned: Linker | None) -> dict[str, tuple[Search, Extract | None]]:
    """Ours and the baselines, by name."""
    words = Linker(linker.taxonomy, None)
    found: dict[str, tuple[Search, Extract | None]] = {
        "ours": (partial(linker.search_many, limit=5), linker.extract),
        "BM25": (partial(bm25_search, linker.index("competence")), None),
        "TF-IDF": (partial(words.search_many, limit=5), words.extract),
    }
    if untuned is not None:
        found["untuned encoder"] = (partial(nearest, untuned), None)
    return found


def nearest(linker: Linker, texts: Sequence[str]) -> list[list[Match]]:
    """The competences with the nearest label in meaning alone."""
    features = linker.features(texts, "competence")
    return best_matches(features["meaning"], linker.index("competence"))


def table(figures: dict[str, dict[str, Interval]]) -> str:
    """The figures as a table in Markdown, a row a figure."""
    names = list(figures)
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for row in figures["ours"]:
        cells = [
            "{:.3f} ({:.3f}–{:.3f})".format(*figures[name][row]) if row in figures[name] else "–"
            for name in names
        ]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table of one half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=get_args(Half), default="development")
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--untuned", type=Path, help="the folder of an encoder to compare with")
    parser.add_argument("--cache", type=Path, help="where label vectors are kept")
    given = parser.parse_args()
    taxonomy = Taxonomy.builtin()
    linker = Linker(taxonomy, given.encoder, cache=given.cache)
    untuned = Linker(taxonomy, given.untuned, cache=given.cache) if given.untuned else None
    gold = read_gold(given.gold, given.half)
    figures = {
        name: report(gold, linker, search, extract)
        for name, (search, extract) in systems(linker, untuned).items()
    }
    counts = (
        f"{len(gold.phrases)} phrases, {len(gold.stories)} stories, {len(gold.empty)} sentences"
    )
    sys.stdout.write(f"The {given.half} half: {counts}; 95% bootstrap intervals.\n\n")
    sys.stdout.write(table(figures) + "\n")


if __name__ == "__main__":
    main()
