"""A text too long for a model, as overlapping windows that a model can read whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from corpus.errors import ModelError

Span = tuple[int, int]

# Windows share an eighth of their pieces, so that what is at a cut is read with both sides.
OVERLAP = 8


def windows(text: str, pieces: Sequence[Span], capacity: int) -> list[Span]:
    """Spans of `text` that together cover every piece, each with at most `capacity` pieces.

    `pieces` are where the model's tokenizer found its pieces in `text`, in order. A window begins
    and ends between words where a word boundary lies in its second half, else between pieces.
    """
    if len(pieces) <= capacity:
        return [(0, len(text))]
    if capacity < 1:
        raise ValueError("a window holds at least one piece")
    found = []
    first = 0
    while True:
        last = first + capacity
        if last >= len(pieces):
            found.append((_start(pieces, first), len(text)))
            return found
        last = _word(text, pieces, first + capacity // 2 + 1, last)
        found.append((_start(pieces, first), max(pieces[last][0], pieces[last - 1][1])))
        overlap = min(capacity // OVERLAP, last - first - 1)
        first = _word(text, pieces, max(first + 1, last - 2 * overlap), last - overlap)


def _start(pieces: Sequence[Span], first: int) -> int:
    return pieces[first][0] if first else 0


def _word(text: str, pieces: Sequence[Span], lowest: int, highest: int) -> int:
    """The last piece in lowest..highest that begins a word, or `highest` when none does."""
    for piece in range(highest, lowest - 1, -1):
        at = pieces[piece][0]
        if at == 0 or text[at - 1].isspace() or text[at : at + 1].isspace():
            return piece
    return highest


class Pieces:
    """Where a model's tokenizer finds pieces, without its special ones and without cutting."""

    def __init__(self, tokenizer: Any) -> None:
        self._plain = tokenizer
        backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
        self._fast = None
        if isinstance(backend, Tokenizer):
            # a copy: the model's own is told to cut and pad
            self._fast = Tokenizer.from_str(backend.to_str())
            self._fast.no_truncation()
            self._fast.no_padding()

    def found(self, texts: Sequence[str]) -> list[list[Span]]:
        """The code points of each piece of each text."""
        if self._fast is None:
            return [self._words(text) for text in texts]
        encoded = self._fast.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.offsets for encoding in encoded]

    def counts(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """How many pieces each text has, int64 (n,)."""
        return np.array([len(spans) for spans in self.found(texts)], dtype=np.int64)

    def split(
        self, texts: Sequence[str], room: int, name: str, prompt: str = ""
    ) -> list[list[Span]]:
        """Windows of each text that have at most `room` pieces after `prompt`; a text that fits is
        one window. Raises `ModelError` when the model `name` leaves no room."""
        if room < 1:
            raise _too_narrow(name)
        (before,) = self.counts([prompt])
        lengths = self.counts([prompt + text for text in texts]) - before
        long = [at for at, length in enumerate(lengths) if length > room]
        split: list[list[Span]] = [[(0, len(text))] for text in texts]
        found = self.found([texts[at] for at in long])
        for at, pieces in zip(long, found, strict=True):
            spans = self._fitting(texts[at], pieces, room, prompt, int(before))
            if spans is None:
                raise _too_narrow(name)
            split[at] = spans
        return split

    def _fitting(
        self, text: str, pieces: list[Span], room: int, prompt: str, before: int
    ) -> list[Span] | None:
        """Windows of `text`, smaller ones where a part alone falls into more pieces."""
        capacity = min(room, len(pieces) - 1)
        while capacity > 0:
            spans = windows(text, pieces, capacity)
            parts = [prompt + text[start:end] for start, end in spans]
            excess = int(self.counts(parts).max()) - before - room
            if excess <= 0:
                return spans
            capacity -= excess
        return None

    def _words(self, text: str) -> list[Span]:
        """For a tokenizer that tells no offsets: each word once for every piece it falls into."""
        found: list[Span] = []
        end = 0
        for word in text.split():
            start = text.index(word, end)
            end = start + len(word)
            number = max(len(self._plain.tokenize(word)), 1)
            bounds = [start + len(word) * each // number for each in range(number + 1)]
            found += pairwise(bounds)
        return found


def _too_narrow(name: str) -> ModelError:
    return ModelError(
        f"the model {name} reads too few pieces at once: shorten its prompt, or name another model"
    )
