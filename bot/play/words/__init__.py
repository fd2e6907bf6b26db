"""What the pages say beside the words of the bot, a catalogue a topic and language.

Belongs here: sentences and plural forms of the pages.
Does not: what the chats say (bot/words).
"""
