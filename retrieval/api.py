"""The public API: open an engine on a home, ask, verify.

    from retrieval.api import open_engine

    with open_engine(".pullquote") as engine:
        for quote in engine.ask("When did Lavrov arrive in North Korea?").quotes:
            print(quote.text, quote.article.source.outlet, quote.published)

The names below keep their meaning between major versions; any other name may change. See
docs/api.md.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from corpus.errors import (
    ConfigurationError,
    HomeError,
    IndexDamaged,
    IndexMissing,
    InputError,
    ModelError,
    PullquoteError,
)
from corpus.types import Article, Source
from retrieval.answer.check.receipt import receipt_of
from retrieval.answer.check.verdict import Match, Verdict, VerdictKind
from retrieval.engine import Engine
from retrieval.models.embed import EMBEDDED, load
from retrieval.models.rerank import load_reranker
from retrieval.types import Absence, Answer, Figure, Filters, Missing, Quote, Said

__all__ = [
    "Absence",
    "Answer",
    "Article",
    "ConfigurationError",
    "Engine",
    "Figure",
    "Filters",
    "HomeError",
    "IndexDamaged",
    "IndexMissing",
    "InputError",
    "Match",
    "Missing",
    "ModelError",
    "PullquoteError",
    "Quote",
    "Said",
    "Source",
    "Verdict",
    "VerdictKind",
    "open_engine",
    "receipt_of",
]


def open_engine(
    home: str | PathLike[str] = ".pullquote",
    *,
    store: str = "",
    model: str = EMBEDDED,
    reranker: str = "",
) -> Engine:
    """Open the coverage and index of `home` for questions; use it in a `with` statement, or call
    `close`.

    `home` is the folder that `pullquote ingest` writes to; nothing is created or changed in it.
    With `store`, a PostgreSQL URI, coverage and index are read from there, and `home` only holds
    the editor's `synonyms.txt` and `aliases.toml`. `model` is the one that the index was built
    with: `embedded`, a folder, or the name of a downloaded model; a `reranker` is named likewise.
    Relative folders are looked for in the working directory. `config.toml` and the environment are
    not read.

    Raises `IndexMissing` when nothing has been ingested, `IndexDamaged` when the index does not fit
    the model or the coverage, `ModelError`, `HomeError` when the store cannot be read, and
    `ConfigurationError` when one of the editor's files is malformed.
    """
    here = Path.cwd()
    return Engine.open(
        Path(home).expanduser(),
        load(model, here),
        store=store,
        reranker=load_reranker(reranker, here),
    )
