"""Builds a `WordIndex` from sentences."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from corpus.language.name_keys import SCRIPTS, keys, script
from corpus.language.tokens import words
from retrieval.index.lexical import fingerprint
from retrieval.index.word_index import WordIndex, stems
from retrieval.types import Embedder

Numbers = npt.NDArray[np.uint32]

_BATCH = 1 << 13


class WordTable:
    """Collects sentences for a `WordIndex`, and reuses what existing indexes know about words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._held = array("I")
        self._lengths = array("q")
        # for each existing index, the numbers of its words in this one
        self._before: list[tuple[WordIndex, Numbers]] = []

    def add(self, sentence: str) -> None:
        found = [self._numbers.setdefault(word, len(self._numbers)) for word in words(sentence)]
        self._held.extend(found)
        self._lengths.append(len(found))

    def keep(self, before: WordIndex, first: int, last: int) -> None:
        """Reuse the sentences of these rows of an existing index."""
        numbers = next((own for index, own in self._before if index is before), None)
        if numbers is None:
            found = (
                self._numbers.setdefault(word, len(self._numbers)) for word in before.vocabulary()
            )
            numbers = np.fromiter(found, dtype=np.uint32, count=len(before))
            self._before.append((before, numbers))
        held, lengths = before.held(np.arange(first, last))
        self._held.frombytes(numbers[held].tobytes())
        self._lengths.frombytes(lengths.tobytes())

    def index(self, embedder: Embedder) -> WordIndex:
        """The index of the words that occur in a sentence."""
        held = np.frombuffer(self._held, dtype=np.uint32)
        used = np.zeros(len(self._numbers), dtype=bool)
        used[held] = True
        spelled = [word for word, kept in zip(self._numbers, used.tolist(), strict=True) if kept]
        place = (np.cumsum(used) - 1).astype(np.uint32)
        known = _Known(len(spelled), embedder.dimensions)
        for before, numbers in self._before:
            here = used[numbers]
            known.keep(before, np.flatnonzero(here), np.where(here, place[numbers], 0))
        known.learn(spelled, embedder)
        encoded = [word.encode() for word in spelled]
        keyed, owners = np.concatenate(known.keys), np.concatenate(known.owners)
        order = np.lexsort((owners, keyed))
        return WordIndex(
            np.frombuffer(b"".join(encoded), dtype=np.uint8),
            np.cumsum([0, *map(len, encoded)], dtype=np.int64),
            known.vectors,
            place[held],
            np.concatenate([[0], np.cumsum(np.frombuffer(self._lengths, dtype=np.int64))]),
            known.stems,
            keyed[order],
            owners[order],
            known.scripts,
        )


class _Known:
    """What is known about each word of a vocabulary."""

    def __init__(self, words: int, dimensions: int) -> None:
        self.vectors = np.zeros((words, dimensions), dtype=np.float16)
        self.stems = np.zeros(words, dtype=np.uint32)
        self.scripts = np.zeros(words, dtype=np.uint8)
        self.keys = [np.zeros(0, dtype=np.uint64)]
        self.owners = [np.zeros(0, dtype=np.uint32)]
        self._new = np.ones(words, dtype=bool)

    def keep(self, before: WordIndex, wanted: npt.NDArray[np.int64], numbers: Numbers) -> None:
        """Reuse the `wanted` words of an index; `numbers` are the numbers of all its words here."""
        wanted = wanted[self._new[numbers[wanted]]]
        mine = numbers[wanted]
        self.vectors[mine] = before.vectors[wanted]
        self.stems[mine] = before.stems[wanted]
        self.scripts[mine] = before.scripts[wanted]
        taken = np.zeros(len(before), dtype=bool)
        taken[wanted] = True
        keyed = taken[before.keyed]
        self.keys.append(before.keys[keyed])
        self.owners.append(numbers[before.keyed[keyed]])
        self._new[mine] = False

    def learn(self, spelled: Sequence[str], embedder: Embedder) -> None:
        """Compute what no index knew."""
        new = np.flatnonzero(self._new)
        for first in range(0, len(new), _BATCH):
            own = new[first : first + _BATCH]
            batch = [spelled[number] for number in own.tolist()]
            self.vectors[own] = embedder.embed_queries(batch)
            self.stems[own] = stems(batch)
            self.scripts[own] = [SCRIPTS.index(script(word)) for word in batch]
            found = [[fingerprint(key) for key in keys(word)] for word in batch]
            self.keys.append(np.array([key for each in found for key in each], dtype=np.uint64))
            self.owners.append(np.repeat(own, list(map(len, found))).astype(np.uint32))
