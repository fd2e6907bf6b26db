"""Real, if tiny, models that need torch, made here and read from disk: an embedder, a reranker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged, ModelError
from retrieval.answer.silence import Calibration
from retrieval.engine import Engine
from retrieval.models.embed import load
from retrieval.models.folders import downloaded, kind_of
from retrieval.models.rerank import CrossEncoderReranker, load_reranker
from retrieval.types import Embedder, Vectors
from tests.homes import indexed

Pullquote = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[..., str]

WORDS = (
    *("peace", "war", "talks", "began", "in", "wonsan", "on", "friday"),
    *("the", "minister", "arrived", "harbour", "who", "when", "did"),
)
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", "ask", ":", *WORDS]
PROMPTS = {"query": "query: ", "document": "passage: "}


# Pieces that the models read at once.
LONGEST = 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bert`, `pairs` and `labels`, as transformers saves them; `labels` gives three scores."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    def config(labels: int) -> BertConfig:
        sizes = BertConfig(
            vocab_size=len(VOCABULARY),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=LONGEST,
            initializer_range=0.5,
        )
        sizes.num_labels = labels
        return sizes

    made = tmp_path_factory.mktemp("model")
    (made / "vocab.txt").write_text("\n".join(VOCABULARY))
    torch.manual_seed(7)
    models = {
        "bert": BertModel(config(1)),
        "pairs": BertForSequenceClassification(config(1)),
        "labels": BertForSequenceClassification(config(3)),
    }
    for name, model in models.items():
        model.save_pretrained(made / name)
        BertTokenizer(vocab=str(made / "vocab.txt")).save_pretrained(made / name)
    return made


@pytest.fixture(scope="module")
def folder(made: Path) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

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
    from retrieval.models.transformer import TransformerEmbedder

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
    embedder: Embedder, folder: Path, talkative: Calibration, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    body = "The minister arrived in Wonsan on Friday. Talks began on Friday in the harbour."
    (articles / "a.txt").write_text(body, encoding="utf-8")
    home = indexed(tmp_path / "home", embedder, articles)
    engine = Engine.open(home, embedder, talkative)
    answer = engine.ask("When did the minister arrive?")
    assert answer.quotes
    for quote in answer.quotes:
        assert quote.text in body
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        Engine.open(home, load(str(folder), folder, ("ask: ", None)), talkative)
    engine.coverage.close()


@pytest.mark.parametrize("damage", ["missing", "truncated", "garbage"])
def test_a_damaged_model_is_refused_in_words(folder: Path, tmp_path: Path, damage: str) -> None:
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


# ---------------------------------------------------------------- texts longer than the model


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=LONGEST - 4))
def test_a_text_that_fits_has_the_librarys_vector(
    embedder: Embedder, folder: Path, words: list[str]
) -> None:
    text = " ".join(words)
    from retrieval.models.transformer import TransformerEmbedder

    assert isinstance(embedder, TransformerEmbedder)
    plain = embedder._model.encode([text], prompt="passage: ", normalize_embeddings=True)
    np.testing.assert_allclose(embedder.embed_passages([text])[0], plain[0], atol=1e-5)


def test_the_longest_text_that_fits_is_one_window(embedder: Embedder, folder: Path) -> None:
    """64 pieces less [CLS], [SEP], the prompt's word and its colon leave 60."""
    fits, over = "war " * 60, "war " * 60 + "peace"
    np.testing.assert_allclose(
        embedder.embed_passages([fits]), expected(folder, f"passage: {fits}"), atol=1e-5
    )
    assert not np.allclose(
        embedder.embed_passages([over]), expected(folder, f"passage: {over}"), atol=1e-4
    )


def test_a_long_text_is_the_weighted_mean_of_its_windows(embedder: Embedder, folder: Path) -> None:
    """60 words, then 60 that repeat the last 7, then what is left."""
    words = [WORDS[number % len(WORDS)] for number in range(130)]
    parts = [words[:60], words[53:113], words[106:]]
    vectors = expected(folder, *("passage: " + " ".join(part) for part in parts))
    mean = sum(len(part) * vector for part, vector in zip(parts, vectors, strict=True))
    wanted = mean / np.linalg.norm(mean)
    np.testing.assert_allclose(embedder.embed_passages([" ".join(words)])[0], wanted, atol=1e-5)


