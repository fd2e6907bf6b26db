"""Where the program begins: Ctrl-C while it is read."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Inside, Ctrl-C ends the process without a traceback: nothing has been done yet. For the main
    thread of a process that has no handler of its own."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


with ending_at_once():
    from bot.cli.main import main

__all__ = ["main"]
