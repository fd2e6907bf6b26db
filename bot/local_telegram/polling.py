"""getUpdates: long polling, of which the server allows only one at a time."""

import asyncio
from collections import Counter
from typing import Any

from bot.local_telegram.errors import ApiError
from bot.local_telegram.params import Params
from bot.local_telegram.types import Json
from bot.local_telegram.updates import Poll, UpdateQueue

LONGEST_POLL = 50
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
SECOND_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class Polling:
    def __init__(self, queue: UpdateQueue, stats: Counter[str]) -> None:
        self.queue = queue
        self.stats = stats

    async def get_updates(self, params: Params) -> list[Json]:
        """The unconfirmed updates, after at most `timeout` seconds of waiting for the first."""
        if self.queue.webhook:
            raise ApiError(409, WEBHOOK_IS_SET)
        offset = params.number("offset")
        limit = min(max(params.number("limit", 100), 1), 100)
        timeout = min(params.number("timeout"), LONGEST_POLL)
        self.queue.set_allowed(params)
        await self._end_other_poll()
        self.queue.confirm(offset)
        if not self.queue.pending and not self.queue.repeated and timeout:
            poll = await self._wait(params, timeout)
            if not poll.is_connected:
                # nobody reads the answer any more, so nothing may leave the queue with it
                return []
        return self.queue.batch(limit)

    async def _end_other_poll(self) -> None:
        if self.queue.poll:
            self.stats["conflicts"] += self.queue.is_polled
            self.queue.poll.end(SECOND_POLLER)
            await asyncio.sleep(0)

    async def _wait(self, params: Params, seconds: float) -> Poll:
        poll = Poll(asyncio.get_running_loop().create_future(), params.request)
        self.queue.poll = poll
        self.queue.changed.clear()
        arrival = asyncio.ensure_future(self.queue.changed.wait())
        either: set[asyncio.Future[Any]] = {poll.ended, arrival}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if poll.ended.done():
                raise ApiError(409, poll.ended.result())
        finally:
            arrival.cancel()
            poll.ended.cancel()
        return poll
