"""The text of an article, from what trafilatura took of its page and what the page shows itself.

Trafilatura finds the article but says neither what it left nor why; it takes the first of several
containers, leaves a heading, a list or a table between two paragraphs it took, and takes teasers
and the next article of an endless page. Here its lines are found again in the page: what it left of
the article is put back, what is none goes, and both are told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.clean.furniture import (
    heading_rule,
    is_date_line,
    is_labelled_date,
    line_rule,
    table,
)
from corpus.clean.header import BYLINE, DATE, names_someone
from corpus.clean.lines import Line, key_of
from corpus.read.blocks import (
    ALL_LINKED,
    ARTICLES,
    ITEMS,
    LINKED,
    TEXT,
    Block,
    HtmlElement,
    letters_of,
    named_furniture,
)
from corpus.read.placing import Placed, place
from corpus.types import Removal

# Rules for what is left out...
PAGE = "page"
WALL = "wall"
LINKS = "links"
TITLE = "title"
CARD = "teaser"
NEXT = "another article"
# ... and reasons for what is put back.
AMONG = "stands among the paragraphs"
ALIKE = "in a container like theirs"
SUMMARY = "a point of the summary"
STATED = "in the text that the page states"

# Elements around a paragraph whose names are compared.
AROUND = 3
# Elements around a list that may carry its name.
AROUND_LIST = 5
# Paragraphs that an article has before another one can follow it on its page.
PARAGRAPHS = 2
# A card holds the heading of another article and at most so many pieces of text.
CARD_BLOCKS = 6
# A title that a paragraph can be told by.
TITLE_WORDS = 5
# Characters of what stands in place of the text for those who have not paid.
WALLED = 600
# So many of them, and so great a share of the text, make a page of lists.
CARDS = 4
SHARE_OF_CARDS = 0.6

_NUMBER = re.compile(r"\d+")
_ASIDE = frozenset(["aside", "nav", "footer", "form", "figcaption"])


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


def restore(blocks: Sequence[Block], extracted: str, stated: str = "") -> Body:
    """The body of a page. `extracted` is what trafilatura took, `stated` the text of the article
    that the page's structured data hold."""
    lines = [line for line in extracted.split("\n") if line.strip()]
    placed = place(lines, blocks)
    made = _Made(blocks, placed, stated)
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
        made.is_list,
    )


