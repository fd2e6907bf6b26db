"""Days of events that sentences name, and the timeline of them.

Belongs here: resolving a day named in a text.
Does not: the day an article was published (corpus/dates).
"""
