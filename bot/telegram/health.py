"""How the bot is, as JSON: for a supervisor, without secrets or ids."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import asdict, dataclass

from aiohttp import web

from bot.leading import Leads, always
from bot.telegram.client import App, Client
from bot.telegram.in_flight import InHand
from bot.telegram.inbox import Inbox, Receiving
from bot.telegram.listening import listening
from bot.telegram.metrics import PATH as METRICS_PATH
from bot.telegram.metrics import Metrics
from bot.telegram.workers import Workers
from corpus.database import FAULTS
from corpus.errors import PullquoteError

PATH = "/health"


@dataclass(frozen=True, slots=True)
class Indexed:
    """The index in service and the number of articles."""

    name: str
    articles: int


class Health:
    """Reads the figures off the running parts. `indexed` gives those of each event by its name, and
    is called in a thread."""

    def __init__(
        self,
        application: App,
        bot: Client,
        *,
        receiving: Receiving,
        inbox: Inbox,
        in_hand: InHand,
        workers: Workers,
        indexed: Callable[[], Mapping[str, Indexed]],
        metrics: Metrics,
        leads: Leads = always,
    ) -> None:
        self._leads = leads
        self._metrics = metrics
        self._application = application
        self._bot = bot
        self._receiving = receiving
        self._inbox = inbox
        self._in_hand = in_hand
        self._workers = workers
        self._indexed = indexed

    def listening(self, host: str, port: int) -> AbstractAsyncContextManager[None]:
        """Answer `GET /health` and `GET /metrics` while entered, with port 0 at none. Raises
        `ConfigurationError` where the port is taken."""
        if not port:
            return nullcontext()
        return listening(
            web.get(PATH, self.answer),
            web.get(METRICS_PATH, self._metrics.scraped),
            host=host,
            port=port,
            setting="telegram.health_port",
        )

    async def answer(self, request: web.Request) -> web.Response:
        """200 where questions are received and can be answered, else 503."""
        try:
            indexed = await asyncio.to_thread(self._indexed)
        except (PullquoteError, *FAULTS):
            indexed = {}
        role = "leader" if await asyncio.to_thread(self._leads) else "follower"
        status = self._status(indexed)
        age = self._inbox.last_update_age
        figures: dict[str, object] = {
            "status": status,
            "bot": f"@{self._bot.username}" if self._application.running else None,
            "index": next(iter(indexed.values())).name if len(indexed) == 1 else None,
            "articles": sum(one.articles for one in indexed.values()) if indexed else None,
            "updates_handled": self._in_hand.handled,
            "last_update_age_s": None if age is None else round(age, 1),
            "queue": self._workers.waiting,
            "role": role,
        }
        if len(indexed) > 1:
            figures["events"] = {name: asdict(one) for name, one in indexed.items()}
        return web.json_response(figures, status=200 if status == "ok" else 503)

    def _status(self, indexed: Mapping[str, Indexed]) -> str:
        if not self._application.running:
            return "starting"
        if not self._receiving.is_steady:
            return "telegram cannot be reached"
        return "ok" if indexed else "no index"
