"""`python -m tests.quality.furniture`: what cleaning keeps of the labelled pages.

Precision: of the lines kept, the share that is body. Recall: of the body lines, the share kept.
Lines are counted, not characters, so that a lost short heading weighs as much as a paragraph.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus.clean.clean import clean
from corpus.read.html import read_html
from corpus.read.text import read_text
from corpus.types import RawDocument, Source
from tests.furniture.pages import Page, key, pages

LANGUAGES = ("ar", "en", "ru", "fr")


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of one page: body lines kept and lost, and furniture left in."""

    page: Page
    kept: int
    lost: tuple[str, ...]
    left: tuple[str, ...]


def cleaned(page: Page) -> Iterable[str]:
    """The lines of the body as an ingest makes it, and the standfirst found beside it."""
    read = read_html if page.html else read_text
    raw = read(page.text, Source(path=page.name))
    if not isinstance(raw, RawDocument):
        return ()
    found = clean(raw)
    return (*found.body.splitlines(), found.standfirst or raw.given.standfirst or "")


def extracted(page: Page) -> Iterable[str]:
    """The lines that trafilatura alone keeps of a saved page."""
    import trafilatura

    return str(trafilatura.extract(page.text, include_comments=False) or "").splitlines()


def judge(page: Page, kept: Callable[[Page], Iterable[str]]) -> Judged:
    """Compare what `kept` keeps of a page with its labels."""
    produced = Counter(filter(None, map(key, kept(page))))
    body = Counter(map(key, page.body))
    either = Counter(map(key, page.either))
    lost = body - produced
    left = produced - body - either - Counter(map(key, page.unjudged))
    return Judged(
        page=page,
        kept=(body & produced).total(),
        lost=tuple((lost + (either - produced)).elements()),
        left=tuple(left.elements()),
    )


def precision(judged: Iterable[Judged]) -> float:
    """Of the lines kept, the share that is body; 1 where nothing was kept."""
    judged = list(judged)
    kept = sum(each.kept for each in judged)
    return kept / max(1, kept + sum(len(each.left) for each in judged))


def recall(judged: Iterable[Judged]) -> float:
    """Of the body lines, the share that was kept."""
    judged = list(judged)
    kept = sum(each.kept for each in judged)
    return kept / max(1, kept + sum(len(each.lost) for each in judged))


def table(judged: list[Judged], alone: list[Judged]) -> list[str]:
    """Rows of a Markdown table: pages, body lines, precision and recall of kept lines."""
    groups = {
        "all": judged,
        "pasted text": [each for each in judged if not each.page.html],
        "HTML": [each for each in judged if each.page.html],
        "HTML, trafilatura alone": alone,
    } | {code: [each for each in judged if each.page.language == code] for code in LANGUAGES}
    rows = ["| lines of | pages | body lines | precision | recall |", "|---|---|---|---|---|"]
    for name, group in groups.items():
        lines = sum(len(each.page.body) for each in group)
        figures = f"{precision(group):.3f} | {recall(group):.3f}"
        rows.append(f"| {name} | {len(group)} | {lines} | {figures} |")
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.quality.furniture", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="list every misjudged line")
    parser.add_argument("pages", nargs="*", help="only pages whose names begin so")
    options = parser.parse_args(arguments)
    chosen = tuple(options.pages) or ("",)
    labelled = [page for page in pages() if page.name.startswith(chosen)]
    judged = [judge(page, cleaned) for page in labelled]
    alone = [judge(page, extracted) for page in labelled if page.html]
    print("\n".join(table(judged, alone)))
    if options.verbose:
        for each in judged:
            for word, lines in (("lost", each.lost), ("left", each.left)):
                for line in lines:
                    print(f"{each.page.name}: {word}: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
