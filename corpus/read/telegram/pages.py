"""`messages.html`, `messages2.html` …: a chat as pages for a browser.

A page tells the chat's title and each message's moment, but neither the chat's number nor what kind
of chat it is. Where anybody but the chat itself writes, it is no channel and not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from corpus.read.blocks import HtmlElement
from corpus.read.telegram.posts import (
    Channel,
    Post,
    address_of_channel,
    post_documents,
    wrong_address,
)
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

_HEAD = 4096
_TITLE = "<title>exported data</title>"
_WRAP = re.compile(r"""<div class=["']page_wrap\b""")
_MOMENT = re.compile(
    r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC(?:([+-])(\d\d):?(\d\d))?)?"
)
_NUMBER = re.compile(r"message-?(\d+)")
_VIA_BOT = re.compile(r" via @\w+$")
_BREAK = re.compile(r"[ \t]*[\r\n]\s*")


def is_export_page(text: str) -> bool:
    """Whether this is a page of an export, by its beginning."""
    head = text[:_HEAD].lower()
    return _TITLE in head and bool(_WRAP.search(head))


def read_pages(text: str, given: Source) -> Iterator[RawDocument | Rejection]:
    """The posts on one page of an export; what is passed over is counted in one rejection."""
    # Lazily, as in the reader of pages.
    from lxml import etree, html  # type: ignore[import-untyped]

    if wrong := wrong_address(given):
        yield wrong
        return
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        page: HtmlElement = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        yield Rejection(given.path, "it cannot be read as an HTML page")
        return
    messages = [each for each in page.iter("div") if "message" in _classes(each)]
    if not messages:
        yield Rejection(given.path, "it is a page of a Telegram export that holds no messages")
        return
    title = _title(page)
    if any(name != title for name in _writers(messages)):
        why = "it is the export of a chat in which several write, not of a channel"
        yield Rejection(given.path, why)
        return
    passed = Counter[str]()
    channel = Channel(title, address_of_channel(given.url))
    yield from post_documents(_posts(messages, passed), channel, given, passed)


def _posts(messages: list[HtmlElement], passed: Counter[str]) -> Iterator[Post]:
    for message in messages:
        number = _NUMBER.fullmatch(message.get("id") or "")
        if "service" in _classes(message):
            # a line between two days is nobody's message
            passed["service messages"] += not (message.get("id") or "").startswith("message-")
        elif number is None:
            passed["messages without a number"] += 1
        else:
            yield _post(message, int(number[1]))


def _post(message: HtmlElement, number: int) -> Post:
    body = _child(message, "body")
    forwarded = _child(body, "forwarded", "body")
    moment = _child(body, "date")
    return Post(
        number,
        _text(_child(body if forwarded is None else forwarded, "text")),
        None if moment is None else _day(moment.get("title") or ""),
        forwarded=_name(_child(forwarded, "from_name")),
        signed=_name(_child(body if forwarded is None else forwarded, "signature")),
    )


def _title(page: HtmlElement) -> str | None:
    for header in page.iter("div"):
        if "page_header" in _classes(header):
            found = (each for each in header.iter("div") if "text" in _classes(each))
            return _name(next(found, None))
    return None


def _writers(messages: list[HtmlElement]) -> Iterator[str | None]:
    for message in messages:
        writer = _child(_child(message, "body"), "from_name")
        if writer is not None:
            yield _VIA_BOT.sub("", _name(writer) or "") or None


def _child(element: HtmlElement | None, *classes: str) -> HtmlElement | None:
    """The first of an element's own children that has all these classes."""
    for each in () if element is None else element:
        if isinstance(each.tag, str) and set(classes) <= _classes(each):
            return each
    return None


def _classes(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").split())


def _name(element: HtmlElement | None) -> str | None:
    """The name that an element holds, without what is in smaller type next to it."""
    if element is None:
        return None
    pieces = [element.text or ""]
    for each in element:
        if "details" not in _classes(each):
            pieces.append(each.text_content())
        pieces.append(each.tail or "")
    return " ".join("".join(pieces).split()) or None


def _text(element: HtmlElement | None) -> str:
    """The text of an element, verbatim: only `<br>` breaks a line."""
    return "" if element is None else "".join(_pieces(element)).strip(" \t\n")


def _pieces(element: HtmlElement) -> Iterator[str]:
    if isinstance(element.tag, str):
        yield "\n" if element.tag == "br" else _BREAK.sub(_broken, element.text or "")
        for each in element:
            yield from _pieces(each)
            yield _BREAK.sub(_broken, each.tail or "")


def _broken(found: re.Match[str]) -> str:
    """What stands for a line's end in the markup: a space between words, nothing at the edges."""
    inside = found.start() > 0 and found.end() < len(found.string)
    return " " if inside else ""


def _day(title: str) -> SourceDate | None:
    """The day in UTC; where the zone is not told, as in old exports, as it stands."""
    found = _MOMENT.match(title.strip())
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(each) for each in found.groups()[:6])
    sign, hours, minutes = found.groups()[6:]
    try:
        behind = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        zone = timezone(-behind if sign == "-" else behind)
        at = datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    told = title.strip() if sign is None else f"{title.strip()}, {at:%Y-%m-%d %H:%M} UTC"
    return SourceDate(DateKind.PUBLISHED, at.date(), told)
