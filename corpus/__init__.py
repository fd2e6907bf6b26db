"""Documents become clean, dated, attributed articles, stored with their passages.

Belongs here: an article's way in and what is stored of it.
Does not: anything that needs a model, an index, a question or a chat.
"""
