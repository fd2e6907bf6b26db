"""The index in a store that is served, as it is searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.database import Postgres
from corpus.errors import IndexDamaged, IndexMissing
from corpus.language.name_keys import SCRIPTS
from retrieval.index.annotations import DAMAGED, Speaker, speakers_of
from retrieval.index.features import Features, Proposed, Sought
from retrieval.index.generation import REBUILD
from retrieval.index.index import SAMPLE
from retrieval.index.part import NONE
from retrieval.index.postgres.terms import PostgresTerms
from retrieval.index.postgres.words import KeptWords, PostgresWords
from retrieval.index.sample import Sample
from retrieval.models.embed import aligner_for
from retrieval.models.vectors import widened
from retrieval.types import Channel, Embedder, Rows, Vectors

# How many nearest neighbours a search of the graph keeps in sight, and that it goes on where too
# few of them are allowed.
SEARCHED = {"hnsw.ef_search": 500, "hnsw.iterative_scan": "strict_order"}
# How the tables of an index are laid out. A new one where postgres_NNNN.sql cannot change them.
FORMAT = 2
# Of so few allowed passages every vector is compared.
_EXHAUSTIVE = 20_000
# Statements that run beside those of the threads that answer.
_BESIDE = ThreadPoolExecutor(4, "beside")
_OLDER = "the index was built by another version of pullquote: `pullquote index` builds it anew"


@dataclass(frozen=True, slots=True)
class State:
    """What the store says of an index, see the table `search_index`."""

    number: int
    model: str
    digest: str
    dimensions: int
    aligner: str
    coverage: str
    revision: int
    version: int
    newest: int
    format: int

    COLUMNS = (
        "number, model, digest, dimensions, aligner, coverage, revision, version, newest, format"
    )

    @property
    def name(self) -> str:
        """What is indexed, in a word: another one after every change."""
        return f"p{self.number}.{self.version}"

    @classmethod
    def served(cls, store: Postgres, *, there: bool = False) -> State:
        """What is served; `there` says that the table has been found before. Raises
        `IndexMissing`, and `IndexDamaged` for one of an older version."""
        if not there:
            columns = store.fetch(
                "SELECT attname::text FROM pg_attribute"
                " WHERE attrelid = to_regclass('search_index') AND attnum > 0"
            )
            there = bool(columns)
            if there and ("format",) not in columns:
                raise IndexDamaged(_OLDER)
        rows = there and store.fetch(f"SELECT {cls.COLUMNS} FROM search_index WHERE served")
        if not rows:
            raise IndexMissing(
                "there is no index yet: ingest some articles first, `pullquote ingest FOLDER`"
            )
        return cls(*rows[0])

    def refuse_other(self, embedder: Embedder, coverage: str) -> None:
        """Raises `IndexDamaged` where it was built with another model or version, or of other
        coverage."""
        if self.format != FORMAT:
            raise IndexDamaged(_OLDER)
        made_with = (self.digest, self.dimensions, self.aligner)
        if made_with != (embedder.digest, embedder.dimensions, aligner_for(embedder).digest):
            raise IndexDamaged(
                f"the index was built with the model {self.model}, the settings name"
                f" {embedder.name}, or it has changed since: {REBUILD}"
            )
        if self.coverage != coverage:
            raise IndexDamaged(f"the index was built from another coverage database: {REBUILD}")


class PostgresIndex:
    """One version of the index in a store. A row is the id of a passage."""

    def __init__(
        self, store: Postgres, state: State, aligner: Embedder, kept: KeptWords, before: Any = None
    ) -> None:
        """With the index `before` it, whose sample stays where it is of the same passages."""
        number = state.number
        self.aligner = aligner
        self._store = store
        self._number = number
        self._end = state.newest + 1
        self._dimensions = state.dimensions
        self._kept = kept
        ((passages, length),) = store.fetch(
            f"SELECT coalesce(sum(passages), 0)::int8, coalesce(sum(length), 0)::float8"
            f" FROM segment_{number}"
        )
        gone = store.fetch(f"SELECT id, length FROM gone_{number} ORDER BY id")
        asked = f"passage_{number} WHERE id = ANY($1::int8[])"
        # numbers in an array are looked up one by one, whatever the planner thinks of the tables
        self._feature_queries = (
            f"SELECT id, first, last, headline, vector FROM {asked} ORDER BY id",
            f"SELECT number, flags, words, speakers, vector FROM sentence_{number}"
            f" WHERE number = ANY(ARRAY(SELECT generate_series(first, last - 1) FROM {asked}"
            f" UNION ALL SELECT headline FROM {asked})) ORDER BY number",
        )
        # who speaks in the sentences of the last question, and the spans of its passages
        self._said: dict[int, bytes | None] = {}
        self._spans: dict[int, list[int]] = {}
        self._gone = np.array([number for number, _ in gone], dtype=np.int64)
        self.passages = int(passages) - len(gone)
        self.lexical = PostgresTerms(
            store,
            number,
            kept,
            self._end,
            self.passages,
            length - sum(length for _, length in gone),
            self._gone,
        )
        self.words = PostgresWords(store, number, kept, _scripts(store, number))
        chosen = store.fetch(
            f"SELECT id FROM passage_{number} WHERE id <> ALL($1::int8[]) ORDER BY chance LIMIT $2",
            [self._gone, SAMPLE],
        )
        self._sampled = sorted(number for (number,) in chosen)
        self._sample: Sample | None = None
        if before is not None and before._sampled == self._sampled:
            self._sample = before._sample

    def __len__(self) -> int:
        """How many passages there are."""
        return self.passages

    @property
    def gone(self) -> Rows:
        """The passages that are indexed and no longer there, ascending."""
        return self._gone

    @property
    def sample(self) -> Sample:
        """Passages chosen by their ids, so that few change when the index grows."""
        if self._sample is None:
            known = self.features(np.array(self._sampled, dtype=np.int64))
            sentences, starts = known.runs()
            words = known.words.of(np.searchsorted(known.numbers, sentences))
            self._sample = Sample(words, starts)
        return self._sample

    def propose(self, sought: Sought, allowed: Rows | None = None) -> Proposed:
        """The passages that the channels propose; see `SearchIndex`."""
        lexical, found = self.lexical, [np.zeros(0, dtype=np.int64)]
        nearest = None
        if sought.channel is not Channel.LEXICAL:
            # the database searches the graph while terms are added up here
            nearest = _BESIDE.submit(self.nearest, sought.vector, sought.count, allowed)
        terms, names = lexical.carrying([sought.terms, sought.names])
        if sought.channel is not Channel.DENSE:
            found += [lexical.best(each, sought.count, allowed) for each in (terms, names) if each]
        if nearest is not None:
            found.append(nearest.result())
        rows = np.unique(np.concatenate(found))
        return Proposed(rows, lexical.shares(terms, rows), lexical.shares(names, rows))

    def nearest(self, vector: Vectors, count: int, allowed: Rows | None = None) -> Rows:
        """The passages nearest to a vector, approximately where there are many."""
        written = "[" + ",".join(map(repr, vector.tolist())) + "]"
        nearest = "ORDER BY vector <#> $1::halfvec LIMIT $2"
        if allowed is not None and len(allowed) <= _EXHAUSTIVE:
            # the sum is no expression of the graph's, so every one of these is compared
            rows = self._store.fetch(
                f"SELECT id FROM passage_{self._number} WHERE id = ANY($3::int8[])"
                " ORDER BY (vector <#> $1::halfvec) + 0 LIMIT $2",
                [written, count, allowed],
            )
        elif allowed is not None:
            marks = np.zeros(self._end, dtype=bool)
            marks[allowed] = True
            rows = self._store.fetch(
                f"SELECT id FROM passage_{self._number} WHERE get_bit($3::bytea, id) = 1 {nearest}",
                [written, count, np.packbits(marks, bitorder="little").tobytes()],
                SEARCHED,
            )
        else:
            rows = self._store.fetch(
                f"SELECT id FROM passage_{self._number} WHERE id <> ALL($3::int8[]) {nearest}",
                [written, count, self._gone],
                SEARCHED,
            )
        # the table may have grown since this version
        return np.array([number for (number,) in rows if number < self._end], dtype=np.int64)

    def features(self, rows: Rows) -> Features:
        """What is known of these passages, given in ascending order. Raises `IndexDamaged`."""
        asked = [rows]
        passages, sentences = self._store.fetch_each(
            [(query, asked) for query in self._feature_queries]
        )
        if len(passages) != len(rows):
            raise IndexDamaged(DAMAGED)
        spans = np.array([each[1:4] for each in passages], dtype=np.int64).reshape(-1, 3)
        self._spans = dict(zip(rows.tolist(), spans.tolist(), strict=True))
        numbers = np.array([each[0] for each in sentences], dtype=np.int64)
        flags = [each[1] for each in sentences]
        words = [each[2] for each in sentences]
        self._said = {each[0]: each[3] for each in sentences}
        return Features(
            rows,
            spans,
            self._vectors([each[4][4:] for each in passages], ">f2"),
            numbers,
            self._vectors([each[4] for each in sentences], "<f2"),
            self._kept.gathered(
                np.frombuffer(b"".join(words), dtype=np.uint32),
                np.array([len(each) >> 2 for each in words], dtype=np.int64),
            ),
            None if None in flags else np.array(flags, dtype=np.uint32),
        )

    def after(self, since: int) -> Rows:
        """The ids above `since`, ascending."""
        found = self._store.fetch(
            f"SELECT id FROM passage_{self._number} WHERE id > $1 AND id <> ALL($2::int8[])"
            " ORDER BY id",
            [since, self._gone],
        )
        return np.array([number for (number,) in found], dtype=np.int64)

    def spans_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The spans of these passages, all -1 of one that is not indexed."""
        asked, spans = rows.tolist(), self._spans
        if not spans.keys() >= set(asked):  # most are asked of what was just found
            found = self._store.fetch(
                f"SELECT id, first, last, headline FROM passage_{self._number}"
                " WHERE id = ANY($1::int8[])",
                [rows],
            )
            spans = {number: span for number, *span in found}
        none = [NONE] * 3
        every = [spans.get(row, none) for row in asked]
        return np.array(every, dtype=np.int64).reshape(-1, 3)

    def speakers(self, sentence: int) -> list[Speaker] | None:
        """Who speaks in a sentence; none where it was not annotated. Raises `IndexDamaged`."""
        said = self._said
        if sentence in said:  # most are asked of what was just found
            named = said[sentence]
        else:
            found = self._store.fetch(
                f"SELECT speakers FROM sentence_{self._number} WHERE number = $1", [sentence]
            )
            if not found:
                raise IndexDamaged(DAMAGED)
            ((named,),) = found
        return None if named is None else speakers_of(np.frombuffer(named, "<i4").reshape(-1, 3))

    def _vectors(self, held: Sequence[bytes], kind: str) -> Vectors:
        try:
            halves = np.frombuffer(b"".join(held), dtype=kind).astype(np.float16, copy=False)
            return widened(halves.reshape(-1, self._dimensions))
        except ValueError as error:
            raise IndexDamaged(DAMAGED) from error


