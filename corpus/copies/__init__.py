"""Which articles are made of which: the register of copies, and what is asked of it.

Belongs here: comparing texts by their words.
Does not: which copy is quoted (retrieval/answer/quote).
"""

from corpus.copies.links import link, rebuild
from corpus.copies.reading import (
    Carrier,
    Copy,
    CopyLink,
    carriers,
    copies_of,
    earliest,
    groups,
    links_between,
    made_of_it,
    whole,
)
from corpus.copies.shared import Stretch
from corpus.copies.worddiff import Edit, edits
from corpus.copies.words import is_speech

__all__ = [
    "Carrier",
    "Copy",
    "CopyLink",
    "Edit",
    "Stretch",
    "carriers",
    "copies_of",
    "earliest",
    "edits",
    "groups",
    "is_speech",
    "link",
    "links_between",
    "made_of_it",
    "rebuild",
    "whole",
]
