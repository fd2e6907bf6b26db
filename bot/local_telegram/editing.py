"""The methods that change what was sent: edits, deletions and reactions."""

import time

from bot.local_telegram.errors import bad, refuse
from bot.local_telegram.params import Params
from bot.local_telegram.rules import read_markup, read_text
from bot.local_telegram.types import Json
from bot.local_telegram.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
EMOJI = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 "
    "🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 "
    "💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
REACTIONS = set(EMOJI.split())


class Editing:
    def __init__(self, world: World) -> None:
        self.world = world

    def edit_message_text(self, params: Params) -> Json | bool:
        refuse(not params.text("text"), "message text is empty")
        if params.text("inline_message_id"):
            read_text(params)
            read_markup(params)
            return True
        message = self._own(params)
        refuse("text" not in message, "there is no text in the message to edit")
        (text, entities), markup = read_text(params), read_markup(params)
        same_text = (text, entities) == (message.get("text"), message.get("entities", []))
        refuse(same_text and _same_markup(markup, message), NOT_MODIFIED)
        return _change(message, markup | {"text": text, "entities": entities})

    def edit_message_reply_markup(self, params: Params) -> Json | bool:
        if params.text("inline_message_id"):
            read_markup(params)
            return True
        message, markup = self._own(params), read_markup(params)
        refuse(_same_markup(markup, message), NOT_MODIFIED)
        return _change(message, markup)

    def delete_message(self, params: Params) -> bool:
        message = self._any(params, "message to delete")
        chat = self.world.chats[message["chat"]["id"]]
        own = message.get("from", {}).get("id") == self.world.bot_id
        if not chat.is_private and not own and self.world.bot_id not in chat.admins:
            raise bad("message can't be deleted")
        del self.world.messages[chat.id, message["message_id"]]
        return True

    def set_message_reaction(self, params: Params) -> bool:
        message = self._any(params, "message to react")
        reactions = params.value("reaction", [])
        refuse(len(reactions) > 1, "REACTIONS_TOO_MANY")
        for reaction in reactions:
            emoji = reaction.get("emoji", "").replace("\ufe0f", "")
            is_emoji = reaction.get("type") == "emoji"
            refuse(is_emoji and emoji not in REACTIONS, "REACTION_INVALID")
        message["bot_reaction"] = [r.get("emoji") or r.get("custom_emoji_id") for r in reactions]
        return True

    def _any(self, params: Params, what: str) -> Json:
        chat = self.world.target(params)
        message = self.world.messages.get((chat.id, params.number("message_id")))
        if message is None:
            raise bad(f"{what} not found")
        return message

    def _own(self, params: Params) -> Json:
        message = self._any(params, "message to edit")
        own = message.get("from", {}).get("id") == self.world.bot_id
        refuse(not own, "message can't be edited")
        return message


def _same_markup(markup: Json, message: Json) -> bool:
    return bool(markup.get("reply_markup") == message.get("reply_markup"))


def _change(message: Json, fields: Json) -> Json:
    """An edit without a keyboard takes the old keyboard away."""
    message.pop("reply_markup", None)
    message.update(fields, edit_date=int(time.time()))
    return message
