"""Several accounts of where a document comes from, brought into one document."""

from __future__ import annotations

from datetime import date, datetime

from corpus.dates.written import parse_date
from corpus.read.decode import too_large, unfit
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate


def merge(first: Source, second: Source) -> Source:
    """`first` where it knows something, else `second`; dates of a kind come from one of the two."""
    kinds = {found.kind for found in first.dates}
    return Source(
        path=first.path or second.path,
        outlet=first.outlet or second.outlet,
        via=first.via or second.via,
        agency=first.agency or second.agency,
        byline=first.byline or second.byline,
        headline=first.headline or second.headline,
        standfirst=first.standfirst or second.standfirst,
        url=first.url or second.url,
        dates=first.dates + tuple(found for found in second.dates if found.kind not in kinds),
    )


def whole_document(text: str, source: Source) -> RawDocument | Rejection:
    """A document of an office program, where its text is neither empty nor too large."""
    if not text.strip():
        return Rejection(source.path, "the document holds no text")
    if why := too_large(text):
        return Rejection(source.path, why)
    return document(text, source)


def document(text: str, source: Source) -> RawDocument | Rejection:
    """A raw document, if its text and all that is said of it can be stored and shown.

    Escapes of JSON, TOML and HTML can bring in what the bytes of the file do not hold.
    """
    said = (source.outlet, source.via, source.agency, source.byline, source.headline, source.url)
    evidence = (found.evidence for found in source.dates)
    for written in (text, *said, source.standfirst, *evidence):
        if written and (why := unfit(written)):
            return Rejection(source.path, why)
    return RawDocument(text, source)


def dated(kind: DateKind, value: object, evidence: str) -> SourceDate | None:
    """`value`, a date of TOML or JSON or a text that names one, as a date with its evidence."""
    if isinstance(value, datetime):
        return SourceDate(kind, value.date(), evidence)
    if isinstance(value, date):
        return SourceDate(kind, value, evidence)
    if isinstance(value, str) and (day := parse_date(value)):
        return SourceDate(kind, day, evidence)
    return None
