"""Inline mode: `@bot question` in any chat offers quotes to insert there.

A client asks again with nearly every letter typed, and ignores answers that take longer than some
ten seconds. So a question is searched once its author pauses, and only the newest of each person.
Telegram keeps answers for a while.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, InlineQueryHandler

from bot.render.buttons import private_button
from bot.render.telegram_html import quote_blocks
from bot.render.telegram_text import directed, sanitise
from bot.state import State
from bot.telegram.ask_limits import Asking
from bot.telegram.client import Client, Context, reason
from bot.telegram.events import Events
from bot.telegram.languages import asked_in, own_language
from bot.telegram.workers import Busy, Workers
from bot.words import LANGUAGES, Words, choose, words
from bot.words.coverage import BETWEEN, outlet_name
from corpus.errors import InputError, PullquoteError
from retrieval.answer.after import more
from retrieval.answer.check.receipt import receipt_of
from retrieval.types import Answer, Quote

log = logging.getLogger(__name__)

PAGE = 6
"""Quotes offered at a time; the next ones are asked for when these have been scrolled through. So
many cost a search hardly more than a private answer does, ten half as much again."""

START = "inline"
"""What follows /start for who comes from the button above the results."""

# With fewer letters and digits nobody has asked anything yet.
_FEWEST_LETTERS = 3
_PAUSE_SECONDS = 0.3
# Nobody waits for an inline answer any longer.
_LONGEST_SECONDS = 4.5
_FURTHEST = 1_000
_LONGEST_DESCRIPTION = 200

# How long Telegram keeps an answer, in seconds: quotes no longer than a new or removed article may
# go unnoticed; what nobody is to be told twice not at all.
_KEEP_QUOTES, _KEEP_HINT, _KEEP_NONE = 60, 300, 0


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer to an inline query. `personal`: it is not the same for everybody."""

    results: tuple[InlineQueryResultArticle, ...] = ()
    next_offset: str = ""
    button: InlineQueryResultsButton | None = None
    keep: int = _KEEP_QUOTES
    personal: bool = False


class Inline:
    """The handler of inline queries; today is the day in `zone`. Unless the bot is `open_to_all`,
    what one person is shown is kept from others who write the same."""

    def __init__(
        self,
        events: Events,
        bot: Client,
        state: State,
        workers: Workers,
        asking: Asking,
        zone: tzinfo,
        *,
        open_to_all: bool = True,
        log_questions: bool = False,
    ) -> None:
        self._events = events
        self._bot = bot
        self._state = state
        self._workers = workers
        self._asking = asking
        self._zone = zone
        self._open_to_all = open_to_all
        self._log_questions = log_questions
        self._newest: dict[int, str] = {}

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [InlineQueryHandler(self.query)]

    async def query(self, update: Update, context: Context) -> None:
        query = update.inline_query
        if query is None:
            return
        user = query.from_user.id
        self._newest[user] = query.id
        try:
            page = await self._page(query)
        finally:
            if self._is_newest(query):
                del self._newest[user]
        if page:
            await self._answer(query, page)

    def _is_newest(self, query: InlineQuery) -> bool:
        return self._newest.get(query.from_user.id) == query.id

    async def _page(self, query: InlineQuery) -> _Page | None:
        """What to answer; `None` for a query that its author has gone on from."""
        own = words(own_language(self._state, self._bot.id, query.from_user))
        shown = _offset(query.offset)
        if shown is None:
            return _Page()
        if sum(map(str.isalnum, query.query)) < _FEWEST_LETTERS:
            return _note(own.say("inline_hint"), own, keep=_KEEP_HINT, personal=True)
        if not shown:
            await asyncio.sleep(_PAUSE_SECONDS)
        if not self._is_newest(query):
            return None
        user = query.from_user.id
        # what is asked inline counts as if it were asked in the private chat
        if refusal := self._asking.admit(user, user):
            wait = own.count("seconds", refusal.seconds)
            return _failure("inline_too_fast", own, wait=wait)
        if self._log_questions:
            log.info("%s asks inline: %s", user, query.query)
        return await self._search(query, shown, own)

    async def _search(self, query: InlineQuery, shown: int, own: Words) -> _Page | None:
        # a private chat has the number of the person
        chosen = self._events.chosen(query.from_user.id)

        def search() -> _Page | None:
            # it may have waited for a thread
            if not self._is_newest(query):
                return None
            today = datetime.now(self._zone).date()
            answers = [
                event.engine.ask(query.query, limit=shown + PAGE + 1, today=today)
                for event in ([chosen] if chosen else self._events)
            ]
            several = self._events.several
            return _page_of(answers, shown, own.language, f"{self._bot.username}", several)

        try:
            page = await asyncio.wait_for(self._workers.run(search), _LONGEST_SECONDS)
        except (Busy, TimeoutError):
            log.warning("too many questions wait: one asked inline was turned away")
            return _failure("inline_busy", own)
        except InputError:
            return _note(own.say("inline_hint"), own, keep=_KEEP_HINT, personal=True)
        except PullquoteError as error:
            log.error("a question asked inline could not be answered: %s", error)
            return _failure("inline_failed", own)
        except Exception:
            log.exception("a question asked inline could not be answered")
            return _failure("inline_failed", own)
        return page

    async def _answer(self, query: InlineQuery, page: _Page) -> None:
        try:
            await self._bot.answer_inline_query(
                query.id,
                page.results,
                cache_time=page.keep,
                is_personal=page.personal or not self._open_to_all,
                next_offset=page.next_offset,
                button=page.button,
            )
        except BadRequest as error:
            if "query is too old" not in str(error).lower():
                log.warning("an inline query could not be answered: %s", reason(error))
        except TelegramError as error:
            log.info("an inline query could not be answered: %s", reason(error))


