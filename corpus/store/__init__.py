"""The coverage database: articles with their versions, raw documents and passages, in SQLite.

Belongs here: SQL and the rows it reads and writes.
Does not: how an article is read, cleaned or found.
"""

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
