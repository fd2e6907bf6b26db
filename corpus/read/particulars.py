"""What front matter or a row of a manifest states of an article, checked key by key."""

from __future__ import annotations

from urllib.parse import urlsplit

from corpus.read.merge import dated
from corpus.types import DateKind, Source, SourceDate

NAMES = ("outlet", "via", "agency", "byline", "headline", "standfirst", "url")
DATES = {"published": DateKind.PUBLISHED, "updated": DateKind.UPDATED}


def particulars(table: dict[str, object]) -> Source:
    """`table` as a source without a path; a blank text states nothing.

    Raises `ValueError` saying which key is unknown or which value cannot be used.
    """
    unknown = sorted(table.keys() - set(NAMES) - DATES.keys())
    if unknown:
        known = ", ".join((*NAMES, *DATES))
        raise ValueError(f"unknown key {unknown[0]!r}; the keys are {known}")
    names: dict[str, str] = {}
    for key in NAMES:
        value = table.get(key)
        if value is None:
            continue
        if not isinstance(value, str):
            raise ValueError(f"{key} must be a text in quotation marks")
        if value.strip():
            names[key] = " ".join(value.split())
    dates: list[SourceDate] = []
    for key, kind in DATES.items():
        value = table.get(key)
        if value is None or value == "":
            continue
        found = dated(kind, value, f"{key} = {value}")
        if found is None:
            raise ValueError(f"{key} must be a date such as 2025-07-11, not {value!r}")
        dates.append(found)
    return Source(path="", dates=tuple(dates), **names)


def is_url(text: str) -> bool:
    """Whether `text` is an absolute address of the web."""
    try:
        split = urlsplit(text)
    except ValueError:
        return False
    return split.scheme in ("http", "https") and bool(split.netloc)
