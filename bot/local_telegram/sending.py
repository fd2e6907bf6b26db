"""The methods that send messages, with or without a file."""

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import ApiError, bad, refuse
from bot.local_telegram.html import parse_html
from bot.local_telegram.params import Params
from bot.local_telegram.rules import read_caption, read_markup, read_options, read_text
from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import utf16_length
from bot.local_telegram.world import World

MEGABYTE = 1 << 20
QUOTE_LIMIT = 1024
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "record_audio",
    "upload_audio",
    "upload_document",
    "choose_sticker",
    "find_location",
    "pick_up_location",
    "record_video_note",
    "upload_video_note",
    "cancel",
}


class Sending:
    def __init__(self, world: World) -> None:
        self.world = world

    def send_message(self, params: Params) -> Json:
        refuse(not params.text("text"), "message text is empty")
        chat = self.world.target(params)
        text, entities = read_text(params)
        fields: Json = {"text": text}
        if entities:
            fields["entities"] = entities
        place = self._place(params, chat)
        return self._send(chat, fields | place | read_markup(params) | read_options(params))

    def send_photo(self, params: Params) -> Json:
        chat = self.world.target(params)
        body = self._file(params, "photo", 10 * MEGABYTE)
        sizes = [body | {"width": 640, "height": 480}]
        return self._send(chat, {"photo": sizes} | self._around_file(params, chat))

    def send_document(self, params: Params) -> Json:
        chat = self.world.target(params)
        body = self._file(params, "document", 50 * MEGABYTE)
        stored = self.world.files.get(body["file_id"])
        document = body | {"file_name": stored.name if stored else "file"}
        return self._send(chat, {"document": document} | self._around_file(params, chat))

    def send_chat_action(self, params: Params) -> bool:
        action = params.text("action").lower()
        refuse(action not in ACTIONS, "wrong parameter action in request")
        self.world.target(params)
        return True

    def send_message_draft(self, params: Params) -> bool:
        chat = self.world.target(params)
        refuse(not chat.is_private or not params.number("draft_id"), "DRAFT_INVALID")
        if params.text("text"):
            read_text(params)
        return True

    def get_file(self, params: Params) -> Json:
        file_id = params.text("file_id")
        stored = self.world.files.get(file_id)
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        refuse(len(stored.data) > 20 * MEGABYTE, "file is too big")
        return _file_fields(file_id, len(stored.data)) | {"file_path": stored.path}

    def _send(self, chat: Chat, fields: Json) -> Json:
        chat.bot_spoke_last = True
        return self.world.store(chat, {"from": self.world.me} | fields)

    def _place(self, params: Params, chat: Chat) -> Json:
        """What the message answers and in which topic it stands, checked against the chat."""
        fields, thread = self._reply(params, chat)
        thread = params.number("message_thread_id") or thread
        if thread:
            # the General topic has no id: even message_thread_id=1 is refused
            refuse(thread not in chat.topics, "message thread not found")
            fields |= {"message_thread_id": thread, "is_topic_message": True}
        return fields

    def _reply(self, params: Params, chat: Chat) -> tuple[Json, int]:
        """The reply fields, and the topic of the message replied to (0: none)."""
        reply = params.value("reply_parameters", None)
        if not reply and params.text("reply_to_message_id"):
            reply = {"message_id": params.number("reply_to_message_id")}
        if not reply:
            return {}, 0
        original = self.world.messages.get((chat.id, int(reply.get("message_id", 0))))
        if original is None:
            key = "allow_sending_without_reply"
            refuse(not reply.get(key) and not params.flag(key), "message to be replied not found")
            return {}, 0
        fields = {"quote": _quote(reply, original)} if reply.get("quote") else {}
        fields["reply_to_message"] = without_reply(original)
        in_topic = original.get("is_topic_message")
        return fields, original.get("message_thread_id", 0) if in_topic else 0

    def _file(self, params: Params, kind: str, most_bytes: int) -> Json:
        """The fields of the file that came with the call, or of one that was sent before."""
        value = params.text(kind)
        attached = value.startswith("attach://")
        upload = params.files.get(value.removeprefix("attach://") if attached else kind)
        if upload is None:
            refuse(not value, f"there is no {kind} in the request")
            refuse(
                value not in self.world.files and not value.startswith("http"),
                "wrong remote file identifier specified: Wrong padding in the string",
            )
            return _file_fields(value, 0)
        if len(upload.data) > most_bytes:
            raise ApiError(413, "Request Entity Too Large")
        refuse(not upload.data, "file must be non-empty")
        return _file_fields(self.world.store_file(upload.name, upload.data), len(upload.data))

    def _around_file(self, params: Params, chat: Chat) -> Json:
        fields = self._place(params, chat) | read_markup(params)
        if params.text("caption"):
            caption, entities = read_caption(params)
            fields["caption"] = caption
            if entities:
                fields["caption_entities"] = entities
        return fields


def without_reply(message: Json) -> Json:
    """The message as it is inside another: replies are shown one level deep."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _quote(reply: Json, original: Json) -> Json:
    quote = reply["quote"]
    text = original.get("text") or original.get("caption") or ""
    if reply.get("quote_parse_mode", "").lower() == "html":
        quote, _ = parse_html(quote)
    refuse(utf16_length(quote) > QUOTE_LIMIT or quote not in text, "QUOTE_TEXT_INVALID")
    position = utf16_length(text[: text.index(quote)])
    return {"text": quote, "position": position, "is_manual": True}


def _file_fields(file_id: str, size: int) -> Json:
    return {"file_id": file_id, "file_unique_id": file_id[-8:], "file_size": size}
