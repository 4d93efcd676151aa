"""Encode the labels of the built-in taxonomy: ``python -m skills_taxonomy.training.label_vectors``.

The file stands beside the model. Run again when the model or the tables change: only what is new is
encoded. Until then the linker encodes what the file lacks at the first search of each process.
"""

import argparse
from pathlib import Path

from skills_taxonomy.activities import Activities
from skills_taxonomy.concepts import ConceptKind
from skills_taxonomy.dense import BESIDE_MODEL, DenseIndex, kept_of
from skills_taxonomy.encoder import SHIPPED, Encoder
from skills_taxonomy.linker import Linker
from skills_taxonomy.mentions import NEUTRAL
from skills_taxonomy.taxonomy import Taxonomy

_KINDS: tuple[ConceptKind, ...] = ("competence", "occupation")


def texts_of(linker: Linker) -> list[str]:
    """Every text that a linker compares others with, as it is encoded, each once."""
    labels = [label for kind in _KINDS for label in linker.encoded_labels(kind)]
    lived = linker.of(Activities.builtin().as_taxonomy).encoded_labels("competence")
    return list(dict.fromkeys([*labels, *lived, *linker.encoded(NEUTRAL)]))


def main() -> None:
    """Encode and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    folder = parser.parse_args().encoder
    texts, encoder = texts_of(Linker(Taxonomy.builtin(), encoder=None)), Encoder(folder)
    kept_of(texts, DenseIndex(texts, encoder).vectors, encoder).write(folder / BESIDE_MODEL)


if __name__ == "__main__":
    main()
