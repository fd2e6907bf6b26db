"""What a sentence is or has, whatever is asked."""

from __future__ import annotations

import re

from retrieval.index.annotations import Flag
from retrieval.question.wanted import Wanted, gives

_QUESTION = re.compile(r"[?؟](?:\s|$)")
# What a sentence must have to answer a question that wants it.
WANTED = {Wanted.NUMBER: Flag.NUMBER, Wanted.TIME: Flag.TIME}


def flags_of(text: str) -> Flag:
    """Whether a sentence asks, and whether it gives a number or a time."""
    found = Flag(0)
    if _QUESTION.search(text):
        found |= Flag.ASKS
    for wanted, flag in WANTED.items():
        if gives(wanted, text):
            found |= flag
    return found
