"""Texts to unit vectors. The embedded default is read here without torch."""

from __future__ import annotations

import json
import os
import re
import weakref
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain, repeat
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from corpus.errors import ModelError
from retrieval.models.folders import find, kind_of
from retrieval.models.unigram import Unigram
from retrieval.models.vectors import unit, widened
from retrieval.types import Embedder, Prompts, Vectors

EMBEDDED = "embedded"
SETTING = "retrieval.model"
_TOKENIZER = "tokenizer.json"
_WEIGHTS = "model.safetensors"
_BATCH = 1024
# Bytes read at once.
_BLOCK = 1 << 16
# So few new words are encoded one by one: a batch starts threads.
_FEW = 32
# So few new words are left to `Unigram`, and so many in all: a question has up to two hundred, and
# `tokenizers` takes as long to read the model as `Unigram` for thousands.
_FEW_WORDS = 512
_FEWER_THAN_IT_TAKES = 1 << 13
# Words whose pieces are remembered while many texts are embedded, and while questions are: some 300
# bytes each.
_REMEMBERED = 250_000
_REMEMBERED_OF_QUESTIONS = 1 << 15
# What changes a character whatever stands around it, and what parts a text at every space.
_OF_CHARACTERS = {"NFC", "NFD", "NFKC", "NFKD", "Lowercase"}
_ONE = re.compile(r"[^\s\\]|\[[^\s\\\]]+\]")
_SPACES = {"Whitespace", "WhitespaceSplit", "BertPreTokenizer"}


class _Model(NamedTuple):
    """What a StaticEmbedding folder holds; `by_word` says whether each word has pieces of its
    own."""

    tokenizer: Tokenizer | Unigram
    weights: npt.NDArray[np.float16] | _Stored
    by_word: bool

    @classmethod
    def read(cls, folder: Path) -> _Model:
        """Raises `ModelError` when a file is missing or damaged."""
        try:
            tokenizer = _tokenizer((folder / _TOKENIZER).read_text(encoding="utf-8"))
            weights = _weights(folder / _WEIGHTS)
        except Exception as error:  # tokenizers raises bare Exception on a damaged file
            raise ModelError(f"cannot read the model in {folder}: {error}") from error
        if len(weights) < tokenizer.get_vocab_size():
            raise ModelError(f"the model in {folder} has fewer vectors than pieces: copy it again")
        by_word = _splits_words(tokenizer)
        if isinstance(tokenizer, Unigram) and not by_word:
            tokenizer = tokenizer.whole()  # its texts are no single words
        return cls(tokenizer, weights, by_word)


def _tokenizer(written: str) -> Tokenizer | Unigram:
    if unigram := Unigram.of(json.loads(written)):
        return unigram
    tokenizer = Tokenizer.from_str(written)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class _Stored:
    """The rows of a table in a file, float16 (n, dimensions), read when they are asked for: a
    question needs few, and nothing stays in memory but in the system's cache, for all processes."""

    def __init__(self, file: Path, first: int, shape: tuple[int, int]) -> None:
        """The table begins at the byte `first`."""
        self._file = file
        self._first = first
        self._rows, self._dimensions = shape
        self._descriptor = os.open(file, os.O_RDONLY)
        self._state = self._now()
        weakref.finalize(self, os.close, self._descriptor)

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.float16]:
        """These rows, in this order. Raises `ModelError`."""
        size = 2 * self._dimensions
        places = [self._first + size * row for row in rows]
        held = b"".join(map(os.pread, repeat(self._descriptor), repeat(size), places))
        if len(held) != size * len(places):
            raise ModelError(f"{self._file} was cut short: copy the model again")
        if self._now() != self._state:
            raise ModelError(f"{self._file} was changed while it was used: start pullquote again")
        return np.frombuffer(held, "<f2").reshape(-1, self._dimensions)

    def _now(self) -> tuple[int, int]:
        found = os.fstat(self._descriptor)
        return found.st_size, found.st_mtime_ns


