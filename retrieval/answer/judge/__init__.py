"""Which sentence answers a question, and whether any does.

Belongs here: what is known of a question and a sentence together, and the network that weighs it.
Does not: which sentences are looked at, and what is shown of them.
"""
