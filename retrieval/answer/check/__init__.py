"""Whether a text is a verbatim quote.

Belongs here: receipts, and aligning an altered text with its original.
Does not: making quotes.
"""
