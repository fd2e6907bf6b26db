"""Files that an editor writes into the home."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import ConfigurationError

LARGEST = 1_000_000
"""Bytes such a file may have; more was never written by hand."""


def content(path: Path) -> bytes | None:
    """What is in a file, `None` if there is none. Raises `ConfigurationError`."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise ConfigurationError(f"{path} has more than {LARGEST} bytes: shorten it")
    return data
