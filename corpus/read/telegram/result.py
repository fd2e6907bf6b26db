"""`result.json`: one chat, or a whole account with its chats under `chats.list`.

Chats that are no channels are nobody's coverage: they are passed over and counted, never read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from corpus.read.merge import dated
from corpus.read.telegram.posts import (
    Channel,
    Post,
    address_of_channel,
    moment,
    post_documents,
    wrong_address,
)
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

_CHANNELS = ("public_channel", "private_channel")
_LISTS = ("chats", "left_chats")
_DATES = {DateKind.PUBLISHED: "date", DateKind.UPDATED: "edited"}
# Before 2021 the number of a channel had this added.
_ADDED, _ADDED_TO = 0x200000000, 0x300000000

# Nothing was posted before there was Telegram; 1970 stands in old exports for never edited.
_EARLIEST = date(2013, 1, 1)

_Json = dict[str, object]


def is_result(content: bytes) -> bool:
    """Whether this is the content of an export, by its beginning and its keys."""
    head = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"{") or not (b'"messages"' in content or b'"chats"' in content):
        return False
    return _chats(_parsed(content)) is not None


def read_result(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """The posts of all channels in an export; service messages, posts without a text and other
    chats are counted in one rejection each."""
    if wrong := wrong_address(given):
        yield wrong
        return
    parsed = _parsed(content)
    chats = _chats(parsed)
    if chats is None:
        why = "it is no export of Telegram, the one kind of JSON that is read beside JSON Lines"
        yield Rejection(given.path, parsed if isinstance(parsed, str) else why)
        return
    channels = [chat for chat in chats if chat.get("type") in _CHANNELS]
    if others := len(chats) - len(channels):
        what = "chat that is no channel" if others == 1 else "chats that are no channels"
        yield Rejection(given.path, f"passed over: {others} {what}")
    single = len(chats) == 1
    if given.url and len(channels) > 1:
        yield Rejection(
            given.path,
            f"{given.url} is the address of one channel, and here are {len(channels)}: their posts"
            " have the links that the export tells",
        )
    for chat in channels:
        known = given if len(channels) == 1 else replace(given, url=None)
        number = _number(chat.get("id"))
        path = given.path if single or number is None else f"{given.path}/{number}"
        yield from _read(chat, number, replace(known, path=path))


def _read(chat: _Json, number: int | None, given: Source) -> Iterator[RawDocument | Rejection]:
    private = f"https://t.me/c/{number}" if number else None
    channel = Channel(_text(chat.get("name")), address_of_channel(given.url) or private)
    passed = Counter[str]()
    posts = _posts(chat["messages"], passed)
    yield from post_documents(posts, channel, given, passed)


def _posts(messages: object, passed: Counter[str]) -> Iterator[Post]:
    for message in messages if isinstance(messages, list) else ():
        number = message.get("id") if isinstance(message, dict) else None
        if not isinstance(number, int):
            passed["messages without a number"] += 1
        elif message.get("type") == "service":
            passed["service messages"] += 1
        else:
            yield Post(
                number,
                _joined(message.get("text")) or _joined(message.get("text_entities")),
                _day(message, DateKind.PUBLISHED),
                _day(message, DateKind.UPDATED),
                _text(message.get("forwarded_from")),
                _text(message.get("author")),
            )


def _joined(written: object) -> str:
    """A text, which is given whole or as a list of plain texts and entities, verbatim."""
    if isinstance(written, str):
        return written
    pieces = []
    for piece in written if isinstance(written, list) else ():
        text = piece.get("text") if isinstance(piece, dict) else piece
        pieces.append(text if isinstance(text, str) else "")
    return "".join(pieces)


def _day(message: _Json, kind: DateKind) -> SourceDate | None:
    """The day of a message: by its Unix time, in old exports by the clock of the computer."""
    key = _DATES[kind]
    with suppress(TypeError, ValueError, OverflowError, OSError):
        if seconds := float(str(message.get(f"{key}_unixtime"))):
            return moment(kind, seconds, f"{key}_unixtime")
    found = dated(kind, message.get(key), f"{key}: {message.get(key)}")
    return found if found and found.value >= _EARLIEST else None


def _number(written: object) -> int | None:
    """The number of a channel as its links have it."""
    if not isinstance(written, int) or isinstance(written, bool):
        return None
    number = int(str(abs(written)).removeprefix("100")) if written < -1_000_000_000_000 else written
    number = number - _ADDED if _ADDED <= number < _ADDED_TO else number
    return number if number > 0 else None


def _text(written: object) -> str | None:
    return (" ".join(written.split()) or None) if isinstance(written, str) else None


def _parsed(content: bytes) -> object:
    """What the JSON holds, or in words why it cannot be read."""
    try:
        parsed: object = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "it is JSON, but not in UTF-8"
    except json.JSONDecodeError as error:
        return f"broken JSON: {error.msg}, line {error.lineno}"
    except (RecursionError, ValueError):
        return "broken JSON: nested too deeply or a number too long"
    return parsed if not isinstance(parsed, str) else None


def _chats(parsed: object) -> list[_Json] | None:
    """The chats in an export; `None` if it is none."""
    if not isinstance(parsed, dict):
        return None
    if isinstance(parsed.get("messages"), list) and "type" in parsed:
        return [parsed]
    lists = [parsed[key] for key in _LISTS if isinstance(parsed.get(key), dict)]
    if not lists:
        return None
    listed = (each["list"] for each in lists if isinstance(each.get("list"), list))
    return [
        chat
        for chats in listed
        for chat in chats
        if isinstance(chat, dict) and isinstance(chat.get("messages"), list)
    ]
