"""Questions asked again, and what got worse since.

Belongs here: cases, runs through the engine or the whole bot, baselines and reports.
Does not: the questions themselves.
"""
