"""The passages for a question, ranked.

Belongs here: proposing and scoring passages.
Does not: sentences and quotes; whether to answer at all.
"""
