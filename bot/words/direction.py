"""Text of the other direction set apart, so that a line reads in its own order.

Only the isolates U+2066 to U+2069 are used: Telegram's server removes the older embedding marks.
"""

from __future__ import annotations

import re
import unicodedata

from corpus.language.marks import DIRECTIONS

LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG, END = "\u2066", "\u2067", "\u2068", "\u2069"

_MARKS = re.compile(f"[{DIRECTIONS}]")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_ISOLATED = re.compile(f"([{LEFT_TO_RIGHT}-{FIRST_STRONG}][^{LEFT_TO_RIGHT}-{END}]*{END})")
# Over the kinds of `_kind`: a command or mention sign belongs to the word after it; signs and
# blanks belong to a run only when it goes on after them.
_RUN = re.compile(r"P?L(?:[LD]|[NP]+(?=L))*")


def name(text: str, right_to_left: bool) -> str:
    """A name as one line, set apart where its direction is not that of the line it goes into."""
    bare = _MARKS.sub("", _BLANKS.sub(" ", text)).strip()
    kinds = {_kind(character) for character in bare}
    if right_to_left:
        whole = "L" in kinds and "R" not in kinds
        return f"{LEFT_TO_RIGHT}{bare}{END}" if whole else isolate(bare)
    return f"{FIRST_STRONG}{bare}{END}" if "R" in kinds else bare


def isolate(text: str) -> str:
    """Right-to-left text with each left-to-right run set apart, unless it already is."""
    parts = _ISOLATED.split(text)
    parts[::2] = [_isolate_runs(part) for part in parts[::2]]
    return "".join(parts)


def _isolate_runs(text: str) -> str:
    kinds = "".join(_kind(character) for character in text)
    done, out = 0, []
    for run in _RUN.finditer(kinds):
        start, end = run.span()
        # a bracket outside its isolate would be mirrored
        if text[start:end].count("(") > text[start:end].count(")") and text[end : end + 1] == ")":
            end += 1
        out += [text[done:start], LEFT_TO_RIGHT, text[start:end], END]
        done = end
    return "".join([*out, text[done:]])


def _kind(character: str) -> str:
    """L and R are letters of either direction, D a digit, P a sign before a word, B a line's end
    and N all else; one character each."""
    if character in "/@#":
        return "P"
    if character == "\n":
        return "B"
    direction = unicodedata.bidirectional(character)
    return {"L": "L", "R": "R", "AL": "R", "EN": "D", "AN": "D"}.get(direction, "N")
