"""How many implied competences are proposed: ``python -m tests.bench.implied [--half test]``.

The stories and what they imply were written by somebody who did not know the rules
(`tests/gold/implied.jsonl`). What is tuned is tuned on the development half.
"""

import argparse
import json
import sys
from typing import Any, get_args

from matching.engine import Engine, builtin_engine
from matching.intake import read_participant
from skills_taxonomy import Linker
from skills_taxonomy.evaluation import GOLD, Half, is_test
from tests.builders import a_participant

FIRST = 15
_URI = "urn:cantiere:competence:"


def main() -> None:
    """Print shares of the implied and of the not implied competences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=get_args(Half), default="development")
    half = parser.parse_args().half
    lines = (GOLD / "implied.jsonl").read_text("utf-8").splitlines()
    stories = [s for s in map(json.loads, lines) if is_test(s["id"]) == (half == "test")]
    engine = builtin_engine()
    linker = Linker(engine.taxonomy)
    implied = first = declared = of_all = anywhere = wrong = not_implied = 0
    for story in stories:
        ranked, told = _proposed(story, engine, linker)
        held, found = set(ranked), {*[uri for uri in ranked if uri not in told][:FIRST]}
        implied += len(story["implied"])
        first += len(found & _uris(story["implied"]))
        declared += len(told & _uris(story["implied"]))
        of_all += len({*ranked[:FIRST]} & _uris(story["implied"]))
        anywhere += len(held & _uris(story["implied"]))
        not_implied += len(story["not_implied"])
        wrong += len(held & _uris(story["not_implied"]))
    sys.stdout.write(
        f"{half} half, {len(stories)} stories\n"
        f"implied, among the first {FIRST} hidden or from experience: {first / implied:.2f}\n"
        f"implied, read as declared: {declared / implied:.2f}\n"
        f"implied, among the first {FIRST} of all: {of_all / implied:.2f}\n"
        f"implied, anywhere in the profile: {anywhere / implied:.2f}\n"
        f"not implied, proposed all the same: {wrong / not_implied:.2f}\n"
    )


def _proposed(story: dict[str, Any], engine: Engine, linker: Linker) -> tuple[list[str], set[str]]:
    """All that is proposed, the likeliest first, and what of it is declared."""
    told = {field: story[field] for field in ("narrative", "experiences") if field in story}
    participant = a_participant(id=story["id"], **told)
    reading = read_participant(participant, linker)
    competences = engine.profile(engine.person(participant, reading, {})).competences
    return (
        [held.uri for held in competences],
        {held.uri for held in competences if held.origin == "declared"},
    )


def _uris(names: list[str]) -> set[str]:
    return {_URI + name.removeprefix(_URI) for name in names}


if __name__ == "__main__":
    main()
