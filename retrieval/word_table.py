"""Sentences to a `WordIndex`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retrieval.analyse import words
from retrieval.embed import Embedder
from retrieval.lexical import fingerprint
from retrieval.names import SCRIPTS, keys, script
from retrieval.words import KINDS, WordIndex, stems


class WordTable:
    """Collects sentences for a `WordIndex`; with one made before, words keep their numbers."""

    def __init__(self, before: WordIndex | None) -> None:
        self._before = before
        spelled = before.vocabulary() if before is not None else []
        self._numbers = {word: number for number, word in enumerate(spelled)}
        self._held: list[npt.NDArray[np.uint32]] = []
        self._lengths: list[npt.NDArray[np.int64]] = []

    def add(self, sentence: str) -> None:
        found = [self._numbers.setdefault(word, len(self._numbers)) for word in words(sentence)]
        self._held.append(np.array(found, dtype=np.uint32))
        self._lengths.append(np.array([len(found)], dtype=np.int64))

    def keep(self, first: int, last: int) -> None:
        """Take the sentences of these rows over from the index made before."""
        assert self._before is not None
        offsets = self._before._offsets[first : last + 1]
        self._held.append(self._before._held[offsets[0] : offsets[-1]])
        self._lengths.append(np.diff(offsets))

    def index(self, embedder: Embedder) -> WordIndex:
        """The words that stand in a sentence, with what the index made before knows of them."""
        held = np.concatenate([np.zeros(0, dtype=np.uint32), *self._held])
        lengths = np.concatenate([np.zeros(0, dtype=np.int64), *self._lengths])
        used = np.zeros(len(self._numbers), dtype=bool)
        used[held] = True
        spelled = [word for word, kept in zip(self._numbers, used.tolist(), strict=True) if kept]
        renumbered = (np.cumsum(used) - 1).astype(np.uint32)
        before = self._before if self._before is not None else _nothing(embedder.dimensions)
        known = used[: len(before)]
        new = spelled[int(known.sum()) :]
        encoded = [word.encode() for word in spelled]
        first = len(spelled) - len(new)
        pairs = [
            (fingerprint(key), number)
            for number, word in enumerate(new, first)
            for key in keys(word)
        ]
        still = known[before._keyed]
        found = np.concatenate(
            [before._keys[still], np.array([key for key, _ in pairs], dtype=np.uint64)]
        )
        keyed = np.concatenate(
            [
                renumbered[before._keyed[still]],
                np.array([number for _, number in pairs], dtype=np.uint32),
            ]
        )
        order = np.lexsort((keyed, found))
        scripts = np.array([SCRIPTS.index(script(word)) for word in new], dtype=np.uint8)
        vectors = embedder.embed_queries(new).astype(np.float16)
        return WordIndex(
            np.frombuffer(b"".join(encoded), dtype=np.uint8),
            np.cumsum([0, *map(len, encoded)], dtype=np.int64),
            np.concatenate([before._vectors[known], vectors]),
            renumbered[held],
            np.concatenate([[0], np.cumsum(lengths)]),
            np.concatenate([before._stems[known], stems(new)]),
            found[order],
            keyed[order],
            np.concatenate([before._scripts[known], scripts]),
        )


def _nothing(dimensions: int) -> WordIndex:
    """An index of no sentences."""
    empty = {name: np.zeros(0, dtype=kind) for name, kind in KINDS.items()}
    empty["ends"] = empty["offsets"] = np.zeros(1, dtype=np.int64)
    vectors = np.zeros((0, dimensions), dtype=np.float16)
    return WordIndex(vectors=vectors, held=np.zeros(0, dtype=np.uint32), **empty)
