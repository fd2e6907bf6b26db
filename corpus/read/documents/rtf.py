"""Rich text (RTF), by striprtf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.read.merge import whole_document
from corpus.types import RawDocument, Rejection, Source

# Pictures are in it as digits; the text is far smaller.
LARGEST = 20_000_000
_PICTURE = re.compile(r"(?<=[\s\da-f}])[\da-fA-F\s]{2000,}+")
_ROW = re.compile(r"^(?=[^|\n]*\|).*$", re.MULTILINE)


def read_rtf(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """The text of a document, a paragraph or a row of a table a line."""
    from striprtf.striprtf import rtf_to_text

    written = _PICTURE.sub("", content.decode("latin-1"))
    if len(written) > LARGEST:
        limit = LARGEST // 1_000_000
        yield Rejection(given.path, f"it has more than {limit} MB without its pictures")
        return
    # What it raises for broken control words and unknown code pages is not documented.
    try:
        text = str(rtf_to_text(written, errors="replace")).strip()  # type: ignore[no-untyped-call]
    except Exception:
        yield Rejection(given.path, "it is a damaged RTF file: save it again")
        return
    yield whole_document(text, given)
