"""What a page's own markup says of its article: <meta> tags, links, structured data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urljoin, urlsplit

from corpus.attribution.agencies import agency_named
from corpus.attribution.bylines import Byline, read_byline, reads_like_names
from corpus.attribution.names import same
from corpus.attribution.publisher import Publisher
from corpus.clean.furniture import table
from corpus.read.blocks import Block, HtmlElement, letters_of
from corpus.read.page_dates import page_dates
from corpus.read.standfirst import standfirst
from corpus.read.structured import Structured
from corpus.types import Source

# Words of the name of a site after a headline.
SITE_WORDS = 4
HEADLINE_WORDS = 3
# Names of a <meta> with the author, the first that names a person counts.
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
# What a page calls the element of the author's name and nothing else.
_AUTHOR = frozenset(["author", "byline__author", "article-author", "author-name", "post-author"])
# Elements around a name that may say that it is the author's.
_AROUND = 2

_SITE = re.compile(r"\s+[|»·]\s+|\s*\|\s*")
_HYPHENS = ("|", "-", "–", "—", "»", "·")


def stated_source(
    page: HtmlElement,
    structured: Structured,
    blocks: Sequence[Block],
    text: Sequence[Block],
    address: str | None,
    guessed: Source,
) -> Source:
    """The source that a page states. `text` are the blocks of its article; `guessed` is what
    trafilatura makes of the page, which counts where the page's own text bears it out."""
    metas = metas_of(page)
    site = metas.get("og:site_name")
    outlet = _outlet(structured.publisher, site, address)
    publisher = Publisher.of((outlet, site, *structured.organisations), address)
    byline = _byline(structured, metas, guessed, blocks, text, publisher)
    headline = _headline(metas, structured, blocks, outlet) or guessed.headline
    described = (metas.get("description"), metas.get("og:description"), structured.description)
    return Source(
        path="",
        outlet=outlet,
        agency=byline.agency,
        byline=byline.written,
        headline=headline,
        standfirst=standfirst(blocks, text, described),
        url=address_of(page, metas, address),
        dates=page_dates(page, structured.dates, [block.element for block in text if block.prose]),
    )


def _outlet(publisher: str | None, site: str | None, address: str | None) -> str | None:
    """Who publishes the page: the publisher that it states, else the name of its site. An agency
    is that on its own site alone; elsewhere it supplied the text."""
    agency = agency_named(publisher or "")
    if publisher and agency and site and not agency_named(site) and not _is_host(agency, address):
        return site
    return publisher or site


def _is_host(agency: str, address: str | None) -> bool:
    host = urlsplit(address or "").hostname or ""
    return any(same(label, [agency]) for label in host.split("."))


def metas_of(page: HtmlElement) -> dict[str, str]:
    """The first content that is not blank under each name of a <meta>."""
    found: dict[str, str] = {}
    for meta in page.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def title_of(page: HtmlElement) -> str | None:
    """What the page is called, by any of its names side by side."""
    metas = metas_of(page)
    titles = [metas.get("og:title"), *(each.text_content() for each in page.iter("title", "h1"))]
    return " ".join(filter(None, titles)) or None


def addresses_of(page: HtmlElement, given: str | None) -> tuple[str, ...]:
    """The addresses that are a page's own: the one it was given, the canonical one, og:url."""
    metas = metas_of(page)
    links = [link.get("href") for link in page.iter("link") if link.get("rel") == "canonical"]
    found = (_absolute(str(each or ""), given) for each in (given, *links, metas.get("og:url")))
    return tuple(dict.fromkeys(filter(None, found)))


def _headline(
    metas: dict[str, str], structured: Structured, blocks: Sequence[Block], outlet: str | None
) -> str | None:
    titles = [block.text for block in blocks if block.title]
    found = metas.get("og:title") or structured.headline
    if found:
        return _without_site(found, outlet)
    long = [title for title in titles if len(title.split()) >= HEADLINE_WORDS]
    return long[0] if len(long) == 1 else None


