"""The coverage database: articles with their versions, raw documents and passages, in SQLite.

Belongs here: SQL and the rows it reads and writes.
Does not: how an article is read, cleaned or found.
"""

from corpus.store.database import COVERAGE_FILE
from corpus.store.fulltext import Entered
from corpus.store.journal import COMMAND_LINE, FOLLOWED, Act, JournalEntry, Said
from corpus.store.listing import ArticleFilter, Order
from corpus.store.reading import PassageSpan, Version
from corpus.store.rows import code, raw_digest
from corpus.store.selection import Selection
from corpus.store.writing import Change, Coverage, Document, Taken

__all__ = [
    "COMMAND_LINE",
    "COVERAGE_FILE",
    "FOLLOWED",
    "Act",
    "ArticleFilter",
    "Change",
    "Coverage",
    "Document",
    "Entered",
    "JournalEntry",
    "Order",
    "PassageSpan",
    "Said",
    "Selection",
    "Taken",
    "Version",
    "code",
    "raw_digest",
]
