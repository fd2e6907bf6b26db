"""Outlets side by side: for each quote found, which outlets have it, in which words, and which do
not.

If an outlet does not have a quote, no article of it in the coverage contains these words. It may
say the same in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from corpus.attribution.aliases import Aliases
from corpus.language.languages import by_language
from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.answer.after import Wording, wordings
from retrieval.types import Answer, Filters, Quote

QUOTES = 8
"""Quotes that an answer is asked for."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """An outlet that has a quote (`None` if unknown), and when each of its articles with the quote
    was published."""

    outlet: str | None
    articles: tuple[Article, ...]

    @property
    def first(self) -> date | None:
        """The earliest day of publication that is known."""
        return min((day for each in self.articles if (day := each.source.published)), default=None)


@dataclass(frozen=True, slots=True)
class Compared:
    """A quote, which outlets have it, the article it is quoted from first, and the wording of its
    copies."""

    quote: Quote
    carriers: tuple[Carrying, ...]
    missing: tuple[str, ...]
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is quoted for a question, by outlets. `silent` are outlets of the searched coverage that
    have none of it."""

    answer: Answer
    compared: tuple[Compared, ...]
    outlets: tuple[str, ...]

    @property
    def silent(self) -> tuple[str, ...]:
        missing = [set(each.missing) for each in self.compared] or [set()]
        everywhere = set.intersection(*missing)
        return tuple(outlet for outlet in self.outlets if outlet in everywhere)


def asked_about(question: str) -> str:
    """What outlets are compared on: the question without «how do outlets differ on», or as it
    is."""
    return _asks().sub("", question, count=1) or question


@cache
def _asks() -> re.Pattern[str]:
    every = (held["asks"].strip() for held in by_language("compare").values())
    return re.compile(rf"^\s*(?:{'|'.join(every)})\s+", re.IGNORECASE)


def compare(answer: Answer, coverage: Coverage, aliases: Aliases | None = None) -> Comparison:
    """The quotes of an answer, which was asked for `QUOTES`, by the outlets that it looked at."""
    outlets = _searched(answer.filters, coverage, aliases)
    compared = []
    for quote in answer.quotes:
        carriers = _carriers((quote.article, *quote.copies))
        carried = {each.outlet for each in carriers}
        missing = tuple(outlet for outlet in outlets if outlet not in carried)
        compared.append(Compared(quote, carriers, missing, wordings(quote)))
    return Comparison(answer, tuple(compared), outlets)


def _carriers(articles: Iterable[Article]) -> tuple[Carrying, ...]:
    """By outlet, each where its first article stands; an unknown one is one of its own each
    time."""
    found: dict[str, list[Article]] = {}
    for number, article in enumerate(articles):
        key = article.source.outlet or f"\0{number}"
        found.setdefault(key, []).append(article)
    return tuple(Carrying(each[0].source.outlet, tuple(each)) for each in found.values())


def _searched(filters: Filters, coverage: Coverage, aliases: Aliases | None) -> tuple[str, ...]:
    """The outlets of the coverage that was searched, those with most articles first."""
    selection = coverage.select(
        filters.outlets, filters.since, filters.until, filters.language, aliases=aliases
    )
    if selection is None:
        return ()
    names = [outlet for outlet, _, _ in coverage.outlets() if outlet]
    if selection == Selection():
        return tuple(names)
    wanted = [name for name in names if not selection.outlets or name in selection.outlets]
    return tuple(
        name for name in wanted if coverage.count_outlets(replace(selection, outlets=(name,)))
    )
