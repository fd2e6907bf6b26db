"""What is wrong with an index in a store, and how many of the nearest it finds."""

from __future__ import annotations

import numpy as np

from corpus.database import Postgres
from corpus.store import Coverage
from retrieval.index.generation import REBUILD
from retrieval.index.postgres.served import SEARCHED, State

_SAMPLE = 50
_NEAREST = 100


def problems(
    store: Postgres, state: State, coverage: Coverage, *, every_row: bool = True
) -> list[str]:
    """What is wrong with an index, a line each; with `every_row` it is held to the coverage."""
    found = []
    invalid = store.fetch(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
        " AND indrelid = $1::regclass",
        [f"passage_{state.number}"],
    )
    found += [f"the index {name} of the database is not valid: {REBUILD}" for (name,) in invalid]
    if state.revision != coverage.revision:
        found.append("the index is older than the coverage: run `pullquote index`")
    elif every_row:
        rows = store.fetch(
            f"SELECT id FROM passage_{state.number} WHERE id NOT IN"
            f" (SELECT id FROM gone_{state.number}) ORDER BY id"
        )
        if [number for (number,) in rows] != coverage.passage_ids():
            found.append(f"the index does not hold the coverage's passages: {REBUILD}")
        ((missing,),) = store.fetch(
            f"SELECT count(*) FROM passage_{state.number} AS passage WHERE NOT EXISTS"
            f" (SELECT 1 FROM sentence_{state.number} WHERE number = passage.first)"
        )
        if missing:
            found.append(f"{missing} passages of the index have lost their sentences: {REBUILD}")
    return found


def recall(store: Postgres, state: State) -> float:
    """The share of the nearest 100 of some passages that the graph finds; 1 without one."""
    passage = f"passage_{state.number}"
    ((graph,),) = store.fetch("SELECT to_regclass($1) IS NOT NULL", [f"{passage}_nearest"])
    if not graph:
        return 1.0
    chosen = store.fetch(f"SELECT vector::text FROM {passage} ORDER BY chance DESC LIMIT {_SAMPLE}")
    shares = []
    for (vector,) in chosen:
        nearest = f"SELECT id FROM {passage} ORDER BY vector <#> $1::halfvec"
        exact = store.fetch(
            f"SELECT id FROM {passage} ORDER BY (vector <#> $1::halfvec) + 0 LIMIT {_NEAREST}",
            [vector],
        )
        found = store.fetch(f"{nearest} LIMIT {_NEAREST}", [vector], SEARCHED)
        shares.append(np.isin(exact, found).mean())
    return float(np.mean(shares))
