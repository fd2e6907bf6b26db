"""Who says what is quoted.

Belongs here: finding and naming the speaker of a sentence.
Does not: the outlet or agency of the article itself (corpus/attribution).
"""
