"""`python -m tests.quality.pages`: the articles of real pages, next to trafilatura's.

The pages and their texts are those of the article extraction benchmark, in
../shared/data/dev/pages. Bodies are compared as bags of runs of four words: precision and recall of
each page, their means, and the F1 of these; accuracy is the share of pages that agree wholly. Every
second page, by name, is held back while rules are made. Days and bylines follow, held against what
`tests.quality.page_sources` tells of.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from statistics import fmean

from tests.quality.page_set import FOLDER, Page, article, pages
from tests.quality.page_sources import persons, sourced, table

RUN = 4

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Score:
    """How one text agrees with the page's own."""

    page: Page
    precision: float
    recall: float
    f1: float
    whole: bool
    said: str


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


def _sources(half: int | None, names: tuple[str, ...], *, verbose: bool) -> None:
    """Print what is wrong or unknown of days and bylines."""
    print("\n| days and bylines | pages | wrong days | unknown | of these witnessed", end="")
    print(" | bylines | doubtful | missing |")
    print("|---|---|---|---|---|---|---|---|")
    found = [sourced(page) for page in pages(half) if page.name.startswith(names)]
    print(table(found, "pullquote"))
    for number, name in enumerate(("tuned on", "held back")):
        if half is None and names == ("",):
            print(table(found[number::2], f"pullquote, {name}"))
    whole, asked = persons()
    if asked:
        print(f"\n{whole} of {asked} names of persons are read whole ({whole / asked:.3f})")
    for each in found if verbose else ():
        if each.wrong_day or each.day is None or each.doubtful or each.missing:
            print(f"{each.page.name[:12]} {each.day} ({each.expected}) {each.byline}", end=" ")
            print(f"{each.witnesses} {each.page.address[:80]}")


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
    _sources(options.half, names, verbose=options.verbose)
    if options.verbose:
        for each in sorted(scores, key=lambda one: one.f1):
            if not each.whole:
                print(f"{each.page.name[:12]} p {each.precision:.3f} r {each.recall:.3f}", end=" ")
                print(f"f1 {each.f1:.3f} {each.page.address[:90]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
