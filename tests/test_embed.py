from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from corpus.errors import ModelError
from corpus.language.text import normalise
from retrieval.models.embed import StaticEmbedder, embedded_folder, load
from retrieval.models.folders import is_static
from retrieval.models.vectors import unit
from retrieval.types import Vectors
from tests.embedders import embedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = (
    "وصل وزير الخارجية إلى ونسان مساء الجمعة، وقال: «لن نتراجع».",
    "The minister arrived in Wonsan on Friday and met his counterpart a day later.",
    "Министр прибыл в Вонсан в пятницу и ещё до субботы провёл переговоры.",
    "Le ministre est arrivé à Wonsan vendredi ; les entretiens ont eu lieu samedi.",
    "وزیر امور خارجه شامگاه جمعه به ونسان رسید و گفت‌وگوها آغاز شد.",
    "Der Minister traf am Freitag in Wonsan ein und führte Gespräche.",
    "部长星期五抵达元山，第二天举行会谈。",
    "장관은 금요일 원산에 도착해 회담을 가졌다.",
    "İstanbul’da görüşmeler 12 Temmuz’da başladı.",
    "٢٠٢٥ ۱۴۰۴ №１ ﻻﻓﺮﻭﻑ 🕊️ \u200fe\u0301",
    "[UNK] [PAD] <s> ▁",
    "x",
)
_ALPHABET = st.one_of(
    st.characters(min_codepoint=0x0620, max_codepoint=0x06D3),
    st.characters(min_codepoint=0x0041, max_codepoint=0x024F),
    st.characters(min_codepoint=0x0400, max_codepoint=0x052F),
    st.sampled_from(" \n.,؟«»\u0301\u0306\u0308\u200f\u200c٢۲１ﻻ№½"),
)


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(embedded_folder() / "tokenizer.json"))


@pytest.fixture(scope="module")
def reference() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(embedded_folder()), device="cpu", local_files_only=True)


def encoded(model: SentenceTransformer, texts: list[str]) -> Vectors:
    return np.asarray(model.encode(texts, show_progress_bar=False), dtype=np.float32)


# ---------------------------------------------------------------- the embedded model


@pytest.mark.parametrize("text", TEXTS)
def test_vectors_are_those_of_sentence_transformers(
    reference: SentenceTransformer, text: str
) -> None:
    (ours,) = embedder().embed_passages([text])
    (theirs,) = encoded(reference, [text])
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_a_long_text_is_read_to_its_end(reference: SentenceTransformer) -> None:
    text = " ".join(TEXTS) * 200
    ours = embedder().embed_passages([text, text + " الأسماك والبحر" * 2000])
    theirs = encoded(reference, [text])
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-3)
    assert float(ours[0] @ ours[1]) < 0.99


