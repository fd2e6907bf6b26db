"""The bot as a whole: what it is made of, and how it is run."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path

from telegram.error import TelegramError
from telegram.ext import Application

from bot.desk import Desk
from bot.leading import Leads, always
from bot.state import State
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
from bot.telegram.event_menu import EventMenu
from bot.telegram.events import Event, Events
from bot.telegram.following import Following
from bot.telegram.given_up import GivingUp
from bot.telegram.groups import Groups
from bot.telegram.guests import Guests
from bot.telegram.health import Health, Indexed
from bot.telegram.in_flight import InHand
from bot.telegram.inbox import ALLOWED, GUEST, Inbox
from bot.telegram.inline import Inline
from bot.telegram.lifecycle import ServiceParts, running
from bot.telegram.metrics import IndexAge, Measured, MeasuredWorkers, Metrics
from bot.telegram.notify import Notifier
from bot.telegram.polling import Polling
from bot.telegram.posts import Posts
from bot.telegram.private import Private
from bot.telegram.questions import Questions
from bot.telegram.reactions import Reactions
from bot.telegram.redaction import quieten, redacted
from bot.telegram.send_limits import DEFAULT, UNLIMITED, ChatLimiter, Limits, Shared
from bot.telegram.watch import WAITING as WATCH_WAITING
from bot.telegram.watch import Watch
from bot.telegram.webhook import Address, Webhook
from bot.telegram.workers import Workers
from corpus.database import FAULTS
from corpus.errors import ConfigurationError
from retrieval.engine import INDEX_FOLDER
from retrieval.index.service import served_name

log = logging.getLogger(__name__)

BASE_URL = "https://api.telegram.org/bot"
BASE_FILE_URL = "https://api.telegram.org/file/bot"

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot works. `concurrency` threads search, `queue` questions wait for them at most, an
    answer has `limit` quotes; `per_user` and `per_chat` are questions a minute, `limits` those on
    sending. `grace` is how many seconds what is in hand may take after the bot is told to stop.
    Without a `webhook` it polls; with a `health_port` it tells about itself and the index in
    `home`, to who asks at `health_listen`. Of several processes the one that `leads` tells chats of
    news. Today is the day in `zone`. `rules` say who may use it; with a `desk` editors change the
    coverage; with `follow_ups` a question may go on with the one before; with `guests` the bot
    answers in chats it is not in; `log_questions` has what is asked logged, and by whom."""

    concurrency: int = 2
    queue: int = 64
    limit: int = 3
    per_user: int = 30
    per_chat: int = 30
    limits: Limits = DEFAULT
    grace: float = 10.0
    webhook: Address | None = None
    health_listen: str = "127.0.0.1"
    health_port: int = 0
    home: Path = Path()
    zone: tzinfo = UTC
    rules: Rules = EVERYBODY
    desk: Desk | None = None
    follow_ups: bool = True
    guests: bool = False
    log_questions: bool = False
    leads: Leads = always


@asynccontextmanager
async def serving(
    served: Answering | Sequence[Event],
    *,
    token: str,
    state: State,
    base_url: str = BASE_URL,
    base_file_url: str = BASE_FILE_URL,
    options: Options | None = None,
) -> AsyncIterator[App]:
    """The application, receiving and answering while it is entered, in the running event loop. It
    serves several events, or the one of an engine, which is in the `home` of the options.

    A local server needs a `state` of its own, for it numbers its updates anew. Connecting goes on
    until Telegram is reached. Raises `ConfigurationError` for a token that is rejected, and when
    left, where receiving ended for that reason or because another program receives.
    """
    options = options or Options()
    with redacted(token):
        metrics = Metrics()
        client = open_client(token, base_url, base_file_url, options.limits, state, metrics)
        events = (
            served
            if isinstance(served, Sequence)
            else [Event(served, options.home, desk=options.desk)]
        )
        parts = build(events, client, state, options, metrics)
        async with running(parts) as receiving:
            yield parts.application
            if receiving.done():
                receiving.result()


