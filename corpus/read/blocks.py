"""The blocks of a saved page beside what trafilatura took of it.

Trafilatura finds the article but says neither what it left nor why, and now and then leaves a
heading, a list or the rows of a table between two paragraphs it took. Here its lines are found
again in the page: what it left from among them is put back, lines that are nothing but links to
other pages go, and everything left out is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from corpus.clean.furniture import heading_rule, table
from corpus.clean.lines import Line, key_of
from corpus.types import Removal

# lxml has no types.
HtmlElement = Any

PAGE = "page"
LINKS = "links"

_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "td", "th", "time", "tt", "u", "var", "wbr"),
    )
)
_UNSEEN = frozenset(
    ["head", "iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template"]
)
_CELLS = frozenset(["td", "th"])
_HEADINGS = frozenset(["h2", "h3", "h4", "h5", "h6"])
_TEXT = _HEADINGS | frozenset(["p", "li", "tr", "blockquote", "dt", "dd", "pre"])
_ITEMS = frozenset(["li", "tr", "dt", "dd"])
_ARTICLES = frozenset(["article", "main"])
# Between a piece of text and the element whose children are the paragraphs of the article.
_HOLDERS = _TEXT | frozenset(["ul", "ol", "dl", "tbody", "thead", "tfoot", "table", "figure"])
# Of the characters of a line, the share that may stand inside links in text of an article.
LINKED = 0.5
# A line with so great a share inside links is a link.
ALL_LINKED = 0.8


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that a browser shows on lines of its own. `linked` is the share of its
    characters inside links; `holder` is the outermost list, table or paragraph it belongs to."""

    text: str
    linked: float
    element: HtmlElement
    holder: HtmlElement

    @property
    def letters(self) -> str:
        return _letters(self.text)

    @property
    def link(self) -> bool:
        """Whether it is a link to another page and no more."""
        line = Line(0, self.text, key_of(self.text))
        return self.linked >= ALL_LINKED and self.element.tag not in _HEADINGS and not line.prose


def restore(page: HtmlElement, extracted: str) -> tuple[str, tuple[Removal, ...]]:
    """The text of an article, one block a line and a blank line between two that are not items of
    one list, and the blocks of the page that are not in it, each with the line it stood below."""
    blocks = list(_blocks(page))
    lines = [line for line in extracted.split("\n") if line.strip()]
    places = _places(lines, blocks)
    taken = {place for place in places if place is not None}
    made = _Made(blocks, taken)
    done = 0
    for line, place in zip(lines, places, strict=True):
        if place is None:
            made.keep(line, None)
            continue
        made.pass_by(range(done, place))
        made.take(line, blocks[place])
        done = place + 1
    made.pass_by(range(done, len(blocks)))
    return "\n".join(made.lines), tuple(made.dropped)


def unframed(page: HtmlElement) -> HtmlElement | None:
    """A copy of a page in which tables that hold paragraphs, the frames of old pages, are plain
    elements; `None` where there are none."""
    if not any(map(_is_frame, page.iter("table"))):
        return None
    copied = deepcopy(page)
    for frame in list(copied.iter("table")):
        if _is_frame(frame):
            for part in frame.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
                part.tag = "div"
    return copied


def _is_frame(element: HtmlElement) -> bool:
    return next(element.iter("p", "h1", "h2", "h3", "article"), None) is not None


