"""How well passages are found, measured on any set in BEIR form.

Belongs here: judged sets, measures, and the questions that lose.
Does not: floors and the sets of this project (tests/quality).
"""
