"""How well and how fast encoders find competences, by likeness of meaning alone.

    python -m skills_taxonomy.training.measure [FOLDER …]

Only the development half of the gold phrases is read: the test half is for the linker's reported
figures.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skills_taxonomy.encoder import SHIPPED, Encoder, Vectors
from skills_taxonomy.evaluation import GOLD, Phrase, read_gold
from skills_taxonomy.taxonomy import Taxonomy


class Figures(NamedTuple):
    """Of an encoder: shares of the phrases with a right competence first, or among the first."""

    hit_at_1: float
    hit_at_5: float
    hit_at_10: float
    load_seconds: float
    texts_per_second: float


def ranks(
    found: Vectors, labels: Vectors, owners: Sequence[str], phrases: Sequence[Phrase]
) -> list[int]:
    """Of each phrase, the rank of the first right competence, from 0.

    Args:
        found: The phrases' unit rows, ``(n_phrases, dim)``.
        labels: Unit rows, ``(n_labels, dim)``; a competence is as near as its nearest label.
        owners: The competence of each label.
        phrases: ``n_phrases``.
    """
    uris = sorted(set(owners))
    place = {uri: column for column, uri in enumerate(uris)}
    best = np.full((len(phrases), len(uris)), -1.0, np.float32)
    columns = np.array([place[uri] for uri in owners])
    np.maximum.at(best.T, columns, labels @ found.T)
    right = np.array([[uri in phrase.accepted for uri in uris] for phrase in phrases])
    nearest_right = np.where(right, best, -1).max(1, keepdims=True)
    return [int(count) for count in (best > nearest_right).sum(1)]


def measure(folder: Path, taxonomy: Taxonomy, phrases: Sequence[Phrase]) -> Figures:
    """Figures of an encoder on some phrases, with every label of the taxonomy's competences."""
    pairs = [
        (label, competence.uri)
        for competence in taxonomy.competences
        for label in (competence.label, competence.label_feminine, *competence.other_labels)
        if label
    ]
    started = time.perf_counter()
    encoder = Encoder(folder)
    found = encoder.encode([phrase.text for phrase in phrases])
    loaded = time.perf_counter()
    labels = encoder.encode([label for label, _ in pairs])
    taken = time.perf_counter() - loaded
    placed = np.array(ranks(found, labels, [uri for _, uri in pairs], phrases))
    first, five, ten = (float((placed < k).mean()) for k in (1, 5, 10))
    return Figures(first, five, ten, loaded - started, len(pairs) / taken)


def trained_on_another(folder: Path, taxonomy: Taxonomy) -> bool:
    """Whether a model of ours was trained on another state of the taxonomy."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return False
    return taxonomy.version not in json.loads(manifest.read_text("utf-8"))["taxonomies"]


def main() -> None:
    """Print the figures of each folder as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", default=[SHIPPED])
    parser.add_argument("--gold", type=Path, default=GOLD)
    given = parser.parse_args()
    phrases = read_gold(given.gold, "development").phrases
    taxonomy = Taxonomy.builtin()
    for folder in given.folders:
        if trained_on_another(folder, taxonomy):
            sys.stderr.write(f"{folder}: the taxonomy has changed since it was trained\n")
        figures = measure(folder, taxonomy, phrases)
        rounded = {name: round(value, 3) for name, value in figures._asdict().items()}
        json.dump({"folder": str(folder), "phrases": len(phrases), **rounded}, sys.stdout)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
