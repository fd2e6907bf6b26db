"""Texts to unit vectors. The embedded default is read here without torch."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from tokenizers import Tokenizer

from corpus.errors import ModelError
from retrieval.models.folders import find, kind_of
from retrieval.models.vectors import unit, widened
from retrieval.types import Embedder, Prompts, Vectors

EMBEDDED = "embedded"
SETTING = "retrieval.model"
_BATCH = 1024
# So few new words are encoded one by one: a batch starts threads.
_FEW = 32
# Words whose pieces are remembered.
_REMEMBERED = 250_000
# What changes a character whatever stands around it, and what parts a text at every space.
_OF_CHARACTERS = {"NFC", "NFD", "NFKC", "NFKD", "Lowercase"}
_ONE = re.compile(r"[^\s\\]|\[[^\s\\\]]+\]")
_SPACES = {"Whitespace", "WhitespaceSplit", "BertPreTokenizer"}


class StaticEmbedder:
    """A sentence-transformers StaticEmbedding folder: a text is the mean of its pieces' vectors.

    The same vectors as `SentenceTransformer(folder).encode(texts)`, without importing torch.
    `shape` is (pieces, dimensions).
    """

    def __init__(
        self, name: str, tokenizer: Tokenizer, weights: npt.NDArray[np.float16], digest: str
    ):
        self.name = name
        self.digest = digest
        self.shape = (len(weights), int(weights.shape[1]))
        self.dimensions = self.shape[1]
        self._tokenizer = tokenizer
        self._weights = weights
        self._by_word = _splits_words(tokenizer)
        self._known: dict[str, list[int]] = {}

    @classmethod
    def read(cls, folder: Path, name: str) -> StaticEmbedder:
        """Read the folder. Raises `ModelError` when a file is missing or damaged."""
        try:
            tokenizer_file = (folder / "tokenizer.json").read_bytes()
            weights_file = (folder / "model.safetensors").read_bytes()
            digest = sha256(tokenizer_file)
            digest.update(weights_file)
            weights = next(iter(load_tensors(weights_file).values()))
            tokenizer = Tokenizer.from_buffer(tokenizer_file)
            tokenizer.no_truncation()
            tokenizer.no_padding()
        except (OSError, SafetensorError, StopIteration, ValueError) as error:
            raise ModelError(f"cannot read the model in {folder}: {error}") from error
        except Exception as error:  # tokenizers raises bare Exception on a damaged file
            raise ModelError(f"cannot read the model in {folder}: {error}") from error
        if weights.ndim != 2 or len(weights) < tokenizer.get_vocab_size():
            raise ModelError(f"the model in {folder} has fewer vectors than pieces: copy it again")
        return cls(name, tokenizer, weights, digest.hexdigest()[:16])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for first in range(0, len(texts), _BATCH):
            pieces = self._pieces(list(texts[first : first + _BATCH]))
            if len(texts) > _FEW:
                made[first : first + len(pieces)] = self._sums(pieces)
                continue
            for row, own in enumerate(pieces):
                if own:
                    made[row] = widened(self._weights[own]).sum(axis=0)
        return unit(made)

    def _sums(self, pieces: Sequence[Sequence[int]]) -> Vectors:
        """The sum of the vectors of each text's pieces."""
        from scipy.sparse import csr_array

        offsets = np.cumsum([0, *map(len, pieces)])
        held = np.fromiter(chain.from_iterable(pieces), np.int64, int(offsets[-1]))
        known, places = np.unique(held, return_inverse=True)
        ones = np.ones(len(held), dtype=np.float32)
        counts = csr_array((ones, places, offsets), (len(pieces), len(known)))
        sums: Vectors = counts @ widened(self._weights[known])
        return sums

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's pieces. Words met before are remembered, where the tokenizer
        looks at each by itself: that takes a small part of the time."""
        if not self._by_word:
            return self._encoded(texts)
        split = [text.replace("\n", " ").split(" ") for text in texts]
        if len(self._known) > _REMEMBERED:
            self._known = {}
        known = self._known
        new = list({word for found in split for word in found} - known.keys())
        known.update(zip(new, self._encoded(new), strict=True))
        return [list(chain.from_iterable(map(known.__getitem__, found))) for found in split]

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        if len(texts) <= _FEW:
            return [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [each.ids for each in encoded]


def _splits_words(tokenizer: Tokenizer) -> bool:
    """Whether a text's pieces are those of what stands between its spaces, one after the other."""
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


def load(model: str, beside: Path, prompts: Prompts = (None, None)) -> Embedder:
    """The embedder that the setting `model` names: `embedded`, a folder, or a model's hub name.

    A relative folder is looked for under `beside`. `prompts` replace the model's own query and
    passage prompts. Nothing is ever downloaded. Raises `ModelError`.
    """
    if model == EMBEDDED:
        return StaticEmbedder.read(embedded_folder(), EMBEDDED)
    folder = find(model, beside, SETTING)
    kind = kind_of(folder)
    if kind == "static" and prompts == (None, None):
        return StaticEmbedder.read(folder, model)
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
    """What embeds single words beside `embedder`: itself if it is static, for then a word costs
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
