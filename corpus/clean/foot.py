"""The foot of a page: the short lines below the last paragraph among which furniture stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.clean.furniture import table
from corpus.clean.lines import Line

FOOT = "foot of page"
TAGS = "tags"

TAG_WORDS = 4
# All tags in one line; a line of fewer words than the least is rather a heading or a name.
TAGS_LEAST, TAGS_MOST = 3, 15
_WORD = re.compile(r"\w+")
_LIST_BEGINS = tuple("-•·▪●*–—0123456789")


def take_foot(lines: Sequence[Line], rules: dict[int, str]) -> None:
    """Enter in `rules` what no rule knows below the last paragraph: lines that end like no sentence
    below a line of furniture, and words of the text, as tags are, right above the first such line.
    """
    paragraphs = [n for n, line in enumerate(lines) if line.prose and line.number not in rules]
    if not paragraphs:
        return
    tail = [line for line in lines[paragraphs[-1] + 1 :] if not line.blank]
    known = [n for n, line in enumerate(tail) if rules.get(line.number) in table().foot]
    if not known:
        return
    left = [n for n, line in enumerate(tail) if line.number not in rules]
    # What is above a sentence is text as the sentence is.
    last_closed = max((n for n in left if tail[n].closed), default=-1)
    for n in left:
        if n > max(known[0], last_closed):
            rules[tail[n].number] = FOOT
    above = [tail[n] for n in left if last_closed < n < known[0]]
    if not any(n < known[0] for n in left if n <= last_closed):
        before = lines[paragraphs[-1]]
    else:
        before = tail[last_closed]
    if before.closed and _are_tags(above, lines[: above[0].number - 1] if above else ()):
        for line in above:
            rules[line.number] = TAGS


def _are_tags(lines: Sequence[Line], text: Sequence[Line]) -> bool:
    """Whether lines at the end of a text hold words of it as tags do: a line of several, or lines
    of a few words each, most of which the text holds."""
    if not lines or any(line.text.lstrip().startswith(_LIST_BEGINS) for line in lines):
        return False
    said = {word for line in text for word in _WORD.findall(line.key)}
    held = [said.issuperset(_WORD.findall(line.key)) for line in lines]
    if len(lines) == 1:
        return held[0] and TAGS_LEAST <= lines[0].words <= TAGS_MOST
    return all(line.words <= TAG_WORDS for line in lines) and 2 * sum(held) >= len(lines)
