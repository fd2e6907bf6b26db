"""Why an answer is what it is: what spoke for and against each candidate, and what decided.

Belongs here: looking again at what a question's way came across, when that is asked for.
Does not: anything an answer needs; nothing here may change one.
"""
