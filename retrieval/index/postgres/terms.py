"""BM25 over postings in PostgreSQL.

The postings of a term stand in one row a segment, as bytes that numpy reads; so a question fetches
those of all its terms in one round trip and adds them up as the embedded index does. Scores are the
shares of `retrieval.index.lexical`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import chain
from threading import Lock

import numpy as np
import numpy.typing as npt

from corpus.database import Postgres
from retrieval.index.lexical import K1, B, fingerprint
from retrieval.index.postgres.words import KeptWords, signed
from retrieval.types import Rows, Vectors

POSTING = np.dtype([("id", "<u4"), ("count", "u1"), ("length", "<u2")])
Postings = npt.NDArray[np.void]
Mask = npt.NDArray[np.bool_]

LONGEST = (1 << 16) - 1
# Bytes of postings kept for questions to come, and of a term that is worth keeping.
_KEPT = 48 << 20


class PostgresTerms:
    """One version of an index: of its passages, whose ids are below `end`, some are `gone`."""

    def __init__(
        self,
        store: Postgres,
        index: int,
        kept: KeptWords,
        end: int,
        passages: int,
        length: float,
        gone: Rows,
    ) -> None:
        self._store = store
        self._query = (
            f"SELECT term, held FROM posting_{index} WHERE term = ANY($1::int8[])"
            " ORDER BY term, segment"
        )
        self._words = kept
        self._end = end
        self._passages = passages
        average = length / passages if length else 1.0
        lengths = np.arange(LONGEST + 1, dtype=np.float64)
        self._norms = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
        self._gone = gone
        self._lock = Lock()
        self._known: OrderedDict[int, Postings] = OrderedDict()
        self._bytes = 0

    def shares(self, asked: Iterable[str]) -> Vectors:
        """The share of every passage by its id, float32 (end,), 0 to 1."""
        made = np.zeros(self._end, dtype=np.float32)
        best = 0.0
        for found in self._postings(dict.fromkeys(asked)):
            rarity = self._rarity(len(found))
            best += rarity
            often = found["count"].astype(np.float32)
            often /= often + self._norms[found["length"]]
            often *= np.float32(rarity)
            made[found["id"]] += often  # no passage twice
        made /= np.float32(best or 1)
        return made

    def rarities(self, terms: Iterable[str]) -> list[float]:
        """The inverse document frequency of each term."""
        return [self._rarity(len(found)) for found in self._postings(terms)]

    def counted(self, asked: Iterable[str]) -> npt.NDArray[np.uint8]:
        """How many of the terms each passage has, uint8 (end,)."""
        made = np.zeros(self._end, dtype=np.uint8)
        for found in self._postings(dict.fromkeys(asked)):
            made[found["id"]] += 1  # no passage twice
        return made

    def marked(self, groups: Sequence[Sequence[str]]) -> Mask:
        """Which passages have any of the terms of each group, (groups, end)."""
        made = np.zeros((len(groups), self._end), dtype=bool)
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).tolist()
        every = self._postings(chain.from_iterable(groups))
        for owner, found in zip(owners, every, strict=True):
            made[owner, found["id"]] = True
        return made

    def spelled(self, wanted: Sequence[str], words: Rows) -> Mask:
        """Which of these words has each term, (terms, words)."""
        held, lengths = self._words.terms(words)
        hashes = np.array([fingerprint(term) for term in wanted], dtype=np.uint64)
        order = np.argsort(hashes)
        places = np.minimum(np.searchsorted(hashes[order], held), max(len(hashes) - 1, 0))
        made = np.zeros((len(wanted), len(words)), dtype=bool)
        if len(wanted):
            term = order[places]
            same = hashes[term] == held
            made[term[same], np.repeat(np.arange(len(words)), lengths)[same]] = True
        return made

    def _rarity(self, carried: int) -> float:
        return float(np.log1p((self._passages - carried + 0.5) / (carried + 0.5)))

    def _postings(self, terms: Iterable[str]) -> list[Postings]:
        """Of each term the passages that carry it; those that are not kept are fetched together."""
        wanted = [signed(fingerprint(term)) for term in terms]
        with self._lock:
            known = {term: self._known[term] for term in wanted if term in self._known}
            for term in known:
                self._known.move_to_end(term)
        new = [term for term in dict.fromkeys(wanted) if term not in known]
        if new:
            fetched = self._fetched(new)
            known.update(fetched)
            with self._lock:
                self._keep(fetched)
        return [known[term] for term in wanted]

    def _fetched(self, terms: Sequence[int]) -> dict[int, Postings]:
        runs: dict[int, list[bytes]] = {term: [] for term in terms}
        for term, held in self._store.fetch(self._query, [terms]):
            runs[term].append(held)
        found = {term: np.frombuffer(b"".join(held), POSTING) for term, held in runs.items()}
        if len(self._gone):
            for term, held in found.items():
                found[term] = held[np.isin(held["id"], self._gone, invert=True)]
        return found

    def _keep(self, fetched: dict[int, Postings]) -> None:
        for term, found in fetched.items():
            if term not in self._known:
                self._known[term] = found
                self._bytes += found.nbytes + 200
        while self._bytes > _KEPT and len(self._known) > 1:
            self._bytes -= self._known.popitem(last=False)[1].nbytes + 200