def open_client(
    token: str, base_url: str, base_file_url: str, limits: Limits, state: State, metrics: Metrics
) -> Client:
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError(
            "the Telegram token is malformed (digits, a colon, letters): copy it from @BotFather"
        )
    for key, url in (("base_url", base_url), ("base_file_url", base_file_url)):
        if not re.match(r"https?://[^/\s]+/", url):
            raise ConfigurationError(f"telegram.{key} must be a web address that ends in bot")
    quieten()
    together = state.is_shared and limits is not UNLIMITED
    shared = Shared(state, int(token.partition(":")[0])) if together else None
    return connect(token, base_url, base_file_url, ChatLimiter(limits, shared, metrics.failed))


def build(
    served: Sequence[Event], bot: Client, state: State, options: Options, metrics: Metrics
) -> ServiceParts:
    served = [replace(event, engine=Measured(event.engine, metrics)) for event in served]
    in_hand = InHand(bot, state)
    application: App = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .concurrent_updates(in_hand)
        .build()
    )
    workers = MeasuredWorkers(options.concurrency, options.queue, metrics)
    asking = Asking(options.per_user, options.per_chat)
    log_questions = options.log_questions
    delivery = Delivery(bot, state)
    events = Events(served, bot, state)

    def answers(event: Event) -> Answers:
        return Answers(event.engine, options.limit, options.zone, lambda: f"{bot.username}")

    questions = Questions(
        events,
        answers,
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
        events,
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
    notifier = Notifier(bot, state, delivery, events, watch_workers, options.zone)
    watch = Watch(bot, state, events, notifier, watch_workers, options.zone, options.leads)
    editors = (
        [
            *Editors(bot, questions, state, access, desk_workers).handlers(),
            *Posts(bot, state, events, desk_workers).handlers(),
        ]
        if any(event.desk for event in events)
        else []
    )
    application.add_handlers(access.handlers(), FIRST)
    application.add_handlers(
        [
            *Commands(bot, questions, state, access, log_questions=log_questions).handlers(),
            *SettingsMenu(bot, questions, state, options.zone).handlers(),
            *Following(bot, questions, delivery, state, watch_workers).handlers(),
            *Dossiers(bot, questions, state, options.zone).handlers(),
            *editors,
            *(EventMenu(bot, questions, state).handlers() if events.several else ()),
            *Private(bot, questions).handlers(),
            *Groups(bot, questions, state).handlers(),
            *inline.handlers(),
            *AnswerButtons(bot, questions, delivery, state).handlers(),
            *OtherButtons(bot, state).handlers(),
            *Reactions(bot, state).handlers(),
            *GivingUp(bot, questions, state, access).handlers(),
        ]
    )
    if options.guests:
        application.add_handlers(Guests(events, answers, bot, state, workers, asking).handlers())
    allowed = (*ALLOWED, GUEST) if options.guests else ALLOWED
    application.add_error_handler(_log_fault)
    application.add_error_handler(in_hand.leave)
    inbox = Inbox(application, bot, state, in_hand.ids, allowed)
    receiving = (
        Webhook(bot, inbox, options.webhook)
        if options.webhook
        else Polling(bot, inbox, metrics.failed)
    )
    metrics.watch(
        lambda: workers.waiting,
        lambda: receiving.is_steady,
        IndexAge([(event.home / INDEX_FOLDER, event.engine.coverage) for event in events]),
    )
    health = Health(
        application,
        bot,
        receiving=receiving,
        inbox=inbox,
        in_hand=in_hand,
        workers=workers,
        indexed=lambda: {event.name: _indexed(event) for event in events},
        metrics=metrics,
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
        health.listening(options.health_listen, options.health_port),
        options.grace,
        access.editors,
        events.several,
    )


def _indexed(event: Event) -> Indexed:
    name = served_name(event.home / INDEX_FOLDER, event.engine.coverage)
    return Indexed(name, event.engine.coverage.count()[0])


async def _log_fault(update: object, context: Context) -> None:
    error = context.error
    if isinstance(error, (TelegramError, *FAULTS)):
        log.error("a message could not be handled: %s", reason(error))
    else:
        log.error("a message could not be handled", exc_info=error)
