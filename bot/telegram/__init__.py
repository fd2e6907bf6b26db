"""The Telegram bot: the only place that imports `telegram`.

Belongs here: receiving, answering and sending, with Telegram's limits.
Does not: how a message looks (bot/render); what is remembered (bot/state).
"""
