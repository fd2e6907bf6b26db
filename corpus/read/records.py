"""JSON: one article a line, or an array of them, as feeds, crawlers and archives export them."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from corpus.read.decode import LONGEST_LINE, MOST_LINES, Unreadable, decode, too_large
from corpus.read.merge import dated, document, merge
from corpus.read.page_bounds import page_document
from corpus.read.particulars import is_url
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

# The first key that holds something counts.
_HTML = ("html", "raw_html")
_TEXT = ("body", "text", "content", "article", "maintext", "raw_text")
_NAMES = {
    "headline": ("headline", "title"),
    "standfirst": ("standfirst", "subtitle", "summary", "description"),
    "outlet": ("outlet", "source", "site", "sitename", "site_name", "publisher"),
    "via": ("via",),
    "agency": ("agency", "wire"),
    "byline": ("byline", "author", "authors"),
    "url": ("url", "link", "canonical_url"),
}
_DATES = {
    DateKind.PUBLISHED: (
        "published",
        "date",
        "date_publish",
        "published_at",
        "pubDate",
        "pub_date",
    ),
    DateKind.UPDATED: ("updated", "modified", "updated_at", "date_modify"),
    DateKind.PAGE: ("retrieved", "crawled", "fetched", "date_download", "page_date"),
}
TEXT_KEYS = frozenset((*_TEXT, *_HTML))
"""Keys of a record that its text stands under."""
KEYS = TEXT_KEYS.union(("id",), *_NAMES.values(), *_DATES.values())
"""All keys of a record that are read."""
# Where an object holds the array of its articles.
_ARRAYS = ("articles", "items", "results", "entries", "posts", "data", "documents", "news")
# A record that is written for people has no more.
_LINES_A_RECORD = 50
# Unix times of years 1973 to 2286; thousand times that is milliseconds.
_SECONDS = (100_000_000, 10_000_000_000)


def read_records(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """One document or rejection for each line that is not blank; a bad line spoils no other."""
    found = False
    content = _in_utf8(content)
    lines = content.splitlines() if b"\r" in content else content.split(b"\n")
    filled = sum(bool(line.strip()) for line in lines)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = True
            path = f"{given.path}#{number}"
            yield _read_line(line, replace(given, path=path), alone=filled == 1)
    if not found:
        yield Rejection(given.path, "it is empty")


def read_json(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """One document or rejection for each object of the array in a file, or for the one object that
    it holds. Where there are several JSON values, they are read as records."""
    if content.count(b"\n") > MOST_LINES * _LINES_A_RECORD:
        yield Rejection(given.path, "it is JSON of too many lines: write one article a line")
        return
    try:
        value = json.loads(_in_utf8(content).decode("utf-8"))
    except UnicodeDecodeError as error:
        place = f"byte {error.start} is 0x{content[error.start]:02x}"
        yield Rejection(given.path, f"it is not valid UTF-8: {place}")
        return
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            yield from read_records(content, given)
        else:
            place = f"line {error.lineno}, character {error.colno}"
            yield Rejection(given.path, f"broken JSON: {error.msg} at {place}")
        return
    except (RecursionError, ValueError):
        yield Rejection(given.path, "broken JSON: nested too deeply or a number too long")
        return
    yield from _of_value(value, given)


def _of_value(value: object, given: Source) -> Iterator[RawDocument | Rejection]:
    held = value
    if isinstance(value, dict) and not _has_text(value):
        held = next((value[key] for key in _ARRAYS if isinstance(value.get(key), list)), value)
    if isinstance(held, dict):
        yield record_document(held, given, alone=True)
        return
    if not isinstance(held, list) or not held:
        yield Rejection(given.path, "it is JSON, but no array of articles")
        return
    for number, record in enumerate(held, start=1):
        said = replace(given, path=f"{given.path}#{number}")
        if isinstance(record, dict):
            yield record_document(record, said, alone=len(held) == 1)
        else:
            yield Rejection(said.path, "it is JSON, but not an object in braces")


def _has_text(record: dict[str, object]) -> bool:
    return any(isinstance(record.get(key), str) for key in TEXT_KEYS)


def _in_utf8(content: bytes) -> bytes:
    """The whole file in UTF-8 where it is written in another encoding; where it is written in none,
    each line tells for itself."""
    try:
        if b"\0" not in content:
            content.decode("utf-8")
            return content.removeprefix(codecs.BOM_UTF8)
    except UnicodeDecodeError:
        pass
    try:
        return decode(content).encode()
    except Unreadable:
        return content.removeprefix(codecs.BOM_UTF8)


def _read_line(line: bytes, given: Source, *, alone: bool) -> RawDocument | Rejection:
    if len(line) > LONGEST_LINE:
        size = f"{len(line):,} bytes, more than {LONGEST_LINE:,}"
        return Rejection(given.path, f"the line has {size}")
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        place = f"byte {error.start} of the line is 0x{line[error.start]:02x}"
        return Rejection(given.path, f"it is not valid UTF-8: {place}")
    except json.JSONDecodeError as error:
        return Rejection(given.path, f"broken JSON: {error.msg} at character {error.pos + 1}")
    except (RecursionError, ValueError):
        return Rejection(given.path, "broken JSON: nested too deeply or a number too long")
    if not isinstance(record, dict):
        return Rejection(given.path, "the line is JSON, but not an object in braces")
    return record_document(record, given, alone=alone)


def record_document(
    record: dict[str, object], given: Source, *, alone: bool
) -> RawDocument | Rejection:
    """The article of one record; `alone` in its file, it may be `given` an address."""
    text = _first(record, _TEXT)
    markup = None if text else next((each for key in _HTML if (each := record.get(key))), None)
    if text is None and not isinstance(markup, str):
        manifest = "; a manifest is given with --manifest" if "file" in record else ""
        keys = ", ".join((*_TEXT, *_HTML))
        return Rejection(
            given.path, f"the record has no text; it is looked for in {keys}{manifest}"
        )
    stated = stated_in(record)
    if not alone:
        # One address for a whole file would make every record a version of one article.
        given = replace(given, url=None)
    if why := too_large(text or str(markup)):
        return Rejection(given.path, why)
    said = merge(given, stated)
    return document(text, said) if text else page_document(str(markup), said)


def stated_in(record: dict[str, object]) -> Source:
    """What a record states of its article, under any of its usual keys."""
    names = {name: _first(record, keys) for name, keys in _NAMES.items()}
    if names["url"] is None and (identity := _first(record, ("id",))) and is_url(identity):
        names["url"] = identity
    if names["url"] and not is_url(names["url"]):
        names["url"] = None
    dates = [
        found for kind, keys in _DATES.items() if (found := _date(record, kind, keys)) is not None
    ]
    return Source(path="", dates=tuple(dates), **names)


def _date(record: dict[str, object], kind: DateKind, keys: tuple[str, ...]) -> SourceDate | None:
    for key in keys:
        value = record.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = _unix(value)
        found = dated(kind, value, f"{key}: {record.get(key)}")
        if found is not None:
            return found
    return None


def _unix(value: float) -> datetime | None:
    seconds = value / 1000 if value >= _SECONDS[1] else value
    if not _SECONDS[0] <= seconds < _SECONDS[1]:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _first(record: dict[str, object], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = record.get(key)
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, list):
            value = ", ".join(one for one in value if isinstance(one, str))
        if isinstance(value, str) and value.strip():
            return value if key in _TEXT else " ".join(value.split())
    return None
