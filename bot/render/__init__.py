"""Answers in each form: terminal, JSON, HTML, Telegram, pictures.

Belongs here: pure functions from values to text or pictures.
Does not: sending, storing, searching.
"""
