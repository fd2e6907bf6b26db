"""A question's way: typing → search in a thread → render → deliver."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.render.telegram_html import note, render
from bot.telegram.client import Client, reason
from bot.telegram.delivery import Delivery, Place
from bot.telegram.workers import Busy, Workers
from bot.words import LANGUAGES, Words, choose, words
from corpus.errors import PullquoteError
from corpus.languages import detect
from corpus.store import Coverage
from retrieval.types import Answer

log = logging.getLogger(__name__)

LONGEST_QUESTION = 1_000
"""Characters of a question."""

# Telegram shows an action for five seconds.
_TYPING_SECONDS = 4.0
# How long a ready answer waits for the first action to be shown.
_TYPING_GRACE = 0.5

Result = TypeVar("Result")


class Answering(Protocol):
    """What answers questions: `retrieval.engine.Engine`."""

    @property
    def coverage(self) -> Coverage: ...

    def ask(self, question: str, *, limit: int) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to be answered: `text` is what is asked, without mention or command."""

    place: Place
    text: str
    language_code: str | None

    @classmethod
    def of(cls, message: Message, taken: int, text: str = "") -> Asked:
        """The message that came with update `taken`."""
        # a reply chain outside topics has a thread id too, which sendMessage refuses
        thread = message.message_thread_id if message.is_topic_message else None
        place = Place(message.chat_id, message.message_id, thread, taken)
        code = message.from_user.language_code if message.from_user else None
        return cls(place, text.strip(), code)


class Questions:
    """Answers what was asked, each message in its turn; nothing is raised for foreseen faults."""

    def __init__(
        self, engine: Answering, bot: Client, delivery: Delivery, workers: Workers, limit: int
    ) -> None:
        self._engine = engine
        self._bot = bot
        self._delivery = delivery
        self._workers = workers
        self._limit = limit
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._typing_tasks: set[asyncio.Task[None]] = set()

    async def answer(self, asked: Asked) -> None:
        """Search for what is asked and answer with quotes, or with why there are none."""
        async with self._turn(asked.place):
            if len(asked.text) > LONGEST_QUESTION:
                interface = words(await self._language(asked))
                limit = interface.number(LONGEST_QUESTION)
                await self._say(asked, interface.say("too_long", limit=limit), interface)
                return

            def search() -> tuple[str, ...]:
                answer = self._engine.ask(asked.text, limit=self._limit)
                return render(answer, choose(answer.language, asked.language_code))

            messages = await self._work(asked, search)
            if messages:
                await self._delivery.deliver(asked.place, messages)

    async def sources(self, asked: Asked, write: Callable[[Coverage, Words], str]) -> None:
        """Answer with what `write` makes of the coverage, in the interface language."""
        interface = words(choose(asked.language_code))
        async with self._turn(asked.place):
            html = await self._work(asked, lambda: write(self._engine.coverage, interface))
            if html:
                await self._delivery.deliver(asked.place, (html,))

    async def say(self, asked: Asked, *keys: str, **values: str) -> None:
        """Answer with sentences of the interface."""
        interface = words(await self._language(asked))
        text = "\n\n".join(interface.say(key, **values) for key in keys)
        async with self._turn(asked.place):
            await self._say(asked, text, interface)

    async def _work(self, asked: Asked, work: Callable[[], Result]) -> Result | None:
        """What `work` gives, done in a thread while the chat sees typing; `None` where it cannot be
        done, which is then said."""
        try:
            async with self._typing(asked.place):
                return await self._workers.run(work)
        except Busy:
            log.warning("too many questions wait: one was turned away")
            key = "busy"
        except PullquoteError as error:
            log.error("a question could not be answered: %s", error)
            key = "failed"
        except Exception:
            log.exception("a question could not be answered")
            key = "failed"
        interface = words(await self._language(asked))
        await self._say(asked, interface.say(key), interface)
        return None

    async def _say(self, asked: Asked, text: str, interface: Words) -> None:
        await self._delivery.deliver(asked.place, (note(text, interface),))

    async def _language(self, asked: Asked) -> str:
        if not asked.text:
            return choose(asked.language_code)
        # the first Latin question loads a model
        found = await asyncio.to_thread(detect, asked.text[:LONGEST_QUESTION])
        return choose(found if found in LANGUAGES else None, asked.language_code)

    def _turn(self, place: Place) -> asyncio.Lock:
        """Held while a message is answered: its edit comes after it."""
        key = place.chat, place.message
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        return turn

    @contextlib.asynccontextmanager
    async def _typing(self, place: Place) -> AsyncIterator[None]:
        shown, over = asyncio.Event(), asyncio.Event()
        typing = asyncio.create_task(self._keep_typing(place, shown, over))
        self._typing_tasks.add(typing)
        typing.add_done_callback(self._typing_tasks.discard)
        try:
            yield
            await _wait(shown, _TYPING_GRACE)
        finally:
            # an action on its way ends by itself: to break it off would cost its connection
            over.set()

    async def _keep_typing(self, place: Place, shown: asyncio.Event, over: asyncio.Event) -> None:
        while not over.is_set():
            try:
                await self._bot.send_chat_action(
                    place.chat, ChatAction.TYPING, message_thread_id=place.thread
                )
            except TelegramError as error:
                log.debug("typing could not be shown: %s", reason(error))
            shown.set()
            await _wait(over, _TYPING_SECONDS)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event, and at most so long."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
