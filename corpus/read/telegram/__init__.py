"""What Telegram Desktop exports of a channel: `result.json`, or pages named `messages.html`.

Belongs here: what a post is, where it stands in an export, and its link.
Does not: posts that a bot receives (bot/telegram).
"""
