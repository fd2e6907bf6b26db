"""Days in text, and the day an article is of.

Belongs here: dates as pages, addresses and datelines write them.
Does not: days of events that an answer tells of (retrieval/answer/days).
"""