def _weights(file: Path) -> npt.NDArray[np.float16] | _Stored:
    """The table of vectors, left in the file where it is stored as it is used."""
    with safe_open(file, "numpy") as tensors:  # refuses what is damaged
        name = _first(tensors.keys())
        if tensors.get_slice(name).get_dtype() != "F16":
            held: npt.NDArray[np.float16] = tensors.get_tensor(name)
            return held
        shape = tensors.get_slice(name).get_shape()
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        first, _ = json.loads(opened.read(length))[name]["data_offsets"]
    return _Stored(file, 8 + length + first, tuple(shape))


def _first(names: Sequence[str]) -> str:
    if not names:
        raise ValueError("it holds no tensors")
    return names[0]


class StaticEmbedder:
    """A sentence-transformers StaticEmbedding folder: a text is the mean of its pieces' vectors.

    The same vectors as `SentenceTransformer(folder).encode(texts)`, without importing torch.
    `shape` is (pieces, dimensions).
    """

    def __init__(self, name: str, folder: Path, digest: str, shape: tuple[int, int]):
        self.name = name
        self.digest = digest
        self.shape = shape
        self.dimensions = shape[1]
        self._folder = folder
        self._lock = Lock()
        self._held: _Model | None = None
        self._known: dict[str, list[int]] = {}
        self._many = 0

    @classmethod
    def read(cls, folder: Path, name: str, *, later: bool = False) -> StaticEmbedder:
        """Read the folder; with `later`, only when something is embedded, which saves memory in a
        process that may never embed. Raises `ModelError` if a file is missing or damaged."""
        weights_file = folder / _WEIGHTS
        try:
            digest = sha256((folder / _TOKENIZER).read_bytes())
            with weights_file.open("rb") as weights:
                # a block at a time: one large one would make the allocator keep large ones for good
                while block := weights.read(_BLOCK):
                    digest.update(block)
            with safe_open(weights_file, "numpy") as tensors:
                shape = tensors.get_slice(_first(tensors.keys())).get_shape()
        except (OSError, SafetensorError, ValueError) as error:
            raise ModelError(f"cannot read the model in {folder}: {error}") from error
        if len(shape) != 2:
            raise ModelError(f"the model in {folder} holds no table of vectors: copy it again")
        made = cls(name, folder, digest.hexdigest()[:16], (shape[0], shape[1]))
        if not later:
            made._model  # noqa: B018 - it is read now, and a damaged one refused
        return made

    @property
    def _model(self) -> _Model:
        with self._lock:
            if self._held is None:
                self._held = _Model.read(self._folder)
            return self._held

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for first in range(0, len(texts), _BATCH):
            pieces = self._pieces(list(texts[first : first + _BATCH]))
            if len(texts) > _FEW_WORDS:
                made[first : first + len(pieces)] = self._sums(pieces)
                continue
            for row, own in enumerate(pieces):
                if own:
                    made[row] = widened(self._model.weights[own]).sum(axis=0)
        return unit(made)

    def _sums(self, pieces: Sequence[Sequence[int]]) -> Vectors:
        """The sum of the vectors of each text's pieces."""
        from scipy.sparse import csr_array

        offsets = np.cumsum([0, *map(len, pieces)])
        held = np.fromiter(chain.from_iterable(pieces), np.int64, int(offsets[-1]))
        known, places = np.unique(held, return_inverse=True)
        ones = np.ones(len(held), dtype=np.float32)
        counts = csr_array((ones, places, offsets), (len(pieces), len(known)))
        sums: Vectors = counts @ widened(self._model.weights[known])
        return sums

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's pieces. Words met before are remembered, where the tokenizer
        looks at each by itself: that takes a small part of the time."""
        if not self._model.by_word:
            return self._encoded(texts)
        split = [text.replace("\n", " ").split(" ") for text in texts]
        if len(self._known) > (_REMEMBERED if len(texts) > _FEW else _REMEMBERED_OF_QUESTIONS):
            self._known = {}
        known = self._known
        new = [word for word in dict.fromkeys(chain.from_iterable(split)) if word not in known]
        known.update(zip(new, self._encoded(new), strict=True))
        return [list(chain.from_iterable(map(known.__getitem__, found))) for found in split]

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        tokenizer = self._model.tokenizer
        if isinstance(tokenizer, Unigram):
            if not self._are_many(texts):
                return [tokenizer.encode(text) for text in texts]
            tokenizer = self._whole()
        if len(texts) <= _FEW:
            return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [each.ids for each in encoded]

    def _are_many(self, words: Sequence[str]) -> bool:
        if len(words) > _FEW_WORDS:
            self._many += len(words)
        return self._many > _FEWER_THAN_IT_TAKES

    def _whole(self) -> Tokenizer:
        """The model in `tokenizers`, from now on."""
        with self._lock:
            held = self._held
            assert held is not None
            if isinstance(held.tokenizer, Unigram):
                self._held = held = held._replace(tokenizer=held.tokenizer.whole())
            assert not isinstance(held.tokenizer, Unigram)
            return held.tokenizer


def _splits_words(tokenizer: Tokenizer | Unigram) -> bool:
    """Whether a text's pieces are those of what is between its spaces, one after the other."""
    changes = _steps(tokenizer.normalizer, "normalizers")
    splits = [each["type"] for each in _steps(tokenizer.pre_tokenizer, "pretokenizers")]
    safe = all(
        each["type"] in _OF_CHARACTERS
        or (each["type"] == "Replace" and _ONE.fullmatch("".join(each["pattern"].values())))
        for each in changes
    )
    return safe and next((each for each in splits if each != "UnicodeScripts"), None) in _SPACES


