"""Which blocks of a page are its article's, judged by where the paragraphs that trafilatura took
are in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from corpus.clean.furniture import is_date_line, is_labelled_date, line_rule, table
from corpus.clean.header import BYLINE, DATE, names_someone
from corpus.read.beside import (
    cards,
    chain,
    is_away,
    is_list,
    is_title_of_another,
    named,
    next_article,
    site_of,
    walls,
)
from corpus.read.blocks import (
    ALL_LINKED,
    ARTICLES,
    LINKED,
    TEXT,
    Block,
    letters_of,
    named_furniture,
)
from corpus.read.placing import Placed

# Reasons for what is put back.
AMONG = "stands among the paragraphs"
ALIKE = "in a container like theirs"
SUMMARY = "a point of the summary"
STATED = "in the text that the page states"
LEADS_AWAY = "a link to another site"

# Elements around a paragraph whose names are compared.
AROUND = 3
# Elements around a list that may have its name.
AROUND_LIST = 5

_NUMBER = re.compile(r"\d+")
_QUOTED = frozenset(["p", "blockquote"])
_ASIDE = frozenset(["aside", "nav", "footer", "form", "figcaption"])


class Belonging:
    """Where the article is among the blocks of its page. `cards`, `walls` and `next` are the
    numbers of blocks that are none of it, `is_list` says that the page has no article but cards."""

    def __init__(
        self,
        blocks: Sequence[Block],
        placed: Sequence[Placed],
        stated: str = "",
        address: str | None = None,
    ) -> None:
        self._blocks = blocks
        self._site = site_of(address or "")
        taken = {number for each in placed for number in each.blocks}
        paragraphs = [number for number in sorted(taken) if blocks[number].prose]
        self.cards = cards(blocks, paragraphs)
        own = [number for number in paragraphs if number not in self.cards]
        self.is_list = is_list(paragraphs, own, blocks)
        if self.is_list:
            own = paragraphs
        self.next = next_article(blocks, own)
        own = [number for number in own if number not in self.next]
        self._parents = {blocks[number].holder.getparent() for number in own}
        parents = Counter(blocks[number].holder.getparent() for number in own)
        several = [parent for parent, count in parents.items() if parent is not None and count > 1]
        self._around = {each for one in several for each in (one, *one.iterancestors())}
        self._containers = {one for one in several if one.tag not in ("body", "html")}
        self._ways = {way for number in own if (way := _way(blocks[number]))}
        self._text = min(own, default=0)
        above_text = (number for number in range(self._text) if blocks[number].title)
        self._title = max(above_text, default=len(blocks))
        self.walls = walls(blocks, own)
        self._first, self._last = min(taken, default=0), max(taken, default=-1)
        above = blocks[min(own)].element.iterancestors() if own else ()
        self._articles = {element for element in above if element.tag in ARTICLES}
        self._stated = letters_of(stated)
        self._elsewhere = {
            block.letters
            for number, block in enumerate(blocks)
            if not self._first <= number <= self._last and is_title_of_another(block)
        }

    def why(self, number: int, *, begun: bool) -> str | None:
        """Why a block that trafilatura left is the article's, or `None`; `begun` says whether a
        paragraph is above it."""
        block = self._blocks[number]
        if number in self.next or block.title or number in self.cards or self.is_teaser(block):
            return None
        if self.is_link(number):
            return None
        if block.link:
            return LEADS_AWAY
        if self._first < number < self._last and self._stands_among(number, begun=begun):
            return AMONG
        if number < self._first and self._sums_up(number):
            return SUMMARY
        if block.prose and not _is_aside(block):
            if self._stated and block.letters in self._stated:
                return STATED
            if self._is_alike(block):
                return ALIKE
        return None

    def header_rule(self, number: int) -> str | None:
        """The rule of a line between title and text that gives the date or the author: who asks
        for these reads it among what was taken out."""
        if not self._title < number < self._text:
            return None
        line = self._blocks[number].line
        if is_date_line(line) or is_labelled_date(line):
            return DATE
        rule = line_rule(line, header=True)
        return BYLINE if rule and rule.name == BYLINE and names_someone(line.text) else None

    def is_link(self, number: int) -> bool:
        """Whether a block is a link and no line of the text; so is a sentence if all of it is one
        link to another page of the same site."""
        block = self._blocks[number]
        if block.link:
            return not self._leads_away(number)
        one = block.linked >= ALL_LINKED and len(block.targets) == 1 and not block.heading
        return one and is_away(block) and site_of(block.target) in (None, self._site)

    def _leads_away(self, number: int) -> bool:
        """Whether a block that is a link is a line of the text: it is among the paragraphs and
        leads to another site (a source, a file, what is sold)."""
        block = self._blocks[number]
        if not (number <= self._last and self._is_set_in(block)):
            return False
        site = site_of(block.target)
        return self._site is not None and site is not None and site != self._site

    def _stands_among(self, number: int, *, begun: bool) -> bool:
        block = self._blocks[number]
        if begun and block.element.tag in _QUOTED and self._is_set_in(block):
            return True
        if block.linked > LINKED or named_furniture(block.holder):
            return False
        if block.holder.getparent() not in self._parents:
            return False
        return block.element.tag in TEXT or named(block.element, table().headings_named)

    def _is_set_in(self, block: Block) -> bool:
        """Whether it stands, or a quotation around it, inside a container of the article and in no
        box there."""
        quoted = False
        for element in (block.element, *block.element.iterancestors()):
            if element in self._containers:
                return True
            quoted = quoted or element.tag == "blockquote"
            if element.tag in _ASIDE or (not quoted and named_furniture(element)):
                return False
        return False

    def _is_alike(self, block: Block) -> bool:
        """Whether a paragraph is in elements named like those around the article's own."""
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
            named(each, table().summaries) for each in above[:AROUND_LIST]
        )
        return (
            block.element.tag == "li"
            and block.prose
            and inside
            and not any(map(named_furniture, above))
        )

    def is_teaser(self, block: Block) -> bool:
        """Whether a paragraph is, to the letter, the title of another article that the page links
        to outside the text: «read also» without the link or the words."""
        return not (block.heading or block.title) and block.letters in self._elsewhere

    def is_apart(self, block: Block, *, below_heading: bool) -> bool:
        """Whether a block that trafilatura took is in a box of the page's own or is a piece of a
        card; `below_heading` says whether the heading of a list of links is right above."""
        return self._in_box(block) or self._is_fragment(block, below_heading=below_heading)

    def _is_fragment(self, block: Block, *, below_heading: bool) -> bool:
        """Whether a block is a piece of a card and no text: it is neither paragraph nor heading nor
        item and stands deeper in the page than the paragraphs, or below the heading of a list."""
        if block.line.closed or block.heading:
            return False
        if block.holder.getparent() in self._parents:
            return False
        inside = not self._around.isdisjoint(block.element.iterancestors())
        return below_heading or (inside and block.element.tag not in TEXT)

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


def _is_aside(block: Block) -> bool:
    return any(each.tag in _ASIDE or named_furniture(each) for each in chain(block.element))


def _way(block: Block) -> tuple[tuple[str, str], ...] | None:
    """The names of the elements around a paragraph; `None` if none of them has any."""
    around = (block.element, *block.element.iterancestors())[: AROUND + 1]
    way = tuple((str(each.tag), _name(each.get("class") or "")) for each in around)
    return way if any(name for _, name in way[1:]) else None


@lru_cache(maxsize=4096)
def _name(classes: str) -> str:
    """The classes of an element in any order, their numbers left out."""
    return " ".join(sorted(_NUMBER.sub("", classes.lower()).split()))