class _Made:
    """The text as it grows, and what was left out of it and put back."""

    def __init__(self, blocks: Sequence[Block], placed: Sequence[Placed], stated: str) -> None:
        self.lines: list[str] = []
        self.dropped: list[Removal] = []
        self.restored: list[Removal] = []
        self.taken: list[Block] = []
        self.titles: list[str] = []
        self._blocks = blocks
        self._before: Block | None = None
        # Whether the block above was the heading of a list of links that trafilatura left.
        self._under_heading = False
        self._begun = False
        taken = {number for each in placed for number in each.blocks}
        paragraphs = [number for number in sorted(taken) if blocks[number].prose]
        self._cards = _cards(blocks, paragraphs)
        own = [number for number in paragraphs if number not in self._cards]
        self.is_list = _is_list(paragraphs, own, blocks)
        if self.is_list:
            own = paragraphs
        self._next = _next_article(blocks, own)
        own = [number for number in own if number not in self._next]
        self._parents = {blocks[number].holder.getparent() for number in own}
        parents = Counter(blocks[number].holder.getparent() for number in own)
        several = [parent for parent, count in parents.items() if parent is not None and count > 1]
        self._around = {each for one in several for each in (one, *one.iterancestors())}
        self._containers = {
            each for one in several for each in (one,) if one.tag not in ("body", "html")
        }
        self._ways = {way for number in own if (way := _way(blocks[number]))}
        self._text = min(own, default=0)
        above_text = (number for number in range(self._text) if blocks[number].title)
        self._title = max(above_text, default=len(blocks))
        self._walls = _walls(blocks, own)
        self._first, self._last = min(taken, default=0), max(taken, default=-1)
        above = blocks[min(own)].element.iterancestors() if own else ()
        self._articles = {element for element in above if element.tag in ARTICLES}
        self._stated = letters_of(stated)
        self._elsewhere = {
            block.letters
            for number, block in enumerate(blocks)
            if not self._first <= number <= self._last and _is_title_of_another(block)
        }

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
        if number in self._next:
            self.drop(block, NEXT)
        elif number in self._cards or (self._begun and self._is_teaser(block)):
            self.drop(block, CARD)
        elif number in self._walls:
            self.drop(block, WALL)
        elif block.title and (not self._begun or block.text in self.titles):
            self.titles.append(block.text)
            if self._begun:
                self.drop(block, TITLE)
            else:
                self.keep(line, block)
        elif block.link:
            self.drop_link(block)
        elif not self._begun and block.element.tag == "li" and self._header_rule(number) == DATE:
            self.drop(block, DATE)
        elif self._begun and (self._in_box(block) or self._is_fragment(block)):
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
            why = None if number in self._next or block.title else self._belongs(number)
            if why and not block.link:
                self.keep(block.written, block)
                self.restored.append(Removal(len(self.lines), block.text, why))
            elif block.link:
                self.drop_link(block)
            else:
                left = NEXT if number in self._next else self._header_rule(number)
                self.drop(block, left or PAGE)

    def _header_rule(self, number: int) -> str | None:
        """The rule of a line between title and text that gives the date or the author: who asks
        for these reads it among what was taken out."""
        if not self._title < number < self._text:
            return None
        line = self._blocks[number].line
        if is_date_line(line) or is_labelled_date(line):
            return DATE
        rule = line_rule(line, header=True)
        return BYLINE if rule and rule.name == BYLINE and names_someone(line.text) else None

    def _belongs(self, number: int) -> str | None:
        """Why a block that trafilatura left is the article's, or `None`."""
        block = self._blocks[number]
        if number in self._cards or self._is_teaser(block):
            return None
        if self._first < number < self._last and self._stands_among(block):
            return AMONG
        if number < self._first and self._sums_up(number):
            return SUMMARY
        if block.prose and not _is_aside(block):
            if self._stated and block.letters in self._stated:
                return STATED
            if self._is_alike(block):
                return ALIKE
        return None

    def _stands_among(self, block: Block) -> bool:
        if self._is_quoted(block):
            return True
        if block.linked > LINKED or named_furniture(block.holder):
            return False
        if block.holder.getparent() not in self._parents:
            return False
        return block.element.tag in TEXT or _named(block.element, table().headings_named)

    def _is_quoted(self, block: Block) -> bool:
        """Whether it is a paragraph, or in a quotation, that a wrapper of its own sets into the
        text."""
        if block.element.tag not in ("p", "blockquote") or not self._begun:
            return False
        quoted = False
        for element in (block.element, *block.element.iterancestors()):
            if element in self._containers:
                return True
            quoted = quoted or element.tag == "blockquote"
            if element.tag in _ASIDE or (not quoted and named_furniture(element)):
                return False
        return False

    def _is_alike(self, block: Block) -> bool:
        """Whether a paragraph stands in elements named like those around the article's own."""
        way = _way(block)
        if way is None or way not in self._ways:
            return False
        inside = {each for each in block.element.iterancestors() if each.tag in ARTICLES}
        return not self._articles or not self._articles.isdisjoint(inside)

    def _sums_up(self, number: int) -> bool:
        """Whether a block above the text is a point of its summary: an item of a list inside the
        same article that is a sentence; or the heading right above such items."""
        block = self._blocks[number]
        if block.heading:
            below = self._blocks[number + 1]
            joined = below.holder.getparent() is block.holder.getparent()
            return joined and below.element.tag == "li" and self._sums_up(number + 1)
        above = list(block.element.iterancestors())
        inside = not self._articles.isdisjoint(above) or any(
            _named(each, table().summaries) for each in above[:AROUND_LIST]
        )
        return (
            block.element.tag == "li"
            and block.prose
            and inside
            and not any(map(named_furniture, above))
        )

    def _is_teaser(self, block: Block) -> bool:
        """Whether a paragraph is, to the letter, the title of another article that the page links
        to outside the text: «read also» without the link or the words."""
        return not (block.heading or block.title) and block.letters in self._elsewhere

    def _is_fragment(self, block: Block) -> bool:
        """Whether a block is a piece of a card and no text: it is neither paragraph nor heading nor
        item and stands deeper in the page than the paragraphs, or below the heading of a list."""
        if block.line.closed or block.heading:
            return False
        if block.holder.getparent() in self._parents:
            return False
        inside = not self._around.isdisjoint(block.element.iterancestors())
        return self._under_heading or (inside and block.element.tag not in TEXT)

    def _in_box(self, block: Block) -> bool:
        """Whether the page names an element around a block, below the one that holds the
        paragraphs of the article, as it names furniture; a paragraph is taken at its word."""
        if block.prose:
            return False
        for element in (block.element, *block.element.iterancestors()):
            if element in self._around:
                return False
            if self._around and named_furniture(element):
                return True
        return False

    def _same_list(self, line: str, block: Block | None) -> bool:
        before = self._before
        if block is None or before is None:
            return line[:1] in "-|" and self.lines[-1][:1] == line[:1]
        return block.holder is before.holder and block.element.tag in ITEMS


