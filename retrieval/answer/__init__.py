"""Hits become quotes, or an absence.

Belongs here: the way from a ranking to an answer, and what is asked of an answer afterwards.
Does not: how an answer looks (bot/render).
"""
