"""Article text on a terminal is data: control characters in it are shown as spaces, so that it
cannot steer the terminal. `--json` gives the exact text."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """`text` without control characters, as long as before."""
    return _CONTROL.sub(" ", text)
