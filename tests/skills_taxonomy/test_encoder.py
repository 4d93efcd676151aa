"""The encoder that is shipped, and what is said of a folder that is none."""

import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

from skills_taxonomy.encoder import SHIPPED, Encoder, EncoderError

TEXTS = [
    "stiravo le camicie",
    "Badavo alla nonna che aveva l'Alzheimer, di giorno e di notte, per più di sei anni",
    "saldatore",
    "tenevo la cassa",
    "aggiustavo i motorini",
]
MANIFEST = json.loads((SHIPPED / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_texts_become_unit_rows(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), encoder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_texts_are_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_the_same_texts_give_the_same_rows(encoder: Encoder) -> None:
    np.testing.assert_array_equal(encoder.encode(TEXTS), Encoder().encode(TEXTS))


def test_a_row_does_not_depend_on_the_texts_beside_it(encoder: Encoder) -> None:
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_array_equal(encoder.encode(TEXTS), alone)
    np.testing.assert_array_equal(encoder.encode([*TEXTS[::-1], "x"])[-2::-1], alone)


def test_rows_are_those_that_sentence_transformers_makes(encoder: Encoder) -> None:
    texts = [*TEXTS, "x", "lavoravo in fabbrica " * 100]
    expected = encoder.model.encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode(texts), expected, atol=1e-5)


def test_a_table_of_words_is_an_encoder_too(encoder: Encoder, tmp_path: Path) -> None:
    table = StaticEmbedding(encoder.model.tokenizer, embedding_dim=8)
    SentenceTransformer(modules=[table]).save(str(tmp_path / "table"))
    rows = Encoder(tmp_path / "table").encode(TEXTS)
    assert rows.shape == (len(TEXTS), 8)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_capitals_and_curly_apostrophes_change_nothing(encoder: Encoder) -> None:
    plain, shouted = encoder.encode(["guidavo l'autobus", "GUIDAVO  L’AUTOBUS"])
    np.testing.assert_allclose(plain, shouted, atol=1e-5)


def test_what_means_the_same_is_nearer_than_what_shares_words(encoder: Encoder) -> None:
    asked, same, other = encoder.encode(
        ["mettevo a posto i motorini", "riparare ciclomotori", "mettevo a posto la camera"]
    )
    assert asked @ same > asked @ other


def test_nothing_is_asked_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Encoder().encode(["piastrellista"]).shape[0] == 1


def test_torch_waits_for_the_first_text() -> None:
    seen = "import sys, skills_taxonomy.encoder as e; e.Encoder(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def _nothing(folder: Path) -> None:
    folder.rmdir()


def _no_model(folder: Path) -> None:
    (folder / "config.json").write_text("{}", "utf-8")


def _broken(folder: Path) -> None:
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Nothing"}]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "key"), [(_nothing, "no_folder"), (_no_model, "no_model"), (_broken, "broken")]
)
def test_a_folder_that_is_no_model_is_told_from_one(
    tmp_path: Path, spoil: Callable[[Path], None], key: str
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    spoil(folder)
    with pytest.raises(EncoderError) as caught:
        Encoder(folder).encode(["sarta"])
    assert (caught.value.key, caught.value.folder) == (key, folder)


def test_the_fingerprint_is_of_the_files_that_make_the_vectors(tmp_path: Path) -> None:
    for name, content in (("modules.json", "[]"), ("manifest.json", "{}"), ("README.md", "")):
        (tmp_path / name).write_text(content, "utf-8")
    first = Encoder(tmp_path).fingerprint
    (tmp_path / "manifest.json").write_text('{"measured": 1}', "utf-8")
    (tmp_path / "linker_calibration.json").write_text("{}", "utf-8")
    assert Encoder(tmp_path).fingerprint == first
    (tmp_path / "modules.json").write_text("[0]", "utf-8")
    assert Encoder(tmp_path).fingerprint != first


def test_the_shipped_model_is_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 40e6


def test_the_manifest_is_of_the_weights_beside_it() -> None:
    weights = (SHIPPED / "model.safetensors").read_bytes()
    assert MANIFEST["weights_sha256"] == hashlib.sha256(weights).hexdigest()


def test_the_shipped_model_was_trained_to_the_end() -> None:
    hundreds = -(-MANIFEST["recipe"]["steps"] // 100)
    losses = MANIFEST["loss_by_hundred_steps"]
    assert len(losses) == hundreds
    assert losses[-1] < losses[0]
