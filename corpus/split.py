"""Bodies into sentences, sentences into passages.

Nothing here makes text: sentences and passages are pairs of positions in the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.boundaries import pieces
from corpus.language.marks import COLONS, SEMICOLONS, SENTENCE_ENDS
from corpus.types import Sentence

# A passage holds a few sentences: enough to stand for itself, short enough for one vector.
# Chosen on the development sets (docs/evaluation.md).
PASSAGE_CHARACTERS = 520
# The last sentence of a passage opens the next one too, unless it is long.
OVERLAP_CHARACTERS = 160
# A line without closing punctuation and at most this long, with text after it, is a heading.
HEADING_CHARACTERS = 90
# A line that introduces what is below it is at most so long; of a longer one its last sentence.
LEAD_CHARACTERS = 300
# A line without closing punctuation and of so many words says something where nothing in the text
# is closed, as in posts.
POST_WORDS = 4

_CLOSING = re.compile(rf"[{SENTENCE_ENDS}{COLONS}{SEMICOLONS}।॥][\"'»”“’)\]]*$")
# A quotation, then who said it.
_SAID = re.compile(rf"[{SENTENCE_ENDS}»”\"]\s+[–—-]\s*[^\W\d_]")
_COLON = re.compile(rf"[{COLONS}]\s*$")
_LINE = re.compile(r"[^\n]+")
# What is before the items of a list: a bullet, a sign (those of posts too), a number.
_ITEM = re.compile(
    r"\s*(?:[-–—*•·▪●○■□◦‣►▶➤→✅❌🔴🔵⚫⚪🟢🟡🟠🟣🔻🔺🔹🔸📍📌🚨⭕♦️◾◽▫]\ufe0f?|\(?\d{1,2}[.)\-](?!\d))\s+"
)
_OPENING = re.compile(r"\s*[«\"“„‹「『—–]")
_CELLS = re.compile(r"\t| ?\| ?")
_PIPES = re.compile(r"\s*\|(.*)\|\s*", re.DOTALL)
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a body and where it begins. `cells` counts those of a row of a table."""

    start: int
    text: str

    @property
    def item(self) -> int:
        """How long the mark of an item is; 0 for a line that is none."""
        found = _ITEM.match(self.text)
        return found.end() if found and self.text[found.end() :].strip() else 0

    @property
    def cells(self) -> int:
        if "\t" in self.text.strip() or _PIPES.fullmatch(self.text):
            return len(_CELLS.split(self.text.strip(" \t|")))
        return 0

    @property
    def colon(self) -> bool:
        return bool(_COLON.search(self.text))

    @property
    def open(self) -> bool:
        """Whether it is short and not closed like a sentence."""
        return is_heading(self.text.strip())


def sentences(body: str, language: str) -> tuple[Sentence, ...]:
    """The sentences and headings of `body`, in order, not overlapping, without outer white space.

    `language` is an ISO 639-1 code; unknown codes are split by general rules.
    """
    lines = [_Line(found.start(), found.group()) for found in _LINE.finditer(body)]
    lines = [line for line in lines if line.text.strip()]
    posts = all(line.open for line in lines)
    found: list[Sentence] = []
    lead: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        after = lines[number + 1] if number + 1 < len(lines) else None
        if line.cells:
            if not (before and before.cells):
                lead = None
            header = lead is None and bool(after and after.cells)
            if header:
                lead = _span(line)
                found.append(Sentence(*lead, heading=True))
            else:
                found.append(Sentence(*_span(line), lead=lead))
            continue
        listed = _listed(line, before, after)
        if listed and not (before and _listed(before, None, line) and before.item):
            lead = _introduces(before, found)
        speech = before is not None and before.colon and bool(_OPENING.match(line.text))
        if speech and before is not None and not listed:
            lead = _introduces(before, found)
        if not listed and not speech:
            lead = None
        made = list(_of_line(line, language, skipped=line.item if listed else 0, lead=lead))
        one = len(made) == 1
        if one and not listed and after is not None and _is_title(line, after, posts=posts):
            made = [replace(made[0], heading=True)]
        found += made
    return tuple(found)


def _listed(line: _Line, before: _Line | None, after: _Line | None) -> bool:
    """Whether a line is an item of a list: it has a mark, and a neighbour has one too or the line
    above announces it. Speech that a dash opens is none."""
    if not line.item:
        return False
    neighbour = any(each is not None and each.item for each in (before, after))
    return neighbour or bool(before and before.colon)


def _introduces(before: _Line | None, found: list[Sentence]) -> tuple[int, int] | None:
    """The span of the sentence above a list or a speech; one that ends in a colon says nothing
    without it and is a heading from now on."""
    if before is None or not found:
        return None
    last = found[-1]
    if last.end - last.start > LEAD_CHARACTERS:
        return None
    if before.colon and last.start == before.start + _indent(before.text):
        found[-1] = replace(last, heading=True)
    return last.start, last.end


def _is_title(line: _Line, after: _Line, *, posts: bool) -> bool:
    """Whether a line is a heading of what follows it: short, not closed, and above text; a line
    above a list or a speech that it introduces is told there."""
    if not line.open:
        return False
    return not (posts and len(line.text.split()) >= POST_WORDS)


def _span(line: _Line) -> tuple[int, int]:
    """A row of a table without the marks at its edges."""
    text = line.text.strip(" \t|")
    start = line.start + line.text.index(text)
    return start, start + len(text)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _of_line(
    line: _Line, language: str, *, skipped: int, lead: tuple[int, int] | None
) -> Iterator[Sentence]:
    for start, end in pieces(line.text[skipped:], language):
        yield Sentence(line.start + skipped + start, line.start + skipped + end, lead=lead)


def is_row(body: str, sentence: Sentence) -> bool:
    """Whether a sentence is a row of a table, below a header."""
    spans = ((sentence.start, sentence.end), sentence.lead)
    return all(span and _CELLS.search(body, *span) for span in spans)


def passages(
    body: str, found: Sequence[Sentence], cuts: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """Passages of whole sentences as `(start, end)` of `body`.

    A heading opens a passage and never closes one; nothing crosses a cut. Every sentence but a
    heading with nothing after it is in at least one passage; a short last sentence opens the next
    passage again, so that an answer spread over two neighbours is found.
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


def is_heading(line: str) -> bool:
    """Whether a line with text after it is a heading: short, and not closed like a sentence nor a
    quotation with its speaker."""
    short = len(line) <= HEADING_CHARACTERS
    return short and not (_CLOSING.search(line) or _SAID.search(line))
