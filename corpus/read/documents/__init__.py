"""Readers of documents that are neither plain text nor web pages: one module a kind.

Belongs here: what turns the bytes of such a file into raw documents, by a library for its format.
Does not: which kind a file is of (corpus/read/kinds), which lines stay (corpus/clean).
"""
