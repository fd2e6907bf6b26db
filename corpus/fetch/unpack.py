"""What was sent packed, unpacked up to a limit: a few kilobytes can stand for gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

GZIP = b"\x1f\x8b"
_EITHER = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


class TooMuch(Exception):  # noqa: N818 - an answer, turned into an error by who knows the address
    """There is more than the limit."""


class Broken(Exception):  # noqa: N818
    """It cannot be unpacked; `str(error)` says why."""


def unpacked(parts: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The parts of a body in one, unpacked as its `Content-Encoding` says. Raises `TooMuch` at the
    first byte above `limit`, `Broken` for what is not packed so."""
    kinds = [each for each in encoding.lower().replace(" ", "").split(",") if each != "identity"]
    if kinds in ([], [""]):
        return _collected(parts, limit)
    if kinds not in (["gzip"], ["x-gzip"], ["deflate"]):
        raise Broken(f"it is packed as {encoding[:40]}, which was not asked for")
    return _inflated(parts, limit)


def unzipped(content: bytes, limit: int) -> bytes:
    """The content of a gzip file, as sitemaps are kept in; other content as it is."""
    return _inflated([content], limit) if content.startswith(GZIP) else content


def _collected(parts: Iterable[bytes], limit: int) -> bytes:
    whole = bytearray()
    for part in parts:
        whole += part
        if len(whole) > limit:
            raise TooMuch
    return bytes(whole)


def _inflated(parts: Iterable[bytes], limit: int) -> bytes:
    whole, sent = bytearray(), 0
    packed = zlib.decompressobj(_EITHER)
    try:
        for part in parts:
            if not sent and part and not _has_header(part):
                packed = zlib.decompressobj(_RAW)  # some servers send "deflate" without its header
            sent += len(part)
            if sent > limit:
                raise TooMuch
            whole += packed.decompress(part, limit + 1 - len(whole))
            if len(whole) > limit:
                raise TooMuch
        if sent and not packed.eof:
            raise Broken("it ends before it is complete")
    except zlib.error as error:
        raise Broken(f"it cannot be unpacked: {error}") from None
    return bytes(whole)


def _has_header(part: bytes) -> bool:
    return part.startswith(GZIP[:1]) or (part[0] & 0x0F == 8 and len(part) > 1)
