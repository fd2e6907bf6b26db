"""The demo coverage and its questions.

Belongs here: articles written for this project, questions and replay cases on them.
Does not: any outlet's own text.
"""
