"""What the interface says, in Arabic, English, Russian and French. Quotes are never translated."""

from bot.words.catalogue import FALLBACK, LANGUAGES, Words, choose, words

__all__ = ["FALLBACK", "LANGUAGES", "Words", "choose", "words"]