@pytest.mark.parametrize("task", ["embed_queries", "embed_passages"])
def test_the_end_of_a_long_text_counts(embedder: Embedder, task: str) -> None:
    start = "peace talks " * 100
    same, other = getattr(embedder, task)(
        [start + "peace talks " * 60, start + "harbour who " * 60]
    )
    assert not np.allclose(same, other, atol=1e-2)


def test_long_and_short_texts_keep_their_order(embedder: Embedder) -> None:
    texts = ["war", "peace " * 200, "talks", "", "harbour " * 90, "who"]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_long_text_is_embedded_in_silence(
    embedder: Embedder, reranker: CrossEncoderReranker, capfd: pytest.CaptureFixture[str]
) -> None:
    long = "peace talks " * 500
    assert embedder.embed_queries([long]).shape == (1, 16)
    assert reranker.scores(long, [long]).shape == (1,)
    assert capfd.readouterr() == ("", "")


def test_a_prompt_that_fills_the_model_is_refused_in_words(folder: Path) -> None:
    made = load(str(folder), folder, ("who " * 80, None))
    assert made.embed_passages(["peace"]).shape == (1, 16)
    with pytest.raises(ModelError, match="shorten its prompt"):
        made.embed_queries(["peace"])


def test_threads_get_the_vectors_of_one(embedder: Embedder) -> None:
    texts = [" ".join(WORDS[:length]) * times for length in (1, 5, 9) for times in (1, 20)]
    alone = [embedder.embed_queries([text]) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: embedder.embed_queries([text]), texts * 5))
    for ours, wanted in zip(found, alone * 5, strict=True):
        np.testing.assert_allclose(ours, wanted, atol=1e-5)


def test_positions_kept_for_padding_are_not_filled(made: Path, tmp_path: Path) -> None:
    """XLM-RoBERTa has two positions fewer than it declares."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertTokenizer, XLMRobertaConfig, XLMRobertaModel

    config = XLMRobertaConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
    )
    XLMRobertaModel(config).save_pretrained(tmp_path / "xlmr")
    BertTokenizer(vocab=str(made / "vocab.txt")).save_pretrained(tmp_path / "xlmr")
    modules = [Transformer(str(tmp_path / "xlmr")), Pooling(16, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(tmp_path / "tiny"))
    vectors = load("tiny", tmp_path).embed_passages(["peace talks " * 40])
    assert np.isfinite(vectors).all()


# ---------------------------------------------------------------- the reranker


@pytest.fixture(scope="module")
def reranker(made: Path) -> CrossEncoderReranker:
    found = load_reranker("pairs", made)
    assert found is not None
    return found


def logits(folder: Path, *pairs: tuple[str, str]) -> Vectors:
    """What the model says of pairs that it can read whole, before any sigmoid."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    given = model.predict(list(pairs), activation_fn=torch.nn.Identity(), show_progress_bar=False)
    return np.asarray(given, dtype=np.float32)


def sigmoid(values: Vectors) -> Vectors:
    return (1 / (1 + np.exp(-values))).astype(np.float32)


QUESTION = "when did talks began"
TEXTS = ("talks began on friday", "the minister arrived", "", "war in wonsan")


def test_scores_are_the_models(made: Path, reranker: CrossEncoderReranker) -> None:
    scores = reranker.scores(QUESTION, TEXTS)
    wanted = logits(made / "pairs", *((QUESTION, text) for text in TEXTS))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, sigmoid(wanted), atol=1e-5)
    assert np.ptp(scores) > 0.01


def test_the_sigmoid_is_applied_once(made: Path, tmp_path: Path) -> None:
    """A model that was saved with another activation gives logits."""
    import torch
    from sentence_transformers import CrossEncoder

    path = str(made / "pairs")
    for activation in (torch.nn.Identity(), torch.nn.Sigmoid()):
        name = type(activation).__name__
        CrossEncoder(path, device="cpu", activation_fn=activation).save_pretrained(
            str(tmp_path / name)
        )
        found = load_reranker(name, tmp_path)
        assert found is not None
        wanted = sigmoid(logits(made / "pairs", *((QUESTION, text) for text in TEXTS)))
        np.testing.assert_allclose(found.scores(QUESTION, TEXTS), wanted, atol=1e-5)


