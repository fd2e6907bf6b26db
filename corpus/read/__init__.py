"""Readers: what stands in a file or on standard input, as raw documents.

Belongs here: one reader a kind of file.
Does not: which lines stay (corpus/clean).
"""

from corpus.read.content import extracted
from corpus.read.files import STANDARD_INPUT, read
from corpus.read.folder import files_of
from corpus.read.kinds import SUFFIXES
from corpus.read.manifest import Manifest, read_manifest
from corpus.read.particulars import is_url
from corpus.read.paths import paths_of

__all__ = [
    "STANDARD_INPUT",
    "SUFFIXES",
    "Manifest",
    "extracted",
    "files_of",
    "is_url",
    "paths_of",
    "read",
    "read_manifest",
]
