"""A user that a driver plays."""
# A wait that runs out answers with what there is by then, so `timeout` is no cancellation:
# ruff: noqa: ASYNC109

import base64
from typing import Any

from bot.local_telegram.client import ControlClient, Sent
from bot.local_telegram.types import Json


class User:
    """One user; in every method `timeout` and `settle` are seconds and `chat` None is private."""

    def __init__(self, client: ControlClient, user_id: int, **fields: Any) -> None:
        self.client = client
        self.id = user_id
        self.json: Json = {
            "id": user_id,
            "is_bot": False,
            "first_name": f"User{user_id}",
            **fields,
        }

    async def say(
        self,
        text: str = "",
        chat: int | None = None,
        n: int = 1,
        timeout: float = 10,
        settle: float = 0.0,
        **extra: Any,
    ) -> list[Sent]:
        """Send a message and return the bot's answers there; n=0, settle=1 checks for silence.

        extra: reply_to, quote, thread, entities, anonymous, document, force, kind, chat={...},
        extra={...}.
        """
        return await self.client.act(
            "message", chat or self.id, n, timeout, settle, user=self.json, text=text, **extra
        )

    async def send(self, text: str = "", chat: int | None = None, **extra: Any) -> Json:
        """Like say() without waiting; answers {"update_id", "message", "delivered", "mark"}."""
        done: Json = await self.client.post(
            "message", user=self.json, chat_id=chat or self.id, text=text, **extra
        )
        return done

    async def edit(
        self,
        message_id: int,
        text: str,
        chat: int | None = None,
        n: int = 1,
        timeout: float = 10,
        settle: float = 0.0,
    ) -> list[Sent]:
        """Give a message another text and return the bot's answers."""
        return await self.client.act(
            "edit", chat or self.id, n, timeout, settle, message_id=message_id, text=text
        )

    async def upload(
        self,
        name: str,
        data: bytes,
        caption: str = "",
        mime: str = "application/octet-stream",
        chat: int | None = None,
        **extra: Any,
    ) -> list[Sent]:
        """Send a document and return the bot's answers; extra as for say()."""
        encoded = base64.b64encode(data).decode()
        document = {"name": name, "b64": encoded, "mime": mime}
        return await self.say(caption, chat, document=document, **extra)

    async def press(
        self,
        message: Sent,
        button: str | None = None,
        data: str | None = None,
        n: int = 1,
        timeout: float = 10,
        settle: float = 0.0,
        **extra: Any,
    ) -> tuple[list[Sent], Json]:
        """Press the button whose text contains `button`, or send raw data.

        Returns the answers and the state of the query. extra: inaccessible=True, age=seconds.
        """
        assert message.chat_id is not None, "only a message has buttons"
        what = {"button": button} if data is None else {"data": data}
        done = await self.client.post(
            "callback",
            user=self.json,
            chat_id=message.chat_id,
            message_id=message.id,
            **what,
            **extra,
        )
        answers = await self.client.wait(done["mark"], message.chat_id, n, timeout, settle)
        return answers, await self.client.answered(done["id"], timeout if n else settle)

    async def inline(
        self, query: str, offset: str = "", timeout: float = 10, chat_type: str = "sender"
    ) -> Json:
        """Ask inline; returns the query's state: answered, results, next_offset and more."""
        done = await self.client.post(
            "inline", user=self.json, query=query, offset=offset, chat_type=chat_type
        )
        return await self.client.answered(done["id"], timeout)

    async def react(
        self, message_id: int, *emoji: str, chat: int | None = None, anonymous: bool = False
    ) -> Json:
        """Have these reactions to a message, or none; answers {"update_id", "mark"}."""
        done: Json = await self.client.post(
            "react",
            user=self.json,
            chat_id=chat or self.id,
            message_id=message_id,
            emoji=emoji,
            anonymous=anonymous,
        )
        return done

    async def guest(self, text: str, chat: Json, timeout: float = 10, **extra: Any) -> Json:
        """Mention the bot in a chat it is not in; returns the state of the guest query. extra:
        reply_to_message."""
        done = await self.client.post("guest", user=self.json, text=text, chat=chat, **extra)
        return await self.client.answered(done["id"], timeout)

    async def choose(
        self, result_id: str, query: str = "", inline_message_id: str | None = None
    ) -> Json:
        """Choose an inline result; answers {"update_id", "mark"}."""
        done: Json = await self.client.post(
            "chosen",
            user=self.json,
            result_id=result_id,
            query=query,
            inline_message_id=inline_message_id,
        )
        return done
