"""The speed of linking: ``python -m tests.bench.linking``, from the start of the process.

Phrases and stories are those of the development half; to make a thousand phrases, no two alike,
runs of seven words of the stories are added. Each figure is a median.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import perf_counter

from skills_taxonomy import Linker, Taxonomy
from skills_taxonomy.evaluation import GOLD, read_gold

PHRASES = 1000
WORDS = 150
RUN = 7


def main() -> None:
    """Print the table."""
    start = perf_counter()
    linker = Linker(Taxonomy.builtin())
    linker.search("tenevo la cassa")
    first = perf_counter() - start
    gold = read_gold(GOLD, "development")
    told = " ".join(story.text for story in gold.stories).split()
    runs = (" ".join(told[i : i + RUN]) for i in range(len(told)))
    texts = [phrase.text for phrase in gold.phrases]
    phrases = list(dict.fromkeys([*texts, *runs]))[:PHRASES]
    stories = [" ".join(told[i : i + WORDS]) for i in range(0, 10 * WORDS, WORDS)]
    words = Linker(linker.taxonomy, encoder=None)
    full, fast = (
        len(phrases) / _seconds([partial(one.search_many, phrases, limit=5)] * 4)
        for one in (linker, words)
    )
    story = _seconds([partial(linker.extract, text) for text in stories])
    sys.stdout.write(
        f"first result, from the start of the process: {first:.1f} s\n"
        f"{len(phrases)} phrases: {full:.0f}/s, by words alone {fast:.0f}/s\n"
        f"a story of {WORDS} words: {story * 1000:.0f} ms\n"
    )


def _seconds(works: Sequence[Callable[[], object]]) -> float:
    """The median time, after a first one that fills the caches."""
    times = []
    for work in works:
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times[1:])


if __name__ == "__main__":
    main()
