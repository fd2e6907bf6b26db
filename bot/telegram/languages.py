"""Which language the bot's own words are in: that of the question, else what was chosen, else that
of the person's Telegram."""

from __future__ import annotations

from telegram import User

from bot.state import State
from bot.words import choose
from corpus.language.detect import detect, is_open
from corpus.language.scripts import has_arabic, has_cyrillic
from corpus.language.tokens import split_words
from retrieval.question.understand import question_words

# Of so few words no language can be told but by their script.
_FEW = 2
_LATIN = ("en", "fr")


def chosen(state: State, bot: int, chat: int, user: int | None) -> tuple[str | None, str | None]:
    """The languages that a chat and a person chose, `None` if they chose none."""
    return (
        state.chat_settings(bot, chat).language,
        None if user is None else state.user_language(bot, user),
    )


def own_language(state: State, bot: int, user: User) -> str:
    """For what one person alone sees."""
    return choose(state.user_language(bot, user.id), user.language_code)


def asked_in(text: str, detected: str | None = None) -> str | None:
    """The language that a message shows: what was `detected`, but nothing that was a guess; of one
    or two words only what their script and words that ask tell. `None` if they leave it open."""
    said = split_words(text)
    if len(said) > _FEW:
        return None if is_open(text) else detected or detect(text)
    if has_arabic(text):
        return "ar"
    if has_cyrillic(text):
        return "ru"
    shown = [code for code in _LATIN if any(word.folded in question_words(code) for word in said)]
    return shown[0] if len(shown) == 1 else None
