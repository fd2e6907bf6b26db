"""The pages of `pullquote play`: ask, see the coverage, why an answer is what it is, verify.

Belongs here: the web server, its pages, forms and words; a module a page.
Does not: searching, storing, what the bot says (the chats are the real application's).
"""
