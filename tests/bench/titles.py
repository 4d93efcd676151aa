"""Titles of ESCO, label by label: ``python -m tests.bench.titles FOLDER``.

The folder is an ESCO release with Italian occupations. Of 200 titles that have a woman's and a
man's form, chosen by the hash of their URI: do both find the same concept with the same score, and
do their plurals find it too?
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from skills_taxonomy import Linker, Match, Occupation, Taxonomy
from skills_taxonomy.encoder import SHIPPED

TITLES = 200
# Where a title goes on with what is not inflected ("operatore di cippatrice").
_END = {"di", "da", "in", "del", "della", "dei", "delle", "al", "alla", "per", "con", "e", "a"}
_PLURALS = (
    ("trice", "trici"), ("ista", "isti"), ("logo", "logi"), ("loga", "loghe"), ("ico", "ici"),
    ("ica", "iche"), ("co", "chi"), ("ca", "che"), ("go", "ghi"), ("ga", "ghe"), ("cia", "ce"),
    ("io", "i"), ("a", "e"), ("o", "i"), ("e", "i"),
)  # fmt: skip


def plural(title: str) -> str:
    """A title in the plural: its words up to the first preposition."""
    words = title.split()
    end = next((i for i, word in enumerate(words) if word in _END or "'" in word), len(words))
    return " ".join([*map(_plural, words[:end]), *words[end:]])


def _plural(word: str) -> str:
    for ending, many in _PLURALS:
        if word.endswith(ending):
            return word.removesuffix(ending) + many
    return word


def chosen(taxonomy: Taxonomy) -> list[Occupation]:
    """The occupations whose titles are tried."""
    two = [o for o in taxonomy.occupations if o.label_feminine not in ("", o.label)]
    return sorted(two, key=lambda o: hashlib.sha256(o.uri.encode()).digest())[:TITLES]


def first(linker: Linker, titles: Sequence[str]) -> list[Match | None]:
    """The best label of each title."""
    found = linker.search_many(titles, kind="occupation", by="label", limit=1)
    return [matches[0] if matches else None for matches in found]


def main() -> None:
    """Print what differs, and how many are alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--cache", type=Path, help="where label vectors are kept")
    given = parser.parse_args()
    taxonomy = Taxonomy.from_esco(given.release, "it")
    linker = Linker(taxonomy, given.encoder, cache=given.cache)
    occupations = chosen(taxonomy)
    his, hers = ([getattr(o, n) for o in occupations] for n in ("label", "label_feminine"))
    alike = _differ(his, hers, first(linker, his), first(linker, hers), "score")
    for one in (his, hers):
        many = [plural(title) for title in one]
        right = _differ(one, many, first(linker, one), first(linker, many), "concept")
        sys.stdout.write(f"the same concept in the plural: {right} of {len(one)}\n")
    sys.stdout.write(f"the same concept and score for him and her: {alike} of {len(his)}\n")


def _differ(
    ones: Sequence[str],
    others: Sequence[str],
    found: Sequence[Match | None],
    again: Sequence[Match | None],
    what: str,
) -> int:
    """Print the titles that find something else, and count those that do not."""
    right = 0
    for one, other, a, b in zip(ones, others, found, again, strict=True):
        same = a is not None and b is not None and a.uri == b.uri
        if same and a and b and (what == "concept" or a.score == b.score):
            right += 1
        else:
            sys.stdout.write(f"{one} → {_shown(a)}; {other} → {_shown(b)}\n")
    return right


def _shown(match: Match | None) -> str:
    return f"{match.label} {match.score}" if match else "–"


if __name__ == "__main__":
    main()
