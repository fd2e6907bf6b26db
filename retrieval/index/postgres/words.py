"""The words of an index in PostgreSQL. Those that questions met lately are kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from corpus.database import Postgres
from corpus.errors import IndexDamaged
from corpus.language.name_keys import SCRIPTS, keys, script
from retrieval.index.lexical import fingerprint
from retrieval.index.word_index import Gathered, Hashes
from retrieval.models.vectors import widened
from retrieval.types import Rows

# Words kept: about a kilobyte each.
_KEPT = 1 << 15
# Names of which is remembered how other scripts spell them.
_NAMES = 2_000
_DAMAGED = "the words of the index are damaged: `pullquote index --rebuild`"


class KeptWords:
    """What is known of words by their numbers, fetched where it is not kept; safe to use from
    several threads. A word never changes."""

    def __init__(self, store: Postgres, index: int, dimensions: int) -> None:
        self._store = store
        self._query = (
            f"SELECT number, stem, spelled, terms, vector FROM word_{index}"
            " WHERE number = ANY($1::int4[])"
        )
        self._dimensions = dimensions
        self._lock = Lock()
        # the words kept, ascending, and where each is; the last number is no word's
        self._numbers: Rows
        self._slots: Rows
        self._count: int
        self._empty(_KEPT)

    def gathered(self, held: npt.NDArray[np.uint32], lengths: Rows) -> Gathered:
        """The words of sentences, given one after the other with how many each has. Raises
        `IndexDamaged`."""
        numbers, place = np.unique(held, return_inverse=True)
        with self._lock:
            slots = self._slots_of(numbers)
            vectors, stems = self._vectors[slots], self._stems[slots]
        starts = np.cumsum(lengths) - lengths
        known = widened(vectors)
        return Gathered(numbers.astype(np.int64), known, stems, place, starts, lengths > 0)

    def spelled(self, numbers: Rows) -> list[str]:
        with self._lock:
            return [self._spelled[slot] for slot in self._slots_of(numbers).tolist()]

    def terms(self, numbers: Rows) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """The terms of these words one after the other, and how many each has."""
        with self._lock:
            own = [self._terms[slot] for slot in self._slots_of(numbers).tolist()]
        found = np.frombuffer(b"".join(own), dtype=np.uint64)
        return found, np.array([len(each) >> 3 for each in own], dtype=np.int64)

    def _slots_of(self, numbers: npt.NDArray[np.integer]) -> Rows:
        """Where these words are kept, those that are not yet put there."""
        places = np.searchsorted(self._numbers, numbers)
        new = np.unique(numbers[self._numbers[places] != numbers])
        if len(new):
            if self._count + len(new) > len(self._stems):
                self._empty(max(_KEPT, 2 * len(numbers)))
                new = np.unique(numbers)
            self._fetch(new)
            places = np.searchsorted(self._numbers, numbers)
        found: Rows = self._slots[places]
        return found

    def _fetch(self, numbers: npt.NDArray[np.integer]) -> None:
        rows = self._store.fetch(self._query, [numbers.astype(np.int32)])
        if len(rows) != len(numbers):
            raise IndexDamaged(_DAMAGED)
        own = slice(self._count, self._count + len(rows))
        numbered, stems, spelled, terms, vectors = zip(*rows, strict=True)
        self._stems[own] = stems
        self._vectors[own] = _halves(vectors, self._dimensions)
        self._spelled += spelled
        self._terms += terms
        order = np.argsort(numbered)
        fetched = np.array(numbered)[order]
        places = np.searchsorted(self._numbers, fetched)
        self._numbers = np.insert(self._numbers, places, fetched)
        self._slots = np.insert(self._slots, places, own.start + order)
        self._count += len(rows)

    def _empty(self, room: int) -> None:
        self._numbers = np.array([np.iinfo(np.int64).max])
        self._slots = np.array([-1])
        self._count = 0
        self._stems: Hashes = np.zeros(room, dtype=np.uint32)
        self._vectors = np.zeros((room, self._dimensions), dtype=np.float16)
        self._spelled: list[str] = []
        self._terms: list[bytes] = []


class PostgresWords:
    """The vocabulary of one version of an index."""

    def __init__(
        self, store: Postgres, index: int, kept: KeptWords, scripts: frozenset[str]
    ) -> None:
        self._store = store
        self._query = f"SELECT key, word, script FROM name_key_{index} WHERE key = ANY($1::int8[])"
        self._stems = f"SELECT DISTINCT stem FROM word_{index} WHERE stem = ANY($1::int8[])"
        self._kept = kept
        self._named: dict[str, Rows] = {}
        self.scripts = scripts

    def spellings(self, numbers: Rows) -> list[str]:
        """These words as they are spelled."""
        return self._kept.spelled(numbers)

    def names(self, words: Sequence[str]) -> list[Rows]:
        """Of each of these normalised words the numbers of those in other scripts that share a key
        with it."""
        known = self._named
        new = {
            word: {signed(fingerprint(key)) for key in keys(word)}
            for word in words
            if word not in known
        }
        if new:
            every = sorted(set().union(*new.values()))
            found = self._store.fetch(self._query, [every]) if every else []
            if len(known) > _NAMES:
                self._named = known = {word: known[word] for word in words if word in known}
            for word, sought in new.items():
                own = SCRIPTS.index(script(word))
                numbers = {number for key, number, one in found if key in sought and one != own}
                known[word] = np.array(sorted(numbers), dtype=np.int64)
        return [known[word] for word in words]

    def holds(self, stems: Hashes) -> npt.NDArray[np.bool_]:
        """Whether any word has each of these hashes of stems."""
        held = [stem for (stem,) in self._store.fetch(self._stems, [stems.tolist()])]
        return np.isin(stems, np.array(held, dtype=stems.dtype))


def signed(number: int) -> int:
    """A number of 64 bits as PostgreSQL has it."""
    return number - (1 << 64) if number >> 63 else number


def _halves(vectors: Sequence[bytes], dimensions: int) -> npt.NDArray[np.float16]:
    try:
        return np.frombuffer(b"".join(vectors), dtype=np.float16).reshape(-1, dimensions)
    except ValueError as error:
        raise IndexDamaged(_DAMAGED) from error
