"""The index in a store brought up to date with a coverage, row by row.

What is new is made ready a batch at a time, outside of any transaction, and written in one, under a
lock: several may index at once, and of what two have made ready the second drops its own. With
another model a second index is made beside the one in service, which is served once it is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from importlib.resources import files
from itertools import groupby

import numpy as np

from corpus.database import Postgres
from corpus.database.postgres import brought_up
from corpus.store import Coverage, PassageSpan
from retrieval.index.annotations import Annotate, Annotating
from retrieval.index.growth import text_of
from retrieval.index.part import Part
from retrieval.index.postgres.postings import packed, unpacked
from retrieval.index.postgres.served import FORMAT, State
from retrieval.index.postgres.written import merge_segments, write
from retrieval.models.embed import aligner_for
from retrieval.types import Embedder, Rows

PACKAGE = "retrieval.index.postgres"
_LOCK = "search_index"
# Passages made ready at once.
_BATCH = 4096
# From so many on the nearest are found through a graph; below, all are compared.
GRAPH_FROM = 20_000
# Of so large a share that is gone the rest is written anew.
_GONE = 0.1
# More sentences than an article has.
_LONGEST = 5_000
# Terms whose postings are written anew together.
_TERMS = 1_000
# Sentences read at once.
_SENTENCES = 100_000


def prepare(store: Postgres) -> None:
    """Make the tables of the index, where there are none."""
    brought_up(store, "index", PACKAGE)


def update(
    store: Postgres,
    coverage: Coverage,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    purge: bool = False,
    annotating: Annotating | None = None,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Index what is new in the coverage and take out what it has no more; the number of the index
    that is then served. With `rebuild` all is made anew, beside what is served until then; with
    `purge` no row holds anything of what is gone. `step(done, total)` is told of passages."""
    prepare(store)
    index = _index_for(store, coverage, embedder, rebuild)
    revision = coverage.revision
    order = np.array(coverage.passage_order(), dtype=np.int64)
    held = np.array(
        [number for (number,) in store.fetch(f"SELECT id FROM passage_{index}")], dtype=np.int64
    )
    new = order[np.isin(order, held, invert=True)]
    with annotating(len(new)) if annotating else nullcontext() as annotate:
        for done, batch in _batches(new, coverage):
            step(done, len(new))
            _add(store, index, batch, coverage, embedder, annotate)
    _leave_out(store, index, held[np.isin(held, order, invert=True)], order)
    with store.transaction(_LOCK):
        ((gone,),) = store.fetch(f"SELECT count(*) FROM gone_{index}")
        if gone and (purge or gone > _GONE * len(held)):
            _take_out(store, index)
        merge_segments(store, index)
    if purge:
        _forget_words(store, index)
    with store.transaction(_LOCK):
        grow_graph(store, index)
        serve(store, index, revision)
        if purge:
            for (other,) in store.fetch("SELECT number FROM search_index WHERE NOT served"):
                drop(store, other)
    step(len(new), len(new))
    return index


