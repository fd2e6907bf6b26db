"""The parts of an article's text besides its body, and the entries of a live blog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from corpus.clean.furniture import is_timed_date, table, words_beside_date
from corpus.clean.lines import Line, key_of
from corpus.dates.written import find_dates
from corpus.split import passages, sentences
from corpus.types import Article, Entry, Page, Part, PartKind, Sentence

# Between two parts; nothing is quoted across it.
_BETWEEN = "\n\n"


def with_parts(article: Article, page: int | None = None) -> Article:
    """The article with its standfirst and its headline, which are on this `page` of a document,
    after the body, each after a cut."""
    body, found, cuts = article.body, list(article.sentences), list(article.cuts)
    parts: list[Part] = []
    source = article.source
    for kind, text in (
        (PartKind.STANDFIRST, source.standfirst),
        (PartKind.HEADLINE, source.headline),
    ):
        if not text or text in article.body:
            continue  # what is in the body is found there
        start = len(body) + len(_BETWEEN)
        body = f"{body}{_BETWEEN}{text}"
        parts.append(Part(kind, start, len(body)))
        cuts.append(start)
        if kind is PartKind.HEADLINE:
            found.append(Sentence(start, len(body), heading=True))
        else:
            found += (
                Sentence(start + each.start, start + each.end)
                for each in sentences(text, article.language)
            )
    pages = (Page(part.start, page) for part in parts if page)
    return replace(
        article,
        body=body,
        sentences=tuple(found),
        cuts=tuple(cuts),
        parts=tuple(parts),
        pages=(*article.pages, *pages),
    )


def passages_of(article: Article) -> list[tuple[int, int]]:
    """The passages of an article, of its body and its standfirst: `(start, end)` of `body`."""
    return passages(article.body, article.running, article.cuts)


def entries_of(
    body: str, headline: str | None, stated: Sequence[tuple[str, date | None]]
) -> tuple[Entry, ...]:
    """The entries of a live blog: those whose first lines and days its page has `stated`; else,
    where a text calls itself one or counts back, those that a line with a date and a time of day
    opens. None for other texts."""
    known = {key_of(line): day for line, day in stated}
    if known:
        found = [Entry(start, known[line.key]) for start, line in _lines(body) if line.key in known]
        if found:
            return tuple(_once(found))
    dated = [
        (start, days[0].value)
        for start, line in _lines(body)
        if words_beside_date(line) == 0
        and is_timed_date(line)
        and len(days := find_dates(line.text)) == 1
    ]
    if len(dated) < 2 or not (_is_live(headline, body) or _counts_back([day for _, day in dated])):
        return ()
    return tuple(Entry(start, day) for start, day in dated)


def _lines(body: str) -> Iterator[tuple[int, Line]]:
    start = 0
    for number, text in enumerate(body.split("\n"), start=1):
        if text.strip():
            yield start, Line(number, text, key_of(text))
        start += len(text) + 1


def _once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries without those that only go on one of the same day."""
    before: Entry | None = None
    for entry in entries:
        if before is None or entry.day != before.day:
            yield entry
        before = entry


def _is_live(headline: str | None, body: str) -> bool:
    """Whether the headline or the first line says that the text is a live blog."""
    first = next((line.key for _, line in _lines(body)), "")
    said = f" {key_of(headline or '')} {first} "
    return any(phrase in said for phrase in table().live)


def _counts_back(days: Sequence[date]) -> bool:
    return days[0] > days[-1] and all(one >= other for one, other in pairwise(days))
