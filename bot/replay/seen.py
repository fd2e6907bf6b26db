"""An answer as it is judged: its quotes, and what is wrong with a quote whatever was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from corpus.store import Coverage
from corpus.types import Article
from retrieval.types import Answer, Quote


@dataclass(frozen=True, slots=True)
class SeenQuote:
    """A quote as it was seen; `published` is a date in ISO form, `copies` how many other articles
    carry it, `said_by` the names of those who say it. `flaw` says what is wrong with it whatever
    was asked, `None` if nothing is."""

    text: str
    article: str
    outlet: str | None
    published: str | None
    url: str | None
    copies: int = 0
    flaw: str | None = None
    said_by: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back for a question. `problem` says why nothing did, `None` where something did;
    without quotes the coverage was said to be silent, and what is `missing` for an answer."""

    language: str
    quotes: tuple[SeenQuote, ...]
    took_ms: float
    problem: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        return bool(self.quotes)


def seen(answer: Answer, coverage: Coverage) -> Seen:
    """What an engine's answer shows, each quote held against the stored article."""
    quotes = tuple(_shown(quote, coverage) for quote in answer.quotes)
    missing = tuple(each.asked for each in answer.absence.missing) if answer.absence else ()
    return Seen(answer.language, quotes, round(answer.took_ms, 3), missing=missing)


def _shown(quote: Quote, coverage: Coverage) -> SeenQuote:
    stored = coverage.article(quote.article.id)
    flaw = "no quote, its article is not in the coverage"
    if stored:
        differs = stored.body[quote.start : quote.end] != quote.text
        flaw = "no quote, it differs from its article" if differs else ""
        flaw = flaw or cut(quote.start, quote.end, stored) or ""
    names = tuple(each.editors or each.name for each in quote.said_by)
    made = of_source(quote.article, quote.text, copies=len(quote.copies), flaw=flaw or None)
    return replace(made, said_by=names)


def of_source(
    article: Article, text: str, *, copies: int = 0, flaw: str | None = None
) -> SeenQuote:
    """A quote of this article."""
    source = article.source
    day = source.published.isoformat() if source.published else None
    return SeenQuote(text, article.id, source.outlet, day, source.url, copies, flaw)


def cut(start: int, end: int, article: Article) -> str | None:
    """Why `body[start:end]` is not whole sentences."""
    if start not in {sentence.start for sentence in article.sentences}:
        return "no quote, it does not begin where a sentence does"
    if end not in {sentence.end for sentence in article.sentences}:
        return "no quote, it does not end where a sentence does"
    return None
