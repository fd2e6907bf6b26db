"""Sends alerts and corrections, each at most once. What is to be sent is stored first; its row is
marked before the message leaves and again when it has arrived. What was on its way when the process
ended may have been delivered, and is not sent again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from telegram import Message

from bot.render.messages import Message as Rendered
from bot.render.telegram_notices import FoundQuote, alert_messages, correction_message
from bot.state import Alert, Followed, Notices, Quoted, Stage, State
from bot.telegram.client import Client
from bot.telegram.delivery import Delivery, Destination, Outcome
from bot.telegram.events import Events
from bot.telegram.keyboards import replies
from bot.telegram.quiet_hours import digest_due, is_quiet, zone_of
from bot.telegram.workers import Workers
from bot.words import choose, words
from corpus.language.detect import detect
from corpus.store import Coverage
from retrieval.answer.after import opened
from retrieval.answer.changed import Change, change_of
from retrieval.answer.check.receipt import receipt_of

log = logging.getLogger(__name__)


class Notifier:
    """Sends what waits in the state, one chat after the other at once; a chat's messages in their
    order."""

    def __init__(
        self,
        bot: Client,
        state: State,
        delivery: Delivery,
        events: Events,
        workers: Workers,
        zone: tzinfo,
    ) -> None:
        self._bot = bot
        self._state = state
        self._delivery = delivery
        self._events = events
        self._workers = workers
        self._zone = zone
        self._sending: dict[int, asyncio.Task[None]] = {}

    def recover(self) -> None:
        """Give up what may have been delivered before the process ended."""
        alerts = self._state.uncertain_alerts(self._bot.id)
        corrections = self._state.uncertain_corrections(self._bot.id)
        if alerts + corrections:
            log.warning(
                "%s alerts and %s corrections may or may not have been delivered; not repeated",
                alerts,
                corrections,
            )

    async def stop(self) -> None:
        """Let go of what waits to be sent; it is sent after the next start."""
        tasks = list(self._sending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def send_what_is_due(self) -> None:
        """Begin to send to each chat what it may get now, unless it is being sent to."""
        for chat, alerts in self._alerts().items():
            self._begin(chat, self._send_alerts(chat, alerts))
        for chat, changed in self._changed().items():
            self._begin(chat, self._send_corrections(changed))

    def _alerts(self) -> dict[int, list[Alert]]:
        waiting: dict[int, list[Alert]] = {}
        for alert in self._state.waiting_alerts(self._bot.id):
            chat, served = alert.followed.chat, self._events.keyed(alert.followed.event)
            if served and self._is_due(chat, datetime.fromtimestamp(alert.found, self._zone)):
                waiting.setdefault(chat, []).append(alert)
        return waiting

    def _changed(self) -> dict[int, list[Quoted]]:
        waiting: dict[int, list[Quoted]] = {}
        for each in self._state.to_tell(self._bot.id):
            quiet = is_quiet(self._notices(each.chat), self._now(each.chat))
            if self._events.keyed(each.event) and not quiet:
                waiting.setdefault(each.chat, []).append(each)
        return waiting

    def _begin(self, chat: int, send: Coroutine[Any, Any, None]) -> None:
        if chat in self._sending:
            send.close()
            return
        task = asyncio.create_task(self._logged(send))
        self._sending[chat] = task
        task.add_done_callback(lambda _: self._sending.pop(chat, None))

    async def _logged(self, send: Coroutine[Any, Any, None]) -> None:
        try:
            await send
        except Exception:
            log.exception("a chat could not be told what is new")

    def _is_due(self, chat: int, found: datetime) -> bool:
        chosen, now = self._notices(chat), self._now(chat)
        if is_quiet(chosen, now):
            return False
        return not chosen.daily or digest_due(found.astimezone(now.tzinfo), now)

    def _notices(self, chat: int) -> Notices:
        return self._state.notices(self._bot.id, self._state.current(self._bot.id, chat))

    def _now(self, chat: int) -> datetime:
        return datetime.now(zone_of(self._notices(chat), self._zone))

    # ------------------------------------------------------------ alerts

    async def _send_alerts(self, chat: int, alerts: Sequence[Alert]) -> None:
        daily = self._notices(chat).daily
        by_event: dict[str, list[Alert]] = {}
        for alert in alerts:
            by_event.setdefault(alert.followed.event, []).append(alert)
        groups = list(by_event.values()) if daily else [[alert] for alert in alerts]
        for group in groups:
            found, gone = await self._workers.run(partial(self._opened, group, daily))
            self._state.stage_alerts([(one.followed.id, one.receipt) for one in gone], Stage.DONE)
            if found and not await self._send_found(group[0].followed, found, daily=daily):
                return

    def _opened(self, alerts: Sequence[Alert], daily: bool) -> tuple[list[FoundQuote], list[Alert]]:
        """The quotes that still stand, and the alerts of those that do not. What is not clear comes
        in a digest alone."""
        found, gone = [], []
        for alert in alerts:
            one = alert.followed
            held = opened(alert.receipt, self._coverage(one.event))
            if held and not held[1] and (daily or alert.clear):
                found.append(FoundQuote(one.id, one.question, held[0], alert.clear))
            else:
                gone.append(alert)
        return found, gone

    def _coverage(self, key: str) -> Coverage:
        event = self._events.keyed(key)
        assert event
        return event.engine.coverage

    async def _send_found(
        self, first: Followed, found: Sequence[FoundQuote], *, daily: bool
    ) -> bool:
        """Whether the chat can be written to."""
        # a digest answers no message, so it opens no topic
        asked = 0 if daily else first.message
        place = self._at(Destination(first.chat, asked, first.thread, 0), first.event)
        keep = partial(self._events.keep, first.event)
        # one quote may answer several questions
        waiting = [(each.id, receipt_of(each.quote)) for each in found]
        for message in alert_messages(found, words(first.language)):
            inside = [each for each in waiting if each[1] in message.receipts]
            record = _Alerts(self._state, inside or waiting[:1], keep)
            outcome = await self._send(place, message, record)
            if outcome is Outcome.CLOSED:
                self._leave(first.chat)
                return False
            if outcome is not Outcome.SENT:
                self._state.stage_alerts(inside, Stage.DONE)
        return True

    def _leave(self, chat: int) -> None:
        """The bot was blocked or put out: nothing is followed there any more."""
        self._state.unfollow(self._bot.id, chat)
        self._state.unquote(self._bot.id, chat)

    # ------------------------------------------------------------ corrections

    async def _send_corrections(self, changed: Sequence[Quoted]) -> None:
        for each in changed:
            change = await self._workers.run(
                partial(change_of, each.receipt, self._coverage(each.event))
            )
            if change is None:  # it was brought back
                self._state.stands(self._bot.id, each)
            elif not self._notices(each.chat).corrections:
                self._state.told(self._bot.id, each)
            elif not await self._send_correction(each, change):
                return

    async def _send_correction(self, each: Quoted, change: Change) -> bool:
        """Whether the chat can be written to."""
        message = correction_message(change, words(await self._language(each, change)))
        place = self._at(Destination(each.chat, each.message, None, 0), each.event)
        outcome = await self._send(
            place,
            message,
            _Correction(self._state, self._bot.id, each, partial(self._events.keep, each.event)),
        )
        if outcome is Outcome.CLOSED:
            self._leave(each.chat)
            return False
        self._state.told(self._bot.id, each, receipt_of(change.now) if change.now else None)
        return True

    async def _language(self, each: Quoted, change: Change) -> str:
        """That of the chat, else of what was asked there, else of the article."""
        chosen = self._state.chat_settings(self._bot.id, each.chat).language
        own = self._state.user_language(self._bot.id, each.chat)
        asked = self._state.asked(self._bot.id, each.chat, each.message)
        question = await asyncio.to_thread(detect, asked.question) if asked else None
        article = change.article.language if change.article else None
        return choose(chosen, own, question, article)

    async def _send(
        self, place: Destination, message: Rendered, record: _Alerts | _Correction
    ) -> Outcome:
        [reply] = replies([message])
        return await self._delivery.once(place, reply, record)

    def _at(self, place: Destination, key: str) -> Destination:
        event = self._events.keyed(key)
        return self._events.at(place, event) if event else place


class _Alerts:
    """The alerts of one message on its way."""

    def __init__(
        self,
        state: State,
        alerts: Sequence[tuple[int, str]],
        keep: Callable[[Message], None],
    ) -> None:
        self._state = state
        self._alerts = alerts
        self._keep = keep

    def starts(self) -> None:
        self._state.stage_alerts(self._alerts, Stage.ON_ITS_WAY)

    def refused(self) -> None:
        self._state.stage_alerts(self._alerts, Stage.WAITS)

    def arrived(self, sent: Message) -> None:
        self._state.stage_alerts(self._alerts, Stage.DONE)
        self._keep(sent)


class _Correction:
    """A correction on its way."""

    def __init__(
        self, state: State, bot: int, each: Quoted, keep: Callable[[Message], None]
    ) -> None:
        self._state = state
        self._bot = bot
        self._each = each
        self._keep = keep

    def starts(self) -> None:
        self._state.telling(self._bot, self._each)

    def refused(self) -> None:
        self._state.not_told(self._bot, self._each)

    def arrived(self, sent: Message) -> None:
        """What follows says what has become of the quote."""
        self._keep(sent)
