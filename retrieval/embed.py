"""Texts to unit vectors. The embedded default is read here without torch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from corpus.errors import ModelError
from retrieval.folders import find, kind_of

Vectors = npt.NDArray[np.float32]
Prompts = tuple[str | None, str | None]

EMBEDDED = "embedded"
SETTING = "retrieval.model"
_BATCH = 1024


class Embedder(Protocol):
    """Maps n texts to a float32 array (n, dimensions) of unit vectors (zero for an empty text)."""

    name: str
    digest: str
    dimensions: int

    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...


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

    @classmethod
    def read(cls, folder: Path, name: str) -> StaticEmbedder:
        """Read the folder. Raises `ModelError` when a file is missing or damaged."""
        try:
            tokenizer_file = (folder / "tokenizer.json").read_bytes()
            weights_file = folder / "model.safetensors"
            digest = sha256(tokenizer_file + weights_file.read_bytes()).hexdigest()[:16]
            tensors = load_file(weights_file)
            weights = next(iter(tensors.values()))
            tokenizer = Tokenizer.from_buffer(tokenizer_file)
            tokenizer.no_truncation()
            tokenizer.no_padding()
        except (OSError, SafetensorError, StopIteration, ValueError) as error:
            raise ModelError(f"cannot read the model in {folder}: {error}") from error
        except Exception as error:  # tokenizers raises bare Exception on a damaged file
            raise ModelError(f"cannot read the model in {folder}: {error}") from error
        if weights.ndim != 2 or len(weights) < tokenizer.get_vocab_size():
            raise ModelError(f"the model in {folder} has fewer vectors than pieces: copy it again")
        return cls(name, tokenizer, weights, digest)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for first in range(0, len(texts), _BATCH):
            batch = list(texts[first : first + _BATCH])
            encoded = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            for row, encoding in enumerate(encoded, start=first):
                if encoding.ids:
                    made[row] = self._weights[encoding.ids].mean(axis=0, dtype=np.float32)
        return unit(made)


def unit(vectors: Vectors) -> Vectors:
    """Rows divided by their lengths; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return scaled


def load(
    model: str, beside: Path, prompts: tuple[str | None, str | None] = (None, None)
) -> Embedder:
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
    from retrieval.transformer import TransformerEmbedder

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