def _without_site(headline: str, outlet: str | None) -> str:
    """The headline without the name of the site that many pages add to it."""
    if outlet and headline.endswith(outlet):
        before = headline.removesuffix(outlet).rstrip()
        if before.endswith(_HYPHENS) and before[:-1].strip():
            return before[:-1].rstrip()
    parts = _SITE.split(headline)
    site = parts[-1].split()
    if len(parts) > 1 and len(site) <= SITE_WORDS:
        before = headline[: headline.rfind(parts[-1])].rstrip(" |»·")
        if len(before.split()) >= HEADLINE_WORDS and len(before.split()) > len(site):
            return before
    return headline


def _byline(
    structured: Structured,
    metas: dict[str, str],
    guessed: Source,
    blocks: Sequence[Block],
    text: Sequence[Block],
    publisher: Publisher,
) -> Byline:
    """The byline of the first place that names a person, and the first agency that any names."""
    places = (
        "; ".join(structured.authors),
        *(metas[name] for name in _AUTHORS if name in metas),
        *_marked(blocks, text),
        *_guessed(guessed, blocks, text, publisher),
    )
    found = [read_byline(written, publisher) for written in dict.fromkeys(places) if written]
    bodies = filter(None, (*structured.organisations, structured.publisher))
    agencies = (read_byline(name, publisher).agency for name in bodies)
    return Byline(
        next((each.people for each in found if each.people), ()),
        next(filter(None, (*(each.agency for each in found), *agencies)), None),
    )


def _marked(blocks: Sequence[Block], text: Sequence[Block]) -> Iterator[str]:
    """The texts between the title and the article that the page marks as its author, the closest
    marks first: in a line, around it, and lines of names below the name of a byline."""
    above = _above(blocks, text)
    inner = [
        " ".join(each.text_content().split())
        for block in above
        for each in block.element.iter("a", "span", "p", "div", "address")
        if _AUTHOR & {each.get("rel"), each.get("itemprop"), *(each.get("class") or "").split()}
    ]
    yield "; ".join(inner)
    around = [
        block.text
        for block in above
        if any(map(_names_author, (block.element, *islice(block.element.iterancestors(), _AROUND))))
    ]
    yield "; ".join(filter(reads_like_names, around))


def _names_author(element: HtmlElement) -> bool:
    said = f"{element.get('class') or ''} {element.get('rel') or ''}".lower()
    return any(name in said for name in table().authors)


def _above(blocks: Sequence[Block], text: Sequence[Block]) -> Sequence[Block]:
    """The blocks between the title and the first paragraph."""
    paragraphs = [block for block in text if block.prose]
    if not paragraphs:
        return ()
    first = next(number for number, block in enumerate(blocks) if block is paragraphs[0])
    titles = [number for number in range(first) if blocks[number].title]
    return blocks[titles[-1] if titles else max(0, first - 20) : first]


def _guessed(
    guessed: Source, blocks: Sequence[Block], text: Sequence[Block], publisher: Publisher
) -> Iterator[str]:
    """The byline that trafilatura found, where it is between the title and the text."""
    people = read_byline(guessed.byline or "", publisher).people
    above = "".join(block.letters for block in _above(blocks, text)).lower()
    if people and all(letters_of(one).lower() in above for one in people):
        yield guessed.byline or ""


def address_of(page: HtmlElement, metas: dict[str, str], base: str | None) -> str | None:
    """The canonical address; og:url where the canonical one is on another site."""
    links = (link.get("href") for link in page.iter("link") if link.get("rel") == "canonical")
    found = [
        address
        for each in (*links, metas.get("og:url"))
        if (address := _absolute(str(each or ""), base))
    ]
    own = _absolute(metas.get("og:url") or "", base)
    if own and found and _site(found[0]) != _site(own):
        return own
    return found[0] if found else None


def _absolute(written: str, base: str | None) -> str | None:
    try:
        address = urljoin(base or "", written.strip())
        split = urlsplit(address)
    except ValueError:
        return None
    return address if split.scheme in ("http", "https") and split.netloc and written else None


def _site(address: str) -> str:
    host = urlsplit(address).hostname or ""
    return host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