def _page_of(answers: Sequence[Answer], shown: int, own: str, bot: str, several: bool) -> _Page:
    """The quotes after the first `shown`, of several events as many of each as there is room for;
    `own` is the language of who asked, for questions in none that the interface knows. What
    one person has chosen of `several` events is not what another sees."""
    answer = answers[0]
    spoken = asked_in(answer.question, answer.language)
    interface = words(choose(spoken, own))
    personal = several or spoken not in LANGUAGES
    if not any(answer.quotes for answer in answers):
        return _note(interface.say("inline_nothing"), interface, _KEEP_QUOTES, personal)
    room = max(1, PAGE // len(answers))
    pages = [more(answer, shown * room // PAGE, room) for answer in answers]
    quotes = {receipt_of(quote): quote for page in pages for quote in page.quotes}
    results = (_result(quote, interface, bot) for quote in quotes.values())
    return _Page(
        tuple(result for result in results if result),
        str(shown + PAGE) if any(page.left for page in pages) else "",
        personal=personal,
    )


def _result(quote: Quote, interface: Words, bot: str) -> InlineQueryResultArticle | None:
    """A quote to insert, named by its receipt; `None` if no message holds all of it, for in pieces
    it would not be the text that is offered."""
    block, *rest = quote_blocks(quote, interface)
    if rest:
        return None
    private = private_button(quote, interface, bot)
    return InlineQueryResultArticle(
        receipt_of(quote),
        _title(quote, interface),
        InputTextMessageContent(
            block.html, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        InlineKeyboardMarkup([[InlineKeyboardButton(private.text, url=private.url)]]),
        description=_beginning(quote.text),
    )


def _title(quote: Quote, interface: Words) -> str:
    source = quote.article.source
    day = source.published
    when = interface.date(day) if day else interface.say("undated")
    title = f"{outlet_name(source.outlet, interface)}{BETWEEN}{when}"
    return sanitise(directed(title, interface))


def _beginning(text: str) -> str:
    line = " ".join(sanitise(text).split())
    if len(line) <= _LONGEST_DESCRIPTION:
        return line
    return line[: _LONGEST_DESCRIPTION - 1].rstrip() + "…"


def _note(text: str, interface: Words, keep: int, personal: bool) -> _Page:
    """No quotes, and a line about it that leads to the private chat."""
    button = InlineQueryResultsButton(directed(text, interface), start_parameter=START)
    return _Page(button=button, keep=keep, personal=personal)


def _failure(key: str, own: Words, **values: str) -> _Page:
    return _note(own.say(key, **values), own, keep=_KEEP_NONE, personal=True)


def _offset(offset: str) -> int | None:
    """How many quotes have been shown; `None` for an offset that no answer gave."""
    if not offset:
        return 0
    if not (offset.isascii() and offset.isdecimal() and len(offset) <= 4):
        return None
    shown = int(offset)
    return shown if 0 < shown <= _FURTHEST and shown % PAGE == 0 else None
