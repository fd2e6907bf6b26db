"""Saved web pages: the article by trafilatura and the page's own elements, the facts about it from
the page's markup."""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import replace

from corpus.read.blocks import HtmlElement, blocks_of, unframe
from corpus.read.body import restore
from corpus.read.merge import document, merge
from corpus.read.stated import stated_source, title_of
from corpus.read.structured import read_structured
from corpus.types import RawDocument, Rejection, Source

# Its warnings about pages without text are said here as rejections.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def read_html(text: str, given: Source) -> RawDocument | Rejection:
    """One document: the article's text, one paragraph a line."""
    # Lazily, since it takes a quarter of a second that plain text need not wait for.
    import trafilatura
    from lxml import etree, html  # type: ignore[import-untyped]
    from trafilatura.settings import Document

    # Both parse hostile pages; whatever they raise, the page is what cannot be read.
    try:
        parser = html.HTMLParser(encoding="utf-8")
        page: HtmlElement = html.document_fromstring(text.encode("utf-8"), parser=parser)
        # trafilatura changes the tree it is given
        source = deepcopy(page) if unframe(page) else text
        found = trafilatura.bare_extraction(
            source,
            include_comments=False,
            with_metadata=True,
            # its date is not used, and looking for one everywhere takes seconds
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (etree.LxmlError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return Rejection(given.path, "it cannot be read as an HTML page")
    if not isinstance(found, Document) or not (found.text or "").strip():
        return Rejection(given.path, "no article text was found in the page")
    return _document(page, found.text, Source("", headline=found.title, byline=found.author), given)


def _document(
    page: HtmlElement, extracted: str, guessed: Source, given: Source
) -> RawDocument | Rejection:
    structured = read_structured(page, title_of(page))
    blocks = tuple(blocks_of(page))
    body = restore(blocks, extracted, structured.text)
    if body.cards:
        why = "it is a list of articles, not one: give the pages of the articles themselves"
        return Rejection(given.path, why)
    stated = stated_source(page, structured, blocks, body.taken, given.url, guessed)
    made = document(body.text, merge(given, stated))
    if isinstance(made, Rejection):
        return made
    return replace(
        made,
        language=page.get("lang"),
        titles=body.titles,
        dropped=body.dropped,
        restored=body.restored,
    )
