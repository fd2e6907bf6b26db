"""Plain text of messages, whose paragraphs are broken into lines of some 70 characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Programs break lines at 72 to 80 characters; where lines are longer, nothing was broken.
LONGEST = 80
# So short a text is a list or a poem.
SHORTEST = 50

_BLOCK = re.compile(r"[>•·*–—|-]|\(?\d{1,3}[.)]\s")


def unwrapped(text: str, *, flowed: bool = False) -> str:
    """`text` with a line a paragraph. Where it is `flowed` (RFC 3676), a line that goes on ends in
    a blank; else one does after which the next word had no room."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if flowed:
        return "\n".join(_flowed(lines))
    width = max((len(line.rstrip()) for line in lines), default=0)
    return text if not SHORTEST <= width <= LONGEST else "\n".join(_broken(lines, width))


def _flowed(lines: list[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        line = line.removeprefix(" ") if line.startswith((" ", " >")) else line
        if line.endswith(" ") and line != "-- ":
            before += line
        else:
            yield before + line
            before = ""
    if before:
        yield before.rstrip()


def _broken(lines: list[str], width: int) -> Iterator[str]:
    before = last = lines[0].rstrip()
    for line in (each.rstrip() for each in lines[1:]):
        first = line.split(" ", 1)[0]
        goes_on = last and line and line[0] not in " \t" and not _BLOCK.match(line)
        if goes_on and len(last) + 1 + len(first) > width:
            before = f"{before} {line}"
        else:
            yield before
            before = line
        last = line
    yield before
