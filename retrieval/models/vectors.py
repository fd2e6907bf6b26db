"""Vectors of length 1, which an inner product compares by their cosine."""

from __future__ import annotations

import numpy as np

from retrieval.types import Vectors


def unit(vectors: Vectors) -> Vectors:
    """Rows divided by their lengths; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return scaled
