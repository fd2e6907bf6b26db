"""Saved web pages: the article by trafilatura and the page's own elements, the facts about it from
the page's markup."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date

from corpus.attribution.names import compact, same
from corpus.clean.header import DATE
from corpus.dates.written import parse_date
from corpus.read.blocks import HtmlElement, blocks_of, letters_of, unfold, unframe
from corpus.read.body import PAGE, restore
from corpus.read.live.blog import LiveBlog, calls_itself_live
from corpus.read.live.posts import Post
from corpus.read.merge import document, merge
from corpus.read.page_bounds import unfit_tree
from corpus.read.stated import address_of, addresses_of, metas_of, stated_source, title_of
from corpus.read.structured import Structured, read_structured
from corpus.types import DateKind, RawDocument, Rejection, Removal, Source, SourceDate

# Of the runs of so many words of the text that a page states, a body has this share; of fewer words
# it is no text but a summary.
RUN = 4
SHARE = 0.9
FEWEST_WORDS = 40

OTHER_OUTLET = "the page names as its outlet: "
"""How the flag begins of a page that was given another outlet than it names."""

# The rule for what is next to the entry of a live blog that a page is of.
ENTRY = "another entry"

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
        if why := unfit_tree(page):
            return Rejection(given.path, why)
        changed = [unframe(page), unfold(page)]
        structured = read_structured(page, title_of(page))
        addresses = addresses_of(page, given.url)
        title = metas_of(page).get("og:title")
        live = LiveBlog.of(tuple(blocks_of(page)), page, structured, addresses, title)
        neighbours = live.leave_others()
        changed.append(bool(neighbours) or live.unlink(addresses))
        # trafilatura changes the tree it is given
        source = deepcopy(page) if any(changed) else text
        found = trafilatura.bare_extraction(
            source,
            include_comments=False,
            with_metadata=True,
            # its date is not used, and looking for one everywhere takes seconds
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (
        etree.LxmlError,
        AssertionError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ):
        return Rejection(given.path, "it cannot be read as an HTML page")
    if not isinstance(found, Document) or not (found.text or "").strip():
        return Rejection(given.path, "no article text was found in the page")
    guessed = Source("", headline=found.title, byline=found.author)
    made = _document(page, structured, live, str(found.text), guessed, given)
    if isinstance(made, Rejection):
        return made
    beside = tuple(Removal(made.text.count("\n") + 1, each, ENTRY) for each in neighbours)
    return replace(made, dropped=made.dropped + beside)


def _document(
    page: HtmlElement,
    structured: Structured,
    live: LiveBlog,
    extracted: str,
    guessed: Source,
    given: Source,
) -> RawDocument | Rejection:
    blocks = tuple(blocks_of(page))
    address = given.url or address_of(page, metas_of(page), None)
    body = restore(blocks, extracted, structured.text, address)
    if body.cards:
        why = "it is a list of articles, not one: give the pages of the articles themselves"
        return Rejection(given.path, why)
    stated = stated_source(page, structured, blocks, body.taken, given.url, guessed)
    single = live.single if live.is_text(body.taken) else None
    stated = _of_entry(stated, single, structured)
    said = structured.live or calls_itself_live(stated.headline)
    listed = _entries(structured, body.text)
    days = live.days(body.taken, dict(listed), said=said, day=_one_day(stated))
    entries = tuple(days) or listed
    if entries and not single:
        stated = _without_times(stated, live.posts)
    made = document(body.text, merge(given, stated))
    if isinstance(made, Rejection):
        return made
    return replace(
        made,
        language=page.get("lang"),
        titles=body.titles,
        entries=entries,
        flags=(*_flags(structured.text, body.text), *_otherwise(stated.outlet, given.outlet)),
        dropped=_undated(body.dropped) if entries or single else body.dropped,
        restored=body.restored,
    )


def _of_entry(stated: Source, single: Post | None, structured: Structured) -> Source:
    """The source of the page of one entry of a live blog: of the day of the entry, as if it was
    given, and not of the days of the live blog."""
    if single is None or not (single.day or structured.live):
        return stated
    if single.day is None:
        return replace(stated, dates=())
    said = f"entry of {single.time}"
    return replace(stated, dates=(SourceDate(DateKind.PUBLISHED, single.day, said),))


def _without_times(stated: Source, posts: Sequence[Post]) -> Source:
    """The source of a live blog without the times of its entries, which are not its own."""
    times = [post.time for post in posts if post.day]
    own = [
        each
        for each in stated.dates
        if not (each.evidence.startswith("<time") and any(time in each.evidence for time in times))
    ]
    return replace(stated, dates=tuple(own))


def _one_day(stated: Source) -> date | None:
    """The day on which a page was both published and updated."""
    days = {each.value for each in stated.dates}
    kinds = {each.kind for each in stated.dates}
    return days.pop() if len(days) == 1 and DateKind.UPDATED in kinds else None


def _undated(dropped: Sequence[Removal]) -> tuple[Removal, ...]:
    """What was left out of a live blog: the date above its text is that of its newest entry."""
    return tuple(replace(each, rule=PAGE) if each.rule == DATE else each for each in dropped)


def _entries(structured: Structured, text: str) -> tuple[tuple[str, date], ...]:
    """The first lines of the entries of a live blog, as they are in its text, with their days."""
    lines = {letters_of(line): line for line in text.split("\n") if line}
    found = []
    for entry in structured.entries:
        day = parse_date(entry.published)
        known = (lines.get(letters_of(line)) for line in entry.text.split("\n"))
        first = next(filter(None, known), None)
        if day and first:
            found.append((first, day))
    return tuple(found)


def _otherwise(stated: str | None, given: str | None) -> tuple[str, ...]:
    """Whether the page names another outlet than it was given, by no name of the same one."""
    if not stated or not given or same(given, (stated,)):
        return ()
    one, other = compact(stated), compact(given)
    return () if one in other or other in one else (f"{OTHER_OUTLET}{stated}",)


def _flags(stated: str, text: str) -> tuple[str, ...]:
    """Whether the text has much less than what the page's structured data hold of it."""
    words = re.findall(r"\w+", stated)
    if len(words) < FEWEST_WORDS:
        return ()
    held = Counter(zip(*(re.findall(r"\w+", text)[start:] for start in range(RUN)), strict=False))
    runs = Counter(zip(*(words[start:] for start in range(RUN)), strict=False))
    share = (held & runs).total() / runs.total()
    return (f"only {share:.0%} of the text that the page states",) if share < SHARE else ()
