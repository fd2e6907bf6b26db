"""The updates on their way to the bot, whether it polls for them or has set a webhook."""

import asyncio
from collections import deque
from dataclasses import dataclass

from aiohttp import web

from bot.local_telegram.params import Params
from bot.local_telegram.types import Json

FIRST_ID = 100_000
ONLY_WHEN_ASKED_FOR = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass
class Poll:
    """A getUpdates call that waits; `ended` gets the words with which another call ends it."""

    ended: asyncio.Future[str]
    request: web.BaseRequest | None

    @property
    def is_connected(self) -> bool:
        transport = self.request.transport if self.request else None
        return transport is not None and not transport.is_closing()

    def end(self, conflict: str) -> None:
        if not self.ended.done():
            self.ended.set_result(conflict)


class UpdateQueue:
    """Updates in order: not yet confirmed, confirmed, and those to be delivered a second time; the
    `record` has all of them."""

    def __init__(self) -> None:
        self.last_id = FIRST_ID
        self.offset_seen = 0
        self.allowed: list[str] | None = None
        self.webhook: Json | None = None
        self.poll: Poll | None = None
        self.changed = asyncio.Event()
        self.reset()

    def reset(self) -> None:
        """Forget the updates; ids, the webhook and the allowed kinds stay."""
        self.record: list[Json] = []
        self.pending: deque[Json] = deque()
        self.repeated: deque[Json] = deque()
        self.in_flight: list[Json] = []
        self.confirmed: deque[Json] = deque(maxlen=1000)

    @property
    def is_polled(self) -> bool:
        """Whether a bot waits in getUpdates; one that was killed while it waited does not."""
        return self.poll is not None and not self.poll.ended.done() and self.poll.is_connected

    def push(self, kind: str, body: Json, update_id: int | None = None) -> int | None:
        """Queue an update and return its id; None where the bot did not ask for this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED_FOR
        if not wanted:
            return None
        self.last_id += 1
        update_id = update_id or self.last_id
        self.pending.append({"update_id": update_id, kind: dict(body)})
        self.record.append(self.pending[-1])
        self.changed.set()
        return update_id

    def repeat(self, count: int) -> list[int]:
        """Queue the last confirmed updates again under their old ids."""
        again = list(self.confirmed)[-count:]
        self.repeated.extend(again)
        self.changed.set()
        return [update["update_id"] for update in again]

    def set_allowed(self, params: Params) -> None:
        """Take over allowed_updates where the call names them; an empty list means the default."""
        allowed = params.value("allowed_updates", None)
        if allowed is not None:
            self.allowed = list(allowed) or None

    def confirm(self, offset: int) -> None:
        """Confirm all updates below the offset; a negative one keeps only that many at the end."""
        if offset < 0:
            self.pending = deque(list(self.pending)[offset:])
        while self.pending and offset > 0 and self.pending[0]["update_id"] < offset:
            self.confirmed.append(self.pending.popleft())
        self.offset_seen = max(self.offset_seen, offset)

    def batch(self, limit: int) -> list[Json]:
        """The updates that one poll gets; repeated ones go out once, the others until confirmed."""
        count = min(limit, len(self.repeated))
        repeated = [self.repeated.popleft() for _ in range(count)]
        return [*repeated, *self.pending][:limit]

    def take(self) -> Json | None:
        """The next update for the webhook, in flight until it is delivered or given up."""
        queue = self.repeated or self.pending
        if not queue:
            return None
        update = queue.popleft()
        self.in_flight.append(update)
        return update

    def settle(self, update: Json, delivered: bool) -> None:
        """End the flight of an update that the webhook took or never will."""
        if any(other is update for other in self.in_flight):
            self.in_flight = [other for other in self.in_flight if other is not update]
            if delivered:
                self.confirmed.append(update)

    def take_back(self) -> None:
        """Put what the webhook has not confirmed back in front of the queue."""
        self.pending.extendleft(reversed(self.in_flight))
        self.in_flight = []

    def drop(self) -> None:
        """Forget what is not confirmed."""
        self.pending.clear()
        self.in_flight = []
