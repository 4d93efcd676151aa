"""Texts as vectors, through a sentence-transformers model: the shipped one or any local folder.

What a model wants done to a text (a prompt, small letters) its own files say. torch is imported
when the first text is encoded, never before; nothing is ever fetched.
"""

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "model"
_BATCH = 64  # texts; they go through the model by length, so that short ones wait for no long one
_FILES = ("*.json", "*.safetensors", "*/*.json", "*/*.safetensors")


class EncoderError(Exception):
    """A folder that cannot be used as an encoder.

    Args:
        key: What is wrong; whoever shows it has a sentence for each. ``no_folder``: there is none;
            ``no_model``: it is no sentence-transformers model; ``broken``: it cannot be loaded.
        folder: The folder.
    """

    def __init__(self, key: Literal["no_folder", "no_model", "broken"], folder: Path) -> None:
        super().__init__(key, str(folder))
        self.key = key
        self.folder = folder


class Encoder:
    """A sentence encoder; the model is loaded when it is first used.

    Args:
        folder: A local sentence-transformers model.

    Raises:
        EncoderError: If the folder holds no model.
    """

    def __init__(self, folder: Path | str = SHIPPED) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise EncoderError("no_folder", self.folder)
        if not (self.folder / "modules.json").is_file():
            raise EncoderError("no_model", self.folder)

    @cached_property
    def fingerprint(self) -> str:
        """Of the model's files: equal fingerprints give equal vectors."""
        digest = hashlib.sha256()
        for path in sorted(path for pattern in _FILES for path in self.folder.glob(pattern)):
            if path.name != "manifest.json":
                digest.update(path.relative_to(self.folder).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    @cached_property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts as unit rows, ``(len(texts), dimension)``.

        A text's row does not depend on the texts beside it, but for the last digits of a float.

        Raises:
            EncoderError: If the model cannot be loaded.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors: Vectors = self.model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return vectors.astype(np.float32, copy=False)

    @cached_property
    def model(self) -> "SentenceTransformer":
        """The model itself, loaded at the first call."""
        import torch
        from huggingface_hub import constants
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        constants.HF_HUB_OFFLINE = True
        disable_progress_bar()  # type: ignore[no-untyped-call]
        # It says in English on standard error that a model has a prompt.
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        try:
            # Kept in half precision or less, a model is several times slower as it is.
            return SentenceTransformer(
                str(self.folder),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": torch.float32},
            )
        except Exception as error:  # the libraries raise whatever they like
            raise EncoderError("broken", self.folder) from error
