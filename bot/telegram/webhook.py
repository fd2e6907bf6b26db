"""A webhook: Telegram delivers the updates to a small web server after the operator's proxy.

https://core.telegram.org/bots/api#setwebhook. A request is taken only with the secret that Telegram
was given; an update is answered with 200 once it is stored, else Telegram delivers it again.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.telegram.client import Client, reason
from bot.telegram.inbox import Inbox
from bot.telegram.listening import listening
from bot.telegram.polling import REJECTED
from corpus.database import FAULTS
from corpus.errors import ConfigurationError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1 << 20
"""Bytes. The largest update, a text with all its entities and a quoted message, has some 100 kB."""

TAKEN_OVER = (
    "another program receives this bot's messages (its webhook leads elsewhere now):"
    " stop it, or give this one a token of its own"
)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_CHECK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is what Telegram is told; the proxy hands what arrives there to the rest."""

    url: str
    listen: str
    port: int
    path: str
    secret: str


class Webhook:
    """Receives updates at an address."""

    def __init__(self, bot: Client, inbox: Inbox, address: Address) -> None:
        self._bot = bot
        self._inbox = inbox
        self._address = address
        self._steady = False
        self._last_error: datetime | None = None

    @property
    def is_steady(self) -> bool:
        """Whether Telegram was reached at the last check and has the address."""
        return self._steady

    async def run(self) -> None:
        """Receive until cancelled. Raises `ConfigurationError` where Telegram refuses the address
        or the token, where another program takes the messages, or where the port is taken."""
        address = self._address
        async with listening(
            web.post(address.path, self.receive),
            host=address.listen,
            port=address.port,
            setting="telegram.webhook_port",
            largest=LARGEST_BODY,
        ):
            await self._insist(self._announce)
            log.info("updates arrive by webhook")
            while True:
                await asyncio.sleep(_CHECK_SECONDS)
                await self._insist(self._check)

    async def receive(self, request: web.Request) -> web.Response:
        """One delivery."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._address.secret.encode()):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError):
            # cut short on its way, perhaps: Telegram delivers it again
            log.warning("a delivery that is no JSON is sent back")
            return web.Response(status=400)
        try:
            await self._inbox.take([update])
        except FAULTS as error:
            log.error("an update could not be stored and is sent back: %s", reason(error))
            return web.Response(status=503)
        return web.Response()

    async def _insist(self, call: Callable[[], Awaitable[None]]) -> None:
        """Make a call, again and again until it succeeds."""
        pause = 0.0
        while True:
            try:
                await call()
                self._steady = True
                return
            except InvalidToken:
                raise ConfigurationError(REJECTED) from None
            except BadRequest as error:
                raise ConfigurationError(
                    f"Telegram refuses the webhook: {reason(error)}; correct telegram.webhook_url"
                ) from None
            except (TelegramError, *FAULTS) as error:
                if not pause:
                    log.warning("the webhook could not be seen to, trying again: %s", reason(error))
                self._steady = False
                pause = min(2 * pause, _LONGEST_PAUSE) or _FIRST_PAUSE
                asked = error.retry_after if isinstance(error, RetryAfter) else 0
            wait = asked if isinstance(asked, int) else asked.total_seconds()
            await asyncio.sleep(max(pause, wait))

    async def _announce(self) -> None:
        await self._bot.set_webhook(
            self._address.url,
            allowed_updates=self._inbox.allowed,
            secret_token=self._address.secret,
        )

    async def _check(self) -> None:
        """Whether Telegram still delivers here, and what went wrong where it could not."""
        self._inbox.prune()
        info = await self._bot.get_webhook_info()
        if info.url != self._address.url:
            raise ConfigurationError(TAKEN_OVER)
        if info.last_error_date and info.last_error_date != self._last_error:
            self._last_error = info.last_error_date
            log.warning("Telegram could not deliver an update: %s", info.last_error_message)
