"""Homes with coverage in them, indexed."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import update_index
from retrieval.types import Embedder


def indexed(
    home: Path, embedder: Embedder, *origins: str | Path, today: date | None = DEMO_DAY
) -> Path:
    """Take what is at `origins` into a home, one after the other, by default the demo coverage, and
    index it; gives the home."""
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        for origin in origins or (demo_articles(),):
            ingest([str(origin)], coverage, today=today)
        update_index(home, coverage, embedder)
    return home
