"""The numbers of quotes that count what was asked.

Belongs here: reading numbers and what they count.
Does not: days, and numbers that count nothing.
"""
