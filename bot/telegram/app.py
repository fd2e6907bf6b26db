"""The bot as a whole: what it is made of, and how it is run."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from telegram.error import TelegramError
from telegram.ext import Application

from bot.desk import Desk
from bot.fetching import open_fetcher
from bot.following import following
from bot.leading import Leads, always, leading
from bot.state import FILE, State
from bot.telegram.access import EVERYBODY, FIRST, Access, Rules
from bot.telegram.answers import Answering, Answers
from bot.telegram.ask_limits import Asking
from bot.telegram.buttons import AnswerButtons
from bot.telegram.callbacks import OtherButtons
from bot.telegram.chat_settings import SettingsMenu
from bot.telegram.client import App, Client, Context, connect, reason
from bot.telegram.commands import Commands
from bot.telegram.delivery import Delivery
from bot.telegram.dossiers import Dossiers
from bot.telegram.editors import WAITING as DESK_WAITING
from bot.telegram.editors import Editors
from bot.telegram.following import Following
from bot.telegram.groups import Groups
from bot.telegram.health import Health, Indexed
from bot.telegram.in_flight import InHand
from bot.telegram.inbox import Inbox
from bot.telegram.inline import Inline
from bot.telegram.lifecycle import ServiceParts, running, serve_until_told
from bot.telegram.notify import Notifier
from bot.telegram.polling import Polling
from bot.telegram.posts import Posts
from bot.telegram.private import Private
from bot.telegram.questions import Questions
from bot.telegram.redaction import quieten, redacted
from bot.telegram.search_process import searching
from bot.telegram.send_limits import DEFAULT, UNLIMITED, ChatLimiter, Limits, Shared
from bot.telegram.watch import WAITING as WATCH_WAITING
from bot.telegram.watch import Watch
from bot.telegram.webhook import Address, Webhook
from bot.telegram.workers import Workers
from corpus.database import FAULTS
from corpus.errors import ConfigurationError, HomeError
from retrieval.engine import INDEX_FOLDER, Engine
from retrieval.index.service import served_name

if TYPE_CHECKING:
    from bot.settings import Settings, Telegram

log = logging.getLogger(__name__)

BASE_URL = "https://api.telegram.org/bot"
BASE_FILE_URL = "https://api.telegram.org/file/bot"
LOCK = "bot.lock"

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot works. `concurrency` threads search, `queue` questions wait for them at most, an
    answer has `limit` quotes; `per_user` and `per_chat` are questions a minute, `limits` those on
    sending. `grace` is how many seconds what is in hand may take after the bot is told to stop.
    Without a `webhook` it polls; with a `health_port` it tells about itself and the index in
    `home`. Of several processes the one that `leads` tells chats of news. Today is the day in
    `zone`. `rules` say who may use it; with a `desk` editors change the coverage; with `follow_ups`
    a question may go on with the one before; `log_questions` has what is asked logged, and by
    whom."""

    concurrency: int = 2
    queue: int = 64
    limit: int = 3
    per_user: int = 30
    per_chat: int = 30
    limits: Limits = DEFAULT
    grace: float = 10.0
    webhook: Address | None = None
    health_port: int = 0
    home: Path = Path()
    zone: tzinfo = UTC
    rules: Rules = EVERYBODY
    desk: Desk | None = None
    follow_ups: bool = True
    log_questions: bool = False
    leads: Leads = always


def run(settings: Settings, engine: Engine, open_engine: Callable[[], Engine] | None = None) -> int:
    """Answer until SIGTERM or SIGINT; 0 after an orderly stop. With `open_engine` a process of its
    own searches, see `SearchProcess`.

    Raises `ConfigurationError` without a token, for a rejected one (401), where another program
    receives its messages (409) and where a port is taken; `HomeError` where another bot runs on the
    same home.
    """
    telegram = settings.telegram
    if telegram.token is None:
        raise ConfigurationError(
            "no Telegram token: set PULLQUOTE_TELEGRAM__TOKEN to the one @BotFather gave you"
        )
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    token = telegram.token.get_secret_value()
    desk = Desk(settings.home, engine, settings.zone, open_fetcher(settings.fetch))
    options = replace(_options(settings), desk=desk)
    secret = options.webhook.secret if options.webhook else token
    with (
        redacted(token),
        redacted(secret),
        nullcontext() if settings.store else only_bot(settings.home),
        State.open(settings.place(FILE)) as state,
        leading(settings.store) as leads,
        following(settings, engine.coverage, lambda: engine.embedder, leads),
    ):
        options = replace(options, leads=leads)
        client = _client(token, telegram.base_url, telegram.base_file_url, options.limits, state)
        with searching(engine, open_engine) as answering:
            return asyncio.run(serve_until_told(_build(answering, client, state, options)))


@asynccontextmanager
async def serving(
    engine: Answering,
    *,
    token: str,
    state: State,
    base_url: str = BASE_URL,
    base_file_url: str = BASE_FILE_URL,
    options: Options | None = None,
) -> AsyncIterator[App]:
    """The application, receiving and answering while it is entered, in the running event loop.

    A local server needs a `state` of its own, for it numbers its updates anew. Connecting goes on
    until Telegram is reached. Raises `ConfigurationError` for a token that is rejected, and when
    left, where receiving ended for that reason or because another program receives.
    """
    options = options or Options()
    with redacted(token):
        client = _client(token, base_url, base_file_url, options.limits, state)
        parts = _build(engine, client, state, options)
        async with running(parts) as receiving:
            yield parts.application
            if receiving.done():
                receiving.result()


