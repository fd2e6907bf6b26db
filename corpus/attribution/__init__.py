"""Where an article comes from: outlet, republisher, agency, byline.

Belongs here: the names of outlets and agencies, and the rules that read them off a page.
Does not: who says a quote (retrieval/answer/speakers).
"""
