"""Three ways to find the passages with the best BM25 in PostgreSQL, over some passages of a home,
printed. Run: python -m tests.benchmark.postgres_terms HOME URI QUESTIONS [--passages 20000]

The index keeps a row of postings for each term and segment, which the bot adds up (postgres.py).
Here an array keeps the terms of a passage under a GIN index, and SQL adds up; a sparse vector keeps
their impacts, compared one by one or through a graph. Recall is that of the best 60.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from corpus.database import postgres
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import INDEX_FOLDER
from retrieval.index.analyse import terms
from retrieval.index.generation import open_current
from retrieval.index.index import best
from retrieval.index.lexical import K1, B, LexicalIndex, fingerprint
from retrieval.models.embed import load

_FOUND = 60
# What a graph takes; some passages have more terms.
_MOST = 1000
_DIMENSIONS = 1_000_000_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("store")
    arguments.add_argument("questions", type=Path)
    arguments.add_argument("--passages", type=int, default=20_000)
    given = arguments.parse_args()
    questions = given.questions.read_text(encoding="utf-8").splitlines()[:100]
    embedder = load("embedded", Path())
    with Coverage.open(given.home / COVERAGE_FILE) as coverage:
        generation = open_current(given.home / INDEX_FOLDER, embedder, coverage)
        ids = np.sort(generation.passages)[: given.passages].tolist()
        texts = [each.text for each in coverage.passages_by_id(ids).values()]
    lexical = LexicalIndex.build(texts)
    store = postgres.connected(given.store)
    _fill(store, texts, lexical)
    exact = [best(lexical.scores(question), _FOUND, None).tolist() for question in questions]

    def asked(question: str) -> tuple[list[int], list[float]]:
        wanted = list(dict.fromkeys(terms(question)))
        return [_number(term) for term in wanted], lexical.rarities(wanted)

    def sparse(question: str) -> str:
        numbers, rarities = asked(question)
        pairs = sorted(dict(zip(numbers, rarities, strict=True)).items())
        return "{" + ",".join(f"{at + 1}:{value:.5g}" for at, value in pairs) + f"}}/{_DIMENSIONS}"

    def array(question: str) -> list[int]:
        numbers, rarities = asked(question)
        return _ids(
            store.fetch(
                "SELECT id FROM terms_array, unnest(terms, impacts) AS held (term, impact)"
                " JOIN unnest($1::int8[], $2::float4[]) AS asked (term, rarity) USING (term)"
                " WHERE terms && $1::int8[] GROUP BY id ORDER BY sum(impact * rarity) DESC, id"
                f" LIMIT {_FOUND}",
                [numbers, rarities],
            )
        )

    def compared(question: str) -> list[int]:
        order = "ORDER BY (impacts <#> $1::sparsevec) + 0"
        query = f"SELECT id FROM terms_sparse {order} LIMIT {_FOUND}"
        return _ids(store.fetch(query, [sparse(question)]))

    def graph(question: str) -> list[int]:
        query = f"SELECT id FROM terms_sparse ORDER BY impacts <#> $1::sparsevec LIMIT {_FOUND}"
        return _ids(
            store.fetch(query, [sparse(question)], {"hnsw.ef_search": 500, "enable_seqscan": "off"})
        )

    ways: dict[str, Callable[[str], list[int]]] = {
        "array with GIN": array,
        "sparsevec, compared one by one": compared,
        "sparsevec through a graph": graph,
    }
    for name, way in ways.items():
        took, shares = [], []
        for question, expected in zip(questions, exact, strict=True):
            begun = time.perf_counter()
            found = way(question)
            took.append((time.perf_counter() - begun) * 1000)
            if expected:
                shares.append(np.isin(expected, found).mean())
        print(
            f"{name}: p50 {np.median(took):.1f} ms, p99 {np.percentile(took, 99):.1f} ms,"
            f" recall {np.mean(shares):.3f}",
            flush=True,
        )


def _fill(store: postgres.Postgres, texts: list[str], lexical: LexicalIndex) -> None:
    store.run_script(
        f'CREATE SCHEMA IF NOT EXISTS "{store.schema}";'
        "CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;"
        "DROP TABLE IF EXISTS terms_array, terms_sparse;"
        "CREATE TABLE terms_array (id INT8 PRIMARY KEY, terms INT8[], impacts FLOAT4[]);"
        f"CREATE TABLE terms_sparse (id INT8 PRIMARY KEY, impacts sparsevec({_DIMENSIONS}))"
    )
    average = float(lexical.parts[0].lengths.mean())
    for first in range(0, len(texts), 500):
        arrays, sparse = [], []
        for number, text in enumerate(texts[first : first + 500], start=first):
            counted: dict[int, int] = {}
            held = terms(text)
            for term in held:
                counted[_number(term)] = counted.get(_number(term), 0) + 1
            norm = K1 * (1 - B + B * len(held) / average)
            impacts = {term: count / (count + norm) for term, count in sorted(counted.items())}
            arrays.append((number, list(impacts), list(impacts.values())))
            kept = sorted(sorted(impacts.items(), key=lambda each: -each[1])[:_MOST])
            written = ",".join(f"{at + 1}:{value:.5g}" for at, value in kept)
            sparse.append((number, f"{{{written}}}/{_DIMENSIONS}"))
        store.executemany("INSERT INTO terms_array VALUES (?, ?::int8[], ?::float4[])", arrays)
        store.executemany("INSERT INTO terms_sparse VALUES (?, ?::sparsevec)", sparse)
    for name, statement in (
        ("GIN", "CREATE INDEX ON terms_array USING gin (terms)"),
        ("graph", "CREATE INDEX ON terms_sparse USING hnsw (impacts sparsevec_ip_ops)"),
    ):
        begun = time.perf_counter()
        with store.transaction():
            store.execute("SELECT set_config('maintenance_work_mem', '1GB', true)")
            store.execute(statement)
        print(f"{name} built in {time.perf_counter() - begun:.0f} s", flush=True)
    store.run_script("ANALYZE terms_array; ANALYZE terms_sparse")


def _number(term: str) -> int:
    return fingerprint(term) % (_DIMENSIONS - 1)


def _ids(rows: list[tuple[int]]) -> list[int]:
    return [number for (number,) in rows]


if __name__ == "__main__":
    main()
