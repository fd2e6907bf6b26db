"""A question's way: typing → search in a thread → deliver."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup, Message

from bot.render.telegram_text import note
from bot.state import State
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.ask_limits import Asking, Refusal
from bot.telegram.chat_action import Typing
from bot.telegram.client import Client
from bot.telegram.delivery import FOLLOWS, Delivery, Destination, Reply
from bot.telegram.keyboards import replies
from bot.telegram.workers import Busy, Workers
from bot.words import LANGUAGES, Words
from corpus.errors import PullquoteError
from corpus.language.detect import detect
from corpus.store import Coverage

log = logging.getLogger(__name__)

LONGEST_QUESTION = 1_000
"""Characters of a question."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class IncomingQuestion:
    """A message to be answered: `text` is what is asked, without mention or command."""

    place: Destination
    text: str
    language_code: str | None
    user: int

    @classmethod
    def of(cls, message: Message, taken: int, text: str = "") -> IncomingQuestion:
        """The message that came with update `taken`."""
        # a reply chain outside topics has a thread id too, which sendMessage refuses
        thread = message.message_thread_id if message.is_topic_message else None
        place = Destination(message.chat_id, message.message_id, thread, taken)
        code = message.from_user.language_code if message.from_user else None
        # who writes in the name of a group or channel shares an account with all who do
        user = message.sender_chat or message.from_user or message.chat
        return cls(place, text.strip(), code, user.id)


class Questions:
    """Answers what was asked, each message in its turn; nothing is raised for foreseen faults."""

    def __init__(
        self,
        answers: Answers,
        bot: Client,
        delivery: Delivery,
        workers: Workers,
        asking: Asking,
        state: State,
        *,
        log_questions: bool = False,
    ) -> None:
        self._answers = answers
        self._bot = bot
        self._delivery = delivery
        self._workers = workers
        self._asking = asking
        self._state = state
        self._log_questions = log_questions
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._typing = Typing(bot)

    async def answer(self, asked: IncomingQuestion, *, pasted: bool = False) -> None:
        """Search for what is asked and answer with quotes, or with why there are none. What is
        `pasted` may be a quote itself, and is judged if it is one or was made of one."""
        if not await self._admits(asked):
            return
        manner = self.manner(asked)
        async with self._turn(asked.place):
            if len(asked.text) <= LONGEST_QUESTION:
                await self._search(asked, manner, pasted)
            elif pasted:
                await self._find(asked, lambda: self._answers.verified(asked.text, manner))
            else:
                interface = await self._words(asked)
                limit = interface.number(LONGEST_QUESTION)
                await self._say(asked, interface.say("too_long", limit=limit), interface)

    async def _search(self, asked: IncomingQuestion, manner: Manner, pasted: bool) -> None:
        if self._log_questions:
            log.info("%s asks: %s", asked.user, asked.text)

        def search() -> Found:
            known = self._answers.recognised(asked.text, manner) if pasted else None
            return known or self._answers.answer(asked.text, manner)

        found = await self._work(asked, search)
        if found and found.receipts is not None:
            place = asked.place
            self._state.remember(
                self._bot.id, place.chat, place.message, asked.text, found.receipts, asked.user
            )
        if found:
            await self._deliver(asked, found)

    @property
    def coverage(self) -> Coverage:
        return self._answers.coverage

    async def verify(self, asked: IncomingQuestion) -> None:
        """Answer whether the text is a quote of the coverage."""
        await self.find(asked, lambda manner: self._answers.verified(asked.text, manner))

    async def timeline(self, asked: IncomingQuestion) -> None:
        """Answer with what happened when, on what is asked or in all articles."""
        await self._find_short(asked, lambda manner: self._answers.timeline(asked.text, manner))

    async def compare(self, asked: IncomingQuestion) -> None:
        """Answer with who carries what is quoted for the text."""
        await self._find_short(asked, lambda manner: self._answers.compared(asked.text, manner))

    async def _find_short(self, asked: IncomingQuestion, work: Callable[[Manner], Found]) -> None:
        """Answer with what is found, if what is asked is no longer than a question."""
        if len(asked.text) <= LONGEST_QUESTION:
            await self.find(asked, work)
        else:
            interface = await self._words(asked)
            await self.say(asked, "too_long", limit=interface.number(LONGEST_QUESTION))

    async def open(self, asked: IncomingQuestion) -> None:
        """Answer with the quote of the receipt that the text is."""
        await self.find(asked, lambda manner: self._answers.opened(asked.text, manner))

    async def find(self, asked: IncomingQuestion, work: Callable[[Manner], Found]) -> None:
        """Answer with what `work` finds in a thread."""
        if not await self._admits(asked):
            return
        manner = self.manner(asked)
        async with self._turn(asked.place):
            await self._find(asked, lambda: work(manner))

    async def _find(self, asked: IncomingQuestion, work: Callable[[], Found]) -> None:
        found = await self._work(asked, work)
        if found:
            await self._deliver(asked, found)

    async def follow(
        self, asked: IncomingQuestion, number: int, work: Callable[[Answers, Manner], Found]
    ) -> bool:
        """Send once, behind the message at `asked.place`, what `work` finds in a thread; `number`
        tells what it is, see `Delivery.follow`. Whether it was sent, by this press or another."""
        manner = self.manner(asked)
        async with self._turn(asked.place):
            if self._delivery.has_followed(asked.place, number):
                return True
            try:
                found = await self._worked(asked, lambda: work(self._answers, manner))
            except _Failed as failed:
                interface = await self._words(asked)
                told = Reply(note(interface.say(failed.key), interface))
                await self._delivery.follow(asked.place, number + FOLLOWS - 1, [told])
                return False
            return await self._delivery.follow(asked.place, number, replies(found.messages))

    async def write(
        self,
        asked: IncomingQuestion,
        write: Callable[[Words], str],
        *,
        workers: Workers | None = None,
        failed: str = "failed",
    ) -> bool:
        """Answer with the HTML that `write` makes in a thread, of `workers` where they are given,
        in the interface language; where it cannot, with the sentence `failed`. Whether it could."""
        if not await self._admits(asked):
            return False
        interface = await self._words(asked)
        async with self._turn(asked.place):
            html = await self._work(asked, lambda: write(interface), workers, failed)
            if html:
                await self._delivery.deliver(asked.place, (Reply(html),))
        return html is not None

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
    ) -> Result | None:
        """What `work` gives, done in a thread while the chat sees typing; `None` where it cannot be
        done, which is then said."""
        try:
            return await self._worked(asked, work, workers, failed)
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
    ) -> Result:
        """What `work` gives. Raises `_Failed` where it cannot be done."""
        try:
            async with self._typing.shown(asked.place):
                return await (workers or self._workers).run(work)
        except Busy:
            log.warning("too many questions wait: one was turned away")
            raise _Failed("busy") from None
        except PullquoteError as error:
            log.error("a question could not be answered: %s", error)
        except Exception:
            log.exception("a question could not be answered")
        raise _Failed(failed)

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

    async def _deliver(self, asked: IncomingQuestion, found: Found) -> None:
        await self._delivery.deliver(asked.place, replies(found.messages))

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
        found = await asyncio.to_thread(detect, asked.text[:LONGEST_QUESTION])
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
