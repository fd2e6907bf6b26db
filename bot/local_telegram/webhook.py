"""Webhooks: setting one, and delivering updates to it with retries."""

import asyncio
import re
import time
from collections.abc import Callable

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.local_telegram.errors import bad, refuse
from bot.local_telegram.params import Params
from bot.local_telegram.types import Json
from bot.local_telegram.updates import UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
RETRY_PAUSES = (0.3, 1, 2, 4, 8, 8, 8)
ENDS_POLL = "Conflict: terminated by setWebhook request"


class Webhooks:
    """The methods that set, delete and describe the webhook."""

    def __init__(self, queue: UpdateQueue, allows_http: Callable[[], bool]) -> None:
        self.queue = queue
        self.allows_http = allows_http
        self.delivery: asyncio.Task[None] | None = None

    def set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if not url:
            return self.delete_webhook(params)
        plain = url.startswith("http://") and self.allows_http()
        if not url.startswith("https://") and not plain:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.text("secret_token")
        refuse(not SECRET.fullmatch(secret), "secret token contains unallowed characters")
        self.queue.set_allowed(params)
        self.delete_webhook(params)
        connections = min(max(params.number("max_connections", 40), 1), 100)
        hook = {"url": url, "secret": secret, "max_connections": connections}
        self.queue.webhook = hook
        if self.queue.poll:
            self.queue.poll.end(ENDS_POLL)
        self.delivery = asyncio.create_task(_deliver_all(self.queue, hook))
        return True

    def delete_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.queue.drop()
        if self.delivery:
            self.delivery.cancel()
        self.delivery = self.queue.webhook = None
        self.queue.take_back()
        return True

    def get_webhook_info(self, params: Params | None = None) -> Json:
        hook = self.queue.webhook
        info: Json = {
            "url": hook["url"] if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue.pending) + len(self.queue.in_flight),
        }
        if hook:
            info["max_connections"] = hook["max_connections"]
            info["allowed_updates"] = self.queue.allowed or []
            errors = ("last_error_date", "last_error_message")
            info |= {key: hook[key] for key in errors if key in hook}
        return info

    async def close(self) -> None:
        """Stop delivering, when the server stops."""
        if self.delivery:
            self.delivery.cancel()
            await asyncio.wait({self.delivery})


async def _deliver_all(queue: UpdateQueue, hook: Json) -> None:
    gate = asyncio.Semaphore(hook["max_connections"])
    tasks: set[asyncio.Task[None]] = set()
    async with ClientSession(timeout=ClientTimeout(30)) as http:
        try:
            while True:
                queue.changed.clear()
                while update := queue.take():
                    task = asyncio.create_task(_deliver(queue, hook, http, gate, update))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                await queue.changed.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _deliver(
    queue: UpdateQueue, hook: Json, http: ClientSession, gate: asyncio.Semaphore, update: Json
) -> None:
    headers = {SECRET_HEADER: hook["secret"]} if hook["secret"] else {}
    async with gate:
        for pause in RETRY_PAUSES:
            try:
                async with http.post(hook["url"], json=update, headers=headers) as response:
                    if response.status // 100 == 2:
                        queue.settle(update, delivered=True)
                        return
                    error = f"Wrong response from the webhook: {response.status}"
            except (ClientError, OSError, TimeoutError) as failure:
                error = str(failure) or type(failure).__name__
            hook["last_error_date"] = int(time.time())
            hook["last_error_message"] = error
            await asyncio.sleep(pause)
        queue.settle(update, delivered=False)
