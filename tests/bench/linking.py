"""The speed of linking: ``python -m tests.bench.linking``, from the start of the process.

Phrases and stories are those of the development half; each figure is the best of three.
"""

import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter

from skills_taxonomy import Linker, Taxonomy
from skills_taxonomy.evaluation import GOLD, read_gold

PHRASES = 1000
WORDS = 150


def main() -> None:
    """Print the table."""
    start = perf_counter()
    linker = Linker(Taxonomy.builtin())
    linker.search("tenevo la cassa")
    first = perf_counter() - start
    gold = read_gold(GOLD, "development")
    texts = [phrase.text for phrase in gold.phrases]
    phrases = [texts[i % len(texts)] for i in range(PHRASES)]
    story = " ".join(" ".join(story.text for story in gold.stories[:3]).split()[:WORDS])
    words = Linker(linker.taxonomy, encoder=None)
    full, fast = (_seconds(partial(one.search_many, phrases, limit=5)) for one in (linker, words))
    told = _seconds(partial(linker.extract, story))
    sys.stdout.write(
        f"first result, from the start of the process: {first:.1f} s\n"
        f"{PHRASES} phrases: {PHRASES / full:.0f}/s, by words alone {PHRASES / fast:.0f}/s\n"
        f"a story of {WORDS} words: {told * 1000:.0f} ms\n"
    )


def _seconds(work: Callable[[], object]) -> float:
    """The best time of three, after a first one that fills the caches."""
    work()
    times = []
    for _ in range(3):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
