"""Sources: what stands at links, as articles, and what is listed there, followed day after day.

Belongs here: pages, feeds and sitemaps, what they list, when it is asked for, what became of it.
Does not: connections (corpus/fetch), how a page is read (corpus/read), when a bot polls (bot).
"""
