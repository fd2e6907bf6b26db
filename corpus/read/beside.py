"""What a page has that is none of its article: teasers of others, the next article, and what is in
place of the text for those who have not paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from corpus.clean.furniture import table
from corpus.read.blocks import ALL_LINKED, ARTICLES, Block, HtmlElement

# Paragraphs that an article has before another one can follow it on its page.
PARAGRAPHS = 2
# A card holds the heading of another article, at most so many pieces of text, and its picture
# among its first elements.
CARD_BLOCKS = 6
CARD_ELEMENTS = 40
# A title that a paragraph can be told by.
TITLE_WORDS = 5
# Characters of what is in place of the text for those who have not paid.
WALLED = 600
# So many of them, and so great a share of the text, make a page of lists.
CARDS = 4
SHARE_OF_CARDS = 0.6


def walls(blocks: Sequence[Block], paragraphs: Sequence[int]) -> set[int]:
    """The blocks of what is in place of the text for those who have not paid. A page that has more
    below such a name shows the text itself there."""
    if not paragraphs:
        return set()
    found = {
        number
        for number in paragraphs
        if any(named(each, table().walls) for each in chain(blocks[number].element))
    }
    walled = sum(len(blocks[number].text) for number in found)
    return found if paragraphs[0] not in found and walled <= WALLED else set()


def cards(blocks: Sequence[Block], paragraphs: Sequence[int]) -> set[int]:
    """The blocks of teasers: a heading that stands with a picture in a link, or an element with a
    heading that is a link, and little text below it."""
    parents = Counter(blocks[number].holder.getparent() for number in paragraphs)
    found: set[int] = set()
    for number, block in enumerate(blocks):
        if not block.heading or block.title or block.linked < ALL_LINKED or number in found:
            continue
        if (link := _link_with_picture(block)) is not None:
            found.update(range(number, _end_of(link, blocks, number)))
            continue
        element = block.element.getparent()
        if element is None or parents[element] > 1 or element.tag in ("body", *ARTICLES):
            continue
        inside = range(number, _end_of(element, blocks, number))
        if 1 < len(inside) <= CARD_BLOCKS:
            found.update(inside)
    return found


def _link_with_picture(block: Block) -> HtmlElement | None:
    """The link that is around a block and a picture."""
    link = next(block.element.iterancestors("a"), None)
    if link is None or all(each.tag != "img" for each in islice(link.iter(), CARD_ELEMENTS)):
        return None
    return link


def _end_of(element: HtmlElement, blocks: Sequence[Block], start: int) -> int:
    """The number after the last block inside an element, from one inside it on; no more are looked
    at than a card has."""
    end = start
    while end < min(len(blocks), start + CARD_BLOCKS + 1) and any(
        each is element for each in (blocks[end].element, *blocks[end].element.iterancestors())
    ):
        end += 1
    return end


def is_list(paragraphs: Sequence[int], own: Sequence[int], blocks: Sequence[Block]) -> bool:
    """Whether the text of a page is that of teasers."""
    total = sum(len(blocks[number].text) for number in paragraphs)
    on_cards = total - sum(len(blocks[number].text) for number in own)
    return len(paragraphs) - len(own) >= CARDS and on_cards >= SHARE_OF_CARDS * total


def next_article(blocks: Sequence[Block], paragraphs: Sequence[int]) -> range:
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


def is_title_of_another(block: Block) -> bool:
    """Whether it is a link, long enough for a title, to another page than this one."""
    return block.linked >= ALL_LINKED and is_away(block) and block.line.words >= TITLE_WORDS


def chain(element: HtmlElement) -> tuple[HtmlElement, ...]:
    """An element and those around it, up to the article that it is in."""
    found = [element]
    for each in element.iterancestors():
        if each.tag in (*ARTICLES, "body", "html"):
            break
        found.append(each)
    return tuple(found)


def named(element: HtmlElement, names: Iterable[str]) -> bool:
    said = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(name in said for name in names)


def is_away(block: Block) -> bool:
    """Whether its link leads to another page."""
    return bool(block.target) and not block.target.startswith("#")


def site_of(address: str) -> str | None:
    """The domain that the host of an address is registered under; `None` if it names no host."""
    try:
        host = urlsplit(address.strip()).hostname
    except ValueError:
        return None
    return _domain(host) if host else None


@lru_cache(maxsize=4096)
def _domain(host: str) -> str:
    from courlan import extract_domain

    return extract_domain(f"https://{host}") or host
