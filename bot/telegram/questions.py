"""What people ask: questions, and commands that are looked for in the coverage as one is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.render.buttons import MOST_SHOWN
from bot.state import AnsweredQuestion, State
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.ask_limits import Asking
from bot.telegram.client import Client
from bot.telegram.delivery import FOLLOWS, Delivery, Destination
from bot.telegram.event_search import Search
from bot.telegram.events import Event, Events
from bot.telegram.incoming import LONGEST_QUESTION, IncomingQuestion
from bot.telegram.replying import Replying
from bot.telegram.threads import Threads, Turn, alone
from bot.telegram.workers import Workers
from bot.words import Words
from retrieval.answer.check.receipt import is_receipt
from retrieval.question.previous import Kind

log = logging.getLogger(__name__)


class Questions(Replying):
    """Answers what was asked, each message in its turn."""

    def __init__(
        self,
        events: Events,
        answers: Callable[[Event], Answers],
        bot: Client,
        delivery: Delivery,
        workers: Workers,
        asking: Asking,
        state: State,
        *,
        follow_ups: bool = True,
        log_questions: bool = False,
    ) -> None:
        super().__init__(events, answers, bot, delivery, workers, asking, state)
        self._log_questions = log_questions
        self._threads = Threads(bot, state, on=follow_ups)

    async def answer_afresh(self, asked: IncomingQuestion) -> None:
        """Answer a question that goes on with nothing before it."""
        self.start_afresh(asked)
        await self.answer(asked, afresh=True)
        if self._state.asked(self._bot.id, asked.place.chat, asked.place.message) is None:
            self.start_afresh(asked)  # what was no question took its place

    async def answer(
        self, asked: IncomingQuestion, *, pasted: bool = False, afresh: bool = False
    ) -> None:
        """Search for what is asked and answer with quotes, or with why there are none. What is
        `pasted` may be a quote itself, and is judged if it is one or was made of one; what is asked
        `afresh` goes on with nothing."""
        if not await self._admits(asked):
            return
        async with self._turn(asked.place):
            if len(asked.text) <= LONGEST_QUESTION:
                await self._take_turn(asked, pasted, afresh)
            elif pasted:
                await self._find(asked, lambda answers, how: answers.verified(asked.text, how))
            else:
                interface = await self._words(asked)
                limit = interface.number(LONGEST_QUESTION)
                await self._say(asked, interface.say("too_long", limit=limit), interface)

    async def _take_turn(self, asked: IncomingQuestion, pasted: bool, afresh: bool) -> None:
        """Answer a message as its thread has it understood."""
        turn = (
            alone(asked.text)
            if afresh
            else self._threads.turn(asked.place, asked.text, asked.replied, asked.about)
        )
        if turn.before:
            asked = asked.at(self._continued(asked, turn.before, turn.kind))
        if turn.lost and turn.empty:
            interface = await self._words(asked)
            await self._say(asked, interface.say("nothing_to_follow"), interface)
        elif turn.kind is Kind.MORE and turn.before:
            await self._more(asked, turn.before)
        else:
            await self._search(asked, pasted, turn)

    async def _search(self, asked: IncomingQuestion, pasted: bool, turn: Turn) -> None:
        if self._log_questions:
            log.info("%s asks: %s", asked.user, asked.text)
        query = turn.followed.query if turn.followed else asked.text
        # before it is answered: the next question may be there already, and go on with this one
        self._remember(asked, query, ())

        def search(answers: Answers, manner: Manner) -> Found:
            known = answers.recognised(asked.text, manner) if pasted else None
            return known or answers.answer(asked.text, manner, turn)

        found = await self._found(asked, search)
        if found and found.what.receipts is not None:
            self._remember(asked, query, found.what.receipts)
        else:
            self._state.take_back(self._bot.id, asked.place.chat, asked.place.message)
        if found:
            await self._deliver(found.place, found.what)

    def _continued(
        self, asked: IncomingQuestion, before: AnsweredQuestion, kind: Kind
    ) -> Destination:
        """Where a message that goes on with an earlier question is answered: from the event of
        that one, but for a question that does not reply to it where the chat has chosen another."""
        place = asked.place
        earlier = self.events.of_message(place.chat, before.message)
        bound = kind is Kind.MORE or asked.replied is not None or self.events.of(place) is None
        return self.events.at(place, earlier) if earlier and bound else place

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
                shown += self._searches.limit
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

    async def verify(self, asked: IncomingQuestion) -> None:
        """Answer whether the text is a quote of the coverage."""
        await self.find(
            asked,
            lambda answers, manner: answers.verified(asked.text, manner),
            anywhere=is_receipt(asked.text),
        )

    async def timeline(self, asked: IncomingQuestion) -> None:
        """Answer with what happened when, on what is asked or in all articles."""
        await self._find_short(asked, lambda answers, how: answers.timeline(asked.text, how))

    async def compare(self, asked: IncomingQuestion) -> None:
        """Answer with who has what is quoted for the text."""
        await self._find_short(asked, lambda answers, how: answers.compared(asked.text, how))

    async def _find_short(self, asked: IncomingQuestion, work: Search) -> None:
        """Answer with what is found, if what is asked is no longer than a question."""
        if len(asked.text) <= LONGEST_QUESTION:
            await self.find(asked, work)
        else:
            interface = await self._words(asked)
            await self.say(asked, "too_long", limit=interface.number(LONGEST_QUESTION))

    async def check(self, asked: IncomingQuestion) -> None:
        """Answer with what the coverage has for and against what the text claims."""
        if len(asked.text) <= LONGEST_QUESTION:
            if self.events.of(asked.place) is None:
                # someone who then chooses an event replies to the wish to have it checked
                self._remember(asked, asked.text, ())
            await self.find(asked, lambda answers, manner: answers.checked(asked.text, manner))
        else:
            await self.verify(asked)

    async def linked(self, asked: IncomingQuestion) -> None:
        """Answer with the article of the address that the text is."""
        await self.find(asked, lambda answers, manner: answers.linked(asked.text, manner))

    def examples(self, event: Event, interface: Words) -> list[str]:
        """As `Answers.examples`."""
        return self._searches.answers(event).examples(interface)

    async def open(self, asked: IncomingQuestion) -> None:
        """Answer with the quote of the receipt that the text is."""
        await self.find(
            asked, lambda answers, manner: answers.opened(asked.text, manner), anywhere=True
        )
