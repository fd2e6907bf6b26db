"""Models that turn text into vectors or score pairs, and the folders they are read from.

Belongs here: reading and running a model.
Does not: what is done with vectors (index, search).
"""
