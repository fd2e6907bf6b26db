"""Words, names and scripts of every language, before anything is searched.

Belongs here: how spellings are brought together, names are found, a language is recognised.
Does not: rules that need an article, an index or a question.
"""
