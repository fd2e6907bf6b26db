"""Plain text, with or without TOML front matter between two lines of `+++`."""

from __future__ import annotations

import re
import tomllib

from corpus.read.decode import too_large
from corpus.read.merge import dated, document, merge
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

FENCE = "+++"
_NAMES = ("outlet", "via", "agency", "byline", "headline", "standfirst", "url")
_DATES = {"published": DateKind.PUBLISHED, "updated": DateKind.UPDATED}
_FENCED = re.compile(r"\+\+\+[ \t]*(?:\r\n|\r|\n)")


def read_text(text: str, given: Source) -> RawDocument | Rejection:
    """One document: the text after the front matter, and what both sources say about it."""
    if why := too_large(text):
        return Rejection(given.path, why)
    try:
        stated, body = _front_matter(text)
    except ValueError as error:
        return Rejection(given.path, f"front matter: {error}")
    if not body.strip():
        return Rejection(given.path, "there is no text after the front matter")
    return document(body, merge(given, stated))


def _front_matter(text: str) -> tuple[Source, str]:
    """What the front matter says, and the text after it.

    Raises `ValueError` saying what is wrong.
    """
    opening = _FENCED.match(text)
    if opening is None:
        return Source(path=""), text
    lines = text[opening.end() :].splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.rstrip() == FENCE:
            written = "".join(lines[:number]).replace("\r\n", "\n").replace("\r", "\n")
            return _stated(tomllib.loads(written)), "".join(lines[number + 1 :])
    raise ValueError(f"the line {FENCE} that closes it is missing")


def _stated(table: dict[str, object]) -> Source:
    unknown = sorted(table.keys() - set(_NAMES) - _DATES.keys())
    if unknown:
        known = ", ".join((*_NAMES, *_DATES))
        raise ValueError(f"unknown key {unknown[0]!r}; the keys are {known}")
    names: dict[str, str] = {}
    for key in _NAMES:
        value = table.get(key)
        if value is None:
            continue
        if not isinstance(value, str):
            raise ValueError(f"{key} must be a text in quotation marks")
        if value.strip():
            names[key] = " ".join(value.split())
    dates: list[SourceDate] = []
    for key, kind in _DATES.items():
        if key not in table:
            continue
        found = dated(kind, table[key], f"{key} = {table[key]}")
        if found is None:
            raise ValueError(f"{key} must be a date such as 2025-07-11, not {table[key]!r}")
        dates.append(found)
    return Source(path="", dates=tuple(dates), **names)
