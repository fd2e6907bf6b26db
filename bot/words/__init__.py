"""What the interface says, in Arabic, English, Russian and French. Quotes are never translated.

Belongs here: catalogues, plural forms, days and text direction.
Does not: words of articles and questions (corpus/language).
"""

from bot.words.catalogue import FALLBACK, LANGUAGES, Words, choose, for_question, words

__all__ = ["FALLBACK", "LANGUAGES", "Words", "choose", "for_question", "words"]
