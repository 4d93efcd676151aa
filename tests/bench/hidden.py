"""Measures hidden competences on relations not seen before: ``python -m tests.bench.hidden``.

Trades are split once, four for fitting and one for testing; half of each test trade's competences
is shown, the other half is to be found. Hyper-parameters were chosen on a fifth of the fitting
trades (``--choosing``), never on those of the test.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching import HiddenCompetences
from skills_taxonomy import Taxonomy

Array = NDArray[np.float64]

SEED = 4
TEST_SHARE = 0.2
RECALL_AT = 20
NDCG_AT = 10
ECE_BINS = 10


@dataclass(frozen=True)
class Case:
    """A trade of the test: what is shown of it, and what is to be found (URIs)."""

    shown: tuple[str, ...]
    hidden: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """How well a ranking finds what was hidden, each the mean of all trades, in [0, 1]."""

    recall: float
    ndcg: float


def split(taxonomy: Taxonomy, *, seed: int = SEED) -> tuple[Taxonomy, list[Case]]:
    """The taxonomy less its test trades, and the test trades as cases."""
    rng = np.random.default_rng(seed)
    trades = [o.uri for o in taxonomy.occupations]
    order = rng.permutation(len(trades))
    test = {trades[i] for i in order[: round(TEST_SHARE * len(trades))]}
    cases = []
    for trade in sorted(test):
        required = [relation.competence for relation in taxonomy.taught_by(trade)]
        shuffled = [required[i] for i in rng.permutation(len(required))]
        half = len(shuffled) // 2
        if half:
            cases.append(Case(tuple(shuffled[half:]), frozenset(shuffled[:half])))
    fitting = Taxonomy(
        f"{taxonomy.name} less a fifth",
        taxonomy.competences,
        [o for o in taxonomy.occupations if o.uri not in test],
        [r for r in taxonomy.relations if r.occupation not in test],
    )
    return fitting, cases


def measured(ranking: Callable[[Case], Sequence[str]], cases: Sequence[Case]) -> Figures:
    """Recall among the first 20 (of at most 20) and nDCG of the first 10, binary relevance."""
    discounts = 1.0 / np.log2(np.arange(2, NDCG_AT + 2))
    recalls, gains = [], []
    for case in cases:
        found = np.array([uri in case.hidden for uri in ranking(case)[:RECALL_AT]], float)
        found = np.pad(found, (0, RECALL_AT - len(found)))
        recalls.append(found.sum() / min(RECALL_AT, len(case.hidden)))
        best = discounts[: min(NDCG_AT, len(case.hidden))].sum()
        gains.append(found[:NDCG_AT] @ discounts / best)
    return Figures(float(np.mean(recalls)), float(np.mean(gains)))


# --- What to beat -------------------------------------------------------------------------------


class Baselines:
    """The usual simple recommenders, on the same relations."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.uris = [c.uri for c in taxonomy.competences]
        self.position = {uri: i for i, uri in enumerate(self.uris)}
        trade = {o.uri: i for i, o in enumerate(taxonomy.occupations)}
        self.trades = np.zeros((len(trade), len(self.uris)), np.float32)
        for relation in taxonomy.relations:
            self.trades[trade[relation.occupation], self.position[relation.competence]] = 1.0
        self.count = self.trades.sum(axis=0)

    def popularity(self, case: Case) -> list[str]:
        """What most trades require."""
        return self._best(self.count, case)

    def neighbours(self, case: Case) -> list[str]:
        """What is required together with what is shown, by cosine of competences."""
        lengths = np.sqrt(np.maximum(self.count, 1.0))
        shown = self._shown(case) / lengths
        return self._best((self.trades @ shown) @ self.trades / lengths, case)

    def ease(self, ridge: float = 10.0) -> Callable[[Case], list[str]]:
        """EASE as published (Steck 2019), with one ridge for all."""
        inner = self.trades @ self.trades.T / ridge
        inner[np.diag_indices_from(inner)] += 1.0
        solved = np.linalg.inv(inner) @ self.trades
        diagonal = 1.0 - (self.trades * solved).sum(axis=0) / ridge

        def ranking(case: Case) -> list[str]:
            reached = (self.trades @ self._shown(case)) @ solved / ridge
            return self._best(reached / diagonal, case)

        return ranking

    def _shown(self, case: Case) -> NDArray[np.float32]:
        row = np.zeros(len(self.uris), np.float32)
        row[[self.position[uri] for uri in case.shown]] = 1.0
        return row

    def _best(self, scores: NDArray[np.float32], case: Case) -> list[str]:
        scores = scores.copy()
        scores[[self.position[uri] for uri in case.shown]] = -np.inf
        return [self.uris[i] for i in np.argsort(-scores, kind="stable")[:RECALL_AT]]


