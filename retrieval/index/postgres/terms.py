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
from retrieval.index.index import best
from retrieval.index.lexical import K1, B, fingerprint
from retrieval.index.postgres.postings import Postings, counts_and_lengths, unpacked
from retrieval.index.postgres.words import KeptWords, signed
from retrieval.index.rows import union
from retrieval.types import Rows, Vectors

Mask = npt.NDArray[np.bool_]

# Bytes of postings kept for questions to come.
_KEPT = 16 << 20
# Terms of which is remembered how many passages carry them.
_COUNTED = 20_000
# Passages whose scores are added up at once: what a question takes in memory depends on this and on
# the postings of its terms, not on all passages.
_WINDOW = 1 << 22


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
        self._counting = (
            f"SELECT term, sum(passages)::int8 FROM posting_{index} WHERE term = ANY($1::int8[])"
            " GROUP BY term"
        )
        self._words = kept
        self._end = end
        self._passages = passages
        average = length / passages if length else 1.0
        counts, lengths = counts_and_lengths()
        norms = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
        # what BM25 makes of each weight of a posting, but for the rarity of its term
        self._impacts: Vectors = counts / (counts + norms)
        self._gone = gone.astype(np.uint32)
        self._lock = Lock()
        self._known: OrderedDict[int, Postings] = OrderedDict()
        self._bytes = 0
        self._counted: dict[int, int] = {}

    def carrying(self, several: Sequence[Sequence[str]]) -> list[list[Postings]]:
        """For each of these lists, of each of its terms once the passages that carry it."""
        lists = [list(dict.fromkeys(terms)) for terms in several]
        found = iter(self._postings(chain.from_iterable(lists)))
        return [[next(found) for _ in terms] for terms in lists]

    def best(self, every: Sequence[Postings], count: int, allowed: Rows | None = None) -> Rows:
        """The passages with the largest shares of these terms above 0, at most `count`, ties by id;
        of the `allowed` ones, ascending, if these are given."""
        rows, scores = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.float32)]
        for first in range(0, self._end, _WINDOW):  # so many passages are added up at once
            last = min(first + _WINDOW, self._end)
            found = self._added(every, first, last)
            some = None if allowed is None else allowed[_inside(allowed, first, last)] - first
            chosen = best(found, count, some)
            rows.append(chosen + first)
            scores.append(found[chosen])
        numbers = np.concatenate(rows)
        return numbers[np.argsort(-np.concatenate(scores), kind="stable")[:count]]

    def shares(self, every: Sequence[Postings], passages: Rows) -> Vectors:
        """The shares that these passages have of these terms, float32 (n,), 0 to 1."""
        made = np.zeros(len(passages), dtype=np.float32)
        numbers = passages.astype(np.uint32)  # of the same kind, or all would be copied
        best = 0.0
        for found in every:
            rarity = self._rarity(len(found))
            best += rarity
            if len(found):
                places = np.minimum(np.searchsorted(found.ids, numbers), len(found) - 1)
                there = np.flatnonzero(found.ids[places] == numbers)
                made[there] += self._weighed(found.weights[places[there]], rarity)
        return made / np.float32(best or 1)

    def _added(self, every: Sequence[Postings], first: int, last: int) -> Vectors:
        """The scores of the passages from an id to another, float32 (last - first,)."""
        made = np.zeros(last - first, dtype=np.float32)
        for found in every:
            rarity = self._rarity(len(found))
            own = found if last - first == self._end else found.of(_inside(found.ids, first, last))
            np.add.at(made, own.ids.astype(np.intp) - first, self._weighed(own.weights, rarity))
        return made

    def _weighed(self, weights: npt.NDArray[np.uint16], rarity: float) -> Vectors:
        made: Vectors = self._impacts.take(weights)
        made *= np.float32(rarity)
        return made

    def rarities(self, terms: Iterable[str]) -> list[float]:
        """The inverse document frequency of each term. Passages that are gone count until they are
        taken out, as in Lucene."""
        wanted = [signed(fingerprint(term)) for term in terms]
        known = self._counted
        new = [term for term in dict.fromkeys(wanted) if term not in known]
        if new:
            if len(known) + len(new) > _COUNTED:
                self._counted = known = {term: known[term] for term in wanted if term in known}
            counted = self._store.fetch(self._counting, [np.array(new, dtype=np.int64)])
            known.update(dict.fromkeys(new, 0) | dict(counted))
        return [self._rarity(min(known[term], self._passages)) for term in wanted]

    def carriers(self, groups: Sequence[Sequence[str]]) -> list[Rows]:
        """The passages that have any of the terms of each group, ascending."""
        every = iter(self._postings(chain.from_iterable(groups)))
        return [union([next(every).ids.astype(np.int64) for _ in group]) for group in groups]

    def carriers_of_most(self, asked: Iterable[str], least: float) -> Rows:
        """The passages that have at least so many of the terms, ascending."""
        made = np.zeros(self._end, dtype=np.uint8)
        for found in self._postings(dict.fromkeys(asked)):
            made[found.ids.astype(np.intp)] += 1  # no passage twice
        return np.flatnonzero(made >= least)

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
        for term, held in self._store.fetch(self._query, [np.array(terms, dtype=np.int64)]):
            runs[term].append(held)
        # the table may have grown since this version
        return {
            term: unpacked(b"".join(held)).below(self._end).without(self._gone)
            for term, held in runs.items()
        }

    def _keep(self, fetched: dict[int, Postings]) -> None:
        for term, found in fetched.items():
            if term not in self._known:
                self._known[term] = found
                self._bytes += found.nbytes + 200
        while self._bytes > _KEPT and len(self._known) > 1:
            self._bytes -= self._known.popitem(last=False)[1].nbytes + 200


def _inside(ids: npt.NDArray[np.integer], first: int, last: int) -> slice:
    """Where the ids from one to another stand among ascending ones."""
    return slice(*np.searchsorted(ids, np.array([first, last], dtype=ids.dtype)).tolist())
