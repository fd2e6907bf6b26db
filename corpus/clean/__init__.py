"""Which lines of a page are the article.

Belongs here: rules that keep or remove whole lines, and the table they read.
Does not: changing a character of a kept line; reading files; dates and names.
"""