class PostgresIndexed:
    """The index in service in a store, with the passages of its coverage."""

    def __init__(self, name: str, index: PostgresIndex, state: State) -> None:
        self.name = name
        self.index = index
        self.state = state

    def __len__(self) -> int:
        """How many passages there are."""
        return self.index.passages

    @property
    def newest(self) -> int:
        """The largest id of a passage; 0 where there is none."""
        return self.state.newest

    def ids(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The ids of the passages of these rows: a row is one."""
        return rows

    def rows(self, ids: npt.NDArray[np.int64]) -> Rows:
        """The rows of these ids, which may hold some that are not indexed yet: nothing is found in
        them."""
        ids = ids[ids <= self.newest]
        if len(self.index.gone):
            ids = ids[np.isin(ids, self.index.gone, invert=True)]
        return ids

    def after(self, since: int) -> npt.NDArray[np.int64]:
        """The passage ids above `since`, ascending."""
        return self.index.after(since)


class Served:
    """Opens what is served, anew when it has changed; safe to use from several threads."""

    def __init__(self, store: Postgres, embedder: Embedder, coverage: Callable[[], str]) -> None:
        """`coverage` tells the id of the coverage that it must have been built from."""
        self._store = store
        self._embedder = embedder
        self._coverage = coverage
        self._lock = Lock()
        self._served: PostgresIndexed | None = None
        self._kept: KeptWords | None = None

    def current(self) -> PostgresIndexed:
        """Raises `IndexMissing` or `IndexDamaged`."""
        state = State.served(self._store, there=self._served is not None)
        with self._lock:
            before = self._served
            if before is not None and before.state == state:
                return before
            if before is None or before.state.number != state.number or self._kept is None:
                state.refuse_other(self._embedder, self._coverage())
                aligner = aligner_for(self._embedder)
                self._kept = KeptWords(self._store, state.number, aligner.dimensions)
                before = None
            index = PostgresIndex(
                self._store,
                state,
                aligner_for(self._embedder),
                self._kept,
                before and before.index,
            )
            self._served = PostgresIndexed(state.name, index, state)
            return self._served


def _scripts(store: Postgres, number: int) -> frozenset[str]:
    """The scripts that at least one word in a hundred is in."""
    counted = dict(store.fetch(f"SELECT script, words FROM script_{number}"))
    least = sum(counted.values()) / 100
    return frozenset(SCRIPTS[script] for script, count in counted.items() if count > least)
