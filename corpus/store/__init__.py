"""The coverage database: articles with their versions, raw documents and passages, in SQLite."""

from corpus.store.fulltext import Entered
from corpus.store.reading import PassageSpan, Version
from corpus.store.rows import code, raw_digest
from corpus.store.selection import Selection
from corpus.store.writing import Change, Coverage, Document, Taken

__all__ = [
    "Change",
    "Coverage",
    "Document",
    "Entered",
    "PassageSpan",
    "Selection",
    "Taken",
    "Version",
    "code",
    "raw_digest",
]
