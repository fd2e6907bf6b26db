"""Which articles are made of which: the register of copies, and what is asked of it."""

from corpus.copies.links import link, rebuild
from corpus.copies.reading import Carrier, Copy, carriers, copies_of, earliest, groups
from corpus.copies.shared import Stretch
from corpus.copies.worddiff import Edit, edits

__all__ = [
    "Carrier",
    "Copy",
    "Edit",
    "Stretch",
    "carriers",
    "copies_of",
    "earliest",
    "edits",
    "groups",
    "link",
    "rebuild",
]
