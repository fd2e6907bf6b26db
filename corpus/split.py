"""Bodies into sentences, sentences into passages.

Nothing here makes text: sentences and passages are pairs of positions in the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sentencex

from corpus.types import Sentence

# A passage holds a few sentences: enough to stand for itself, short enough for one vector.
# Chosen on the development sets (docs/evaluation.md).
PASSAGE_CHARACTERS = 520
# The last sentence of a passage opens the next one too, unless it is long.
OVERLAP_CHARACTERS = 160
# A line without closing punctuation and at most this long, with text after it, is a heading.
HEADING_CHARACTERS = 90

# Titles and initials after which sentencex sees an end of sentence that is none.
_ABBREVIATION = re.compile(
    r"(?:^|[\s«\"“(])(?:[أادمشصهـ]{1,2}\.){1,3}\s*$|(?:^|\s)(?:[A-ZА-ЯЁ]|г|им|т|ул|M|Dr|St)\.\s*$"
)
_CLOSING = re.compile(r"[.!?؟…。！？:؛;][\"'»”“’)\]]*$")
_LINE = re.compile(r"[^\n]+")


def sentences(body: str, language: str) -> tuple[Sentence, ...]:
    """The sentences and headings of `body`, in order, not overlapping, without outer white space.

    `language` is an ISO 639-1 code; unknown codes are split by the general rules of sentencex.
    """
    lines = [line for line in _LINE.finditer(body) if line.group().strip()]
    found: list[Sentence] = []
    for number, line in enumerate(lines):
        pieces = list(_pieces(line.group(), language))
        last = number == len(lines) - 1
        heading = len(pieces) == 1 and not last and is_heading(line.group().strip())
        found += (
            Sentence(line.start() + start, line.start() + end, heading) for start, end in pieces
        )
    return tuple(found)


def passages(
    body: str, found: Sequence[Sentence], cuts: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """Passages of whole sentences as `(start, end)` of `body`.

    A heading opens a passage and never closes one; nothing crosses a cut. Every sentence but a
    heading with nothing after it stands in at least one passage; a short last sentence opens the
    next passage again, so that an answer spread over two neighbours is found.
    """
    made: list[tuple[int, int]] = []
    for block in _blocks(found, cuts):
        while block[-1].heading and not all(sentence.heading for sentence in block):
            block.pop()
        first = 0
        while first < len(block):
            after = _fill(block, first)
            made.append((block[first].start, block[after - 1].end))
            if after == len(block):
                break
            again = block[after - 1]
            overlaps = (
                after - 1 > first
                and not again.heading
                and again.end - again.start <= OVERLAP_CHARACTERS
                and not block[after].heading
            )
            first = after - 1 if overlaps else after
    return made


def _fill(block: Sequence[Sentence], first: int) -> int:
    """The number after the last sentence of the passage that begins at `first`."""
    after = first + 1
    while after < len(block):
        opened_by_headings = all(sentence.heading for sentence in block[first:after])
        if block[after].heading and not opened_by_headings:
            break
        if block[after].end - block[first].start > PASSAGE_CHARACTERS and not opened_by_headings:
            break
        after += 1
    return after


def _blocks(found: Sequence[Sentence], cuts: Sequence[int]) -> Iterator[list[Sentence]]:
    """Sentences between two cuts."""
    block: list[Sentence] = []
    remaining = sorted(cuts)
    for sentence in found:
        crossed = False
        while remaining and remaining[0] <= sentence.start:
            remaining.pop(0)
            crossed = True
        if crossed and block:
            yield block
            block = []
        block.append(sentence)
    if block:
        yield block


def _pieces(line: str, language: str) -> Iterator[tuple[int, int]]:
    """Sentences of one line as positions in it, after mending splits at abbreviations."""
    start: int | None = None
    for boundary in sentencex.get_sentence_boundaries(language, line):
        if start is None:
            start = boundary["start_index"]
        end = boundary["end_index"]
        if end < len(line) and _ABBREVIATION.search(line[max(start, end - 12) : end]):
            continue
        yield from _stripped(line, start, end)
        start = None
    if start is not None:
        yield from _stripped(line, start, len(line))


def _stripped(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = line[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece) - len(piece.rstrip())
    if left < len(piece):
        yield start + left, end - right


def is_heading(line: str) -> bool:
    """Whether a line with text after it is a heading: short, and not closed like a sentence."""
    return len(line) <= HEADING_CHARACTERS and not _CLOSING.search(line)
