"""The index in PostgreSQL with pgvector: rows that grow, searched in the database.

Belongs here: the tables of the index, what is written to them, and `SearchIndex` over them.
Does not: what a passage or a question is made of; how scores are put together.
"""
