"""Any sentence-transformers model: an embedder, or a scorer of pairs. The only module that imports
the library. Texts longer than the model reads are split into windows, never cut."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np

from corpus.errors import ModelError
from retrieval.models.folders import digest_of
from retrieval.models.vectors import unit
from retrieval.models.windows import Pieces, Span
from retrieval.types import Prompts, Vectors

try:
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from transformers.utils import logging as remarks
except ModuleNotFoundError as missing:  # the container image has neither
    raise ModelError(
        f"this installation is without {missing.name}, and so has the embedded model alone:"
        " pip install sentence-transformers, or leave retrieval.model and retrieval.reranker as"
        " they are by default"
    ) from missing

Task = Literal["query", "document"]

_BATCH = 32


class TransformerEmbedder:
    """A SentenceTransformer with its own query and passage prompts, unit vectors out.

    A text of several windows has the mean of their unit vectors, weighted by their pieces. Safe to
    use from several threads.
    """

    def __init__(
        self,
        name: str,
        model: SentenceTransformer,
        digest: str,
        prompts: Prompts = (None, None),
    ):
        self.name = name
        self.digest = digest
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self.prompts = (_prompt(model, "query", prompts[0]), _prompt(model, "document", prompts[1]))
        self.longest = _longest(model)
        self._model = model
        self._pieces = Pieces(model.tokenizer)
        # fast tokenizers are set to cut and pad at each call: two threads at once break them
        self._lock = threading.Lock()

    @classmethod
    def read(cls, path: Path, name: str, prompts: Prompts = (None, None)) -> TransformerEmbedder:
        """Read a folder; opens no connection. Raises `ModelError`."""
        try:
            with _quiet():
                model = SentenceTransformer(str(path), device="cpu", local_files_only=True)
            return cls(name, model, digest_of(path, prompts), prompts)
        except ModelError:
            raise
        except Exception as error:  # the library raises many kinds for a damaged folder
            raise _unreadable(name, error) from error

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, "query", self.prompts[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, "document", self.prompts[1])

    def _embed(self, texts: Sequence[str], task: Task, prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        with self._lock:
            split = self._split(texts, task, prompt)
            parts = [
                text[start:end]
                for text, spans in zip(texts, split, strict=True)
                for start, end in spans
            ]
            vectors = self._encode(parts, task, prompt)
        if len(parts) == len(texts):
            return vectors
        owners = np.repeat(np.arange(len(texts)), [len(spans) for spans in split])
        weights = np.maximum(self._pieces.counts(parts), 1).astype(np.float32)
        summed = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        np.add.at(summed, owners, vectors * weights[:, None])
        return unit(summed)

    def _encode(self, texts: list[str], task: Task, prompt: str) -> Vectors:
        encode = self._model.encode_query if task == "query" else self._model.encode_document
        vectors = encode(
            texts,
            prompt=prompt,
            batch_size=_BATCH,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return unit(np.asarray(vectors, dtype=np.float32))

    def _split(self, texts: Sequence[str], task: Task, prompt: str) -> list[list[Span]]:
        longest = _longest(self._model, task)
        if longest is None:
            return [[(0, len(text))] for text in texts]
        features = self._model.preprocess([""], prompt=prompt, task=task)
        room = longest - _width(features)
        return self._pieces.split(texts, room, self.name, prompt)


class PairScorer:
    """A CrossEncoder with one output: how well a text answers a question, 0 to 1.

    Safe to use from several threads.
    """

    def __init__(self, name: str, model: CrossEncoder):
        if model.num_labels != 1:
            raise ModelError(
                f"the model {name} gives {model.num_labels} labels instead of one score;"
                " name another one in retrieval.reranker"
            )
        self.name = name
        self.longest = _longest(model)
        self._model = model
        self._pieces = Pieces(model.tokenizer)
        self._bounded = type(model.activation_fn).__name__ == "Sigmoid"
        self._lock = threading.Lock()

    @classmethod
    def read(cls, path: Path, name: str) -> PairScorer:
        """Read a folder; opens no connection. Raises `ModelError`."""
        try:
            with _quiet():
                model = CrossEncoder(str(path), device="cpu", local_files_only=True)
            return cls(name, model)
        except ModelError:
            raise
        except Exception as error:  # the library raises many kinds for a damaged folder
            raise _unreadable(name, error) from error

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """float32 (n,), 0 to 1: of each text the score of its best window.

        A question that takes more than half of the model's length is read in windows too, and
        scores the mean over them, weighted by their pieces. Raises `ModelError`.
        """
        made = np.zeros(len(texts), dtype=np.float32)
        total = 0
        with self._lock:
            room = self._room()
            for asked in self._parts(question, None if room is None else room // 2):
                (pieces,) = self._pieces.counts([asked])
                left = None if room is None else room - pieces
                made += max(pieces, 1) * self._best(asked, texts, left)
                total += max(pieces, 1)
        return made / np.float32(total)

    def _best(self, question: str, texts: Sequence[str], room: int | None) -> Vectors:
        split = [self._parts(text, room) for text in texts]
        pairs = [(question, part) for parts in split for part in parts]
        given = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        values = np.asarray(given, dtype=np.float64)
        if not np.isfinite(values).all():
            raise ModelError(f"the model {self.name} gives scores that are no numbers: replace it")
        if not self._bounded:
            values = 0.5 * (1 + np.tanh(values / 2))  # the sigmoid, without overflow
        best = np.zeros(len(texts), dtype=np.float64)
        owners = np.repeat(np.arange(len(texts)), [len(parts) for parts in split])
        np.maximum.at(best, owners, values)
        return best.astype(np.float32)

    def _parts(self, text: str, room: int | None) -> list[str]:
        if room is None:
            return [text]
        (spans,) = self._pieces.split([text], room, self.name)
        return [text[start:end] for start, end in spans]

    def _room(self) -> int | None:
        """Pieces that a question and a text may have together."""
        if self.longest is None:
            return None
        model = self._model
        prompt = model.prompts.get(model.default_prompt_name) if model.default_prompt_name else None
        return self.longest - _width(model.preprocess([("", "")], prompt=prompt))


def _prompt(model: SentenceTransformer, task: Task, given: str | None) -> str:
    """The prompt that the library would use for a task, unless the settings give one."""
    if given is not None:
        return given
    names = ("query",) if task == "query" else ("document", "passage", "corpus")
    for name in (*names, model.default_prompt_name):
        if name is not None and name in model.prompts:
            return str(model.prompts[name] or "")
    return ""


def _longest(model: Any, task: Task | None = None) -> int | None:
    """How many pieces the model reads, special ones and prompt included; `None` without a bound."""
    own = getattr(model[0], f"{task}_length", None) if task else None
    bounds = [each for each in (model.max_seq_length, own) if each and each < math.inf]
    for name, module in model.named_modules():
        padding = getattr(module, "padding_idx", None)
        if name.endswith("position_embeddings") and padding is not None:
            # RoBERTa numbers its positions from behind the one kept for padding
            bounds.append(module.num_embeddings - padding - 1)
    return int(min(bounds)) if bounds else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Inside, the libraries draw no bars and warn of nothing: standard error is for the person."""
    bars, level = remarks.is_progress_bar_enabled(), remarks.get_verbosity()
    own = logging.getLogger("sentence_transformers")
    own_level = own.level
    remarks.disable_progress_bar()  # type: ignore[no-untyped-call]
    remarks.set_verbosity(logging.ERROR)
    own.setLevel(logging.ERROR)
    try:
        yield
    finally:
        own.setLevel(own_level)
        remarks.set_verbosity(level)
        if bars:
            remarks.enable_progress_bar()  # type: ignore[no-untyped-call]


def _width(features: dict[str, Any]) -> int:
    return int(features["input_ids"].shape[-1])


def _unreadable(name: str, error: Exception) -> ModelError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ModelError(f"cannot read the model {name}: {reason}")
