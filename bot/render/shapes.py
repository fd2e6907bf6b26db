"""Values as the JSON that docs/schema describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus.copies import Copy
from corpus.store import Version
from corpus.types import Article
from retrieval.answer.check.receipt import receipt_of
from retrieval.types import Absence, Answer, Figure, LeadIn, Quote

if TYPE_CHECKING:  # what ingests is not needed to ask
    from corpus.ingest import Report
    from corpus.reclean import Recleaned

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """`ask --json`."""
    filters = answer.filters
    return {
        "question": answer.question,
        "language": answer.language,
        "answered": answer.answered,
        "independent": answer.independent,
        "quotes": [quote_json(quote) for quote in answer.quotes],
        "figures": [_figure(figure) for figure in answer.figures],
        "filters": {
            "outlets": list(filters.outlets),
            "agencies": list(filters.agencies),
            "since": _day(filters.since),
            "until": _day(filters.until),
            "from_question": filters.from_question,
            "undone": filters.undone,
        },
        "expanded": [list(pair) for pair in answer.expanded],
        "absence": _absence(answer.absence),
        "index": answer.index,
        "took_ms": round(answer.took_ms, 3),
    }


def _figure(figure: Figure) -> Json:
    return {
        "value": figure.value,
        "high": figure.high,
        "unit": figure.unit,
        "about": figure.about,
        "quotes": list(figure.quotes),
        "places": [list(place) for place in figure.places],
        "thing": figure.thing,
        "withdrawn": figure.withdrawn,
    }


def quote_json(quote: Quote) -> Json:
    """One quote with its citation."""
    source, part = quote.article.source, quote.part
    return {
        "text": quote.text,
        "article": quote.article.id,
        "part": str(part.kind),
        "start": quote.start - part.start,
        "end": quote.end - part.start,
        "page": quote.page,
        "lead_in": _lead_in(quote.lead_in),
        "receipt": receipt_of(quote),
        "outlet": source.outlet,
        "via": source.via,
        "agency": source.agency,
        "headline": source.headline,
        "url": source.url,
        "published": _day(quote.published),
        "language": quote.article.language,
        "score": round(quote.score, 6),
        "matches": [list(found) for found in quote.matches],
        "said_by": said_by_json(quote),
        "copies": [
            {
                "article": copy.id,
                "outlet": copy.source.outlet,
                "published": _day(copy.source.published),
                "url": copy.source.url,
            }
            for copy in quote.copies
        ],
    }


def said_by_json(quote: Quote) -> list[Json]:
    """Who says a quote."""
    return [
        {
            "name": said.name,
            "start": said.start - quote.article.part_at(said.start).start,
            "end": said.end - quote.article.part_at(said.start).start,
            "kind": str(said.kind),
        }
        for said in quote.said_by
    ]


def _lead_in(lead: LeadIn | None) -> Json | None:
    if lead is None:
        return None
    part = lead.article.part_at(lead.start)
    return {"text": lead.text, "start": lead.start - part.start, "end": lead.end - part.start}


def article_json(article: Article, passages: int, copies: Sequence[str] = ()) -> Json:
    """`articles --json`, one article."""
    source = article.source
    return {
        "id": article.id,
        "version": article.version,
        "outlet": source.outlet,
        "via": source.via,
        "agency": source.agency,
        "byline": source.byline,
        "headline": source.headline,
        "url": source.url,
        "language": article.language,
        "dates": [
            {"kind": str(found.kind), "value": _day(found.value), "evidence": found.evidence}
            for found in source.dates
        ],
        "published": _day(source.published),
        "conflicts": list(source.conflicts),
        "missing": list(source.missing),
        "flags": list(article.flags),
        "characters": len(article.proper),
        "passages": passages,
        "copies": list(copies),
        "source": source.path,
    }


def show_json(
    article: Article,
    passages: int,
    copies: Sequence[str],
    partial: Sequence[Copy],
    versions: Sequence[Version],
    by_hand: Mapping[str, date],
) -> Json:
    """`show --json`."""
    (shown,) = (each for each in versions if each.version == article.version)
    return {
        **article_json(article, passages, copies),
        "partial_copies": [
            {"article": copy.article, "share": round(copy.held, 3)} for copy in partial
        ],
        "superseded": not shown.newest,
        "by_hand": {name: day.isoformat() for name, day in by_hand.items()},
        "versions": [
            {
                "version": each.version,
                "taken": _day(each.taken),
                "headline": each.headline,
                "characters": each.characters,
                "newest": each.newest,
            }
            for each in versions
        ],
        "standfirst": article.source.standfirst,
        "body": article.proper,
    }


def report_json(report: Report, articles: list[Json]) -> Json:
    """`ingest --json`."""
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [
            {"source": rejection.source, "reason": rejection.reason}
            for rejection in report.rejected
        ],
        "articles": articles,
    }


def reclean_json(done: Recleaned) -> Json:
    """`index --reclean --json`, what became of the documents."""
    return {
        "documents": done.documents,
        "bodies": done.bodies,
        "particulars": done.particulars,
        "rejected": [
            {
                "article": article,
                "version": version,
                "source": rejection.source,
                "reason": rejection.reason,
            }
            for article, version, rejection in done.rejected
        ],
    }


def _absence(absence: Absence | None) -> Json | None:
    if absence is None:
        return None
    return {
        "searched": {
            "articles": absence.articles,
            "outlets": absence.outlets,
            "since": _day(absence.since),
            "until": _day(absence.until),
            "undated": absence.undated,
        },
        "nearest": quote_json(absence.nearest) if absence.nearest else None,
        "missing": [
            {"asked": each.asked, "kind": str(each.kind), "elsewhere": each.elsewhere}
            for each in absence.missing
        ],
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
