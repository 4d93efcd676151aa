"""A trained model as it is shipped: a sentence-transformers folder of a quarter of the size.

Its large matrices are kept in eight bits (float8, four of exponent and three of mantissa;
Micikevicius et al. 2022), which safetensors stores and transformers reads back as they are: whoever
loads the folder needs no code of ours, and no unpacked copy.
"""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer

_LARGE = 50_000  # values; what is smaller weighs little, and is kept in half precision


def pack(model: SentenceTransformer, folder: Path) -> None:
    """Write a model into a folder, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    model.save(str(folder), create_model_card=False)
    weights = folder / "model.safetensors"
    packed = {
        name: values.to(
            torch.float8_e4m3fn if values.ndim == 2 and values.numel() > _LARGE else torch.float16
        )
        for name, values in load_file(weights).items()
    }
    save_file(packed, weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # it is written for its owner alone; an installed package is for all
