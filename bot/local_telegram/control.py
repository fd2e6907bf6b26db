"""The driver's side over HTTP: act as users, order faults, read what the bot did."""

import inspect
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.local_telegram.acts import Acts
from bot.local_telegram.calls import Selection
from bot.local_telegram.errors import ApiError
from bot.local_telegram.members import chat_member
from bot.local_telegram.types import Json
from bot.local_telegram.webhook import Webhooks
from bot.local_telegram.world import World

Verb = Callable[[Json], Any]


class Control:
    """POST /control/<verb> with a JSON body; every verb answers JSON, errors are {"error": ...}."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        self.world = world
        self.webhooks = webhooks
        acts = Acts(world)
        self.verbs: dict[str, Verb] = {
            "message": acts.message,
            "edit": acts.edit,
            "callback": acts.callback,
            "inline": acts.inline,
            "chosen": acts.chosen,
            "guest": acts.guest,
            "react": acts.react,
            "update": acts.update,
            "chat": self.chat,
            "member": self.member,
            "migrate": self.migrate,
            "fault": self.fault,
            "redeliver": self.redeliver,
            "config": world.configure,
            "reset": self.reset,
            "calls": self.calls,
            "updates": self.updates,
            "wait": self.wait,
            "query": self.query,
            "history": self.history,
            "state": self.state,
        }

    async def handle(self, request: web.Request) -> web.Response:
        """One verb; anything wrong with the request is HTTP 400."""
        verb = self.verbs.get(request.match_info["verb"])
        if verb is None:
            return _wrong(f"no such verb, known are {', '.join(self.verbs)}")
        body: Json = dict(request.query)
        try:
            if request.can_read_body:
                body.update(await request.json())
            result = verb(body)
            return web.json_response(await result if inspect.isawaitable(result) else result)
        except (LookupError, ValueError, TypeError, AttributeError, ApiError) as error:
            return _wrong(f"{type(error).__name__}: {error}")

    def chat(self, body: Json) -> Json:
        """Make or change a chat: id, type, title, is_forum, topics, admins, members, username."""
        return self.world.chat(body["id"], body).public()

    def member(self, body: Json) -> Json:
        """The bot's own status in a chat changes: member, administrator, kicked or left."""
        chat, status = self.world.chat(body["chat_id"], body.get("chat")), body["status"]
        old, chat.bot_status = chat.bot_status, status
        chat.admins.discard(self.world.bot_id)
        if status == "administrator":
            chat.admins.add(self.world.bot_id)
        if chat.is_private:
            self.world.blocked_by.discard(chat.id)
            if status == "kicked":
                self.world.blocked_by.add(chat.id)
        change = {
            "chat": chat.public(),
            "from": body["user"],
            "date": int(time.time()),
            "old_chat_member": chat_member(self.world.me, old),
            "new_chat_member": chat_member(self.world.me, status),
        }
        return {"update_id": self.world.updates.push("my_chat_member", change)}

    def migrate(self, body: Json) -> Json:
        """A group becomes a supergroup: chat_id, new_chat_id."""
        old = self.world.chat(body["chat_id"])
        spec = {
            "type": "supergroup",
            "title": old.shown.get("title", "Group"),
            "members": old.members,
        }
        new = self.world.chat(body["new_chat_id"], spec)
        user = next(iter(old.members.values()), self.world.me)
        for chat, field, other in (
            (old, "migrate_to_chat_id", new),
            (new, "migrate_from_chat_id", old),
        ):
            message = self.world.store(chat, {"from": user, field: other.id})
            self.world.updates.push("message", message)
        old.migrated_to = new.id
        return {}

    def fault(self, body: Json) -> Json:
        """Order a fault (see Faults.order), or clear them all."""
        if body.get("clear"):
            self.world.faults.ordered.clear()
        else:
            self.world.faults.order(body)
        return {}

    def redeliver(self, body: Json) -> Json:
        """Deliver the last `count` confirmed updates once more."""
        update_ids = self.world.updates.repeat(int(body.get("count", 1)))
        return {"update_ids": update_ids, "mark": self.world.calls.mark}

    def reset(self, body: Json) -> Json:
        self.world.reset()
        return {}

    def calls(self, body: Json) -> list[Json]:
        """The calls that are over: since, methods (separated by commas), chat_id, ok."""
        return self.world.calls.select(Selection.read(body))

    def updates(self, body: Json) -> list[Json]:
        """All updates that the bot was to get."""
        return self.world.updates.record

    async def wait(self, body: Json) -> list[Json]:
        """Like calls, once there are `n` of them and `settle` quiet seconds, within `timeout`."""
        return await self.world.calls.wait(
            Selection.read(body),
            count=int(body.get("n", 1)),
            seconds=float(body.get("timeout", 5)),
            settle=float(body.get("settle", 0)),
        )

    def query(self, body: Json) -> Json:
        """What became of a callback, inline or guest query: id."""
        query: Json = (self.world.callback_queries | self.world.inline_queries)[body["id"]]
        return query

    def history(self, body: Json) -> list[Json]:
        """All messages of a chat: chat_id."""
        chat_id = int(body["chat_id"])
        return [message for (chat, _), message in self.world.messages.items() if chat == chat_id]

    def state(self, body: Json) -> Json:
        world, queue = self.world, self.world.updates
        queries = world.callback_queries.items()
        return {
            "queued": len(queue.pending),
            "acked": len(queue.confirmed),
            "offset": queue.offset_seen,
            "calls": world.calls.mark,
            "stats": dict(world.stats),
            "commands": world.commands,
            "profile": world.profile,
            "webhook": self.webhooks.get_webhook_info(),
            "allowed_updates": queue.allowed,
            "polling": queue.is_polled,
            "unanswered_callbacks": [key for key, query in queries if not query["answered"]],
            "faults": world.faults.ordered,
        }


def _wrong(error: str) -> web.Response:
    return web.json_response({"error": error}, status=400)
