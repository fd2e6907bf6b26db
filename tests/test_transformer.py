"""A real, if tiny, transformer model, made here and read from disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged, ModelError
from corpus.ingest import ingest
from corpus.store import Coverage
from retrieval.answer.silence import Threshold
from retrieval.embed import Embedder, Vectors, load
from retrieval.engine import COVERAGE_FILE, Engine, update_index

WORDS = (
    *("peace", "war", "talks", "began", "in", "wonsan", "on", "friday"),
    *("the", "minister", "arrived", "harbour", "who", "when", "did"),
)
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", "ask", ":", *WORDS]
PROMPTS = {"query": "query: ", "document": "passage: "}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    made = tmp_path_factory.mktemp("model")
    (made / "vocab.txt").write_text("\n".join(VOCABULARY))
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    torch.manual_seed(7)
    BertModel(config).save_pretrained(made / "bert")
    BertTokenizer(vocab=str(made / "vocab.txt")).save_pretrained(made / "bert")
    modules = [Transformer(str(made / "bert")), Pooling(16, "mean")]
    model = SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu")
    model.save(str(made / "tiny"))
    return made / "tiny"


@pytest.fixture(scope="module")
def embedder(folder: Path) -> Embedder:
    return load(str(folder), folder)


def expected(folder: Path, *texts: str) -> Vectors:
    """Vectors of texts that hold their prompts already."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    vectors = model.encode(
        list(texts), prompt="", normalize_embeddings=True, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)


def test_a_folder_of_another_kind_is_read_by_the_library(embedder: Embedder, folder: Path) -> None:
    from retrieval.transformer import TransformerEmbedder

    assert isinstance(embedder, TransformerEmbedder)
    assert embedder.name == str(folder)
    assert embedder.dimensions == 16


def test_the_models_own_prompts_are_used(embedder: Embedder, folder: Path) -> None:
    text = "talks began in wonsan"
    query, passage, bare = expected(folder, f"query: {text}", f"passage: {text}", text)
    np.testing.assert_allclose(embedder.embed_queries([text])[0], query, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_passages([text])[0], passage, atol=1e-5)
    assert not np.allclose(query, passage, atol=1e-3)
    assert not np.allclose(query, bare, atol=1e-3)


@pytest.mark.parametrize(
    ("prompts", "query", "passage"),
    [
        (("ask: ", "war: "), "ask: ", "war: "),
        (("ask: ", None), "ask: ", "passage: "),
        ((None, "war: "), "query: ", "war: "),
        (("", ""), "", ""),
    ],
)
def test_prompts_of_the_settings_replace_them(
    folder: Path, prompts: tuple[str | None, str | None], query: str, passage: str
) -> None:
    made, text = load(str(folder), folder, prompts), "peace talks"
    wanted = expected(folder, query + text, passage + text)
    np.testing.assert_allclose(made.embed_queries([text])[0], wanted[0], atol=1e-5)
    np.testing.assert_allclose(made.embed_passages([text])[0], wanted[1], atol=1e-5)


def test_prompts_and_weights_are_in_the_digest(
    embedder: Embedder, folder: Path, tmp_path: Path
) -> None:
    import shutil

    assert load(str(folder), folder).digest == embedder.digest
    assert load(str(folder), folder, ("ask: ", None)).digest != embedder.digest
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert load(str(copy), copy).digest == embedder.digest
    config = json.loads((copy / "config_sentence_transformers.json").read_text())
    config["prompts"]["query"] = "ask: "
    (copy / "config_sentence_transformers.json").write_text(json.dumps(config))
    assert load(str(copy), copy).digest != embedder.digest


def test_vectors_are_of_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["peace", "war talks", "", "who " * 300])
    assert vectors.shape == (4, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == (0, 16)
    assert embedder.embed_passages([]).shape == (0, 16)


def test_a_batch_gives_the_vectors_of_each_alone(embedder: Embedder) -> None:
    texts = [" ".join(WORDS[: 1 + number % 9]) for number in range(70)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_whole_way_from_article_to_quote(
    embedder: Embedder, folder: Path, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    body = "The minister arrived in Wonsan on Friday. Talks began on Friday in the harbour."
    (articles / "a.txt").write_text(body, encoding="utf-8")
    coverage = Coverage.open(tmp_path / "home" / COVERAGE_FILE)
    ingest([str(articles)], coverage, today=date(2026, 2, 1))
    update_index(tmp_path / "home", coverage, embedder)
    engine = Engine.open(
        tmp_path / "home", embedder, Threshold(same_language=-1, across_languages=-1)
    )
    answer = engine.ask("When did the minister arrive?")
    assert answer.quotes
    for quote in answer.quotes:
        assert quote.text in body
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        Engine.open(tmp_path / "home", load(str(folder), folder, ("ask: ", None)))
    engine.coverage.close()
    coverage.close()


@pytest.mark.parametrize("damage", ["missing", "truncated", "garbage"])
def test_a_damaged_model_is_refused_in_words(folder: Path, tmp_path: Path, damage: str) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    weights = copy / "model.safetensors"
    if damage == "missing":
        weights.unlink()
    else:
        content = weights.read_bytes()[:500] if damage == "truncated" else b"garbage" * 99
        weights.write_bytes(content)
    with pytest.raises(ModelError, match="cannot read the model") as caught:
        load(str(copy), tmp_path)
    assert "\n" not in str(caught.value)


def test_an_empty_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load(str(tmp_path), tmp_path)


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-small", "all-MiniLM-L6-v2"])
def test_a_hub_name_that_was_not_downloaded_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """Without a connection, without torch, and with the command that fetches it."""
    code = f"""
import socket, sys
from pathlib import Path
def refuse(*given, **named):
    raise AssertionError("a connection was opened")
socket.socket.connect = socket.getaddrinfo = refuse
from corpus.errors import ModelError
from retrieval.embed import load
try:
    load({name!r}, Path({str(tmp_path)!r}))
except ModelError as error:
    print("torch" in sys.modules, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"HF_HOME": str(tmp_path / "cache")},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("False ")
    assert f"pullquote model download {name}" in done.stdout
