"""What a sentence is or has, whatever is asked."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.language.marks import QUESTION_MARKS
from retrieval.answer.judge.kinds import packed
from retrieval.index.annotations import Flag
from retrieval.question.wanted import Wanted, gives

_QUOTATION = re.compile('["«»“”„]')
_DIGIT = re.compile(r"\d")
_QUESTION = re.compile(rf"[{QUESTION_MARKS}](?:\s|$)")
# What a sentence must have to answer a question that wants it.
WANTED = {Wanted.NUMBER: Flag.NUMBER, Wanted.TIME: Flag.TIME}


@lru_cache(maxsize=8192)  # an index without annotations has it read for each question
def flags_of(text: str) -> Flag:
    """Whether a sentence asks, quotes, has digits, and gives a number or a time; and how many of
    its words give which kind of answer."""
    found = Flag(packed(text))
    if _QUOTATION.search(text):
        found |= Flag.QUOTES
    if _DIGIT.search(text):
        found |= Flag.DIGITS
    if _QUESTION.search(text):
        found |= Flag.ASKS
    for wanted, flag in WANTED.items():
        if gives(wanted, text):
            found |= flag
    return found
