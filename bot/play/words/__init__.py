"""What the pages say beside the words of the bot, a catalogue a language."""
