"""Readers: what stands in a file or on standard input, as raw documents."""

from corpus.read.files import SUFFIXES, read

__all__ = ["SUFFIXES", "read"]
