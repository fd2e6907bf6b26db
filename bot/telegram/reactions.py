"""A thumb that somebody puts on an answer counts as the buttons under it do."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import ReactionType, ReactionTypeEmoji, Update
from telegram.constants import ReactionEmoji
from telegram.ext import BaseHandler, MessageReactionHandler

from bot.state import State
from bot.telegram.client import Client, Context

_THUMBS: dict[str, bool] = {ReactionEmoji.THUMBS_UP: True, ReactionEmoji.THUMBS_DOWN: False}


class Reactions:
    """The handler of reactions to the bot's answers. Telegram reports none in groups in which the
    bot is no administrator, may report none in private chats, and does not say who reacted in the
    name of a group."""

    def __init__(self, bot: Client, state: State) -> None:
        self._bot = bot
        self._state = state

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        reacted = MessageReactionHandler.MESSAGE_REACTION_UPDATED
        return [MessageReactionHandler(self.react, message_reaction_types=reacted)]

    async def react(self, update: Update, context: Context) -> None:
        reaction = update.message_reaction
        if reaction is None or reaction.user is None:
            return
        before, now = _thumb(reaction.old_reaction), _thumb(reaction.new_reaction)
        if before == now:
            return
        bot, user, chat = self._bot.id, reaction.user.id, reaction.chat.id
        asked = self._state.asked(bot, chat, reaction.message_id)
        if asked is None or asked.message == reaction.message_id:
            return  # an old answer, or no answer of the bot's
        if now is None:
            self._state.unjudge(bot, user, chat, asked.message)
        else:
            self._state.judge(bot, user, chat, asked, good=now)


def _thumb(reactions: Sequence[ReactionType]) -> bool | None:
    """Whether the last thumb is up; `None` without any. Some people may react several times."""
    shown = [each.emoji for each in reactions if isinstance(each, ReactionTypeEmoji)]
    thumbs = [_THUMBS[emoji] for emoji in shown if emoji in _THUMBS]
    return thumbs[-1] if thumbs else None