# --- Ours ---------------------------------------------------------------------------------------


def known(case: Case) -> dict[str, float]:
    """What is shown of a trade, as known for sure."""
    return dict.fromkeys(case.shown, 1.0)


def reliability(
    hidden: HiddenCompetences, cases: Sequence[Case], *, limit: int
) -> list[tuple[float, float, int]]:
    """Said and found in ten bins: mean probability, share found, number of inferences."""
    said, found = [], []
    for case in cases:
        for inference in hidden.infer(known(case), limit):
            said.append(inference.probability)
            found.append(inference.uri in case.hidden)
    p, y = np.array(said), np.array(found, float)
    bins = np.minimum((p * ECE_BINS).astype(int), ECE_BINS - 1)
    return [
        (float(p[here].mean()), float(y[here].mean()), int(here.sum()))
        for here in (bins == b for b in range(ECE_BINS))
        if here.any()
    ]


def calibration_error(bins: Sequence[tuple[float, float, int]]) -> float:
    """The expected calibration error: the mean distance of what is said and what is found."""
    return sum(n * abs(said - found) for said, found, n in bins) / sum(n for *_, n in bins)


def seconds_of(action: Callable[[], object]) -> float:
    """The wall-clock time of an action."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def compared(fitting: Taxonomy, cases: Sequence[Case]) -> Mapping[str, Figures]:
    """Every model on the same cases, the simplest first."""
    baselines = Baselines(fitting)
    models = {
        "all": HiddenCompetences.fit(fitting),
        "support": HiddenCompetences.fit(fitting, only_support=True),
    }

    def inferred(name: str) -> Callable[[Case], list[str]]:
        return lambda case: [i.uri for i in models[name].infer(known(case), RECALL_AT)]

    return {
        "popularity": measured(baselines.popularity, cases),
        "item neighbours": measured(baselines.neighbours, cases),
        "EASE": measured(baselines.ease(), cases),
        "ours, only support": measured(inferred("support"), cases),
        "ours": measured(inferred("all"), cases),
    }


def report(fitting: Taxonomy, cases: Sequence[Case]) -> Iterator[str]:
    """The comparison, the times and the calibration, a line at a time."""
    yield f"{'':20} recall@{RECALL_AT}  nDCG@{NDCG_AT}"
    for name, figures in compared(fitting, cases).items():
        yield f"{name:20} {figures.recall:9.3f} {figures.ndcg:8.3f}"
    start = time.perf_counter()
    hidden = HiddenCompetences.fit(fitting)
    yield f"fit: {time.perf_counter() - start:.1f} s"
    times = sorted(seconds_of(lambda c=case: hidden.infer(known(c))) for case in cases[:200])
    yield f"infer: median {times[len(times) // 2] * 1e3:.1f} ms, most {times[-1] * 1e3:.1f} ms"
    for limit in (20, 50):
        bins = reliability(hidden, cases, limit=limit)
        yield f"calibration error of the first {limit}: {calibration_error(bins):.3f}"
    yield f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB"


def main() -> None:
    """Print the report on a release of ESCO, or on our own taxonomy."""
    options = argparse.ArgumentParser(description="Measures hidden competences.")
    options.add_argument("folder", type=Path, nargs="?", help="an ESCO release; ours without it")
    options.add_argument("--language", default="en")
    options.add_argument("--choosing", action="store_true", help="on fitting trades only")
    asked = options.parse_args()
    whole = Taxonomy.from_esco(asked.folder, asked.language) if asked.folder else Taxonomy.builtin()
    fitting, cases = split(whole)
    if asked.choosing:
        fitting, cases = split(fitting)
    for line in report(fitting, cases):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