def _is_title_of_another(block: Block) -> bool:
    """Whether it is a link, long enough for a title, to another page than this one."""
    away = bool(block.target) and not block.target.startswith("#")
    return block.linked >= ALL_LINKED and away and block.line.words >= TITLE_WORDS


def _is_aside(block: Block) -> bool:
    return any(each.tag in _ASIDE or named_furniture(each) for each in _chain(block.element))


def _chain(element: HtmlElement) -> tuple[HtmlElement, ...]:
    """An element and those around it, up to the article that it stands in."""
    found = [element]
    for each in element.iterancestors():
        if each.tag in (*ARTICLES, "body", "html"):
            break
        found.append(each)
    return tuple(found)


def _named(element: HtmlElement, names: Iterable[str]) -> bool:
    said = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(name in said for name in names)


def _walls(blocks: Sequence[Block], paragraphs: Sequence[int]) -> set[int]:
    """The blocks of what stands in place of the text for those who have not paid. A page that has
    more below such a name shows the text itself there."""
    if not paragraphs:
        return set()
    found = {
        number
        for number in paragraphs
        if any(_named(each, table().walls) for each in _chain(blocks[number].element))
    }
    walled = sum(len(blocks[number].text) for number in found)
    return found if paragraphs[0] not in found and walled <= WALLED else set()


def _way(block: Block) -> tuple[tuple[str, str], ...] | None:
    """The names of the elements around a paragraph; `None` where none of them has any."""
    chain = (block.element, *block.element.iterancestors())[: AROUND + 1]
    way = tuple((str(each.tag), _name(each.get("class") or "")) for each in chain)
    return way if any(name for _, name in way[1:]) else None


@lru_cache(maxsize=4096)
def _name(classes: str) -> str:
    """The classes of an element in any order, their numbers left out."""
    return " ".join(sorted(_NUMBER.sub("", classes.lower()).split()))


def _cards(blocks: Sequence[Block], paragraphs: Sequence[int]) -> set[int]:
    """The blocks of teasers: an element with a heading that is a link, and little text below it."""
    parents = Counter(blocks[number].holder.getparent() for number in paragraphs)
    found: set[int] = set()
    for number, block in enumerate(blocks):
        if not block.heading or block.title or block.linked < ALL_LINKED or number in found:
            continue
        element = block.element.getparent()
        if element is None or parents[element] > 1 or element.tag in ("body", *ARTICLES):
            continue
        inside = range(number, _end_of(element, blocks, number))
        if 1 < len(inside) <= CARD_BLOCKS:
            found.update(inside)
    return found


def _end_of(element: HtmlElement, blocks: Sequence[Block], start: int) -> int:
    """The number after the last block inside an element, from one inside it on; no more are looked
    at than a card has."""
    end = start
    while end < min(len(blocks), start + CARD_BLOCKS + 1) and any(
        each is element for each in (blocks[end].element, *blocks[end].element.iterancestors())
    ):
        end += 1
    return end


def _is_list(paragraphs: Sequence[int], own: Sequence[int], blocks: Sequence[Block]) -> bool:
    """Whether the text of a page is that of teasers."""
    total = sum(len(blocks[number].text) for number in paragraphs)
    cards = total - sum(len(blocks[number].text) for number in own)
    return len(paragraphs) - len(own) >= CARDS and cards >= SHARE_OF_CARDS * total


def _next_article(blocks: Sequence[Block], paragraphs: Sequence[int]) -> range:
    """The blocks of the articles below the first one, as endless pages have them: from a heading
    of the first level on that opens an element with none of the text above in it."""
    own = set(paragraphs)
    above: set[HtmlElement] = set()
    count = 0
    for number, block in enumerate(blocks):
        if number in own:
            above.update(block.element.iterancestors())
            count += 1
        if count < PARAGRAPHS or not block.title:
            continue
        title = block.element
        if title.tag != "h1":
            title = next(title.iterancestors("h1"))
        if title.getparent() not in above:
            return range(number, len(blocks))
    return range(len(blocks), len(blocks))
