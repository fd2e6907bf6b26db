"""A part of an index written to a store: its passages, sentences, words and postings as rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from corpus.database import Postgres
from retrieval.index.index import spread
from retrieval.index.part import NONE, Part
from retrieval.index.postgres.postings import Postings, packed, weights_of
from retrieval.types import Rows

_BLOCK = 1 << 14
# A segment stays while it is at least this many times as large as what is added after it.
_LARGER = 4

_PASSAGE = {
    "id": "int8",
    "first": "int8",
    "last": "int8",
    "headline": "int8",
    "length": "int4",
    "chance": "int8",
    "vector": "bytea",
}
_SENTENCE = {
    "number": "int8",
    "flags": "int8",
    "words": "bytea",
    "speakers": "bytea",
    "vector": "bytea",
}
_WORD = {
    "number": "int4",
    "spelled": "text",
    "stem": "int8",
    "script": "int2",
    "terms": "bytea",
    "vector": "bytea",
}


def write(store: Postgres, index: int, part: Part, ids: Rows) -> None:
    """Add a part, whose passages have these ids, in the transaction of the caller, who alone writes
    to the index."""
    ((sentences, words),) = store.fetch(
        "SELECT sentences, words FROM search_index WHERE number = $1", [index]
    )
    numbers, words = _write_words(store, index, part, words)
    _write_sentences(store, index, part, numbers, sentences)
    spans = np.where(part.spans == NONE, NONE, part.spans + sentences)
    store.copy(f"passage_{index}", _PASSAGE, _passages(part, ids, spans))
    ((segment,),) = store.fetch(f"SELECT coalesce(max(number), 0) + 1 FROM segment_{index}")
    store.copy(
        f"posting_{index}",
        {"term": "int8", "segment": "int4", "passages": "int4", "held": "bytea"},
        _postings(part, ids, segment),
    )
    length = float(_lengths(part).sum(dtype=np.float64))
    store.fetch(
        f"INSERT INTO segment_{index} VALUES ($1, $2, $3) RETURNING 1", [segment, len(ids), length]
    )
    store.fetch(
        "UPDATE search_index SET sentences = $2, words = $3, version = version + 1,"
        " newest = greatest(newest, $4) WHERE number = $1 RETURNING 1",
        [index, sentences + len(part.sentences), words, int(ids.max())],
    )


def merge_segments(store: Postgres, index: int) -> None:
    """Put segments together until each is several times as large as all after it, so that a term
    stands in few rows."""
    rows = store.fetch(f"SELECT number, passages FROM segment_{index} ORDER BY passages")
    taken: list[int] = []
    size = 0
    for number, passages in rows:
        if taken and passages >= _LARGER * size:
            break
        taken.append(number)
        size += passages
    if len(taken) < 2:
        return
    into = max(taken)
    store.execute(
        f"INSERT INTO segment_{index} SELECT -1, sum(passages), sum(length) FROM segment_{index}"
        f" WHERE number = ANY(?::int4[])",
        [taken],
    )
    store.execute(
        f"WITH taken AS (DELETE FROM posting_{index} WHERE segment = ANY(?::int4[]) RETURNING *)"
        f" INSERT INTO posting_{index} SELECT term, -1, sum(passages),"
        " string_agg(held, '' ORDER BY segment) FROM taken GROUP BY term",
        [taken],
    )
    store.execute(f"DELETE FROM segment_{index} WHERE number = ANY(?::int4[])", [taken])
    for table, column in (("segment", "number"), ("posting", "segment")):
        store.execute(f"UPDATE {table}_{index} SET {column} = ? WHERE {column} = -1", [into])
    store.execute("UPDATE search_index SET version = version + 1 WHERE number = ?", [index])


def _write_words(
    store: Postgres, index: int, part: Part, first: int
) -> tuple[npt.NDArray[np.uint32], int]:
    """The number in the store of each word of a part, and the next free one."""
    spelled = part.words.vocabulary()
    known = dict(
        store.fetch(
            f"SELECT spelled, number FROM word_{index} WHERE spelled = ANY($1::text[])", [spelled]
        )
    )
    new = [at for at, word in enumerate(spelled) if word not in known]
    known.update((spelled[at], number) for number, at in enumerate(new, start=first))
    numbers = np.array([known[word] for word in spelled], dtype=np.uint32)
    places = np.array(new, dtype=np.int64)
    held = part.words
    terms = part.lexical.terms_of_words()

    def rows() -> Iterator[tuple[object, ...]]:
        for at in new:
            yield (
                int(numbers[at]),
                spelled[at],
                int(held.stems[at]),
                int(held.scripts[at]),
                terms[at].tobytes(),
                held.vectors[at].tobytes(),
            )

    store.copy(f"word_{index}", _WORD, rows())
    is_new = np.zeros(len(spelled), dtype=bool)
    is_new[places] = True
    keyed = is_new[held.keyed]
    words_keyed = held.keyed[keyed]
    every = (held.keys[keyed].view(np.int64), numbers[words_keyed], held.scripts[words_keyed])
    pairs = np.unique(np.stack(every, dtype=np.int64), axis=1)
    store.copy(
        f"name_key_{index}",
        {"key": "int8", "word": "int4", "script": "int2"},
        zip(*pairs.tolist(), strict=True),
    )
    counted = np.bincount(held.scripts[places])
    store.executemany(
        f"INSERT INTO script_{index} AS held VALUES (?, ?) ON CONFLICT (script) DO UPDATE"
        " SET words = held.words + excluded.words",
        [(script, count) for script, count in enumerate(counted.tolist()) if count],
    )
    return numbers, first + len(new)


def _write_sentences(
    store: Postgres, index: int, part: Part, numbers: npt.NDArray[np.uint32], first: int
) -> None:
    store.copy(f"sentence_{index}", _SENTENCE, _sentences(part, numbers, first))


def _sentences(
    part: Part, numbers: npt.NDArray[np.uint32], first: int
) -> Iterator[tuple[object, ...]]:
    known = part.annotations
    for begin in range(0, len(part.sentences), _BLOCK):
        every = np.arange(begin, min(begin + _BLOCK, len(part.sentences)))
        vectors = part.sentences.vectors(every).astype(np.float16)
        held, lengths = part.words.held(every)
        ends = np.cumsum(lengths)
        for at, row in enumerate(every.tolist()):
            own = numbers[held[int(ends[at] - lengths[at]) : int(ends[at])]]
            yield (
                first + row,
                None if known is None else int(known.flags[row]),
                own.tobytes(),
                None if known is None else known.named(row).astype("<i4").tobytes(),
                vectors[at].tobytes(),
            )


def _passages(part: Part, ids: Rows, spans: npt.NDArray[np.int64]) -> Iterator[tuple[object, ...]]:
    lengths = _lengths(part).tolist()
    chances = (spread(ids) ^ np.uint64(1 << 63)).view(np.int64).tolist()
    header = part.passages.dimensions.to_bytes(2, "big") + b"\0\0"
    for begin in range(0, len(ids), _BLOCK):
        rows = np.arange(begin, min(begin + _BLOCK, len(ids)))
        vectors = part.passages.vectors(rows).astype(">f2")
        for at, row in enumerate(rows.tolist()):
            yield (
                int(ids[row]), *spans[row].tolist(), lengths[row], chances[row],
                header + vectors[at].tobytes(),
            )  # fmt: skip


def _postings(part: Part, ids: Rows, segment: int) -> Iterator[tuple[object, ...]]:
    lengths = _lengths(part)
    every = part.lexical.every()
    for begin in range(0, len(every), _BLOCK):
        terms = every[begin : begin + _BLOCK]
        found = part.lexical.of(terms)
        for term, (rows, counts) in zip(terms.view(np.int64).tolist(), found, strict=True):
            order = np.argsort(ids[rows], kind="stable")  # not at every question
            own = rows[order]
            weights = weights_of(counts[order], lengths[own])
            yield term, segment, len(own), packed(Postings(ids[own].astype(np.uint32), weights))


def _lengths(part: Part) -> npt.NDArray[np.int64]:
    return part.lexical.lengths.astype(np.int64)
