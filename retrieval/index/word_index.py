"""Word by word: which words of a passage match a question's words, by form, by meaning, by name.

One vector for a whole passage blurs details. Here each word of the question is matched with the
nearest word of a text, and the text scores the weights of the words found (late interaction,
Khattab and Zaharia, 2020; the vectors are those of a static model, so each word is embedded once).
The weight of a word is its inverse document frequency on a sample of the passages, where a passage
also counts if it has a word of near meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from corpus.language.name_keys import SCRIPTS, keys, script
from corpus.language.stems import stem
from retrieval.index import arrays
from retrieval.index.lexical import fingerprint
from retrieval.types import Rows, Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Hashes = npt.NDArray[np.uint32]

# Words less similar than this count as unrelated.
UNRELATED = 0.5
_LIGHTEST = 0.2
_DAMAGED = "the words of the index are damaged: `pullquote index --rebuild`"


@dataclass(frozen=True, slots=True)
class Sought:
    """The words of a question, n of them, ready to be searched.

    `vectors` are float32 (n, dimensions) unit vectors, `stems` hashes of their stems. `names` are,
    for each word, words of the coverage that may be the same name in another script. `forms` are
    other names for words of the question, each as the hashes of its stems, with the words it
    replaces.
    """

    words: tuple[str, ...]
    vectors: Vectors
    stems: Hashes
    names: tuple[Rows, ...]
    forms: tuple[tuple[tuple[int, ...], Hashes], ...] = ()

    @property
    def numeric(self) -> npt.NDArray[np.bool_]:
        return np.array([word.isdigit() for word in self.words], dtype=bool)


@dataclass(frozen=True, slots=True)
class Matched:
    """How well n words are found in each of m texts, float32 (n, m), 0 to 1: by form or meaning,
    and by name across scripts."""

    meaning: Vectors
    name: Vectors

    def best(self) -> Vectors:
        """How well each word is found in each text, by any of these, float32 (n, m)."""
        return np.maximum(self.meaning, self.name)

    def of(self, texts: Rows) -> Matched:
        """Some of the texts, in this order."""
        return Matched(self.meaning[:, texts], self.name[:, texts])

    def pooled(self, starts: Rows) -> Matched:
        """The best of neighbouring texts: groups begin at `starts` (ascending, none empty)."""
        return Matched(
            np.maximum.reduceat(self.meaning, starts, axis=1),
            np.maximum.reduceat(self.name, starts, axis=1),
        )


class WordIndex:
    """The words of all sentences, in order, and what is known about each word of the vocabulary."""

    def __init__(
        self,
        spelled: npt.NDArray[np.uint8],
        ends: Rows,
        vectors: npt.NDArray[np.float16],
        held: npt.NDArray[np.uint32] | arrays.Filed,
        offsets: Rows,
        stems: Hashes,
        keys: npt.NDArray[np.uint64],
        keyed: npt.NDArray[np.uint32],
        scripts: npt.NDArray[np.uint8],
    ) -> None:
        self._spelled = spelled
        self._ends = ends
        self.vectors = vectors
        self._held = held
        self._offsets = offsets
        self.stems = stems
        self.keys = keys
        self.keyed = keyed
        self.scripts = scripts

    def save(self, folder: Path) -> None:
        folder.mkdir()
        for name, array in self._arrays().items():
            arrays.write(folder / name, array)

    @classmethod
    def open(cls, folder: Path, sentences: int, dimensions: int) -> WordIndex:
        """Open a stored index, which is read as questions need it. Raises `IndexDamaged`."""
        found = {name: arrays.read(folder / name, kind) for name, kind in KINDS.items()}
        vectors = arrays.read(folder / "vectors", np.float16, dimensions)
        held = arrays.Filed(folder / "held", np.uint32)
        opened = cls(vectors=vectors, held=held, **found)
        if not opened._consistent(sentences):
            raise IndexDamaged(f"the words in {folder} do not fit their manifest")
        return opened

    def __len__(self) -> int:
        """The number of words in the vocabulary."""
        return len(self.stems)

    def word(self, number: int) -> str:
        first, last = self._ends[number : number + 2].tolist()
        return self._spelled[first:last].tobytes().decode(errors="replace")

    def vocabulary(self) -> list[str]:
        """All words, in the order of their numbers."""
        spelled = self._spelled.tobytes()
        ends = self._ends.tolist()
        return [spelled[first:last].decode() for first, last in pairwise(ends)]

    def counts(self) -> csr_array:
        """The number of times each sentence has each word, (sentences, words)."""
        from scipy.sparse import csr_array

        shape = (self.sentences, len(self))
        ones = np.ones(len(self._held), dtype=np.float32)
        return csr_array((ones, self._held[:].astype(np.int32), self._offsets), shape)

    def named(self, word: str) -> Rows:
        """The numbers of the words in other scripts that share a key with a normalised word.
        Raises `IndexDamaged`."""
        sought = keys(word)
        if not sought:
            return np.zeros(0, dtype=np.int64)
        wanted = np.array([fingerprint(key) for key in sought], dtype=np.uint64)
        firsts = np.searchsorted(self.keys, wanted)
        lasts = np.searchsorted(self.keys, wanted, side="right")
        found = np.unique(
            np.concatenate(
                [self.keyed[one:other] for one, other in zip(firsts, lasts, strict=True)]
            )
        ).astype(np.int64)
        if len(found) and found[-1] >= len(self):
            raise IndexDamaged(_DAMAGED)
        named: Rows = found[self.scripts[found] != SCRIPTS.index(script(word))]
        return named

    @property
    def sentences(self) -> int:
        """The number of sentences."""
        return len(self._offsets) - 1

    def held(self, sentences: Rows) -> tuple[npt.NDArray[np.uint32], Rows]:
        """The word numbers of these sentences, concatenated, and how many each sentence has. Raises
        `IndexDamaged`."""
        first, last = self._offsets[sentences], self._offsets[sentences + 1]
        found: npt.NDArray[np.uint32] = arrays.runs(self._held, first, last)
        if found.max(initial=0) >= max(len(self), 1):
            raise IndexDamaged(_DAMAGED)
        return found, last - first

    def used(self, sentences: Rows) -> npt.NDArray[np.bool_]:
        """Which words occur in these sentences. Raises `IndexDamaged`."""
        marked = np.zeros(len(self), dtype=bool)
        marked[self.held(sentences)[0]] = True
        return marked

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "spelled": self._spelled,
            "vectors": self.vectors,
            "ends": self._ends,
            "held": self._held[:],
            "offsets": self._offsets,
            "stems": self.stems,
            "keys": self.keys,
            "keyed": self.keyed,
            "scripts": self.scripts,
        }

    def _consistent(self, sentences: int) -> bool:
        """Whether the lengths of the arrays fit one another. Whether they point only inside one
        another is checked when they are read: here, that would mean reading all of them."""
        return bool(
            self.sentences == sentences
            and self._offsets[0] == 0
            and self._offsets[-1] == len(self._held)
            and len(self.vectors) == len(self.scripts) == len(self) == len(self._ends) - 1
            and self._ends[-1] == len(self._spelled)
            and len(self.keys) == len(self.keyed)
        )


KINDS: dict[str, npt.DTypeLike] = {
    "spelled": np.uint8,
    "ends": np.int64,
    "offsets": np.int64,
    "stems": np.uint32,
    "keys": np.uint64,
    "keyed": np.uint32,
    "scripts": np.uint8,
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The words of m sentences: each word once, with its vector and stem, and the place among them
    of every word of every sentence. The words of a sentence begin at `starts`, if it is `filled`
    (has any)."""

    numbers: Rows
    vectors: Vectors
    stems: Hashes
    place: Rows
    starts: Rows
    filled: npt.NDArray[np.bool_]

    def matched(self, sought: Sought) -> Matched:
        """How well each word sought is found in each sentence. Raises `IndexDamaged`."""
        meaning = self.meaning(sought, np.arange(len(sought.words)))
        return Matched(np.maximum(meaning, self.forms(sought)), self.named(sought))

    def meaning(self, sought: Sought, wanted: Rows) -> Vectors:
        """How well these words sought, given by their places, are found by form or meaning,
        (wanted, m). Raises `IndexDamaged`."""
        with np.errstate(all="ignore"):  # NaNs are handled below
            # in this order the product takes half the time
            products = self.vectors @ sought.vectors[wanted].T
        if not np.isfinite(products.sum()):
            raise IndexDamaged(_DAMAGED)
        alike = np.ascontiguousarray(np.clip(products, 0, 1).T)
        alike[sought.numeric[wanted]] = 0  # a similar year is another year
        alike[sought.stems[wanted, None] == self.stems] = 1
        return self._best(alike)

    def forms(self, sought: Sought) -> Vectors:
        """How well all words sought are found by their other names, float32 (n, m)."""
        found = np.zeros((len(sought.words), len(self.starts)), dtype=np.float32)
        for places, stems in sought.forms:
            carried = stems[:, None] == self.stems
            if carried.any(axis=1).all():
                here = self._best(carried.astype(np.float32)).min(axis=0)
                found[list(places)] = np.maximum(found[list(places)], here)
        return found

    def named(self, sought: Sought) -> Vectors:
        """How well all words sought are found by name across scripts, float32 (n, m)."""
        found = np.zeros((len(sought.words), len(self.starts)), dtype=np.float32)
        for row, numbers in enumerate(sought.names):
            if not len(numbers):
                continue
            places = np.searchsorted(self.numbers, numbers)
            places = places[places < len(self.numbers)]
            here = places[np.isin(self.numbers[places], numbers)]
            if len(here):
                marked = np.zeros((1, len(self.numbers)), dtype=np.float32)
                marked[0, here] = 1
                found[row] = self._best(marked)[0]
        return found

    def words_of(self, sentences: Rows) -> tuple[Rows, Rows, Rows]:
        """The words of some of the sentences, given by their places here: the number of each word,
        once; the place among them of every word of every sentence; and where the words of each
        sentence begin, followed by the end of the last."""
        own, place, starts = self._words_of(sentences)
        return self.numbers[own], place, starts

    def of(self, sentences: Rows) -> Gathered:
        """Some of the sentences, given by their places here."""
        own, place, starts = self._words_of(sentences)
        return Gathered(
            self.numbers[own],
            self.vectors[own],
            self.stems[own],
            place,
            starts[:-1],
            np.diff(starts) > 0,
        )

    def _words_of(self, sentences: Rows) -> tuple[Rows, Rows, Rows]:
        """The places of the words that are in some of the sentences, and the rest of `words_of`."""
        ends = np.append(self.starts[1:], len(self.place))
        inside, starts = arrays.places(self.starts[sentences], ends[sentences])
        own, place = np.unique(self.place[inside], return_inverse=True)
        return own, place, starts

    def _best(self, values: Vectors) -> Vectors:
        """The largest value in each sentence, (n, m), given the value of each word, (n, words)."""
        made = np.zeros((len(values), len(self.starts)), dtype=np.float32)
        if self.filled.any():
            starts = self.starts[self.filled]
            found = np.take(values, self.place, axis=1)
            made[:, self.filled] = np.maximum.reduceat(found, starts, axis=1)
        return made


def stems(found: Sequence[str]) -> Hashes:
    """The hashes of the stems of normalised words."""
    return np.array([_hash(stem(word)) for word in found], dtype=np.uint32)


def weights(matched: Matched) -> Vectors:
    """The weight of each word, float32 (n,), given how well it is found in a sample of passages."""
    passages = matched.meaning.shape[1]
    near = (np.maximum(matched.best() - UNRELATED, 0) / (1 - UNRELATED)).sum(axis=1)
    rarity: Vectors = np.log1p((passages - near + 0.5) / (near + 0.5)).astype(np.float32)
    return np.maximum(rarity, _LIGHTEST)


def _hash(text: str) -> int:
    return crc32(text.encode())
