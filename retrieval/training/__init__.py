"""Makes the model that ships.

Belongs here: everything that needs the training data.
Does not: anything an answer imports.
"""
