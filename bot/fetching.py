"""The client for links, built from the settings."""

from __future__ import annotations

from bot.settings import Fetch
from corpus.fetch import Fetcher, Limits


def open_fetcher(settings: Fetch) -> Fetcher:
    """A client within the limits of the settings."""
    return Fetcher(
        Limits(settings.timeout_s, settings.max_bytes, settings.redirects),
        allow_private=settings.allow_private,
        agent=settings.user_agent,
    )