class _Made:
    """The text as it grows, and what was left out of it."""

    def __init__(self, blocks: Sequence[Block], taken: set[int]) -> None:
        self.lines: list[str] = []
        self.dropped: list[Removal] = []
        self._blocks = blocks
        self._before: Block | None = None
        # Whether the block above was the heading of a list of links that trafilatura left.
        self._under_heading = False
        self._begun = False
        paragraphs = [place for place in taken if _is_text(blocks[place])]
        self._parents = {blocks[place].holder.getparent() for place in paragraphs}
        parents = Counter(blocks[place].holder.getparent() for place in paragraphs)
        several = [parent for parent, count in parents.items() if parent is not None and count > 1]
        self._around = {each for one in several for each in (one, *one.iterancestors())}
        self._first, self._last = min(taken, default=0), max(taken, default=-1)
        above = blocks[min(paragraphs)].element.iterancestors() if paragraphs else ()
        self._articles = {element for element in above if element.tag in _ARTICLES}

    def keep(self, line: str, block: Block | None) -> None:
        if self.lines and not self._same_list(line, block):
            self.lines.append("")
        self.lines.append(line)
        self._before = block
        self._under_heading = False
        # Above the first paragraph are names and dates, which corpus.header reads.
        self._begun = self._begun or _line(line).prose

    def take(self, line: str, block: Block) -> None:
        """A line of trafilatura's: kept, if it is no link and in no box of the page's own."""
        if block.link:
            self.drop_link(block)
        elif self._begun and (self._in_box(block) or self._is_fragment(block)):
            self.drop(block, PAGE)
        else:
            self.keep(line, block)

    def drop(self, block: Block, rule: str) -> None:
        heading = heading_rule(_line(block.text))
        self._under_heading = heading is not None or (self._under_heading and rule != PAGE)
        self.dropped.append(Removal(len(self.lines), block.text, rule))

    def drop_link(self, block: Block) -> None:
        """Drop a line that is a link, and the heading of such lines («Read also») above it."""
        heading = heading_rule(_line(self.lines[-1])) if self.lines else None
        if heading:
            self.dropped.append(Removal(len(self.lines) - 1, self.lines.pop(), heading.name))
            self._before = None
        self.drop(block, LINKS)

    def pass_by(self, places: range) -> None:
        """Blocks that trafilatura left: put back what stands among the article's paragraphs."""
        for place in places:
            block = self._blocks[place]
            if self._first < place < self._last:
                belongs = self._stands_among(block)
            else:
                belongs = place < self._first and self._sums_up(place)
            if belongs and not block.link:
                mark = "- " if block.element.tag == "li" else ""
                self.keep(mark + block.text, block)
            elif block.link:
                self.drop_link(block)
            else:
                self.drop(block, PAGE)

    def _stands_among(self, block: Block) -> bool:
        return (
            block.element.tag in _TEXT
            and block.holder.getparent() in self._parents
            and block.linked <= LINKED
            and not _is_named_furniture(block.holder)
        )

    def _sums_up(self, place: int) -> bool:
        """Whether a block above the text is a point of its summary: an item of a list inside the
        same article that is a sentence; or the heading right above such items."""
        block = self._blocks[place]
        if block.element.tag in _HEADINGS:
            below = self._blocks[place + 1]
            joined = below.holder.getparent() is block.holder.getparent()
            return joined and below.element.tag == "li" and self._sums_up(place + 1)
        above = list(block.element.iterancestors())
        return (
            block.element.tag == "li"
            and _is_text(block)
            and not self._articles.isdisjoint(above)
            and not any(map(_is_named_furniture, above))
        )

    def _is_fragment(self, block: Block) -> bool:
        """Whether a block is a piece of a card and no text: it is neither paragraph nor heading nor
        item and stands deeper in the page than the paragraphs, or below the heading of a list."""
        if _line(block.text).closed or block.element.tag in _HEADINGS:
            return False
        if block.holder.getparent() in self._parents:
            return False
        inside = not self._around.isdisjoint(block.element.iterancestors())
        return self._under_heading or (inside and block.element.tag not in _TEXT)

    def _in_box(self, block: Block) -> bool:
        """Whether the page names an element around a block, below the one that holds the
        paragraphs of the article, as it names furniture; a paragraph is taken at its word."""
        if _is_text(block):
            return False
        for element in (block.element, *block.element.iterancestors()):
            if element in self._around:
                return False
            if self._around and _is_named_furniture(element):
                return True
        return False

    def _same_list(self, line: str, block: Block | None) -> bool:
        before = self._before
        if block is None or before is None:
            return line[:1] in "-|" and self.lines[-1][:1] == line[:1]
        return block.holder is before.holder and block.element.tag in _ITEMS


def _places(lines: Sequence[str], blocks: Sequence[Block]) -> list[int | None]:
    """For each line the block it was made of; lines stand in the order of the page."""
    known: dict[str, list[int]] = defaultdict(list)
    for at in range(len(blocks) - 1, -1, -1):
        known[blocks[at].letters].append(at)
    places: list[int | None] = []
    after = 0
    for line in lines:
        found = known.get(_letters(line), [])
        while found and found[-1] < after:
            found.pop()
        place = found.pop() if found and _letters(line) else None
        places.append(place)
        if place is not None:
            after = place + 1
    return places


def _blocks(page: HtmlElement) -> Iterator[Block]:
    """The pieces of text of a page in their order; no recursion, since pages may be deep."""
    from lxml import etree  # type: ignore[import-untyped]

    parts: list[str] = []
    linked = links = unseen = 0
    owner: HtmlElement = page
    for event, element in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        tag = element.tag
        named = isinstance(tag, str)
        step = {"start": 1, "end": -1}.get(event, 0)
        if tag in _UNSEEN:
            unseen += step
        links += step if tag == "a" else 0
        if named and tag not in _INLINE:
            if found := _block(parts, linked, owner):
                yield found
            parts, linked = [], 0
            owner = element if event == "start" else element.getparent()
        elif tag in _CELLS:
            parts.append(" ")
        written = element.text if event == "start" else element.tail
        if written and not unseen and owner is not None:
            parts.append(written)
            linked += len("".join(written.split())) if links else 0
    if found := _block(parts, linked, owner):
        yield found


def _block(parts: Sequence[str], linked: int, element: HtmlElement) -> Block | None:
    text = " ".join("".join(parts).split())
    if element is None or not _letters(text):
        return None
    holder = element
    above = holder.getparent()
    while above is not None and above.tag in _HOLDERS:
        holder, above = above, above.getparent()
    return Block(text, linked / len(text.replace(" ", "")), element, holder)


def _is_text(block: Block) -> bool:
    return _line(block.text).prose and block.linked <= LINKED


def _is_named_furniture(element: HtmlElement) -> bool:
    """Whether the page's own name for an element says that it is no text of the article."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(name in said for name in table().names)


def _line(text: str) -> Line:
    return Line(0, text, key_of(text))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
