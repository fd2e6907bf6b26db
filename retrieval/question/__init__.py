"""What a question asks, of which articles, and by which names.

Belongs here: everything worked out from the question before a passage is looked at.
Does not: rankings, sentences of articles.
"""