def test_a_long_text_scores_by_its_best_window(made: Path, reranker: CrossEncoderReranker) -> None:
    """64 pieces less [CLS], two [SEP] and the question's four words leave 57."""
    words = [WORDS[number * number % len(WORDS)] for number in range(150)]
    parts = [words[:57], words[50:107], words[100:]]
    wanted = sigmoid(logits(made / "pairs", *((QUESTION, " ".join(part)) for part in parts)))
    (score,) = reranker.scores(QUESTION, [" ".join(words)])
    assert score == pytest.approx(wanted.max(), abs=1e-5)
    assert wanted.max() > wanted.min() + 1e-4


def test_a_long_question_is_read_to_its_end(reranker: CrossEncoderReranker) -> None:
    start = "when did talks " * 40
    one = reranker.scores(start + "peace talks " * 30, TEXTS)
    other = reranker.scores(start + "harbour who " * 30, TEXTS)
    assert not np.allclose(one, other, atol=1e-4)
    assert ((one > 0) & (one < 1)).all()


def test_scores_stand_in_the_order_of_the_texts(reranker: CrossEncoderReranker) -> None:
    texts = ["war", "peace " * 200, "talks", "", "harbour who " * 90, "who"]
    alone = np.concatenate([reranker.scores(QUESTION, [text]) for text in texts])
    np.testing.assert_allclose(reranker.scores(QUESTION, texts), alone, atol=1e-5)
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_no_reranker_is_none(tmp_path: Path) -> None:
    assert load_reranker("", tmp_path) is None


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "a b"])
def test_a_reranker_that_is_not_there_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=r"no model folder .*retrieval\.reranker"):
        load_reranker(name, tmp_path)


def test_a_reranker_that_was_not_downloaded_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="pullquote model download nobody/nothing"):
        load_reranker("nobody/nothing", tmp_path)


def test_an_embedder_is_no_reranker_and_a_reranker_no_embedder(made: Path, folder: Path) -> None:
    for name in ("bert", "tiny"):
        with pytest.raises(ModelError, match="no reranker"):
            load_reranker(name, folder.parent)
    with pytest.raises(ModelError, match=r"is a reranker: name it in retrieval\.reranker"):
        load("pairs", made)


def test_a_model_of_several_labels_is_no_reranker(made: Path) -> None:
    found = load_reranker("labels", made)
    assert found is not None
    with pytest.raises(ModelError, match="3 labels instead of one score"):
        found.scores(QUESTION, TEXTS)


