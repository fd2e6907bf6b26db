"""Scores of a question and a text read together: slower and finer than comparing vectors."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import ModelError
from retrieval.models.folders import digest_of, find, kind_of
from retrieval.types import Vectors

if TYPE_CHECKING:
    from retrieval.models.transformer import PairScorer

SETTING = "retrieval.reranker"


class CrossEncoderReranker:
    """A CrossEncoder folder, read when it is first asked; safe to use from several threads.

    A score is the sigmoid of the model's one output, unless the model applies one itself. A text
    longer than the model reads is scored by its best window, never cut.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._lock = threading.Lock()
        self._scorer: PairScorer | None = None

    @cached_property
    def digest(self) -> str:
        return digest_of(self.folder)

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """Raises `ModelError` when the model cannot be read or gives no numbers."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        return self.read().scores(question, texts)

    def read(self) -> PairScorer:
        """Read the model now, as a long-running program does before the first question."""
        with self._lock:
            if self._scorer is None:
                from retrieval.models.transformer import PairScorer

                self._scorer = PairScorer.read(self.folder, self.name)
            return self._scorer


def load_reranker(reranker: str, beside: Path) -> CrossEncoderReranker | None:
    """The reranker that the setting `reranker` names: a folder, or a model's hub name; `None` for
    an empty one.

    A relative folder is looked for under `beside`. Nothing is ever downloaded, and torch is not
    imported before the first scores. Raises `ModelError`.
    """
    if not reranker:
        return None
    folder = find(reranker, beside, SETTING)
    if kind_of(folder) != "reranker":
        raise ModelError(
            f"the model {reranker} is no reranker (cross-encoder);"
            f" name another one in {SETTING}, or leave it empty"
        )
    return CrossEncoderReranker(reranker, folder)
