"""Texts as vectors, through a sentence-transformers model: the shipped one or any local folder.

What a model wants done to a text (a prompt, small letters) its own files say. torch is imported
when the first text is encoded, never before; nothing is ever fetched.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from multiprocessing import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

Vectors = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "model"
# Texts go through the model beside others of their width, so that short ones wait for no long one.
# A width is of the text alone: a row is the same to the last bit, whatever texts are beside it.
_BATCH = 32
_WIDTH = 4  # word pieces; widths are multiples of it
_LEAST_WIDTH = 8  # with fewer rows, matrices are multiplied in another order
_FILES = ("*.json", "*.safetensors", "*/*.json", "*/*.safetensors")

# What is said of a model, and takes no part in its vectors.
_ABOUT = ("manifest.json", "linker_calibration.json")


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
            if path.name not in _ABOUT:
                digest.update(path.relative_to(self.folder).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    @cached_property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts as unit rows, ``(len(texts), dimension)``.

        A text's row does not depend on the texts beside it.

        Raises:
            EncoderError: If the model cannot be loaded.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        model = self.model
        features = model.preprocess(
            list(texts),
            prompt=model.prompts.get(model.default_prompt_name or ""),
            processing_kwargs={"text": {"pad_to_multiple_of": _LEAST_WIDTH}},
        )
        real = features.get("attention_mask")
        if real is not None and real[:, 0].all():
            return self._by_width(features, real)
        # A table of words, or a model that is padded in front: it goes its own way.
        vectors: Vectors = model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors.astype(np.float32, copy=False)

    def _by_width(self, features: Mapping[str, Any], real: "Tensor") -> Vectors:
        """The vectors of prepared texts, ``real`` telling a text's pieces from its padding."""
        import torch

        rows = torch.empty(len(real), self.dimension)

        def fill(batch: tuple[torch.Tensor, int]) -> None:
            places, width = batch
            part = {
                name: values[places, :width] if isinstance(values, torch.Tensor) else values
                for name, values in features.items()
            }
            with torch.inference_mode():
                rows[places] = self.model(part)["sentence_embedding"].float()

        with ThreadPoolExecutor(cpu_count()) as workers:
            list(workers.map(fill, _batches(real.sum(1), self.model.max_seq_length)))
        vectors: Vectors = torch.nn.functional.normalize(rows, dim=1).numpy()
        return vectors

    @cached_property
    def model(self) -> "SentenceTransformer":
        """The model itself, loaded at the first call."""
        import torch
        from huggingface_hub import constants
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        constants.HF_HUB_OFFLINE = True
        # A batch a thread, not a batch on all of them: on a busy machine threads that wait for each
        # other at every multiplication take several times as long.
        torch.set_num_threads(1)
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


def _batches(lengths: "Tensor", longest: int | None) -> Iterator[tuple["Tensor", int]]:
    """The places of some texts of one width, and that width, until every text has been.

    The widest come first: no thread is left with a long one when the others are done.

    Args:
        lengths: Word pieces of each text.
        longest: The most that the model reads.
    """
    widths = (-(-lengths // _WIDTH) * _WIDTH).clamp(_LEAST_WIDTH, longest)
    for width in widths.unique().flip(0).tolist():  # type: ignore[no-untyped-call]
        for places in (widths == width).nonzero()[:, 0].split(_BATCH):
            yield places, width