def test_scores_that_are_no_numbers_are_refused(made: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    shutil.copytree(made / "pairs", tmp_path / "pairs")
    weights = load_file(tmp_path / "pairs" / "model.safetensors")
    weights["classifier.bias"] = np.full_like(weights["classifier.bias"], np.nan)
    save_file(weights, tmp_path / "pairs" / "model.safetensors", metadata={"format": "pt"})
    found = load_reranker("pairs", tmp_path)
    assert found is not None
    with pytest.raises(ModelError, match="no numbers"):
        found.scores(QUESTION, TEXTS)


def test_a_damaged_reranker_is_refused_in_words(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "pairs", tmp_path / "pairs")
    (tmp_path / "pairs" / "model.safetensors").write_bytes(b"garbage" * 99)
    found = load_reranker("pairs", tmp_path)
    assert found is not None
    with pytest.raises(ModelError, match="cannot read the model pairs"):
        found.scores(QUESTION, TEXTS)


def test_the_digest_of_a_reranker_is_of_its_files(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "pairs", tmp_path / "pairs")
    one, copy = load_reranker("pairs", made), load_reranker("pairs", tmp_path)
    assert one is not None
    assert copy is not None
    assert one.digest == copy.digest
    (tmp_path / "pairs" / "config.json").write_text('{"architectures": ["A"]}')
    assert CrossEncoderReranker("pairs", tmp_path / "pairs").digest != one.digest


def test_a_reranker_is_not_read_before_it_is_asked(made: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from retrieval.models.rerank import load_reranker
print(load_reranker("pairs", Path({str(made)!r})).digest != "", "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


# ---------------------------------------------------------------- models of the hub, on this disk


@pytest.fixture
def cached(made: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache of intfloat/tiny, sentence-transformers/tiny-st and cross-encoder/tiny-ce."""
    cache = tmp_path / "cache"
    held = {"intfloat/tiny": folder, "sentence-transformers/tiny-st": folder}
    for name, model in (held | {"cross-encoder/tiny-ce": made / "pairs"}).items():
        stored = cache / f"models--{name.replace('/', '--')}"
        shutil.copytree(model, stored / "snapshots" / "1234")
        (stored / "refs").mkdir()
        (stored / "refs" / "main").write_text("1234")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


def test_downloaded_models_are_read_by_name(
    cached: Path, embedder: Embedder, reranker: CrossEncoderReranker, tmp_path: Path
) -> None:
    for name in ("intfloat/tiny", "sentence-transformers/tiny-st", "tiny-st"):
        found = load(name, tmp_path)
        assert (found.name, found.digest) == (name, embedder.digest)
        np.testing.assert_array_equal(
            found.embed_queries([QUESTION]), embedder.embed_queries([QUESTION])
        )
    again = load_reranker("tiny-ce", tmp_path)
    assert again is not None
    np.testing.assert_array_equal(again.scores(QUESTION, TEXTS), reranker.scores(QUESTION, TEXTS))
    assert downloaded("intfloat/other") is None
    assert kind_of(cached / "nowhere") == "other"


# ---------------------------------------------------------------- the command line


@pytest.fixture
def other_model(bare: Path, made: Path, folder: Path) -> None:
    (bare / "config.toml").write_text(
        f"[retrieval]\nmodel = '{folder}'\nreranker = '{made / 'pairs'}'\n"
    )


@pytest.mark.usefixtures("other_model")
def test_another_model_than_the_indexs_is_refused_with_what_mends_it(
    pullquote: Pullquote,
    refused: Refused,
    home: Path,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", "12345:" + "A" * 35)
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "a", "question": "When?", "expect": {"answered": true}}\n')
    for command in (("ask", "When did Lavrov arrive?"), ("run",), ("replay", cases)):
        line = refused(*command, home=home)
        assert "built with the model embedded" in line
        assert str(folder) in line
        assert "pullquote index --rebuild" in line
    info = json.loads(pullquote("model", "info", "--json", home=home).stdout)
    assert (info["index"]["model"], info["index"]["fits"]) == ("embedded", False)
    assert "pullquote index --rebuild" in info["index"]["problem"]
    said = pullquote("model", "info", home=home).stdout
    assert "built with embedded" in said
    assert "pullquote index --rebuild" in said
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert pullquote("ask", "When did Lavrov arrive?", home=home).returncode in (0, 1)
    info = json.loads(pullquote("model", "info", "--json", home=home).stdout)
    assert (info["index"]["fits"], info["index"]["problem"]) == (True, None)


@pytest.mark.usefixtures("other_model")
def test_ingest_with_another_model_makes_all_vectors_anew(
    pullquote: Pullquote, home: Path, article: Path
) -> None:
    assert pullquote("ingest", article, home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0


@pytest.mark.usefixtures("other_model")
def test_model_info_tells_what_the_models_are(
    pullquote: Pullquote, made: Path, folder: Path, tmp_path: Path
) -> None:
    ran = pullquote("model", "info", "--json", home=tmp_path / "none")
    assert ran.stderr == ""
    info = json.loads(ran.stdout)
    assert (info["model"], info["kind"], info["dimensions"]) == (str(folder), "transformer", 16)
    assert (info["longest"], info["folder"]) == (LONGEST, str(folder))
    assert (info["query_prompt"], info["passage_prompt"]) == ("query: ", "passage: ")
    assert info["bytes"] == sum(file.stat().st_size for file in folder.rglob("*.*"))
    assert info["reranker"]["name"] == str(made / "pairs")
    assert info["index"] is None
    said = pullquote("model", "info", home=tmp_path / "none").stdout
    for part in (
        "transformer",
        "64 pieces",
        "'query: '",
        f"reranker: {made / 'pairs'}",
        "none yet",
    ):
        assert part in said


# ---------------------------------------------------------------- without a connection


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
from retrieval.models.embed import load
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
