"""What is refused of a web page before its article is looked for: pages that would take a parser
unbounded time, or of which it would drop the rest without a word."""

from __future__ import annotations

import re

from corpus.read.blocks import HtmlElement
from corpus.types import RawDocument, Rejection, Source

# libxml2 ends a page without a word where one text or attribute is longer; in bytes.
_LARGEST_PAGE = 10_000_000
# libxml2 drops what is deeper than 255; pages of news stay below 60.
_DEEPEST = 250
# Finding the article takes some 70 µs an element; pages of news have some thousand.
_MOST_ELEMENTS = 50_000
# libxml2 takes quadratic time for the attributes of one element: 0.05 s for 5,000.
_MOST_ATTRIBUTES = 3_000
# Scripts hold some "a<b" that are no tags, and a tag inside another is looked at twice.
_MOST_TAGS = 4 * _MOST_ELEMENTS
_MOST_LOOKS = 8

# Pictures that a browser saves inside the page.
_EMBEDDED = re.compile(r"(data:[\w.+/-]{0,80}(?:;[\w=-]{1,40}){0,4},)[\w+/=%-]{200,}")
_ATTRIBUTE = (
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"""(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"'][^\s>]*+))?+"""
)
_TAG = re.compile(
    rf"<[A-Za-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{_MOST_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?"
)
_OPENING = re.compile("<[A-Za-z]")
_ELEMENT = re.compile("<([A-Za-z][^\\s/>]{0,40})")


def page_document(text: str, given: Source) -> RawDocument | Rejection:
    """A page as it came, without the data of its pictures, or why it is not read."""
    page = without_pictures(text)
    why = unfit_page(page)
    return Rejection(given.path, why) if why else RawDocument(page, given, markup=True)


def without_pictures(page: str) -> str:
    """The page without the data of pictures and fonts saved inside it."""
    return _EMBEDDED.sub(r"\1", page) if "data:" in page else page


def unfit_page(page: str) -> str | None:
    """Why no article is looked for in `page`, or `None`."""
    if why := _unfit_beginning(page):
        return why
    size = len(page.encode())
    if size > _LARGEST_PAGE:
        limit = _LARGEST_PAGE // 1_000_000
        return f"the page has {size // 1_000_000} MB without its pictures, more than {limit}"
    return _unfit_tags(page)


def _unfit_beginning(page: str) -> str | None:
    first = _ELEMENT.search(page)
    beginning = page[: first.start()] if first else page
    if "<!ENTITY" in beginning.upper():
        return "it declares entities of its own (<!ENTITY …>), which no news page needs"
    if first and page.lstrip().startswith("<?xml") and first[1].lower() != "html":
        return f"it is XML (<{first[1]}>) and no web page: save the page itself"
    return None


def _unfit_tags(page: str) -> str | None:
    """Looks from every `<` on, since what is a tag and what a script only a parser knows."""
    looked = 0
    for number, opening in enumerate(_OPENING.finditer(page)):
        tag = _TAG.match(page, opening.start())
        if tag is None or tag["more"]:
            return f"an element of the page has more than {_MOST_ATTRIBUTES:,} attributes"
        looked += tag.end() - tag.start()
        if number > _MOST_TAGS:
            return f"the page has more than {_MOST_ELEMENTS:,} elements"
        if looked > _MOST_LOOKS * len(page):
            return "the tags of the page stand inside one another: it is broken"
    return None


def unfit_tree(tree: HtmlElement) -> str | None:
    """The same of a page that is parsed."""
    # Lazily, as in the reader of pages.
    from lxml import etree  # type: ignore[import-untyped]

    depth = elements = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > _DEEPEST:
            return f"the page is nested deeper than {_DEEPEST} elements"
        if elements > _MOST_ELEMENTS:
            return f"the page has more than {_MOST_ELEMENTS:,} elements"
    return None