def create(store: Postgres, coverage: str, embedder: Embedder) -> int:
    """An empty index, not yet served, in the transaction of the caller; its number."""
    ((number,),) = store.fetch("SELECT coalesce(max(number), 0) + 1 FROM search_index")
    tables = files(PACKAGE).joinpath("tables.sql").read_text(encoding="utf-8")
    store.run_script("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    store.run_script(tables.format(n=number, dimensions=embedder.dimensions))
    store.execute(
        "INSERT INTO search_index VALUES (?, ?, ?, ?, ?, ?, -1, 0, 0, 0, 0, FALSE, ?)",
        [
            number,
            embedder.name,
            embedder.digest,
            embedder.dimensions,
            aligner_for(embedder).digest,
            coverage,
            FORMAT,
        ],
    )
    return int(number)


def grow_graph(store: Postgres, index: int) -> None:
    """Make the graph of the nearest, once it is worth it; from then on it grows by itself. The
    tables are looked at anew for their plans."""
    ((there, passages),) = store.fetch(
        "SELECT to_regclass($1) IS NOT NULL,"
        f" (SELECT coalesce(sum(passages), 0)::int8 FROM segment_{index})",
        [f"passage_{index}_nearest"],
    )
    if not there and passages >= GRAPH_FROM:
        store.execute("SELECT set_config('maintenance_work_mem', '2GB', true)")
        store.execute(
            f"CREATE INDEX passage_{index}_nearest ON passage_{index}"
            " USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64)"
        )
    for name in ("passage", "sentence", "word", "name_key", "posting"):
        store.execute(f"ANALYZE {name}_{index}")


def _index_for(store: Postgres, coverage: Coverage, embedder: Embedder, rebuild: bool) -> int:
    """The index to bring up to date: the one in service, where it is of this model and coverage,
    else one that was begun, else a new one. Those that nobody needs any more are dropped."""
    with store.transaction(_LOCK):
        every = [
            State(*row)
            for row in store.fetch(
                f"SELECT {State.COLUMNS} FROM search_index ORDER BY served DESC, number DESC"
            )
        ]
        served = [row[0] for row in store.fetch("SELECT number FROM search_index WHERE served")]
        made_with = (embedder.digest, embedder.dimensions, aligner_for(embedder).digest)
        usable = [
            state.number
            for state in every
            if (state.digest, state.dimensions, state.aligner) == made_with
            and state.format == FORMAT
            and state.coverage == coverage.id
            and not (rebuild and (state.number in served or state.revision >= 0))
        ]
        index = usable[0] if usable else create(store, coverage.id, embedder)
        for state in every:
            if state.number not in (*served, index):
                drop(store, state.number)
        return index


def drop(store: Postgres, index: int) -> None:
    """Take the tables of an index away."""
    names = ("passage", "sentence", "word", "name_key", "script", "segment", "posting", "gone")
    store.execute(f"DROP TABLE IF EXISTS {', '.join(f'{name}_{index}' for name in names)}")
    store.execute("DELETE FROM search_index WHERE number = ?", [index])


def _batches(new: Rows, coverage: Coverage) -> Iterator[tuple[int, list[list[PassageSpan]]]]:
    """The new passages by their articles, about a batch at a time, and how many went before."""
    waiting: list[list[PassageSpan]] = []
    done = size = 0
    for first in range(0, len(new), _BATCH):
        spans = coverage.passage_spans(new[first : first + _BATCH].tolist())
        known = (spans[one] for one in new[first : first + _BATCH].tolist() if one in spans)
        for _, own in groupby(known, key=lambda span: (span.article, span.version)):
            waiting.append(list(own))
            size += len(waiting[-1])
        yield done, waiting
        done += size
        waiting, size = [], 0


def _add(
    store: Postgres,
    index: int,
    batch: Sequence[list[PassageSpan]],
    coverage: Coverage,
    embedder: Embedder,
    annotate: Annotate | None,
) -> None:
    """Write passages that are not there yet."""
    left = [own for own in batch if own]
    while left:
        ids = np.array([span.id for own in left for span in own], dtype=np.int64)
        texts = (text_of(own, coverage) for own in left)
        part = Part.build(texts, embedder, aligner_for(embedder), annotate=annotate)
        with store.transaction(_LOCK):
            there = {
                number
                for (number,) in store.fetch(
                    f"SELECT id FROM passage_{index} WHERE id = ANY($1::int8[])", [ids.tolist()]
                )
            }
            if not there:
                write(store, index, part, ids)
                return
        # another process was faster with some of them
        every = ([span for span in own if span.id not in there] for own in left)
        left = [own for own in every if own]


def _leave_out(store: Postgres, index: int, missing: Rows, order: Rows) -> None:
    """Mark passages as gone, and those that have come back as there."""
    with store.transaction(_LOCK):
        gone = _gone(store, index)
        back = gone[np.isin(gone, order)].tolist()
        new = missing[np.isin(missing, gone, invert=True)].tolist()
        if not back and not new:
            return
        store.execute(f"DELETE FROM gone_{index} WHERE id = ANY(?::int8[])", [back])
        store.execute(
            f"INSERT INTO gone_{index} SELECT id, length FROM passage_{index}"
            " WHERE id = ANY(?::int8[])",
            [new],
        )
        _changed(store, index)


def _take_out(store: Postgres, index: int) -> None:
    """Take the passages that are gone out of every table, in the transaction of the caller."""
    _rewrite_postings(store, index)
    # a sentence stays where a passage beside has it too, and a headline with any of its article
    store.execute(
        f"DELETE FROM sentence_{index} USING ("
        f"SELECT generate_series(first, last - 1) AS number FROM passage_{index}"
        f" JOIN gone_{index} USING (id) UNION SELECT headline FROM passage_{index}"
        f" JOIN gone_{index} USING (id)) AS told WHERE sentence_{index}.number = told.number"
        f" AND NOT EXISTS (SELECT 1 FROM passage_{index} AS kept"
        f" WHERE kept.first BETWEEN told.number - {_LONGEST} AND told.number + {_LONGEST}"
        " AND (kept.first <= told.number AND told.number < kept.last"
        " OR kept.headline = told.number)"
        f" AND NOT EXISTS (SELECT 1 FROM gone_{index} AS gone WHERE gone.id = kept.id))"
    )
    store.execute(
        f"UPDATE segment_{index} SET passages = segment_{index}.passages - gone.passages,"
        f" length = segment_{index}.length - gone.length"
        f" FROM (SELECT count(*) AS passages, sum(length) AS length FROM gone_{index}) AS gone"
        f" WHERE number = (SELECT number FROM segment_{index} ORDER BY passages DESC LIMIT 1)"
    )
    store.execute(f"DELETE FROM passage_{index} WHERE id IN (SELECT id FROM gone_{index})")
    store.execute(f"DELETE FROM gone_{index}")
    _changed(store, index)


def _forget_words(store: Postgres, index: int) -> None:
    """Delete the words that no sentence has any more. It reads every sentence."""
    with store.transaction(_LOCK):
        ((sentences, words),) = store.fetch(
            "SELECT sentences, words FROM search_index WHERE number = $1", [index]
        )
        used = np.zeros(words, dtype=bool)
        for first in range(0, sentences, _SENTENCES):
            held = store.fetch(
                f"SELECT words FROM sentence_{index} WHERE number >= $1 AND number < $2",
                [first, first + _SENTENCES],
            )
            used[np.frombuffer(b"".join(each for (each,) in held), dtype=np.uint32)] = True
        unused = np.flatnonzero(~used).tolist()
        store.execute(f"DELETE FROM name_key_{index} WHERE word = ANY(?::int4[])", [unused])
        store.execute(
            f"WITH gone AS (DELETE FROM word_{index} WHERE number = ANY(?::int4[])"
            f" RETURNING script) UPDATE script_{index} AS held SET words = held.words - gone.words"
            " FROM (SELECT script, count(*) AS words FROM gone GROUP BY script) AS gone"
            " WHERE gone.script = held.script",
            [unused],
        )
        _changed(store, index)
    store.execute(f"VACUUM FULL word_{index}")


def _rewrite_postings(store: Postgres, index: int) -> None:
    """Take the passages that are gone out of the postings of the terms that they have."""
    gone = _gone(store, index)
    words = store.fetch(
        f"SELECT DISTINCT sentence.words FROM passage_{index} AS passage"
        f" JOIN gone_{index} USING (id) JOIN sentence_{index} AS sentence"
        " ON number >= first AND number < last"
    )
    numbers = np.unique(np.frombuffer(b"".join(held for (held,) in words), dtype=np.uint32))
    every = store.fetch(
        f"SELECT terms FROM word_{index} WHERE number = ANY($1::int4[])", [numbers.tolist()]
    )
    terms = np.unique(np.frombuffer(b"".join(held for (held,) in every), dtype=np.int64)).tolist()
    for first in range(0, len(terms), _TERMS):
        held = store.fetch(
            f"SELECT term, segment, held FROM posting_{index} WHERE term = ANY($1::int8[])",
            [terms[first : first + _TERMS]],
        )
        changed = []
        for term, segment, written in held:
            postings = unpacked(written)
            left = postings.without(gone.astype(np.uint32))
            if len(left) < len(postings):
                changed.append((len(left), packed(left), term, segment))
        store.executemany(
            f"UPDATE posting_{index} SET passages = ?, held = ? WHERE term = ? AND segment = ?",
            changed,
        )


def _gone(store: Postgres, index: int) -> Rows:
    rows = store.fetch(f"SELECT id FROM gone_{index}")
    return np.array([number for (number,) in rows], dtype=np.int64)


def _changed(store: Postgres, index: int) -> None:
    store.execute("UPDATE search_index SET version = version + 1 WHERE number = ?", [index])


def serve(store: Postgres, index: int, revision: int) -> None:
    """Put an index into service, in the transaction of the caller."""
    store.execute("UPDATE search_index SET served = number = ?", [index])
    store.execute("UPDATE search_index SET revision = ? WHERE number = ?", [revision, index])
