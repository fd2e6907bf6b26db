"""Notices new coverage while the bot runs, and finds what it changes for chats: alerts for what is
followed, and corrections of what was quoted. `Notifier` sends them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot import state as stored
from bot.leading import Leads, always
from bot.state import State
from bot.telegram.client import Client
from bot.telegram.events import Event, Events
from bot.telegram.notify import Notifier
from bot.telegram.workers import Workers
from corpus.database import FAULTS
from corpus.errors import IndexMissing, PullquoteError
from retrieval.answer.arrivals import Followed, News
from retrieval.answer.changed import Changes
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import INDEX_FOLDER
from retrieval.index.service import served_name
from retrieval.types import Filters

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds between two looks at the coverage."""

WAITING = 1_000
"""What may wait for the thread: each chat that is told something opens its quotes there."""

# Questions looked at between two that people ask.
_AT_ONCE = 8


class Watch:
    """Runs until cancelled; `workers` is a thread of its own."""

    def __init__(
        self,
        bot: Client,
        state: State,
        events: Events,
        notifier: Notifier,
        workers: Workers,
        zone: tzinfo,
        leads: Leads = always,
    ) -> None:
        """Of several processes that serve the bot the one that `leads` looks and tells."""
        self._leads = leads
        self._notifier = notifier
        self._looks = [Look(bot, state, event, events, notifier, workers, zone) for event in events]

    async def run(self) -> None:
        """Look, send what is due, and rest, again and again; a fault is logged once."""
        led = False
        try:
            while True:
                if not self._leads():
                    led = False
                else:
                    if not led:
                        self._notifier.recover()
                    led = True
                    for look in self._looks:
                        await look.once()
                await asyncio.sleep(PAUSE)
        finally:
            await self._notifier.stop()


class Look:
    """Looks at the coverage of one event."""

    def __init__(
        self,
        bot: Client,
        state: State,
        event: Event,
        events: Events,
        notifier: Notifier,
        workers: Workers,
        zone: tzinfo,
    ) -> None:
        self._bot = bot
        self._state = state
        self._event = event
        self._events = events
        self._engine = event.engine
        self._notifier = notifier
        self._workers = workers
        self._folder = event.home / INDEX_FOLDER
        self._zone = zone
        self._changes = Changes(event.engine.coverage)
        self._generation = ""
        self._revision: int | None = None
        self._failed = ""

    async def once(self) -> None:
        """Look, and begin to send what is due; a fault is logged once."""
        try:
            await self.look()
            self._notifier.send_what_is_due()
            self._failed = ""
        except IndexMissing:
            pass  # nothing was taken in yet
        except (PullquoteError, *FAULTS) as error:
            if str(error) != self._failed:
                log.error("new coverage could not be looked at: %s", error)
            self._failed = str(error)

    async def look(self) -> None:
        """Find what the coverage as it is now changes for chats, and keep it."""
        name = await asyncio.to_thread(served_name, self._folder, self._engine.coverage)
        if name != self._generation:
            await self._look_for_answers()
            self._generation = name
        revision = await asyncio.to_thread(lambda: self._engine.coverage.revision)
        if revision != self._revision:
            await self._look_for_changes()
            self._revision = revision

    async def _look_for_answers(self) -> None:
        newest = await self._workers.run(self._engine.newest)
        coverage = await asyncio.to_thread(lambda: self._engine.coverage.id)
        self._state.watch(self._bot.id, coverage, newest, self._event.key)
        followed = self._state.followed(self._bot.id, event=self._event.key)
        behind = [one for one in followed if one.passage < newest]
        # of neighbours the same articles are new
        behind.sort(key=lambda one: one.passage)
        for first in range(0, len(behind), _AT_ONCE):
            some = behind[first : first + _AT_ONCE]
            news = await self._news(some)
            found = {
                one.id: (receipt_of(each.quote), each.clear)
                for one, each in zip(some, news.found, strict=True)
                if each
            }
            self._state.found([one.id for one in some], news.newest, found)
            if found:
                self._notifier.send_what_is_due()

    async def _news(self, some: Sequence[stored.Followed]) -> News:
        chosen = [self._state.chat_settings(self._bot.id, one.chat).outlets for one in some]
        alerted = [tuple(self._state.alerted(one.id)) for one in some]
        daily = [self._state.notices(self._bot.id, one.chat).daily for one in some]
        today = datetime.now(self._zone).date()

        def news() -> News:
            asked = [
                Followed(one.question, one.passage, self._filters(outlets), shown, digest)
                for one, outlets, shown, digest in zip(some, chosen, alerted, daily, strict=True)
            ]
            return self._engine.news(asked, today=today)

        return await self._workers.run(news)

    def _filters(self, chosen: tuple[str, ...]) -> Filters | None:
        outlets = self._events.outlets(self._event, chosen)
        return Filters(outlets=outlets) if outlets else None

    async def _look_for_changes(self) -> None:
        receipts = self._state.quoted_receipts(self._bot.id, self._event.key)
        if not receipts:
            return
        changed = await self._workers.run(lambda: self._changes.of(receipts))
        try:
            self._state.changed(self._bot.id, changed, self._event.key)
        except FAULTS:
            self._changes.forget()
            raise
