"""Which language the bot's own words are in: that of the question, else what was chosen, else that
of the person's Telegram."""

from __future__ import annotations

from telegram import User

from bot.state import State
from bot.words import choose


def chosen(state: State, bot: int, chat: int, user: int | None) -> tuple[str | None, str | None]:
    """The languages that a chat and a person chose, `None` where they chose none."""
    return (
        state.chat_settings(bot, chat).language,
        None if user is None else state.user_language(bot, user),
    )


def own_language(state: State, bot: int, user: User) -> str:
    """For what one person alone sees."""
    return choose(state.user_language(bot, user.id), user.language_code)
