"""Live blogs as pages: their entries, each of its own day, and the page of a single one.

Belongs here: what of a page is an entry, its time, and which one the page is of.
Does not: entries of a text without markup (corpus/parts).
"""
