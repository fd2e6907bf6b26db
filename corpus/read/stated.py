"""What a page's own markup says of its article: <meta> tags, links, structured data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from urllib.parse import urljoin, urlsplit

from corpus.attribution.agencies import agency_named, is_desk, outlet_named
from corpus.clean.furniture import table
from corpus.clean.lines import key_of
from corpus.read.blocks import Block, HtmlElement, letters_of
from corpus.read.page_dates import page_dates
from corpus.read.standfirst import standfirst
from corpus.read.structured import Structured
from corpus.types import Source

# Words of the name of a site behind a headline.
SITE_WORDS = 4
HEADLINE_WORDS = 3
# Words of a person's name.
NAME_WORDS = 6
# Elements around a name that may say that it is the author's.
_AROUND = 2

_SITE = re.compile(r"\s+[|»·]\s+|\s*\|\s*")
_HYPHENS = ("|", "-", "–", "—", "»", "·")
_NO_NAME = re.compile(r"\d|[@/:|]|\.\w{2,3}\b")
_LABEL = re.compile(r"^\s*(?:by|par|por|von|di|بقلم|كتب|كتبت|автор)\b[\s:-]+", re.IGNORECASE)
_NAMES = re.compile(r"\s*[,;]\s*|\s+(?:and|et|und|و|y|e|и)\s+")


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
    outlet = structured.publisher or site
    outlets = {key_of(name) for name in (outlet, site, *structured.organisations) if name}
    authors = [*structured.authors, *structured.organisations]
    agency = next((found for name in authors if (found := agency_named(name))), None)
    headline = _headline(metas, structured, blocks, outlet) or guessed.headline
    described = (metas.get("description"), metas.get("og:description"), structured.description)
    return Source(
        path="",
        outlet=outlet,
        agency=agency,
        byline=_byline(structured, metas, outlets)
        or _marked_byline(blocks, text, outlets)
        or _guessed_byline(guessed, blocks, text, outlets),
        headline=headline,
        standfirst=standfirst(blocks, text, described),
        url=address_of(page, metas, address),
        dates=page_dates(page, structured.dates, [block.element for block in text if block.prose]),
    )


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


def _byline(structured: Structured, metas: dict[str, str], outlets: set[str]) -> str | None:
    people = [name for name in structured.authors if is_person(name, outlets)]
    if people:
        return ", ".join(dict.fromkeys(map(_unlabelled, people)))
    name = metas.get("author") or metas.get("article:author") or ""
    names = [one for one in _NAMES.split(name) if one]
    if names and all(is_person(one, outlets) for one in names):
        return _unlabelled(name)
    return None


def _marked_byline(blocks: Sequence[Block], text: Sequence[Block], outlets: set[str]) -> str | None:
    """The name in an element between the title and the text that the page calls its byline."""
    for block in _above(blocks, text):
        around = (block.element, *islice(block.element.iterancestors(), _AROUND))
        said = " ".join(f"{each.get('class') or ''} {each.get('rel') or ''}" for each in around)
        if not any(name in said.lower() for name in table().authors):
            continue
        labelled = _LABEL.match(block.text) is not None
        names = [one for one in _NAMES.split(_unlabelled(block.text)) if one]
        small = any(word[:1].islower() for one in names for word in one.split())
        named = bool(names) and (labelled or len(names[0].split()) > 1) and not small
        if named and all(is_person(one, outlets) for one in names):
            return _unlabelled(block.text)
    return None


def _above(blocks: Sequence[Block], text: Sequence[Block]) -> Sequence[Block]:
    """The blocks between the title and the first paragraph."""
    paragraphs = [block for block in text if block.prose]
    if not paragraphs:
        return ()
    first = next(number for number, block in enumerate(blocks) if block is paragraphs[0])
    titles = [number for number in range(first) if blocks[number].title]
    return blocks[titles[-1] if titles else max(0, first - 20) : first]


def _guessed_byline(
    guessed: Source, blocks: Sequence[Block], text: Sequence[Block], outlets: set[str]
) -> str | None:
    """The byline that trafilatura found, where it stands between the title and the text and is that
    of a person."""
    names = [one for one in _NAMES.split(guessed.byline or "") if one]
    if not names or not all(is_person(one, outlets) for one in names):
        return None
    above = "".join(block.letters for block in _above(blocks, text)).lower()
    if all(letters_of(_unlabelled(one)).lower() in above for one in names):
        return _unlabelled(guessed.byline or "")
    return None


def _unlabelled(name: str) -> str:
    return _LABEL.sub("", name).strip()


def is_person(name: str, outlets: set[str]) -> bool:
    """Whether a name that stands as author may be one of a person: not that of the outlet, of an
    agency or a desk, no address, number, account or credit of a picture."""
    name = _unlabelled(name)
    key = key_of(name)
    words = key.split()
    if not 0 < len(words) <= NAME_WORDS or _NO_NAME.search(name):
        return False
    if key in outlets or agency_named(name) or is_desk(name) or outlet_named(name):
        return False
    return table().caption.isdisjoint(words) and table().roles.isdisjoint(words)


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
