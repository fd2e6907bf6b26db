"""The text of an article, from what trafilatura took of its page and from the page itself.

Trafilatura finds the article, but it does not say what it left out or why. It takes the first of
several containers, drops headings, lists or tables between two paragraphs, and includes teasers and
the next article of an endless page. Here its lines are found again in the page. Blocks of the
article that it dropped are put back, other blocks are removed, and both are reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.clean.furniture import heading_rule
from corpus.clean.header import DATE
from corpus.clean.lines import Line, key_of
from corpus.read.belonging import Belonging
from corpus.read.blocks import ITEMS, Block
from corpus.read.placing import place
from corpus.types import Removal

# Rules for what is left out; corpus.read.belonging has the reasons for what is put back.
PAGE = "page"
WALL = "wall"
LINKS = "links"
TITLE = "title"
CARD = "teaser"
NEXT = "another article"


@dataclass(frozen=True, slots=True)
class Body:
    """The text, one block a line and a blank line between two that are not items of one list; what
    of the page is not in it, and what trafilatura had left, each with the line it stood below.
    `titles` are lines of it that the page marks as its title; `cards` says that the page is a list
    of articles."""

    text: str
    dropped: tuple[Removal, ...]
    restored: tuple[Removal, ...]
    taken: tuple[Block, ...]
    titles: tuple[str, ...]
    cards: bool


def restore(
    blocks: Sequence[Block], extracted: str, stated: str = "", address: str | None = None
) -> Body:
    """The body of a page. `extracted` is what trafilatura took, `stated` the text of the article
    that the page's structured data hold, `address` where the page is from."""
    lines = [line for line in extracted.split("\n") if line.strip()]
    placed = place(lines, blocks)
    own = Belonging(blocks, placed, stated, address)
    made = _Made(blocks, own)
    done = 0
    for each in placed:
        if not each.blocks:
            made.keep(each.line, None)
            continue
        made.pass_by(range(done, each.blocks.start))
        for number in each.blocks:
            made.take(number, each.part or blocks[number].written)
        done = each.blocks.stop
    made.pass_by(range(done, len(blocks)))
    return Body(
        "\n".join(made.lines),
        tuple(made.dropped),
        tuple(made.restored),
        tuple(made.taken),
        tuple(made.titles),
        own.is_list,
    )


class _Made:
    """The text as it grows, and what was left out of it and put back."""

    def __init__(self, blocks: Sequence[Block], own: Belonging) -> None:
        self.lines: list[str] = []
        self.dropped: list[Removal] = []
        self.restored: list[Removal] = []
        self.taken: list[Block] = []
        self.titles: list[str] = []
        self._blocks, self._own = blocks, own
        self._before: Block | None = None
        # Whether the block above was the heading of a list of links that trafilatura left.
        self._under_heading = False
        self._begun = False

    def keep(self, line: str, block: Block | None) -> None:
        if self.lines and not self._same_list(line, block):
            self.lines.append("")
        self.lines.append(line)
        self._before = block
        self._under_heading = False
        # Above the first paragraph are names and dates, which corpus.clean.header reads.
        self._begun = self._begun or Line(0, line, key_of(line)).prose
        if block is not None:
            self.taken.append(block)

    def take(self, number: int, line: str) -> None:
        """A block of trafilatura's: kept, unless it is a link, another article's, the title, or in
        a box of the page's own."""
        block = self._blocks[number]
        if number in self._own.next:
            self.drop(block, NEXT)
        elif number in self._own.cards or (self._begun and self._own.is_teaser(block)):
            self.drop(block, CARD)
        elif number in self._own.walls:
            self.drop(block, WALL)
        elif block.title and (not self._begun or block.text in self.titles):
            self.titles.append(block.text)
            if self._begun:
                self.drop(block, TITLE)
            else:
                self.keep(line, block)
        elif self._own.is_link(number):
            self.drop_link(block)
        elif (
            not self._begun and block.element.tag == "li" and self._own.header_rule(number) == DATE
        ):
            self.drop(block, DATE)
        elif self._begun and self._own.is_apart(block, below_heading=self._under_heading):
            self.drop(block, PAGE)
        else:
            self.keep(line, block)

    def drop(self, block: Block, rule: str) -> None:
        heading = heading_rule(block.line)
        self._under_heading = heading is not None or (self._under_heading and rule != PAGE)
        self.dropped.append(Removal(len(self.lines), block.text, rule))

    def drop_link(self, block: Block) -> None:
        """Drop a line that is a link, and the heading of such lines («Read also») above it."""
        last = self.lines[-1] if self.lines else ""
        heading = heading_rule(Line(0, last, key_of(last))) if last else None
        if heading:
            self.dropped.append(Removal(len(self.lines) - 1, self.lines.pop(), heading.name))
            self._before = None
        self.drop(block, LINKS)

    def pass_by(self, places: range) -> None:
        """Blocks that trafilatura left: put back what is the article's."""
        for number in places:
            block = self._blocks[number]
            why = self._own.why(number, begun=self._begun)
            if why:
                self.keep(block.written, block)
                self.restored.append(Removal(len(self.lines), block.text, why))
            elif self._own.is_link(number):
                self.drop_link(block)
            else:
                left = NEXT if number in self._own.next else self._own.header_rule(number)
                self.drop(block, left or PAGE)

    def _same_list(self, line: str, block: Block | None) -> bool:
        before = self._before
        if block is None or before is None:
            return line[:1] in "-|" and self.lines[-1][:1] == line[:1]
        return block.holder is before.holder and block.element.tag in ITEMS
