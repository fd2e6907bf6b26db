"""Answering a message: typing → work in a thread → deliver, each message in its turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup

from bot.render.messages import Message
from bot.render.telegram_text import directed, note
from bot.state import State
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.ask_limits import Asking, Refusal
from bot.telegram.chat_action import Draft, Typing
from bot.telegram.client import Client
from bot.telegram.delivery import FOLLOWS, Delivery, Destination, Reply
from bot.telegram.event_search import EventSearch, Search, Settled, Tried
from bot.telegram.events import Event, Events
from bot.telegram.incoming import LONGEST_QUESTION, IncomingQuestion
from bot.telegram.keyboards import replies
from bot.telegram.languages import asked_in
from bot.telegram.workers import Busy, Workers
from bot.words import LANGUAGES, Words
from corpus.errors import HomeError, PullquoteError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PAUSES = (1.0, 3.0, 6.0)
"""Seconds before a search is tried again, where a store that processes share was out of reach."""


class Replying:
    """Answers messages with what is found, written or said; nothing is raised for foreseen
    faults."""

    def __init__(
        self,
        events: Events,
        answers: Callable[[Event], Answers],
        bot: Client,
        delivery: Delivery,
        workers: Workers,
        asking: Asking,
        state: State,
    ) -> None:
        self.events = events
        self._searches = EventSearch(events, answers)
        self._bot = bot
        self._delivery = delivery
        self._workers = workers
        self._asking = asking
        self._state = state
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._typing = Typing(bot)

    async def find(self, asked: IncomingQuestion, work: Search, *, anywhere: bool = False) -> None:
        """Answer with what `work` finds in a thread in the event of the chat; or `anywhere`, in the
        first event that has it."""
        if not await self._admits(asked):
            return
        async with self._turn(asked.place):
            await self._find(asked, work, anywhere=anywhere)

    async def _find(self, asked: IncomingQuestion, work: Search, *, anywhere: bool = False) -> None:
        found = await self._found(asked, work, anywhere=anywhere)
        if found:
            await self._deliver(found.place, found.what)

    async def _found(
        self, asked: IncomingQuestion, work: Search, *, anywhere: bool = False
    ) -> Settled | None:
        """What to answer and from which event; `None` where the work cannot be done, which is
        said."""
        own, search = self.events.of(asked.place), self._search_of(asked, work, anywhere=anywhere)
        tried = await self._work(asked, search, pauses=self._pauses)
        if not tried:
            return None
        if own and tried[0][0] is own:
            return Settled(self.events.at(asked.place, own), tried[0][1])
        return self._searches.settled(asked.place, own, tried, await self._words(asked))

    def _search_of(
        self, asked: IncomingQuestion, work: Search, *, anywhere: bool
    ) -> Callable[[], Tried]:
        search = self._searches.first if anywhere else self._searches.fitting
        return partial(search, work, self.events.of(asked.place), asked.text, self.manner(asked))

    async def follow(
        self, asked: IncomingQuestion, number: int, work: Search, *, anywhere: bool = False
    ) -> bool:
        """Send once, behind the message at `asked.place`, what `work` finds in a thread; `number`
        tells what it is, see `Delivery.follow`. Whether it was sent, by this press or another."""
        async with self._turn(asked.place):
            if self._delivery.has_followed(asked.place, number):
                return True
            try:
                search = self._search_of(asked, work, anywhere=anywhere)
                event, found = (await self._worked(asked, search, pauses=self._pauses))[0]
            except _Failed as failed:
                interface = await self._words(asked)
                told = Reply(note(interface.say(failed.key), interface))
                await self._delivery.follow(asked.place, number + FOLLOWS - 1, [told])
                return False
            place = self.events.at(asked.place, event)
            return await self._delivery.follow(place, number, replies(found.messages))

    async def write(
        self,
        asked: IncomingQuestion,
        write: Callable[[Event, Words], str],
        *,
        workers: Workers | None = None,
        failed: str = "failed",
    ) -> bool:
        """Answer with the HTML that `write` makes of the event in a thread, of `workers` where they
        are given, in the interface language; where it cannot, with the sentence `failed`, and where
        no event is chosen with the choice. Whether it could."""
        event = self.events.of(asked.place)
        if event is None:
            await self.compose(asked, lambda interface: self.events.which(interface))
            return False
        asked = asked.at(self.events.at(asked.place, event))
        return await self.compose(
            asked,
            lambda interface: Message(write(event, interface)),
            workers=workers,
            failed=failed,
        )

    async def compose(
        self,
        asked: IncomingQuestion,
        make: Callable[[Words], Message],
        *,
        workers: Workers | None = None,
        failed: str = "failed",
    ) -> bool:
        """The same with the message that `make` makes."""
        if not await self._admits(asked):
            return False
        interface = await self._words(asked)
        async with self._turn(asked.place):
            made = await self._work(asked, lambda: make(interface), workers, failed)
            if made:
                await self._delivery.deliver(asked.place, replies([made]))
        return made is not None

    async def show(
        self, asked: IncomingQuestion, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Answer with this HTML and these buttons."""
        if await self._admits(asked):
            async with self._turn(asked.place):
                await self._delivery.deliver(asked.place, (Reply(html, keyboard),))

    async def say(self, asked: IncomingQuestion, *keys: str, **values: str) -> None:
        """Answer with sentences of the interface."""
        if not await self._admits(asked):
            return
        interface = await self._words(asked)
        text = "\n\n".join(interface.say(key, **values) for key in keys)
        async with self._turn(asked.place):
            await self._say(asked, text, interface)

    async def _work(
        self,
        asked: IncomingQuestion,
        work: Callable[[], Result],
        workers: Workers | None = None,
        failed: str = "failed",
        pauses: Sequence[float] = (),
    ) -> Result | None:
        """What `work` gives, done in a thread while the chat sees typing; `None` where it cannot be
        done, which is then said."""
        try:
            return await self._worked(asked, work, workers, failed, pauses)
        except _Failed as failure:
            interface = await self._words(asked)
            await self._say(asked, interface.say(failure.key), interface)
            return None

    async def _worked(
        self,
        asked: IncomingQuestion,
        work: Callable[[], Result],
        workers: Workers | None = None,
        failed: str = "failed",
        pauses: Sequence[float] = (),
    ) -> Result:
        """What `work` gives, tried again after each of `pauses` if the store cannot be used.
        Raises `_Failed` if it cannot be done."""
        workers = workers or self._workers
        try:
            async with self._typing.shown(asked.place, self._draft(asked)):
                for pause in pauses:
                    try:
                        return await workers.run(work)
                    except HomeError as error:
                        log.warning("a question is tried again in %s s: %s", pause, error)
                        await asyncio.sleep(pause)
                return await workers.run(work)
        except Busy:
            log.warning("too many questions wait: one was turned away")
            raise _Failed("busy") from None
        except PullquoteError as error:
            log.error("a question could not be answered: %s", error)
        except Exception:
            log.exception("a question could not be answered")
        raise _Failed(failed)

    @property
    def _pauses(self) -> Sequence[float]:
        """A server that is restarted is back in a moment; a file that cannot be read is not."""
        return PAUSES if self._state.is_shared else ()

    def _draft(self, asked: IncomingQuestion) -> Draft | None:
        """What a private chat sees where a new answer takes long; a message takes its place, which
        an answer that is edited would not."""
        place = asked.place
        if not place.is_private or self._state.answer(self._bot.id, place.chat, place.message):
            return None

        async def searching() -> str:
            interface = await self._words(asked)
            return directed(interface.say("searching"), interface)

        return searching

    def refusal(self, asked: IncomingQuestion) -> Refusal | None:
        """Count a question, or a press that is as much work as one; why it is not taken, if so."""
        refusal = self._asking.admit(asked.user, asked.place.chat)
        if refusal and refusal.is_news:
            log.info("somebody asks more often than the limits allow")
        return refusal

    async def _admits(self, asked: IncomingQuestion) -> bool:
        """Whether it is taken. Who asks too often is told so once, and in a group not at all."""
        refusal = self.refusal(asked)
        if refusal and refusal.is_news and asked.place.is_private:
            interface = await self._words(asked)
            await self._say(asked, too_fast(refusal, interface), interface)
        return refusal is None

    def manner(self, asked: IncomingQuestion) -> Manner:
        """How the chat and the person have chosen to be answered."""
        chosen = self._state.chat_settings(self._bot.id, asked.place.chat)
        length = chosen.length or ("full" if asked.place.is_private else "short")
        return Manner(
            chosen.language,
            self._state.user_language(self._bot.id, asked.user),
            asked.language_code,
            chosen.outlets,
            length == "short",
        )

    async def _deliver(self, place: Destination, found: Found) -> None:
        await self._delivery.deliver(place, replies(found.messages))

    async def _say(self, asked: IncomingQuestion, text: str, interface: Words) -> None:
        await self._delivery.deliver(asked.place, [Reply(note(text, interface))])

    async def words(self, asked: IncomingQuestion) -> Words:
        """The interface for a question."""
        return await self._words(asked)

    async def _words(self, asked: IncomingQuestion) -> Words:
        manner = self.manner(asked)
        if not asked.text:
            return manner.words(None)
        # the first Latin question loads a model
        found = await asyncio.to_thread(asked_in, asked.text[:LONGEST_QUESTION])
        return manner.words(found if found in LANGUAGES else None)

    def _turn(self, place: Destination) -> asyncio.Lock:
        """Held while a message is answered: its edit comes after it."""
        key = place.chat, place.message
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        return turn


def too_fast(refusal: Refusal, interface: Words) -> str:
    """When somebody who asks too often may ask again."""
    return interface.say("too_fast", wait=interface.count("seconds", refusal.seconds))


class _Failed(Exception):  # noqa: N818 - told to who asked, under this key
    """The work could not be done."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
