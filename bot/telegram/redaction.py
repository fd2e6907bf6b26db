"""The token kept out of every log line and traceback of the process."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

HIDDEN = "[token]"

# One factory for the process; several bots may run in it and end in any order.
_secrets: Counter[str] = Counter()
_formatter = logging.Formatter()


@contextmanager
def redacted(secret: str) -> Iterator[None]:
    """While entered, no log record contains `secret`, neither in its message nor in its
    traceback."""
    before = logging.getLogRecordFactory()
    if not isinstance(before, _Factory):
        logging.setLogRecordFactory(_Factory(before))
    _secrets[secret] += 1
    try:
        yield
    finally:
        _secrets[secret] -= 1
        _secrets.__iadd__(Counter())  # drops what has fallen to zero


def redact(text: str) -> str:
    """`text` without any of the secrets hidden at the moment."""
    for secret in _secrets:
        text = text.replace(secret, HIDDEN)
    return text


def quieten() -> None:
    """Lower the libraries that log addresses with the token, or tracebacks of foreseen faults."""
    for name, level in (
        ("httpx", logging.WARNING),
        ("httpcore", logging.WARNING),
        ("telegram", logging.WARNING),
        # logs a traceback for each unreadable answer, which is raised as well
        ("telegram.request.BaseRequest", logging.CRITICAL),
    ):
        logging.getLogger(name).setLevel(level)


class _Factory:
    def __init__(self, before: Any) -> None:
        self._before = before

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._before(*args, **kwargs)
        if not _secrets:
            return record
        with suppress(Exception):  # a line that cannot be formatted is its handler's affair
            message = record.getMessage()
            if (clean := redact(message)) != message:
                record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0]:
            traceback = _formatter.formatException(record.exc_info)
            if (clean := redact(traceback)) != traceback:
                # handlers that format the exception themselves must not see it either
                record.exc_text, record.exc_info = clean, None
        return record
