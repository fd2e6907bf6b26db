"""Names that no capital tells and that the words around them do: Persian."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.answer.speakers.tagging import TaggedSentence

# A name after a title and what belongs to it, and one before a comma and a title.
_TITLED = re.compile("[TS][MPpXIHTS]*,?([UC]{1,4})(?![UC])")
# What a kind of institution needs after it to be a name.
_KIND = re.compile("(?<=I)U{1,2}(?!U)")
_APPOSED = re.compile('(?:^|(?<=[,".]))([UC]{1,4})(?=,[TS])')


def told_names(reading: TaggedSentence, known: frozenset[str]) -> TaggedSentence:
    """A sentence with its names marked: words next to a title; or that are after one elsewhere in
    the article, `known`, or a first name and the next word."""
    classes, given = list(reading.classes), reading.words["given"]
    for name in (*_TITLED.finditer(reading.classes), *_APPOSED.finditer(reading.classes)):
        start, end = name.span(1)
        first = next((n for n in range(start, end) if reading.folded[n] in given), start)
        classes[first:end] = "C" * (end - first)
    for part in _KIND.finditer(reading.classes):
        classes[slice(*part.span())] = "M" * len(part.group())
    for at, word in enumerate(reading.folded):
        if classes[at] == "U" and word in known:
            classes[at] = "C"
        if word in given:
            classes[at] = "C"
            if reading.at(at + 1) in "UP":
                classes[at + 1] = "C"
    return replace(reading, classes="".join(classes))
