"""Web archives (WARC), by warcio: each page that a server gave."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from corpus.read.decode import LARGEST_FILE, Unreadable
from corpus.read.documents.charsets import text_of
from corpus.read.merge import dated, document, merge
from corpus.read.page_bounds import page_document
from corpus.read.particulars import is_url
from corpus.read.zips import LARGEST_TOTAL
from corpus.types import DateKind, RawDocument, Rejection, Source

if TYPE_CHECKING:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.recordloader import ArcWarcRecord

_PAGES = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


def read_warc(file: IO[bytes], given: Source) -> Iterator[RawDocument | Rejection]:
    """A document for each page, of the address and the day that the archive says; what else it
    holds is counted."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    found = other = size = 0
    archive = ArchiveIterator(file)
    try:
        for number, record in enumerate(_records(archive), start=1):
            if record.rec_type not in ("response", "resource", "conversion"):
                continue
            if not _is_page(record):
                other += 1
                continue
            found += 1
            with redirect_stderr(io.StringIO()):
                content = record.content_stream().read(LARGEST_FILE + 1)
            size += len(content)
            if size > LARGEST_TOTAL:
                limit = LARGEST_TOTAL // 1_000_000
                yield Rejection(given.path, f"it unpacks to more than {limit} MB; split it first")
                return
            yield _page(record, content, replace(given, path=f"{given.path}#{number}"))
    # Broken archives raise what the layer they broke in does.
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, LookupError, AttributeError) as error:
        why = " ".join(str(error).split())[:100] or type(error).__name__
        yield Rejection(given.path, f"the archive is damaged behind record {found + other}: {why}")
        return
    if archive.err_count:
        yield Rejection(given.path, f"{archive.err_count} of its records are longer than they say")
    if other:
        held = "of its records are no pages: pictures, scripts, answers that are no success"
        yield Rejection(given.path, f"{other} {held}")
    elif not found:
        yield Rejection(given.path, "the archive holds no page")


def _records(archive: ArchiveIterator) -> Iterator[ArcWarcRecord]:
    """The records; what the library would write on standard error of damaged ones is counted."""
    while True:
        with redirect_stderr(io.StringIO()):
            record = next(archive, None)
        if record is None:
            return
        yield record


def _header(record: ArcWarcRecord, name: str) -> str:
    return str(record.rec_headers.get_header(name) or "")


def _type(record: ArcWarcRecord) -> str:
    if record.http_headers is not None:
        return str(record.http_headers.get_header("Content-Type") or "").lower()
    return _header(record, "Content-Type").lower()


def _is_page(record: ArcWarcRecord) -> bool:
    if record.http_headers is not None and record.http_headers.get_statuscode() != "200":
        return False
    kind = _type(record).split(";")[0].strip()
    return kind in _PAGES or (kind == "text/plain" and record.rec_type == "conversion")


def _page(record: ArcWarcRecord, content: bytes, given: Source) -> RawDocument | Rejection:
    if len(content) > LARGEST_FILE:
        return Rejection(given.path, f"it is larger than {LARGEST_FILE // 1_000_000} MB")
    address, written = _header(record, "WARC-Target-URI"), _header(record, "WARC-Date")
    day = dated(DateKind.PAGE, written[:10], f"WARC-Date: {written}")
    said = Source(path="", url=address if is_url(address) else None, dates=(day,) if day else ())
    known = merge(replace(given, url=None), said)
    declared = _CHARSET.search(_type(record))
    try:
        text = text_of(content, declared[1] if declared else None, html=True)
    except Unreadable as error:
        return Rejection(given.path, str(error))
    return document(text, known) if record.rec_type == "conversion" else page_document(text, known)