def _steps(component: Any, name: str) -> list[dict[str, Any]]:
    """The steps of a part of a tokenizer; its state is what stands of it in tokenizer.json."""
    if component is None:
        return []
    written = json.loads(component.__getstate__())
    found: list[dict[str, Any]] = written.get(name, [written])
    return found


def load(
    model: str, beside: Path, prompts: Prompts = (None, None), *, later: bool = False
) -> Embedder:
    """The embedder that the setting `model` names: `embedded`, a folder, or a model's hub name.

    A relative folder is looked for under `beside`. `prompts` replace the model's own query and
    passage prompts. A static model is read `later`, see `StaticEmbedder.read`. Nothing is ever
    downloaded. Raises `ModelError`.
    """
    if model == EMBEDDED:
        return StaticEmbedder.read(embedded_folder(), EMBEDDED, later=later)
    folder = find(model, beside, SETTING)
    kind = kind_of(folder)
    if kind == "static" and prompts == (None, None):
        return StaticEmbedder.read(folder, model, later=later)
    if kind == "reranker":
        raise ModelError(
            f"the model {model} is a reranker: name it in retrieval.reranker,"
            f" and an embedding model in {SETTING}"
        )
    if kind == "other":
        raise ModelError(f"{folder} holds no sentence-transformers model; correct {SETTING}")
    from retrieval.models.transformer import TransformerEmbedder

    return TransformerEmbedder.read(folder, model, prompts)


def aligner_for(embedder: Embedder) -> Embedder:
    """What embeds single words along with `embedder`: itself if it is static, for then a word costs
    next to nothing; else the model that ships."""
    return embedder if isinstance(embedder, StaticEmbedder) else _shipped()


@cache
def _shipped() -> StaticEmbedder:
    return StaticEmbedder.read(embedded_folder(), EMBEDDED)


def folder_of(model: str, beside: Path) -> Path:
    """The folder that `load` reads. Raises `ModelError`."""
    return embedded_folder() if model == EMBEDDED else find(model, beside, SETTING)


def embedded_folder() -> Path:
    """The folder of the model that ships."""
    return Path(str(files("retrieval"))) / "model"
