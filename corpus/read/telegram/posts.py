"""A post of a channel as a raw document, and the address that it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from corpus.read.decode import too_large
from corpus.read.merge import document, merge
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

_HOST = r"https?://(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/"
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_CHANNEL = re.compile(
    rf"{_HOST}(?:(?:s/)?(?P<name>{_NAME})|c/(?P<id>\d+))(?P<post>/\d+)?/?(?:\?.*)?"
)
# The file of an export, then the number of the post, that of its chat before it where there are
# several.
_PLACE = re.compile(r"\.(?:html?|json)/(?:\d+/)?\d+$")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its title, and the address that its posts' links begin with, if known."""

    title: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its number in the channel and its text, to the character. `posted` and `edited` are
    the days with their evidence; `forwarded` is the name of whoever it was forwarded from, `signed`
    its author's."""

    number: int
    text: str
    posted: SourceDate | None = None
    edited: SourceDate | None = None
    forwarded: str | None = None
    signed: str | None = None


def address_of_channel(url: str | None) -> str | None:
    """What the links of a channel's posts begin with, by the address of the channel or of one of
    its posts: `https://t.me/NAME` or `https://t.me/c/ID`; `None` for any other address."""
    found = _CHANNEL.fullmatch(url or "")
    if found is None:
        return None
    return f"https://t.me/{found['name'] or 'c/' + found['id']}"


def is_channel(url: str | None) -> bool:
    """Whether this is the address of a channel, and of none of its posts."""
    found = _CHANNEL.fullmatch(url or "")
    return found is not None and not found["post"]


def is_post(source: Source) -> bool:
    """Whether a document of this source is a post, which may be as short as its author likes."""
    found = _CHANNEL.fullmatch(source.url or "")
    return bool(found and found["post"]) or bool(_PLACE.search(source.path))


def moment(kind: DateKind, seconds: float, key: str) -> SourceDate:
    """The day, in UTC, of a Unix time. Raises `ValueError` or `OverflowError` for no such time."""
    at = datetime.fromtimestamp(seconds, UTC)
    return SourceDate(kind, at.date(), f"{key} {int(seconds)}, {at:%Y-%m-%d %H:%M} UTC")


def post_document(post: Post, channel: Channel, given: Source) -> RawDocument | Rejection:
    """The post as a document; what was `given` wins over what the export says of it."""
    if why := too_large(post.text):
        return Rejection(given.path, why)
    forwarded = post.forwarded if post.forwarded != channel.title else None
    stated = Source(
        path="",
        outlet=channel.title,
        via=forwarded,
        byline=post.signed,
        url=f"{channel.address}/{post.number}" if channel.address else None,
        dates=tuple(day for day in (post.posted, post.edited) if day),
    )
    return document(post.text, merge(given, stated))


def post_documents(
    posts: Iterable[Post], channel: Channel, given: Source, passed: Counter[str]
) -> Iterator[RawDocument | Rejection]:
    """The posts that have a text; those without are counted among what was `passed` over, which is
    told at the end. The path of a post is that of `given` and its number."""
    given = replace(given, url=None)
    for post in posts:
        if post.text.strip():
            yield post_document(post, channel, replace(given, path=f"{given.path}/{post.number}"))
        else:
            passed["posts without a text"] += 1
    if passed:
        counted = ", ".join(f"{what}: {number}" for what, number in sorted(passed.items()))
        yield Rejection(given.path, f"passed over ({counted})")


def wrong_address(given: Source) -> Rejection | None:
    """Why an export with this address is not read."""
    if given.url is None or address_of_channel(given.url):
        return None
    why = f"{given.url} is no address of a channel: write it like https://t.me/NAME"
    return Rejection(given.path, why)
