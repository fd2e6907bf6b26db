"""The real pages that reading is measured on, and the articles that come of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.ingest import prepare
from corpus.read.content import read_content
from corpus.types import Article, RawDocument, Rejection, Source

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "dev" / "pages"
# No page is newer.
DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page with the text that people marked as its article."""

    name: str
    address: str
    html: str
    text: str


def pages(half: int | None = None) -> Iterator[Page]:
    """The pages by name: all of them, or one half (0 is tuned on, 1 is held back)."""
    truth = json.loads((FOLDER / "ground-truth.json").read_text("utf-8"))
    for number, name in enumerate(sorted(truth)):
        if half is None or number % 2 == half:
            with gzip.open(FOLDER / "html" / f"{name}.html.gz", "rt", encoding="utf-8") as file:
                html = file.read()
            yield Page(name, truth[name].get("url") or "", html, truth[name]["articleBody"])


def article(page: Page) -> Article | None:
    """The article that an ingest makes of a page."""
    given = Source(path=page.name, url=page.address or None)
    raw = next(read_content(page.html.encode(), ".html", given))
    made = prepare(raw, DAY) if isinstance(raw, RawDocument) else raw
    return None if isinstance(made, Rejection) else made[0]
