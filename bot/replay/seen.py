"""An answer as it is judged: its quotes, and what is wrong with one whatever was asked."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.store import Coverage
from corpus.types import Article
from retrieval.types import Answer, Quote


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as it was seen; `published` is a date in ISO form. `flaw` says why it is no quote,
    `None` where nothing is wrong."""

    text: str
    article: str
    outlet: str | None
    published: str | None
    url: str | None
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back for a question. `problem` says why nothing did, `None` where something did;
    without quotes the coverage was said to be silent."""

    language: str
    quotes: tuple[Shown, ...]
    took_ms: float
    problem: str | None = None

    @property
    def answered(self) -> bool:
        return bool(self.quotes)


def seen(answer: Answer, coverage: Coverage) -> Seen:
    """What an engine's answer shows, each quote held against the stored article."""
    quotes = tuple(_shown(quote, coverage) for quote in answer.quotes)
    return Seen(answer.language, quotes, round(answer.took_ms, 3))


def _shown(quote: Quote, coverage: Coverage) -> Shown:
    source = quote.article.source
    return Shown(
        quote.text,
        quote.article.id,
        source.outlet,
        source.published.isoformat() if source.published else None,
        source.url,
        flaw(quote.text, quote.start, quote.end, coverage.article(quote.article.id)),
    )


def flaw(text: str, start: int, end: int, article: Article | None) -> str | None:
    """Why `text` is no quote of `body[start:end]`."""
    if article is None:
        return "its article is not in the coverage"
    if article.body[start:end] != text:
        return "it differs from its article"
    if start not in {sentence.start for sentence in article.sentences}:
        return "it does not begin where a sentence does"
    if end not in {sentence.end for sentence in article.sentences}:
        return "it does not end where a sentence does"
    return None
