"""Plain text, with or without TOML front matter between two lines of `+++`."""

from __future__ import annotations

import re
import tomllib

from corpus.read.decode import too_large
from corpus.read.merge import document, merge
from corpus.read.particulars import particulars
from corpus.types import RawDocument, Rejection, Source

FENCE = "+++"
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
            return particulars(tomllib.loads(written)), "".join(lines[number + 1 :])
    raise ValueError(f"the line {FENCE} that closes it is missing")