def test_a_batch_gives_the_vectors_of_each_alone() -> None:
    texts = [f"{text} {number}" for number in range(250) for text in TEXTS]
    together = embedder().embed_passages(texts)
    alone = np.concatenate([embedder().embed_passages([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)


def kind(model: StaticEmbedder) -> str:
    return type(model._model.tokenizer).__name__


def test_many_words_have_the_same_pieces_as_few() -> None:
    """The model is read by `tokenizers` once words are many."""
    model = load("embedded", Path())
    assert isinstance(model, StaticEmbedder)
    words = [f"{word}{number}" for number in range(600) for word in " ".join(TEXTS).split()]
    before = [model.embed_queries([word]) for word in words[:100]]
    assert kind(model) == "Unigram"
    together = model.embed_passages([" ".join(words[:400]), *words[:1000], " ".join(words)])
    assert kind(model) == "Tokenizer"
    fresh = load("embedded", Path()).embed_passages([" ".join(words[:400]), *words[:1000]])
    np.testing.assert_array_equal(together[:-1], fresh)
    model._known.clear()
    np.testing.assert_array_equal(before, [model.embed_queries([word]) for word in words[:100]])


def test_vectors_are_of_unit_length() -> None:
    vectors = embedder().embed_passages(list(TEXTS))
    assert vectors.shape == (len(TEXTS), embedder().dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200f\u064b"])
def test_a_text_without_pieces_has_the_zero_vector(text: str) -> None:
    vectors = embedder().embed_queries([text, "war"])
    assert not vectors[0].any()
    assert vectors[1].any()


def test_no_texts_give_no_vectors() -> None:
    assert embedder().embed_queries([]).shape == (0, embedder().dimensions)


def test_questions_and_passages_are_embedded_alike() -> None:
    np.testing.assert_array_equal(embedder().embed_queries(TEXTS), embedder().embed_passages(TEXTS))


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("متى وصل الوزير؟", TEXTS[0], "تراجع إنتاج القمح هذا العام بسبب الجفاف."),
        ("When did the minister arrive?", TEXTS[1], "Wheat harvests fell because of the drought."),
        ("Когда прибыл министр?", TEXTS[2], "Урожай пшеницы упал из-за засухи."),
    ],
)
def test_a_question_is_nearer_to_its_answer(question: str, near: str, far: str) -> None:
    (query,) = embedder().embed_queries([question])
    cosines = embedder().embed_passages([near, far]) @ query
    assert cosines[0] > cosines[1]


@pytest.mark.parametrize("text", TEXTS)
def test_the_tokenizer_folds_as_normalise_does(text: str) -> None:
    assert tokenizer().normalizer.normalize_str(text) == normalise(text)


@settings(max_examples=150, deadline=None)
@given(st.text(_ALPHABET, max_size=30))
def test_folding_before_changes_no_piece(text: str) -> None:
    pieces, folded = (tokenizer().encode(each).ids for each in (text, normalise(text)))
    assert pieces == folded


# ---------------------------------------------------------------- a model worked out by hand


def toy(folder: Path, *, names: tuple[str, ...] = ("StaticEmbedding",)) -> Path:
    """[UNK] → (0, 0), peace → (1, 0), war → (0, 2), talks → (3, 4)."""
    folder.mkdir(exist_ok=True)
    words = Tokenizer(WordLevel({"[UNK]": 0, "peace": 1, "war": 2, "talks": 3}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    words.save(str(folder / "tokenizer.json"))
    weights = np.array([[0, 0], [1, 0], [0, 2], [3, 4]], dtype=np.float16)
    save_file({"embedding.weight": weights}, folder / "model.safetensors")
    modules = [
        {"idx": at, "name": str(at), "path": "" if at == 0 else f"{at}_{name}", "type": f"x.{name}"}
        for at, name in enumerate(names)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    return folder


@pytest.mark.parametrize(
    ("text", "vector"),
    [
        ("peace", (1, 0)),
        ("war", (0, 1)),
        ("talks", (0.6, 0.8)),
        ("peace war", (0.4472136, 0.8944272)),  # (1, 2) / 2 → (1, 2) / √5
        ("peace peace war", (0.7071068, 0.7071068)),  # (2, 2) / 3
        ("peace and", (1, 0)),
        ("and", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_a_text_is_the_mean_of_its_pieces(
    tmp_path: Path, text: str, vector: tuple[float, float]
) -> None:
    made = StaticEmbedder.read(toy(tmp_path), "toy")
    assert made.dimensions == 2
    np.testing.assert_allclose(made.embed_passages([text])[0], vector, atol=1e-6)


def test_a_static_folder_is_loaded_without_torch(tmp_path: Path) -> None:
    toy(tmp_path / "toy", names=("StaticEmbedding", "Normalize"))
    made = load("toy", tmp_path)
    assert isinstance(made, StaticEmbedder)
    assert made.name == "toy"
    assert made.digest == load(str(tmp_path / "toy"), Path("elsewhere")).digest


@pytest.mark.parametrize(
    ("names", "static"),
    [
        (("StaticEmbedding",), True),
        (("StaticEmbedding", "Normalize"), True),
        (("StaticEmbedding", "Dense"), False),
        (("Transformer", "Pooling"), False),
        ((), False),
    ],
)
def test_which_folders_are_static(tmp_path: Path, names: tuple[str, ...], static: bool) -> None:
    assert is_static(toy(tmp_path, names=names)) is static


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"path": ""}]', "null", "[[]]"])
def test_a_folder_with_odd_modules_is_not_static(tmp_path: Path, content: str) -> None:
    (tmp_path / "modules.json").write_text(content)
    assert not is_static(tmp_path)
    assert not is_static(tmp_path / "nowhere")


def test_the_digest_changes_with_the_weights(tmp_path: Path) -> None:
    first = StaticEmbedder.read(toy(tmp_path), "toy").digest
    save_file({"w": np.ones((4, 2), dtype=np.float16)}, tmp_path / "model.safetensors")
    assert StaticEmbedder.read(tmp_path, "toy").digest != first


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def cut_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-3])


def garbage_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"garbage" * 30)


def empty_weights(folder: Path) -> None:
    save_file({}, folder / "model.safetensors")


def few_weights(folder: Path) -> None:
    save_file({"w": np.ones((3, 2), dtype=np.float16)}, folder / "model.safetensors")


def flat_weights(folder: Path) -> None:
    save_file({"w": np.ones(8, dtype=np.float16)}, folder / "model.safetensors")


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def cut_tokenizer(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_bytes(file.read_bytes()[:-20])


def garbage_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_bytes(b"\xff\xfe\0garbage")


def test_a_model_cut_short_while_it_is_used_is_refused_in_words(tmp_path: Path) -> None:
    model = StaticEmbedder.read(toy(tmp_path), "toy")
    assert model.embed_queries(["talks"]).any()
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.truncate(90)
    with pytest.raises(ModelError, match="cut short"):
        model.embed_queries(["war talks"])


def test_a_model_written_over_while_it_is_used_is_refused_in_words(tmp_path: Path) -> None:
    model = StaticEmbedder.read(toy(tmp_path), "toy")
    assert model.embed_queries(["talks"]).any()
    file = tmp_path / "model.safetensors"
    held = file.read_bytes()
    os.utime(file, ns=(0, 0))
    file.write_bytes(held[:-2] + b"\0\0")
    with pytest.raises(ModelError, match="was changed while it was used"):
        model.embed_queries(["war talks"])


def test_a_model_put_in_place_of_the_one_used_leaves_that_as_it_is(tmp_path: Path) -> None:
    model = StaticEmbedder.read(toy(tmp_path), "toy")
    before = model.embed_queries(["talks"])
    made = tmp_path / "new"
    made.write_bytes(b"another")
    made.replace(tmp_path / "model.safetensors")
    assert np.array_equal(model.embed_queries(["talks"]), before)


def test_what_is_read_later_embeds_the_same(tmp_path: Path) -> None:
    folder = toy(tmp_path)
    now, later = StaticEmbedder.read(folder, "toy"), StaticEmbedder.read(folder, "toy", later=True)
    assert (later.digest, later.shape) == (now.digest, now.shape)
    np.testing.assert_array_equal(later.embed_queries(["a b"]), now.embed_queries(["a b"]))


def test_a_damaged_model_that_is_read_later_is_refused_when_it_embeds(tmp_path: Path) -> None:
    garbage_tokenizer(toy(tmp_path))
    model = StaticEmbedder.read(tmp_path, "toy", later=True)
    with pytest.raises(ModelError, match="the model in "):
        model.embed_queries(["a"])


@pytest.mark.parametrize(
    "spoil",
    [
        *(no_weights, cut_weights, garbage_weights, empty_weights, few_weights, flat_weights),
        *(no_tokenizer, cut_tokenizer, garbage_tokenizer),
    ],
)
def test_a_damaged_model_is_refused_in_words(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(toy(tmp_path))
    with pytest.raises(ModelError, match="the model in ") as caught:
        load(str(tmp_path), tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["./nowhere", "../nowhere", "/nowhere/at/all", "~/nowhere", "a b"])
def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=r"no model folder .*retrieval\.model"):
        load(name, tmp_path)


def test_a_copy_of_the_embedded_model_is_the_same_model(tmp_path: Path) -> None:
    shutil.copytree(embedded_folder(), tmp_path / "copy")
    copy = load("copy", tmp_path)
    assert copy.digest == embedder().digest
    np.testing.assert_array_equal(copy.embed_queries(TEXTS), embedder().embed_queries(TEXTS))


def test_unit() -> None:
    made = unit(np.array([[3, 4], [0, 0], [0, -2]], dtype=np.float32))
    np.testing.assert_allclose(made, [[0.6, 0.8], [0.0, 0.0], [0.0, -1.0]], atol=1e-6)
    assert made.dtype == np.float32


@settings(deadline=None)
@given(
    st.lists(st.text("abوصلоΣσ12.«»\u0301\u064b\u00a0\x1cﷺ½가 \n", max_size=24), max_size=4),
)
def test_pieces_word_by_word_are_those_of_the_whole_text(texts: list[str]) -> None:
    model = embedder()
    assert isinstance(model, StaticEmbedder)
    assert model._model.by_word
    assert model._pieces(texts) == model._encoded(texts)
