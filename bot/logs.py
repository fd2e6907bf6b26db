"""The log of a running bot on standard error: a line, or a JSON object, for each record."""

from __future__ import annotations

import logging
import time

from bot.settings import LogFormat

_TEXT = "%(asctime)s %(levelname)s %(message)s"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}


def log_as(form: LogFormat) -> None:
    """Log from INFO on in this form; what has been set up before stays."""
    if logging.getLogger().handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _formatter(form: LogFormat) -> logging.Formatter:
    if form == "text":
        return logging.Formatter(_TEXT)
    from pythonjsonlogger.json import JsonFormatter

    # RFC 3339, in UTC whatever the machine's zone is
    formatter = JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields=_NAMES,
        datefmt="%Y-%m-%dT%H:%M:%SZ",
        json_ensure_ascii=False,
    )
    formatter.converter = time.gmtime
    return formatter
