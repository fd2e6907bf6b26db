"""A question's way: typing → search in a thread → deliver."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup

from bot.render.buttons import MOST_SHOWN
from bot.render.telegram_text import directed, note
from bot.state import AnsweredQuestion, State
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.ask_limits import Asking, Refusal
from bot.telegram.chat_action import Draft, Typing
from bot.telegram.client import Client
from bot.telegram.delivery import FOLLOWS, Delivery, Destination, Reply
from bot.telegram.incoming import LONGEST_QUESTION, IncomingQuestion
from bot.telegram.keyboards import replies
from bot.telegram.languages import asked_in
from bot.telegram.threads import Threads, Turn
from bot.telegram.workers import Busy, Workers
from bot.words import LANGUAGES, Words
from corpus.errors import PullquoteError
from corpus.store import Coverage
from retrieval.question.previous import Kind

log = logging.getLogger(__name__)

Result = TypeVar("Result")


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
        follow_ups: bool = True,
        log_questions: bool = False,
    ) -> None:
        self._answers = answers
        self._bot = bot
        self._delivery = delivery
        self._workers = workers
        self._asking = asking
        self._state = state
        self._log_questions = log_questions
        self._threads = Threads(bot, state, on=follow_ups)
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
                await self._take_turn(asked, manner, pasted)
            elif pasted:
                await self._find(asked, lambda: self._answers.verified(asked.text, manner))
            else:
                interface = await self._words(asked)
                limit = interface.number(LONGEST_QUESTION)
                await self._say(asked, interface.say("too_long", limit=limit), interface)

    async def _take_turn(self, asked: IncomingQuestion, manner: Manner, pasted: bool) -> None:
        """Answer a message as its thread has it understood."""
        turn = self._threads.turn(asked.place, asked.text, asked.replied, asked.about)
        if turn.lost and turn.empty:
            interface = await self._words(asked)
            await self._say(asked, interface.say("nothing_to_follow"), interface)
        elif turn.kind is Kind.MORE and turn.before:
            await self._more(asked, turn.before)
        else:
            await self._search(asked, manner, pasted, turn)

    async def _search(
        self, asked: IncomingQuestion, manner: Manner, pasted: bool, turn: Turn
    ) -> None:
        if self._log_questions:
            log.info("%s asks: %s", asked.user, asked.text)
        query = turn.followed.query if turn.followed else asked.text
        # before it is answered: the next question may be there already, and go on with this one
        self._remember(asked, query, ())

        def search() -> Found:
            known = self._answers.recognised(asked.text, manner) if pasted else None
            return known or self._answers.answer(asked.text, manner, turn)

        found = await self._work(asked, search)
        if found and found.receipts is not None:
            self._remember(asked, query, found.receipts)
        else:
            self._state.take_back(self._bot.id, asked.place.chat, asked.place.message)
        if found:
            await self._deliver(asked, found)

    def _remember(self, asked: IncomingQuestion, question: str, receipts: tuple[str, ...]) -> None:
        place = asked.place
        self._state.remember(
            self._bot.id, place.chat, place.message, question, receipts, asked.user
        )

    async def _more(self, asked: IncomingQuestion, before: AnsweredQuestion) -> None:
        """Send the quotes that come after those of an earlier answer and what followed it."""
        place = replace(asked.place, message=before.message)
        async with self._turn(place):  # it may be being answered
            before = self._state.asked(self._bot.id, place.chat, place.message) or before
            shown = len(before.receipts)
            while shown and self._delivery.has_followed(place, shown * FOLLOWS):
                shown += self._answers.limit
        if not 0 < shown <= MOST_SHOWN:
            interface = await self._words(asked)
            await self._say(asked, interface.say("no_more"), interface)
            return
        self._remember(replace(asked, place=place), before.question, before.receipts)
        continued = replace(asked, place=place, text=before.question)
        await self.follow(
            continued,
            shown * FOLLOWS,
            lambda answers, manner: answers.more(before.question, shown, manner),
        )

    def start_afresh(self, asked: IncomingQuestion) -> None:
        """What is asked after this message goes on with nothing before it."""
        place = asked.place
        self._state.start_afresh(self._bot.id, place.chat, place.message, asked.user)

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

    async def check(self, asked: IncomingQuestion) -> None:
        """Answer with what the coverage has for and against what the text claims."""
        if len(asked.text) <= LONGEST_QUESTION:
            await self.find(asked, lambda manner: self._answers.checked(asked.text, manner))
        else:
            await self.verify(asked)

    async def linked(self, asked: IncomingQuestion) -> None:
        """Answer with the article of the address that the text is."""
        await self.find(asked, lambda manner: self._answers.linked(asked.text, manner))

    def examples(self, interface: Words) -> list[str]:
        """As `Answers.examples`."""
        return self._answers.examples(interface)

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
            async with self._typing.shown(asked.place, self._draft(asked)):
                return await (workers or self._workers).run(work)
        except Busy:
            log.warning("too many questions wait: one was turned away")
            raise _Failed("busy") from None
        except PullquoteError as error:
            log.error("a question could not be answered: %s", error)
        except Exception:
            log.exception("a question could not be answered")
        raise _Failed(failed)

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
