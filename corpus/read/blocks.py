"""The pieces of text of a page, each as a browser shows it on lines of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from corpus.clean.furniture import table
from corpus.clean.lines import Line, key_of

# lxml has no types.
HtmlElement = Any

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
TEXT = HEADINGS - {"h1"} | frozenset(["p", "li", "tr", "blockquote", "dt", "dd", "pre"])
ITEMS = frozenset(["li", "tr", "dt", "dd"])
ARTICLES = frozenset(["article", "main"])
CELL = "\t"
"""What stands between the cells of a row, as where a table is copied from a browser."""

# Of the characters of a line, the share that may be inside links in text of an article.
LINKED = 0.5
# A line with so great a share inside links is a link.
ALL_LINKED = 0.8
# A cell with so much text in it is no cell of data.
CELL_CHARACTERS = 200
# A box that opens over a word has so many links, to more about it.
POPUP_LINKS = 2

_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "td", "th", "time", "tt", "u", "var", "wbr"),
    )
)
_UNSEEN = frozenset(
    (
        *("head", "iframe", "math", "noscript", "object", "script", "select", "style", "svg"),
        "template",
    )
)
_CELLS = frozenset(["td", "th"])
# Between a piece of text and the element whose children are the paragraphs of the article.
_HOLDERS = TEXT | frozenset(["ul", "ol", "dl", "tbody", "thead", "tfoot", "table", "figure"])
# HTML's own white space; other spaces are characters of the text.
_SPACE = re.compile(r"[ \t\n\r\f]+")
_AROUND_CELL = re.compile(f" ?{CELL} ?")
# Marks for laying out lines, no characters of the text.
_HYPHENATION = re.compile("[\xad\u200b\u2060\ufeff]")


@dataclass(frozen=True, eq=False)  # without slots, for what is worked out once
class Block:
    """A piece of text. `linked` is the share of its characters inside links, `targets` where each
    of these leads; `holder` is the outermost list, table or paragraph it belongs to."""

    text: str
    linked: float
    element: HtmlElement
    holder: HtmlElement
    targets: tuple[str, ...]

    @cached_property
    def letters(self) -> str:
        return letters_of(self.text)

    @cached_property
    def line(self) -> Line:
        return Line(0, self.text, key_of(self.text))

    @property
    def link(self) -> bool:
        """Whether it is a link to another page and no more."""
        return self.linked >= ALL_LINKED and not self.heading and not self.line.prose

    @property
    def target(self) -> str:
        """Where the last link in it leads; empty if there is none."""
        return self.targets[-1] if self.targets else ""

    @property
    def prose(self) -> bool:
        """Whether it is a paragraph, and not one of links."""
        return self.line.prose and self.linked <= LINKED

    @property
    def heading(self) -> bool:
        return self.element.tag in HEADINGS

    @property
    def title(self) -> bool:
        """Whether it is, or is in, a heading of the first level."""
        return self.element.tag == "h1" or any(
            each.tag == "h1" for each in self.element.iterancestors("h1")
        )

    @property
    def written(self) -> str:
        """The text as a line, items of lists with their mark."""
        return f"- {self.text}" if self.element.tag == "li" else self.text


def blocks_of(page: HtmlElement) -> Iterator[Block]:
    """The pieces of text of a page in their order; no recursion, since pages may be deep."""
    from lxml import etree  # type: ignore[import-untyped]

    parts: list[str] = []
    linked = links = unseen = 0
    owner: HtmlElement = page
    targets: list[HtmlElement] = []
    link: HtmlElement | None = None
    for event, element in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        tag = element.tag
        named = isinstance(tag, str)
        step = {"start": 1, "end": -1}.get(event, 0)
        if tag in _UNSEEN:
            unseen += step
        if tag == "a":
            links += step
            link = element if event == "start" else link
        if named and not _is_inline(tag, owner):
            if found := _block(parts, linked, owner, targets):
                yield found
            parts, linked, targets = [], 0, []
            owner = element if event == "start" else element.getparent()
        elif tag in _CELLS and event == "start" and parts:
            parts.append(CELL)
        written = element.text if event == "start" else element.tail
        if written and not unseen and owner is not None:
            parts.append(_SPACE.sub(" ", written))
            if links and (shown := "".join(written.split())):
                linked += len(shown)
                if not targets or targets[-1] is not link:
                    targets.append(link)
    if found := _block(parts, linked, owner, targets):
        yield found


def _is_inline(tag: str, owner: HtmlElement) -> bool:
    """Whether an element is within a line: one of HTML's own that does, or one that a page has made
    itself («<source-note>»), inside a paragraph."""
    return tag in _INLINE or ("-" in tag and owner is not None and owner.tag in TEXT)


def _block(
    parts: Sequence[str], linked: int, element: HtmlElement, links: Sequence[HtmlElement]
) -> Block | None:
    text = text_of("".join(parts))
    if element is None or not letters_of(text):
        return None
    holder = element
    above = holder.getparent()
    while above is not None and above.tag in _HOLDERS:
        holder, above = above, above.getparent()
    shown = len("".join(text.split()))
    targets = tuple(link.get("href") or "" for link in links)
    return Block(text, linked / shown, element, holder, targets)


def text_of(written: str) -> str:
    """A text of a page as it is shown: white space collapsed, marks of hyphenation gone."""
    spaced = re.sub(" {2,}", " ", _HYPHENATION.sub("", written))
    return _AROUND_CELL.sub(CELL, spaced).strip()


def letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def named_furniture(element: HtmlElement) -> bool:
    """Whether the page's own name for an element says that it is no text of the article."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(name in said for name in table().names)


def unframe(page: HtmlElement) -> bool:
    """Make tables that hold paragraphs, the frames of old pages, plain elements; whether there were
    any."""
    frames = [each for each in page.iter("table") if _is_frame(each)]
    for frame in frames:
        own = [
            part
            for part in frame.iter("tbody", "thead", "tfoot", "tr", "td", "th")
            if next(part.iterancestors("table")) is frame
        ]
        for part in (frame, *own):
            part.tag = "div"
    return bool(frames)


def unfold(page: HtmlElement) -> bool:
    """Move the boxes that open over a word of a paragraph, with a picture and links to other pages,
    below the paragraph; whether there were any."""
    boxes: dict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    for each in page.iter("span"):
        paragraph = next(each.iterancestors("p"), None)
        if paragraph is not None and _is_popup(each):
            boxes[paragraph].append(each)
    for paragraph, inside in boxes.items():
        for box in reversed(inside):
            box.drop_tree()  # the text that follows it is the paragraph's, and stays there
            box.tail = None
        if not letters_of(paragraph.text_content()):
            paragraph.extend(inside)  # it holds nothing else
            continue
        for box in reversed(inside):
            box.tag = "div"
            paragraph.addnext(box)
    return bool(boxes)


def _is_popup(element: HtmlElement) -> bool:
    """Whether it is the innermost element with a picture and several links."""
    return _has_picture_and_links(element) and not any(
        _has_picture_and_links(each) for each in element.iterdescendants("span")
    )


def _has_picture_and_links(element: HtmlElement) -> bool:
    links = islice(element.iterdescendants("a"), POPUP_LINKS)
    return sum(1 for _ in links) == POPUP_LINKS and next(element.iter("img"), None) is not None


def _is_frame(element: HtmlElement) -> bool:
    if next(element.iter("p", "h1", "h2", "h3", "article"), None) is not None:
        return True
    return any(
        next(cell.iter("br"), None) is not None and len(cell.text_content()) > CELL_CHARACTERS
        for cell in element.iter("td")
    )
