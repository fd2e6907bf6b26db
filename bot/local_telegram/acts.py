"""What users do, turned into the updates that the bot gets."""

import base64
import time

from bot.local_telegram.chats import Chat, bot_sees
from bot.local_telegram.editing import REACTIONS
from bot.local_telegram.entities import detect
from bot.local_telegram.sending import without_reply
from bot.local_telegram.types import Json
from bot.local_telegram.world import World

ANONYMOUS_ADMIN = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_SENDER = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}


class Acts:
    """Every act takes the JSON body of a control verb and answers with the update_id, if any.

    `mark` in the answer is where the record of calls stood, to wait for what the bot does.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def message(self, body: Json) -> Json:
        """A message: user, chat_id, text or document {name, b64, mime}, reply_to, quote, thread.

        Also anonymous, sender_chat, channel_post, kind, force (past privacy mode) and extra (fields
        of the message as they are). Raises KeyError where reply_to is not in the chat.
        """
        user = body.get("user")
        chat = self.world.chat(body.get("chat_id") or body["user"]["id"], body.get("chat"))
        if user:
            _meet(chat, user)
        fields = (
            _sender(body, chat) | self._content(body) | self._reply(body, chat) | _topic(body, chat)
        )
        mark = self.world.calls.mark
        message = self.world.store(chat, fields | body.get("extra", {}))
        in_channel = body.get("channel_post") or chat.type == "channel"
        kind = "channel_post" if in_channel else body.get("kind", "message")
        privacy = self.world.settings["privacy"]
        seen = body.get("force") or bot_sees(chat, message, self.world.me, privacy)
        update_id = self.world.updates.push(kind, message) if seen else None
        return {
            "update_id": update_id,
            "message": message,
            "delivered": bool(seen),
            "mark": mark,
        }

    def _content(self, body: Json) -> Json:
        fields: Json = {}
        document = body.get("document")
        if document:
            data = base64.b64decode(document["b64"])
            file_id = self.world.store_file(document["name"], data)
            fields["document"] = {
                "file_id": file_id,
                "file_unique_id": f"u{file_id[-8:]}",
                "file_name": document["name"],
                "mime_type": document.get("mime", "application/octet-stream"),
                "file_size": len(data),
            }
        text = body.get("text")
        if text:
            fields["caption" if document else "text"] = text
            entities = detect(text, body.get("entities", []))
            if entities:
                fields["caption_entities" if document else "entities"] = entities
        return fields

    def _reply(self, body: Json, chat: Chat) -> Json:
        fields: Json = {}
        if body.get("reply_to"):
            reply_to = int(body["reply_to"])
            original = without_reply(self.world.messages[chat.id, reply_to])
            fields["reply_to_message"] = original
            if chat.type == "supergroup" and not body.get("thread"):
                # a reply chain outside topics has a thread id too, but is_topic_message stays unset
                fields["message_thread_id"] = original.get("message_thread_id", reply_to)
        if body.get("quote"):
            fields["quote"] = {"text": body["quote"], "position": 0, "is_manual": True}
        return fields

    def edit(self, body: Json) -> Json:
        """A message gets another text: chat_id, message_id, text."""
        message = self.world.messages[int(body["chat_id"]), int(body["message_id"])]
        entities = detect(body["text"], [])
        message.update(text=body["text"], edit_date=int(time.time()), entities=entities)
        kind = "edited_message" if "from" in message else "edited_channel_post"
        return self._push(kind, message) | {"message": message}

    def callback(self, body: Json) -> Json:
        """A button is pressed: user, chat_id + message_id (or inline_message_id), data or button.

        `button` is a part of its text; `age` is how many seconds ago it was pressed.
        """
        query = {"id": self._query_id(4), "from": body["user"], "chat_instance": "1"}
        if "inline_message_id" in body:
            query |= {"inline_message_id": body["inline_message_id"], "data": body["data"]}
        else:
            query |= self._pressed(body)
        pressed_at = time.time() - body.get("age", 0)
        self.world.callback_queries[query["id"]] = {"answered": False, "t": pressed_at}
        return self._push("callback_query", query) | {"id": query["id"]}

    def _pressed(self, body: Json) -> Json:
        message_id = int(body["message_id"])
        message = self.world.messages.get((int(body["chat_id"]), message_id))
        data = body.get("data")
        if data is None:
            data = _button_data(message or {}, body["button"])
        if message is None or body.get("inaccessible"):
            chat = self.world.chat(body["chat_id"]).public()
            message = {"chat": chat, "message_id": message_id, "date": 0}
        return {"data": data, "message": message}

    def inline(self, body: Json) -> Json:
        """An inline query: user, query, offset, chat_type. No client sends more than 256 characters
        or an offset of more than 64 bytes."""
        if len(body.get("query", "")) > 256 or len(body.get("offset", "").encode()) > 64:
            raise ValueError("no client sends such an inline query")
        query = {
            "id": self._query_id(7),
            "from": body["user"],
            "query": body.get("query", ""),
            "offset": body.get("offset", ""),
            "chat_type": body.get("chat_type", "sender"),
        }
        self.world.inline_queries[query["id"]] = {"answered": False, "t": time.time()}
        return self._push("inline_query", query) | {"id": query["id"]}

    def chosen(self, body: Json) -> Json:
        """An inline result is chosen: user, result_id, query, inline_message_id."""
        result = {
            "result_id": body["result_id"],
            "from": body["user"],
            "query": body.get("query", ""),
        }
        if body.get("inline_message_id"):
            result["inline_message_id"] = body["inline_message_id"]
        return self._push("chosen_inline_result", result)

    def guest(self, body: Json) -> Json:
        """A guest message, from a chat that the bot is not in: user, text, chat, reply_to_message
        (a whole one). The bot gets none where guest mode is off."""
        query_id = self._query_id(8)
        self.world.inline_queries[query_id] = {"answered": False, "t": time.time()}
        message = {
            "message_id": 1,
            "date": int(time.time()),
            "chat": body["chat"],
            "from": body["user"],
            "text": body["text"],
            "guest_query_id": query_id,
            "entities": detect(body["text"], []),
        }
        if body.get("reply_to_message"):
            message["reply_to_message"] = body["reply_to_message"]
        if not self.world.settings["guests"]:
            return {"update_id": None, "mark": self.world.calls.mark, "id": query_id}
        return self._push("guest_message", message) | {"id": query_id}

    def react(self, body: Json) -> Json:
        """A user has these reactions to a message from now on, none to take them back: user,
        chat_id, message_id, emoji (a list), anonymous. A group tells only its administrators.

        Raises KeyError where the message is not in the chat, ValueError for what no client sends.
        """
        chat, message_id = self.world.chat(body["chat_id"]), int(body["message_id"])
        self.world.messages[chat.id, message_id]
        emoji = [each.replace("\ufe0f", "") for each in body.get("emoji", [])]
        if not set(emoji) <= REACTIONS or len(set(emoji)) < len(emoji) or chat.type == "channel":
            raise ValueError("no client sends such reactions")
        actor = chat.public() if body.get("anonymous") else body["user"]
        key = chat.id, message_id, actor["id"]
        before, self.world.reactions[key] = self.world.reactions.get(key, []), emoji
        change = {
            "chat": chat.public(),
            "message_id": message_id,
            "actor_chat" if body.get("anonymous") else "user": actor,
            "date": int(time.time()),
            "old_reaction": [{"type": "emoji", "emoji": each} for each in before],
            "new_reaction": [{"type": "emoji", "emoji": each} for each in emoji],
        }
        if not chat.is_private and self.world.bot_id not in chat.admins:
            return {"update_id": None, "mark": self.world.calls.mark}
        return self._push("message_reaction", change)

    def update(self, body: Json) -> Json:
        """Any update as it is: kind, body, update_id."""
        return self._push(body["kind"], body["body"], body.get("update_id"))

    def _query_id(self, millions: int) -> str:
        return str(millions * 1_000_000 + self.world.serial())

    def _push(self, kind: str, fields: Json, update_id: int | None = None) -> Json:
        mark = self.world.calls.mark
        return {"update_id": self.world.updates.push(kind, fields, update_id), "mark": mark}


def _meet(chat: Chat, user: Json) -> None:
    if chat.is_private:
        chat.shown |= {key: user[key] for key in ("first_name", "username") if key in user}
    else:
        chat.members[user["id"]] = user


def _sender(body: Json, chat: Chat) -> Json:
    if body.get("sender_chat"):
        return {"from": CHANNEL_SENDER, "sender_chat": body["sender_chat"]}
    if body.get("anonymous"):
        return {"from": ANONYMOUS_ADMIN, "sender_chat": chat.public()}
    return {"from": body["user"]} if body.get("user") else {}


def _topic(body: Json, chat: Chat) -> Json:
    if not body.get("thread"):
        return {}
    thread = int(body["thread"])
    chat.topics.add(thread)
    return {"message_thread_id": thread, "is_topic_message": True}


def _button_data(message: Json, label: str) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if label in button["text"]:
            return str(button["callback_data"])
    raise ValueError(f"no button {label!r} under the message")
