"""`python -m tests.quality.pages`: the articles of real pages, next to trafilatura's.

The pages and their texts are those of the article extraction benchmark, in
../shared/data/dev/pages. Bodies are compared as bags of runs of four words: precision and recall of
each page, their means, and the F1 of these; accuracy is the share of pages that agree wholly. Every
second page, by name, is held back while rules are made.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import fmean

from corpus.ingest import prepare
from corpus.read.content import read_content
from corpus.types import Article, RawDocument, Rejection, Source

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "dev" / "pages"
RUN = 4
# No page is newer.
DAY = date(2026, 1, 1)

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page with the text that people marked as its article."""

    name: str
    address: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """How one text agrees with the page's own."""

    page: Page
    precision: float
    recall: float
    f1: float
    whole: bool
    said: str


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


def ours(page: Page) -> str:
    """The body of the article."""
    found = article(page)
    return found.proper if found else ""


def with_standfirst(page: Page) -> str:
    """The body below its standfirst, which many pages count as text of the article."""
    found = article(page)
    return "\n\n".join(filter(None, (found.source.standfirst, found.proper))) if found else ""


def trafilaturas(page: Page) -> str:
    """What trafilatura alone makes of a page, its comments aside."""
    import trafilatura

    return str(trafilatura.extract(page.html, include_comments=False) or "")


def score(page: Page, said: str) -> Score:
    """Precision, recall and F1 over runs of four words."""
    got, right = _runs(said), _runs(page.text)
    both = (got & right).total()
    precision = both / got.total() if got else 0.0
    recall = both / right.total() if right else 1.0
    return Score(page, precision, recall, _f1(precision, recall), got == right, said)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    runs = zip(*(islice(words, start, None) for start in range(RUN)), strict=False)
    found = Counter(runs)
    return found or Counter([tuple(words)] if words else [])


def measure(
    read: Callable[[Page], str], half: int | None = None, names: tuple[str, ...] = ("",)
) -> list[Score]:
    """The score of every page by one reader."""
    return [score(page, read(page)) for page in pages(half) if page.name.startswith(names)]


def row(name: str, scores: Iterable[Score]) -> str:
    """A row of a Markdown table."""
    listed = list(scores)
    precision = fmean(each.precision for each in listed)
    recall = fmean(each.recall for each in listed)
    figures = (_f1(precision, recall), precision, recall, fmean(each.whole for each in listed))
    low = sum(each.recall < 0.6 for each in listed)
    return f"| {name} | {len(listed)} | {' | '.join(f'{one:.4f}' for one in figures)} | {low} |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.quality.pages", description=__doc__)
    parser.add_argument("--half", type=int, choices=(0, 1), help="0 is tuned on, 1 is held back")
    parser.add_argument("--verbose", action="store_true", help="list every page that differs")
    parser.add_argument("pages", nargs="*", help="only pages whose names begin so")
    options = parser.parse_args(arguments)
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: the pages are no part of the project", file=sys.stderr)
        return 2
    names = tuple(options.pages) or ("",)
    print("| reader | pages | F1 | precision | recall | accuracy | recall below .6 |")
    print("|---|---|---|---|---|---|---|")
    scores = measure(ours, options.half, names)
    print(row("pullquote", scores))
    for half, name in enumerate(("tuned on", "held back")):
        if options.half is None and (part := scores[half::2]) and not options.pages:
            print(row(f"pullquote, {name}", part))
    print(row("pullquote, with standfirst", measure(with_standfirst, options.half, names)))
    print(row("trafilatura", measure(trafilaturas, options.half, names)))
    if options.verbose:
        for each in sorted(scores, key=lambda one: one.f1):
            if not each.whole:
                print(f"{each.page.name[:12]} p {each.precision:.3f} r {each.recall:.3f}", end=" ")
                print(f"f1 {each.f1:.3f} {each.page.address[:90]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