@contextmanager
def only_bot(home: Path) -> Iterator[None]:
    """Inside, no other bot runs on this home. Raises `HomeError` where one does."""
    lock = FileLock(home / LOCK)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise HomeError(
            f"another bot runs on the home {home}: stop it, or choose another --home"
        ) from None
    except OSError as error:
        raise HomeError(f"cannot lock the home {home}: {error}; check its permissions") from error
    try:
        yield
    finally:
        lock.release()


def _options(settings: Settings) -> Options:
    telegram = settings.telegram
    return Options(
        concurrency=telegram.concurrency,
        queue=telegram.queue,
        limit=settings.answer.limit,
        follow_ups=settings.answer.follow_ups,
        per_user=telegram.per_user,
        per_chat=telegram.per_chat,
        limits=DEFAULT if telegram.paced else UNLIMITED,
        webhook=_address(telegram, shared=bool(settings.store)),
        health_port=telegram.health_port,
        home=settings.home,
        zone=settings.zone,
        rules=Rules(
            everybody=telegram.access == "open",
            allowed=frozenset(telegram.allowed),
            editors=frozenset(telegram.editors),
        ),
        log_questions=telegram.log_questions,
    )


def _address(telegram: Telegram, *, shared: bool) -> Address | None:
    if not telegram.webhook_url:
        return None
    set_one = telegram.webhook_secret
    return Address(
        telegram.webhook_url,
        telegram.webhook_listen,
        telegram.webhook_port,
        telegram.webhook_path or urlsplit(telegram.webhook_url).path or "/",
        set_one.get_secret_value() if set_one else _secret(telegram, shared=shared),
    )


def _secret(telegram: Telegram, *, shared: bool) -> str:
    """A secret for the webhook, which all processes know that share a store: Telegram keeps one."""
    if shared and telegram.token:
        return sha256(f"webhook\0{telegram.token.get_secret_value()}".encode()).hexdigest()
    return secrets.token_urlsafe(32)


def _client(token: str, base_url: str, base_file_url: str, limits: Limits, state: State) -> Client:
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError(
            "the Telegram token is malformed (digits, a colon, letters): copy it from @BotFather"
        )
    for key, url in (("base_url", base_url), ("base_file_url", base_file_url)):
        if not re.match(r"https?://[^/\s]+/", url):
            raise ConfigurationError(f"telegram.{key} must be a web address that ends in bot")
    quieten()
    shared = Shared(state, int(token.partition(":")[0])) if state.is_shared else None
    return connect(token, base_url, base_file_url, ChatLimiter(limits, shared))


def _build(engine: Answering, bot: Client, state: State, options: Options) -> ServiceParts:
    in_hand = InHand(bot, state)
    application: App = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .concurrent_updates(in_hand)
        .build()
    )
    workers = Workers(options.concurrency, options.queue)
    asking = Asking(options.per_user, options.per_chat)
    log_questions = options.log_questions
    delivery = Delivery(bot, state)
    questions = Questions(
        Answers(engine, options.limit, options.zone, lambda: f"{bot.username}"),
        bot,
        delivery,
        workers,
        asking,
        state,
        follow_ups=options.follow_ups,
        log_questions=log_questions,
    )
    access = Access(bot, questions, state, options.rules)
    inline = Inline(
        engine,
        bot,
        state,
        workers,
        asking,
        options.zone,
        open_to_all=options.rules.everybody,
        log_questions=log_questions,
    )
    desk_workers = Workers(1, DESK_WAITING)
    watch_workers = Workers(1, WATCH_WAITING)
    notifier = Notifier(bot, state, delivery, engine.coverage, watch_workers, options.zone)
    watch = Watch(
        bot, state, engine, notifier, watch_workers, options.home, options.zone, options.leads
    )
    editors = (
        [
            *Editors(bot, questions, state, access, options.desk, desk_workers).handlers(),
            *Posts(bot, state, options.desk, desk_workers).handlers(),
        ]
        if options.desk
        else []
    )
    application.add_handlers(access.handlers(), FIRST)
    application.add_handlers(
        [
            *Commands(bot, questions, state, access, log_questions=log_questions).handlers(),
            *SettingsMenu(bot, questions, state, options.zone).handlers(),
            *Following(bot, questions, delivery, state, engine, watch_workers).handlers(),
            *Dossiers(bot, questions, state, options.zone).handlers(),
            *editors,
            *Private(bot, questions).handlers(),
            *Groups(bot, questions, state).handlers(),
            *inline.handlers(),
            *AnswerButtons(bot, questions, delivery, state).handlers(),
            *OtherButtons(bot, state).handlers(),
        ]
    )
    application.add_error_handler(_log_fault)
    application.add_error_handler(in_hand.leave)
    inbox = Inbox(application, bot, state, in_hand.ids)
    receiving = Webhook(bot, inbox, options.webhook) if options.webhook else Polling(bot, inbox)
    health = Health(
        application,
        bot,
        receiving=receiving,
        inbox=inbox,
        in_hand=in_hand,
        workers=workers,
        indexed=lambda: _indexed(engine, options.home),
        leads=options.leads,
    )
    return ServiceParts(
        application,
        bot,
        in_hand,
        inbox,
        receiving,
        watch,
        (workers, desk_workers, watch_workers),
        health.listening(options.health_port) if options.health_port else nullcontext(),
        options.grace,
        access.editors,
    )


def _indexed(engine: Answering, home: Path) -> Indexed:
    return Indexed(served_name(home / INDEX_FOLDER, engine.coverage), engine.coverage.count()[0])


async def _log_fault(update: object, context: Context) -> None:
    error = context.error
    if isinstance(error, (TelegramError, *FAULTS)):
        log.error("a message could not be handled: %s", reason(error))
    else:
        log.error("a message could not be handled", exc_info=error)
