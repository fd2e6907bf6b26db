"""Which sentences are quoted.

Belongs here: candidates, the span around them, copies folded into one quote.
Does not: who says them, what they count, which day they name.
"""
