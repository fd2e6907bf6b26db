"""One writer at a time to a home: its coverage and index are changed under one lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.home import close_to_others
from corpus.errors import HomeError

LOCK = "writer.lock"

WRITER_SECONDS = 20.0
"""How long a second writer waits for the first."""


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Inside, this thread alone writes to the home. Raises `HomeError`."""
    lock = FileLock(home / LOCK, mode=0o600)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=WRITER_SECONDS)
    except Timeout:
        raise HomeError(
            f"another pullquote has been writing to {home} for {WRITER_SECONDS:.0f} s:"
            " wait for it to finish, then run this again"
        ) from None
    except OSError as error:
        raise HomeError(
            f"cannot write to the home {home}: {error.strerror or error};"
            " check its permissions or choose another --home"
        ) from error
    try:
        yield
    finally:
        close_to_others(home)
        lock.release()
