"""What is searched, on disk and in memory: vectors, terms, words, sentences.

Belongs here: building, opening and checking an index, and reading it by row.
Does not: anything that depends on the wording of a question; rankings.
"""
