"""Contrastive fine-tuning of the upper layers of an encoder.

Of a batch of pairs, each left text must be nearest to its right one among all right ones, and the
other way round (symmetric InfoNCE; van den Oord et al. 2018). The embeddings and the lower layers
stay as they are: what they make of each text is worked out once. Some layers in the middle are left
out before, and the prompt that the base was made with: nearly half the work of reading a text.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import ModuleList, functional
from torch.nn.utils.rnn import pad_sequence
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR
from transformers import BertModel

from skills_taxonomy.training.pairs import Pair

log = logging.getLogger(__name__)

_CHUNK = 32  # texts of like length that go through the layers together
_REPORT = 20  # steps
_NEVER = -1e4  # a likeness that takes no part in a softmax


@dataclass(frozen=True)
class Recipe:
    """The numbers of a training."""

    seed: int = 20261124
    steps: int = 700
    batch: int = 64
    learning_rate: float = 8e-5
    warm_up_steps: int = 60
    scale: float = 30.0
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 9, 10, 11)  # of the base's twelve
    frozen_layers: int = 5  # of those that are kept
    longest: int = 32  # word pieces
    checkpoint_every: int = 100


class LowerStates:
    """What the frozen layers make of each text, ``(n_pieces, hidden)``, worked out once."""

    def __init__(self, model: SentenceTransformer, recipe: Recipe) -> None:
        self._bert, self._tokenizer = _bert(model), model.tokenizer
        self._recipe = recipe
        self._states: dict[str, Tensor] = {}

    def padded(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """States of some texts, ``(n, longest, hidden)``, and which are real, ``(n, longest)``."""
        new = sorted({text for text in texts if text not in self._states}, key=len)
        for start in range(0, len(new), _CHUNK):
            self._work_out(new[start : start + _CHUNK])
        states = [self._states[text] for text in texts]
        real = [state.new_ones(len(state)) for state in states]
        return pad_sequence(states, batch_first=True), pad_sequence(real, batch_first=True)

    @torch.no_grad()
    def _work_out(self, texts: list[str]) -> None:
        tokens = self._tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=self._recipe.longest,
            return_tensors="pt",
        )
        real = tokens["attention_mask"]
        hidden = self._bert.embeddings(tokens["input_ids"])
        for layer in self._bert.encoder.layer[: self._recipe.frozen_layers]:
            hidden = layer(hidden, real.bool()[:, None, None])
        for text, state, length in zip(texts, hidden, real.sum(1).tolist(), strict=True):
            self._states[text] = state[:length].clone()


def train(
    model: SentenceTransformer,
    lower: LowerStates,
    batches: Iterable[list[Pair]],
    recipe: Recipe,
    checkpoint: Path,
) -> list[float]:
    """Fine-tune in place; a training that was cut off goes on from its checkpoint.

    Returns:
        The loss of each step.
    """
    model.eval()  # no dropout: the pairs are varied enough, and every run is the same
    upper = _bert(model).encoder.layer[recipe.frozen_layers :]
    parts = _Parts(upper, *_optimiser(upper, recipe))
    losses = _resumed(checkpoint, parts)
    started, first = time.monotonic(), len(losses)
    for batch in islice(batches, first, recipe.steps):
        loss = _loss(upper, lower, batch, recipe)
        parts.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        parts.optimiser.step()
        parts.schedule.step()
        losses.append(loss.item())
        step = len(losses)
        if step % _REPORT == 0:
            pace = (time.monotonic() - started) / (step - first)
            mean = np.mean(losses[-_REPORT:])
            log.info("%d/%d loss %.3f, %.2f s a step", step, recipe.steps, mean, pace)
        if step % recipe.checkpoint_every == 0:
            _save(checkpoint, parts, losses)
    return losses


def shorten(model: SentenceTransformer, layers: Sequence[int]) -> None:
    """Keep some of a model's layers, in their order, and ask for no prompt."""
    bert = _bert(model)
    bert.encoder.layer = ModuleList(bert.encoder.layer[place] for place in layers)
    bert.config.num_hidden_layers = len(layers)
    model.prompts, model.default_prompt_name = {}, None


def _bert(model: SentenceTransformer) -> BertModel:
    bert = model[0].auto_model
    if not isinstance(bert, BertModel):
        raise TypeError("only a BERT can be trained here")
    return bert


class _Parts(NamedTuple):
    """What changes from step to step."""

    upper: ModuleList
    optimiser: AdamW
    schedule: LambdaLR


def _optimiser(upper: ModuleList, recipe: Recipe) -> tuple[AdamW, LambdaLR]:
    """AdamW, its rate rising for a while, then falling in a line until the last step."""
    optimiser = AdamW(upper.parameters(), lr=recipe.learning_rate, weight_decay=0.01)

    def rate(step: int) -> float:
        return min((step + 1) / recipe.warm_up_steps, max(0.02, 1 - step / recipe.steps))

    return optimiser, LambdaLR(optimiser, rate)


def _save(checkpoint: Path, parts: _Parts, losses: list[float]) -> None:
    states = {name: part.state_dict() for name, part in parts._asdict().items()}
    partial = checkpoint.with_suffix(".part")
    torch.save({**states, "losses": losses}, partial)
    partial.replace(checkpoint)


def _resumed(checkpoint: Path, parts: _Parts) -> list[float]:
    """The losses so far; the parts become what they were then."""
    if not checkpoint.exists():
        return []
    saved = torch.load(checkpoint, weights_only=True)
    for name, part in parts._asdict().items():
        part.load_state_dict(saved[name])
    return list(saved["losses"])


def _loss(upper: ModuleList, lower: LowerStates, batch: list[Pair], recipe: Recipe) -> Tensor:
    vectors = _embed(upper, lower, [p.left for p in batch] + [p.right for p in batch])
    likeness = vectors[: len(batch)] @ vectors[len(batch) :].T * recipe.scale
    likeness = likeness.masked_fill(~torch.from_numpy(counter_examples(batch)), _NEVER)
    target = torch.arange(len(batch))
    forth = functional.cross_entropy(likeness, target)
    back = functional.cross_entropy(likeness.T, target)
    return (forth + back) / 2


def counter_examples(batch: Sequence[Pair]) -> NDArray[np.bool_]:
    """Which right texts each left one is told apart from, its own included: ``(n, n)``.

    A near concept, or the same text, is none.
    """
    told_apart = [
        [
            a is b or not (b.right in (a.left, a.right) or b.concept in a.kin or a.concept in b.kin)
            for b in batch
        ]
        for a in batch
    ]
    return np.array(told_apart)


def _embed(upper: ModuleList, lower: LowerStates, texts: list[str]) -> Tensor:
    """Texts as unit rows, ``(n, hidden)``; those of like length go together, to pad little."""
    states, mask = lower.padded(texts)
    order = mask.sum(1).argsort()
    rows = []
    for start in range(0, len(texts), _CHUNK):
        chunk = order[start : start + _CHUNK]
        longest = int(mask[chunk].sum(1).max())
        hidden, real = states[chunk, :longest], mask[chunk, :longest]
        for layer in upper:
            hidden = layer(hidden, real.bool()[:, None, None])
        rows.append((hidden * real[..., None]).sum(1) / real.sum(1, keepdim=True))
    return functional.normalize(torch.cat(rows)[order.argsort()], dim=-1)
