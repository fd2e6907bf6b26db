"""Captions under pictures, told by the credit in parentheses at their end."""

from __future__ import annotations

import re

from corpus.attribution.agencies import signature
from corpus.clean.furniture import table
from corpus.clean.lines import Line, key_of
from corpus.language.marks import SENTENCE_ENDS

CAPTION_WORDS = 20


def is_caption(line: Line, *, header: bool, copies: int) -> bool:
    """Whether `line` is a caption with its credit in parentheses: «لافروف (ا ف ب)».

    Below the first paragraph a credit counts only if the parentheses contain an agency or a word
    for a picture, or if the same line is on the page a second time.
    """
    text = line.text.strip().rstrip(".")
    opening = text.rfind("(")
    if opening < 2 or not text.endswith(")"):
        return False
    before, inside = text[:opening].strip(), text[opening + 1 : -1].strip()
    known = table()
    key = key_of(inside)
    words = set(re.findall(r"\w+", key))
    if not before or not inside or words & known.no_caption or key in known.no_caption:
        return False
    closed = before[-1] in SENTENCE_ENDS + '»"'
    if closed and not header:
        return False
    short = line.words <= (CAPTION_WORDS if header else CAPTION_WORDS // 2)
    signs = signature(f"({inside})") is not None or bool(words & known.caption)
    return (short and signs) or (
        len(words) <= 3 and (copies > 1 or (header and line.words <= CAPTION_WORDS // 2))
    )
