"""What a question names, and whether an article has it.

Belongs here: finding the names, places, dates, numbers and units of a question in the coverage.
Does not: how well a sentence answers, and when to keep silent.
"""
