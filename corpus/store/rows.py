"""Conversion between objects of the corpus and rows of the database."""

from __future__ import annotations

import json
import zlib
from base64 import b32encode
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from corpus.types import (
    Article,
    DateKind,
    Entry,
    Page,
    Part,
    PartKind,
    RawDocument,
    Sentence,
    Source,
    SourceDate,
)

SOURCE = "path, outlet, via, agency, byline, headline, standfirst, url"
SOURCE_COLUMNS = tuple(SOURCE.split(", "))
# The dates of an article as one column, in the order in which they were found.
DATES = """(SELECT coalesce(json_group_array(json_array(kind, value, evidence)), '[]') FROM (
    SELECT kind, value, evidence FROM source_date AS dated
    WHERE dated.article = article.id AND dated.version = version.version ORDER BY dated.rowid
) AS dated)"""
TEXT_COLUMNS = (
    *("language", "body", "sentences", "cuts", "parts", "entries", "flags", "pages", "digest"),
)


def raw_digest(raw: RawDocument) -> str:
    """A hash of everything in a raw document."""
    return sha256(f"{raw.markup}\0{_given(raw)}\0{raw.text}".encode()).hexdigest()


def body_digest(body: str) -> str:
    """A hash of a body, 16 hexadecimal digits."""
    return sha256(body.encode()).hexdigest()[:16]


def code(text: str, length: int) -> str:
    """An id derived from a text: `length` lower-case base-32 characters (5 bits each) of a
    SHA-256."""
    return b32encode(sha256(text.encode()).digest()).decode().lower()[:length]


def raw_row(raw: RawDocument) -> tuple[object, ...]:
    """digest, text, markup and given of a raw document."""
    return raw_digest(raw), zlib.compress(raw.text.encode()), raw.markup, _given(raw)


def raw_of(text: bytes, markup: int, given: str) -> RawDocument:
    """The raw document in such a row."""
    *values, dates = json.loads(given)
    known = _dates(dates)
    said = Source(**dict(zip(SOURCE_COLUMNS, values, strict=True)), dates=known)
    return RawDocument(zlib.decompress(text).decode(), said, bool(markup))


def source_row(source: Source) -> tuple[object, ...]:
    """The `SOURCE_COLUMNS`, then `published`."""
    published = source.published
    return (
        *(getattr(source, name) for name in SOURCE_COLUMNS),
        published and published.isoformat(),
    )


def text_row(article: Article) -> tuple[object, ...]:
    """The `TEXT_COLUMNS`."""
    return (
        article.language,
        article.body,
        json.dumps([[s.start, s.end, int(s.heading), *(s.lead or ())] for s in article.sentences]),
        json.dumps(article.cuts),
        json.dumps([[str(part.kind), part.start, part.end] for part in article.parts]),
        json.dumps([[each.start, each.day and each.day.isoformat()] for each in article.entries]),
        json.dumps(article.flags, ensure_ascii=False),
        json.dumps([[page.start, page.number] for page in article.pages]),
        body_digest(article.proper),
    )


def sentences_of(written: str) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(start, end, bool(heading), (lead[0], lead[1]) if lead else None)
        for start, end, heading, *lead in json.loads(written)
    )


def parts_of(written: str) -> tuple[Part, ...]:
    return tuple(Part(PartKind(kind), start, end) for kind, start, end in json.loads(written))


def entries_of(written: str) -> tuple[Entry, ...]:
    return tuple(Entry(start, day_of(day)) for start, day in json.loads(written))


def pages_of(written: str) -> tuple[Page, ...]:
    return tuple(Page(start, number) for start, number in json.loads(written))


def dates_of(written: str) -> tuple[SourceDate, ...]:
    """The dates in the column `DATES`."""
    return _dates(json.loads(written))


def day_of(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _dates(rows: Iterable[Sequence[str]]) -> tuple[SourceDate, ...]:
    return tuple(
        SourceDate(DateKind(kind), date.fromisoformat(value), evidence)
        for kind, value, evidence in rows
    )


def _given(raw: RawDocument) -> str:
    given = raw.given
    dates = [[found.kind, found.value.isoformat(), found.evidence] for found in given.dates]
    values = [getattr(given, name) for name in SOURCE_COLUMNS]
    return json.dumps([*values, dates], ensure_ascii=False)
