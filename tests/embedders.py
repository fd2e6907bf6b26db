"""The model that ships, read once, and small ones whose vectors can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256

import numpy as np

from retrieval.models.embed import EMBEDDED, StaticEmbedder, embedded_folder
from retrieval.models.vectors import unit
from retrieval.types import Vectors


@cache
def embedder() -> StaticEmbedder:
    """The model that ships."""
    return StaticEmbedder.read(embedded_folder(), EMBEDDED)


class Axes:
    """Each dimension counts some words, each as often as its number says; the last is always
    `rest`, so that no text has a vector of nothing."""

    name = "axes"
    digest = "axes"

    def __init__(self, *axes: Mapping[str, int], rest: float) -> None:
        self._axes = axes
        self._rest = rest
        self.dimensions = len(axes) + 1

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = [
            [*(self._counted(axis, text.lower()) for axis in self._axes), self._rest]
            for text in texts
        ]
        return unit(np.array(rows, dtype=np.float32).reshape(-1, self.dimensions))

    embed_passages = embed_queries

    @staticmethod
    def _counted(axis: Mapping[str, int], text: str) -> int:
        return sum(number * text.count(word) for word, number in axis.items())


class Hashing:
    """Each word adds 1 to one of a few dimensions, by its hash; keeps what it embeds."""

    def __init__(self, digest: str = "d1", dimensions: int = 8) -> None:
        self.name = f"hashing-{digest}"
        self.digest = digest
        self.dimensions = dimensions
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                made[row, sha256(word.encode()).digest()[0] % self.dimensions] += 1
        return unit(made)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self.embed_queries(texts)
