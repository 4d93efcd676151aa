"""The training itself, on a model small enough to train in a moment."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from skills_taxonomy.encoder import Encoder
from skills_taxonomy.training.pack import pack
from skills_taxonomy.training.pairs import Entry, Pair, Source, batches
from skills_taxonomy.training.train import LowerStates, Recipe, counter_examples, shorten, train

WORDS = ["<pad>", "<unk>", "query", ":", *"abcdefghijklmnop"]
PADDING, UNKNOWN = {"pad_token": WORDS[0]}, {"unk_token": WORDS[1]}
CONCEPTS = [WORDS[at : at + 4] for at in range(4, len(WORDS), 4)]
RECIPE = Recipe(
    steps=24, batch=4, learning_rate=3e-3, warm_up_steps=2, frozen_layers=1, checkpoint_every=8
)


@pytest.fixture
def model(tmp_path: Path) -> SentenceTransformer:
    """Two layers of random weights, which know letters."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=256, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=256, max_position_embeddings=16, pad_token_id=0,
    )  # fmt: skip
    BertModel(config).save_pretrained(tmp_path / "bert")
    vocabulary = {word: place for place, word in enumerate(WORDS)}
    words = Tokenizer(models.WordLevel(vocabulary, **UNKNOWN))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=words, model_max_length=16, **PADDING, **UNKNOWN
    ).save_pretrained(tmp_path / "bert")
    return SentenceTransformer(
        modules=[Transformer(str(tmp_path / "bert")), Pooling(256), Normalize()],
        device="cpu",
        prompts={"text": "query: "},
        default_prompt_name="text",
    )


def source() -> Source:
    """Concepts that share no word: texts of one are to come near each other."""
    texts = [(w[0], w[1], f"{w[2]} {w[3]}", f"{w[0]} {w[2]} {w[1]}") for w in CONCEPTS]
    return Source("letters", 1, tuple(Entry(t[0], "", t, t) for t in texts))


def trained(model: SentenceTransformer, checkpoint: Path, recipe: Recipe = RECIPE) -> list[float]:
    drawn = batches([source()], recipe.batch, recipe.seed)
    return train(model, LowerStates(model, recipe), drawn, recipe, checkpoint)


def test_training_brings_the_texts_of_a_concept_together(
    model: SentenceTransformer, tmp_path: Path
) -> None:
    losses = trained(model, tmp_path / "c.pt")
    assert len(losses) == RECIPE.steps
    assert np.mean(losses[-4:]) < np.mean(losses[:4]) / 2
    rows = model.encode(["a", "b", "e"])
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_embeddings_and_lower_layers_stay(model: SentenceTransformer, tmp_path: Path) -> None:
    bert = model[0].auto_model
    kept = [bert.embeddings.state_dict(), bert.encoder.layer[0].state_dict()]
    before = [{name: values.clone() for name, values in part.items()} for part in kept]
    moving = bert.encoder.layer[1].output.dense.weight.clone()
    trained(model, tmp_path / "c.pt")
    for part, old in zip(kept, before, strict=True):
        assert all(torch.equal(part[name], old[name]) for name in old)
    assert not torch.equal(bert.encoder.layer[1].output.dense.weight, moving)


def test_a_training_that_was_cut_off_ends_like_one_that_was_not(
    model: SentenceTransformer, tmp_path: Path
) -> None:
    start = {name: values.clone() for name, values in model.state_dict().items()}
    whole = trained(model, tmp_path / "whole.pt")
    expected = model.encode(["a", "b", "k l"])

    def cut_off(after: int) -> None:
        drawn = islice(batches([source()], RECIPE.batch, RECIPE.seed), after)
        train(model, LowerStates(model, RECIPE), drawn, RECIPE, tmp_path / "cut.pt")

    model.load_state_dict(start)
    cut_off(after=13)
    model.load_state_dict(start)
    assert trained(model, tmp_path / "cut.pt") == pytest.approx(whole, abs=1e-5)
    np.testing.assert_allclose(model.encode(["a", "b", "k l"]), expected, atol=1e-5)


def test_a_shortened_model_keeps_the_layers_asked_for_and_asks_for_no_prompt(
    model: SentenceTransformer, tmp_path: Path
) -> None:
    layers = list(model[0].auto_model.encoder.layer)
    with_prompt = model.encode(["a"])
    shorten(model, (0, 1))
    assert not np.allclose(model.encode(["a"]), with_prompt)
    assert np.allclose(model.encode(["query: a"]), with_prompt, atol=1e-6)
    shorten(model, (1,))
    assert list(model[0].auto_model.encoder.layer) == layers[1:]
    model.save(str(tmp_path / "short"), create_model_card=False)
    again = SentenceTransformer(str(tmp_path / "short"), device="cpu")
    np.testing.assert_allclose(again.encode(["a b", "c"]), model.encode(["a b", "c"]), atol=1e-6)


def test_near_concepts_and_equal_texts_are_no_counter_examples() -> None:
    batch = [
        Pair("a", "b", "wide", frozenset()),
        Pair("c", "d", "narrow", frozenset({"wide"})),
        Pair("e", "b", "other", frozenset()),
    ]
    assert counter_examples(batch).tolist() == [
        [True, False, False],  # its own right text is what the left one must find
        [False, True, True],
        [False, True, True],
    ]


def test_a_packed_model_is_small_and_loads_as_any_other(
    model: SentenceTransformer, tmp_path: Path
) -> None:
    model.save(str(tmp_path / "whole"), create_model_card=False)
    pack(model, tmp_path / "packed")
    sizes = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("whole", "packed")]
    assert sizes[1] < sizes[0] / 3
    texts = ["a", "b c", "k l m"]
    cosines = (model.encode(texts) * Encoder(tmp_path / "packed").encode(texts)).sum(1)
    assert cosines.min() > 0.99
