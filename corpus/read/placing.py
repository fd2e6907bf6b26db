"""Where the lines that trafilatura extracted are on the page.

It changes characters (white space, joiners, the cells of tables). So a line is found again by its
letters, and the text is then taken from the page itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from corpus.read.blocks import Block, letters_of

# A shorter run of letters proves nothing inside a longer text.
PART_LETTERS = 30
# A line that has so much of a block is all of it but for what was cut out at its edge.
PART = 0.5


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the numbers of the blocks that it was made of; none where the page has no such
    text. `part` is the text of a line that is less than its one block."""

    line: str
    blocks: range
    part: str | None = None


def place(lines: Sequence[str], blocks: Sequence[Block]) -> list[Placed]:
    """Each of the lines, which are in the order of the page, with its blocks."""
    written = [letters_of(line) for line in lines]
    known: dict[str, list[int]] = defaultdict(list)
    for at, block in enumerate(blocks):
        known[block.letters].append(at)
    page = "".join(block.letters for block in blocks)
    starts = [0, *accumulate(len(block.letters) for block in blocks)]
    ends = _ends(written, known, len(blocks))
    placed: list[Placed] = []
    after = 0
    for line, letters, end in zip(lines, written, ends, strict=True):
        same = known.get(letters, []) if letters else []
        at = same[first] if (first := bisect_left(same, after)) < len(same) else end
        if at < end:
            found = Placed(line, range(at, at + 1))
        else:
            found = _within(line, letters, page, starts, range(after, end), blocks)
        placed.append(found)
        after = found.blocks.stop if found.blocks else after
    return placed


def _ends(written: Sequence[str], known: Mapping[str, Sequence[int]], count: int) -> list[int]:
    """For each line the number of the block that it is above at the latest: that of the next line
    with a place of its own. A teaser elsewhere on the page that repeats the first paragraph would
    else take the line away from where the others stand."""
    anchors = [
        (number, known[letters][0])
        for number, letters in enumerate(written)
        if len(letters) >= PART_LETTERS and len(known.get(letters, ())) == 1
    ]
    ends = [count] * len(written)
    upto = count
    kept = dict(anchors[place] for place in _rising([at for _, at in anchors]))
    for number in range(len(written) - 1, -1, -1):
        ends[number] = upto
        upto = kept.get(number, upto)
    return ends


def _rising(numbers: Sequence[int]) -> list[int]:
    """The places of a longest row of numbers that rise (patience sorting)."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(last[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        last[pile : pile + 1] = [place]
    row: list[int] = []
    place = last[-1] if last else -1
    while place >= 0:
        row.append(place)
        place = before[place]
    return row[::-1]


def _within(
    line: str,
    letters: str,
    page: str,
    starts: Sequence[int],
    places: range,
    blocks: Sequence[Block],
) -> Placed:
    """A line of several of the blocks in `places`, or of a part of one."""
    if len(letters) < PART_LETTERS:
        return Placed(line, range(0))
    start = page.find(letters, starts[places.start], starts[places.stop])
    if start < 0:
        return Placed(line, range(0))
    first = bisect_right(starts, start) - 1
    last = bisect_right(starts, start + len(letters) - 1) - 1
    if starts[first] == start and starts[last + 1] == start + len(letters):
        return Placed(line, range(first, last + 1))
    if first == last and len(letters) >= PART * len(blocks[first].letters):
        part = _part(blocks[first].text, start - starts[first], len(letters))
        return Placed(line, range(first, first + 1), part)
    return Placed(line, range(0))


def _part(text: str, before: int, length: int) -> str:
    """The part of a text that begins after so many letters and has so many, with the marks around
    its words."""
    places = [at for at, character in enumerate(text) if character.isalnum()]
    start, end = places[before], places[before + length - 1] + 1
    while start and not (text[start - 1].isspace() or text[start - 1].isalnum()):
        start -= 1
    while end < len(text) and not (text[end].isspace() or text[end].isalnum()):
        end += 1
    return text[start:end]
