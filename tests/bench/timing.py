"""How long something takes: repeated, summed up as a median and a spread."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Timing:
    """Seconds that a call took; ``work`` is how many things each call did."""

    name: str
    calls: int
    work: int
    fastest: float
    median: float
    p90: float

    @property
    def per_second(self) -> float:
        """Things done a second, at the median."""
        return self.work / self.median


def timing(
    name: str, calls: Iterable[Callable[[], object]], *, warm_up: int = 0, work: int = 1
) -> Timing:
    """Time each call but the first ``warm_up``."""
    seconds = []
    for call in calls:
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    kept = np.array(seconds[warm_up:])
    p90 = float(np.quantile(kept, 0.9))
    return Timing(name, len(kept), work, float(kept.min()), float(np.median(kept)), p90)
