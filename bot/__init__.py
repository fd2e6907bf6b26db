"""Telegram, the command line, replay and the settings.

Belongs here: everything that people or services touch.
Does not: how an answer is found (retrieval).
"""
