"""Passages become an index; a question becomes hits, then an answer.

Belongs here: what finds, judges and quotes.
Does not: the settings, the command line, Telegram.
"""
