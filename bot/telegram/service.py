"""`pullquote run`: the bot as the settings have it, on its home."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from bot.allocator import returning_freed_memory
from bot.desk import Desk
from bot.fetching import open_fetcher
from bot.following import following
from bot.home import close_to_others
from bot.leading import leading
from bot.logs import log_as
from bot.settings import Settings, Telegram
from bot.state import FILE, State
from bot.telegram.access import Rules
from bot.telegram.answers import Answering
from bot.telegram.app import Options, build, open_client
from bot.telegram.events import Event
from bot.telegram.lifecycle import serve_until_told
from bot.telegram.metrics import Metrics
from bot.telegram.redaction import redacted
from bot.telegram.search_process import searching_all
from bot.telegram.send_limits import DEFAULT, UNLIMITED
from bot.telegram.webhook import Address
from corpus.errors import ConfigurationError, HomeError
from retrieval.engine import Engine
from retrieval.types import Embedder

LOCK = "bot.lock"


def run(
    settings: Settings,
    engines: Mapping[str, Engine],
    open_engines: Callable[[], Mapping[str, Engine]] | None = None,
) -> int:
    """Answer until SIGTERM or SIGINT; 0 after an orderly stop. `engines` are those of the events by
    their keys; with `open_engines` a process of its own searches, see `SearchProcess`.

    Raises `ConfigurationError` without a token, for a rejected one (401), where another program
    receives its messages (409) and where a port is taken; `HomeError` where another bot runs on the
    same home.
    """
    telegram = settings.telegram
    if telegram.token is None:
        raise ConfigurationError(
            "no Telegram token: set PULLQUOTE_TELEGRAM__TOKEN to the one @BotFather gave you"
        )
    log_as(settings.log)
    token = telegram.token.get_secret_value()
    options = _options(settings)
    secret = options.webhook.secret if options.webhook else token
    with (
        redacted(token),
        redacted(secret),
        nullcontext() if settings.store else only_bot(settings.bot_home),
        State.open(settings.bot_place(FILE)) as state,
        leading(settings.store) as leads,
        returning_freed_memory(),
        ExitStack() as sources,
    ):
        for one in settings.each():
            engine = engines[one.event_key]
            sources.enter_context(
                following(one, engine.coverage, partial(_embedder, engine), leads)
            )
        options = replace(options, leads=leads)
        metrics = Metrics()
        client = open_client(
            token, telegram.base_url, telegram.base_file_url, options.limits, state, metrics
        )
        with searching_all(engines, open_engines) as answering:
            events = [
                _event(one, engines[one.event_key], answering[one.event_key])
                for one in settings.each()
            ]
            return asyncio.run(serve_until_told(build(events, client, state, options, metrics)))


def _embedder(engine: Engine) -> Embedder:
    return engine.embedder


def _event(settings: Settings, engine: Engine, answering: Answering) -> Event:
    """An event as the bot serves it: editors change it here, whatever process searches it."""
    return Event(
        answering,
        settings.home,
        settings.event_key,
        settings.event or "",
        settings.title,
        settings.languages,
        Desk(settings.home, engine, settings.zone, open_fetcher(settings.fetch)),
    )


@contextmanager
def only_bot(home: Path) -> Iterator[None]:
    """Inside, no other bot runs on this home. Raises `HomeError` where one does."""
    lock = FileLock(home / LOCK, mode=0o600)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        close_to_others(home)
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
        guests=telegram.guests,
        per_user=telegram.per_user,
        per_chat=telegram.per_chat,
        limits=DEFAULT if telegram.paced else UNLIMITED,
        webhook=_address(telegram, shared=bool(settings.store)),
        health_listen=telegram.health_listen,
        health_port=telegram.health_port,
        home=settings.bot_home,
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
