"""Article text on a terminal is data: control characters and separators of lines in it are shown
as spaces, so that it cannot steer the terminal. `--json` gives the exact text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")

_OPENING = 90

# Blanks at the end of a line, and what ends its colours.
_FILLING = re.compile(r"[ ]*((?:\x1b\[0m)?)[ ]*$", re.MULTILINE)

# Blanks, controls, and marks that nobody sees or that turn what follows.
_IN_NO_ADDRESS = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def web_address(url: str | None) -> str | None:
    """`url` where it is a web address that can be followed, written as it is."""
    if not url or _IN_NO_ADDRESS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def opening(text: str) -> str:
    """The first words of a text that has no headline."""
    first = text.lstrip()[: _OPENING + 1].partition("\n")[0]
    return first if len(first) <= _OPENING else first[:_OPENING].rpartition(" ")[0] + "…"


def visible(text: str) -> str:
    """`text` without control characters, as long as before."""
    return _CONTROL.sub(" ", text)


def unfilled(shown: str) -> str:
    """What rich drew, without the blanks that fill its lines up."""
    return _FILLING.sub(r"\1", shown)
