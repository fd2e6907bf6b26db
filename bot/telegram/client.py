"""The Bot API client, and the types of the application around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.ext import Application, CallbackContext, ExtBot
from telegram.request import HTTPXRequest

from bot.telegram.send_limits import Attempt, ChatLimiter

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
RawUpdate = dict[str, Any]

LONG_POLL_SECONDS = 10
_READ_SECONDS = 20.0
_POLL_READ_SECONDS = 5.0
# Longer than the longest request, so that a call waits for a free connection rather than fails.
_POOL_SECONDS = 60.0
# At each call httpcore looks at every connection that is open.
_CONNECTIONS = 32


class Client(ExtBot[Attempt]):
    """The bot's client. Updates are fetched unparsed: they are stored before anything else."""

    async def fetch(
        self, offset: int | None, allowed: Sequence[str], seconds: int = LONG_POLL_SECONDS
    ) -> list[RawUpdate]:
        """The updates from `offset` on, which confirms all before it. Waits for the first one at
        most `seconds`."""
        fetched: list[RawUpdate] = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": seconds, "allowed_updates": list(allowed)},
            read_timeout=seconds + _POLL_READ_SECONDS,
        )
        return fetched


def connect(token: str, base_url: str, base_file_url: str, limiter: ChatLimiter) -> Client:
    """A client that sends through `limiter`; polling has connections of its own."""
    return Client(
        token,
        base_url=base_url,
        base_file_url=base_file_url,
        request=HTTPXRequest(_CONNECTIONS, read_timeout=_READ_SECONDS, pool_timeout=_POOL_SECONDS),
        get_updates_request=HTTPXRequest(2, pool_timeout=_POOL_SECONDS),
        rate_limiter=limiter,
    )


def reason(error: BaseException) -> str:
    """Why a call failed, in one line without addresses."""
    if isinstance(error, NetworkError) and isinstance(error.__cause__, httpx.HTTPError):
        return f"{type(error.__cause__).__name__}: {error.__cause__}".rstrip(": ").splitlines()[0]
    return (str(error) or type(error).__name__).splitlines()[0]
