"""The commands that are everybody's, in private chats and groups alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler, CommandHandler

from bot.render.messages import Message as Rendered
from bot.render.telegram_events import held
from bot.render.telegram_html import sources_html
from bot.render.telegram_lists import MOST_LISTED, MOST_UNDATED, latest_html
from bot.render.telegram_text import note
from bot.state import State
from bot.telegram.access import Access
from bot.telegram.addressing import (
    after_command,
    is_from_a_person,
    question_in,
    question_replied_to,
)
from bot.telegram.client import Client, Context
from bot.telegram.events import Event
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.menus import set_editor_menu
from bot.telegram.questions import Questions
from bot.words import Words
from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.answer.check.receipt import is_receipt

_FORGET = "forget"


class Commands:
    """The handlers of /ask, /latest, /sources, /verify, /timeline, /compare, /help, /start, /new
    and /privacy."""

    def __init__(
        self,
        bot: Client,
        questions: Questions,
        state: State,
        access: Access,
        *,
        log_questions: bool = False,
    ) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state
        self._access = access
        self._log_questions = log_questions
        self._events = questions.events

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            CommandHandler("ask", self.ask),
            CommandHandler("sources", self.sources),
            CommandHandler("help", self.help),
            CommandHandler("start", self.start),
            CommandHandler("new", self.new),
            CommandHandler("latest", self.latest),
            CommandHandler("verify", self.verify),
            CommandHandler("privacy", self.privacy),
            CommandHandler("timeline", self.timeline),
            CommandHandler("compare", self.compare),
        ]

    async def ask(self, update: Update, context: Context) -> None:
        await self._with_text(update, question_replied_to, self._questions.answer, "ask_hint")

    async def sources(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message:
            await self._questions.write(
                IncomingQuestion.of(message, update.update_id),
                lambda event, interface: _sources(event.engine.coverage, interface),
            )

    async def latest(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message:
            chosen = self._state.chat_settings(self._bot.id, message.chat_id)
            await self._questions.write(
                IncomingQuestion.of(message, update.update_id),
                lambda event, interface: _latest(
                    event.engine.coverage, self._events.outlets(event, chosen.outlets), interface
                ),
            )

    async def verify(self, update: Update, context: Context) -> None:
        await self._with_text(
            update, lambda message, _: _replied_to(message), self._questions.verify, "verify_hint"
        )

    async def timeline(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message:
            text = question_in(message, self._bot) or question_replied_to(message, self._bot)
            await self._questions.timeline(IncomingQuestion.of(message, update.update_id, text))

    async def compare(self, update: Update, context: Context) -> None:
        await self._with_text(update, question_replied_to, self._questions.compare, "compare_hint")

    async def _with_text(
        self,
        update: Update,
        replied_to: Callable[[Message, Client], str],
        answer: Callable[[IncomingQuestion], Awaitable[None]],
        hint: str,
    ) -> None:
        """Answer the text after a command, else that of the message replied to, else with a
        hint."""
        message = self._message(update)
        if message is None:
            return
        text = question_in(message, self._bot) or replied_to(message, self._bot)
        asked = IncomingQuestion.of(message, update.update_id, text)
        await (answer(asked) if asked.text else self._questions.say(asked, hint))

    async def help(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message:
            keys = ["help"] + ["help_event"] * self._events.several
            keys += ["help_editors"] * self._access.is_editor(message)
            asked = IncomingQuestion.of(message, update.update_id)
            await self._questions.say(asked, *keys, bot=f"@{self._bot.username}")

    async def start(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message is None:
            return
        if is_receipt(receipt := after_command(message)):
            await self._questions.open(IncomingQuestion.of(message, update.update_id, receipt))
            return
        if message.chat.type == ChatType.PRIVATE:
            await self._introduce(message, update.update_id)
            return
        asked = IncomingQuestion.of(message, update.update_id)
        if self._events.several:
            await self._tell_group(asked)
            return
        keys = ["start_group"]
        if not self._bot.can_read_all_group_messages:
            keys.append("privacy")
        await self._questions.say(asked, *keys, bot=f"@{self._bot.username}")

    async def _introduce(self, message: Message, taken: int) -> None:
        """What the bot is for, and questions that the coverage answers."""

        asked = IncomingQuestion.of(message, taken)
        event = self._events.of(asked.place)

        def written(event: Event, interface: Words) -> str:
            told = [interface.say("start").strip()]
            if self._events.several:
                told.append(held(self._events.shown(event), interface))
            if examples := self._questions.examples(event, interface):
                told.append(interface.say("start_examples"))
                told.append("\n".join(f"• {each}" for each in examples))
            return note("\n\n".join(told), interface)

        if event:
            await self._questions.write(asked, written)
        else:
            await self._questions.compose(asked, self._choice)
        if self._access.is_editor(message):
            # before this message there was no chat to have a menu
            await set_editor_menu(self._bot, message.chat_id, several=self._events.several)

    def _choice(self, interface: Words) -> Rendered:
        """What the bot is for, and which events there are."""
        choice = self._events.which(interface)
        told = note(interface.say("start").strip(), interface)
        return replace(choice, html=f"{told}\n\n{choice.html}")

    async def _tell_group(self, asked: IncomingQuestion) -> None:
        """What the bot is for, and which event the group or its topic is about."""
        event = self._events.of(asked.place)

        def made(interface: Words) -> Rendered:
            told = [interface.say("start_group", bot=f"@{self._bot.username}").strip()]
            if event:
                told.append(held(self._events.shown(event), interface))
            else:
                told.append(interface.say("event_open"))
                told.append("\n".join(f"• {each.title}" for each in self._events))
            if not self._bot.can_read_all_group_messages:
                told.append(interface.say("privacy"))
            return Rendered(note("\n\n".join(told), interface))

        await self._questions.compose(asked, made)

    async def new(self, update: Update, context: Context) -> None:
        """What is asked from here on, by the words after the command too, goes on with nothing
        before."""
        message = self._message(update)
        if message is None:
            return
        text = question_in(message, self._bot)
        asked = IncomingQuestion.of(message, update.update_id, text)
        if asked.text:
            await self._questions.answer_afresh(asked)
        else:
            self._questions.start_afresh(asked)
            await self._questions.say(asked, "started_afresh")

    async def privacy(self, update: Update, context: Context) -> None:
        """What is kept of whom; with `forget` after it, what is kept of this person is not."""
        message = self._message(update)
        if message is None:
            return
        asked = IncomingQuestion.of(message, update.update_id)
        person = message.from_user if message.sender_chat is None else None
        if person and after_command(message).lower() == _FORGET:
            self._state.forget_user(self._bot.id, person.id)
            await self._questions.say(asked, "privacy_forgotten")
            if message.chat_id == person.id:
                # nor that this was answered; no other message may take the update up again
                self._state.finish(self._bot.id, update.update_id)
                self._state.forget(self._bot.id, message.chat_id, message.message_id, 0)
            return
        keys = ["privacy_kept", "privacy_logged" if self._log_questions else "privacy_not_logged"]
        # nobody else in a group needs to read it
        number = str(person.id) if person and message.chat_id == person.id else "…"
        await self._questions.say(asked, *keys, "privacy_how", number=number)

    def _message(self, update: Update) -> Message | None:
        message = update.effective_message
        return message if message and is_from_a_person(message, self._bot) else None


def _replied_to(message: Message) -> str:
    """The message replied to, or the part of it that was picked out. The bot's own is one as well:
    what it quoted may have been withdrawn."""
    replied = message.reply_to_message
    if message.quote:
        return message.quote.text
    return (replied.text or replied.caption or "") if replied else ""


def _sources(coverage: Coverage, interface: Words) -> str:
    return sources_html(coverage.outlets(), coverage.span()[2], interface)


def _latest(coverage: Coverage, outlets: tuple[str, ...], interface: Words) -> str:
    """The newest articles, one of each text, and after them those without a day."""
    chosen = Selection(outlets=outlets)
    dated = _distinct(coverage, coverage.newest(3 * MOST_LISTED, chosen))
    undated = _distinct(coverage, coverage.undated(3 * MOST_LISTED, chosen))
    return latest_html(dated[:MOST_LISTED], undated[:MOST_UNDATED], interface)


def _distinct(coverage: Coverage, articles: list[Article]) -> list[Article]:
    """One of each text."""
    listed = list[Article]()
    copies = coverage.copies([article.id for article in articles])
    for article in articles:
        if not any(other.id in copies[article.id] for other in listed):
            listed.append(article)
    return listed
