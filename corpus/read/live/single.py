"""The page of a single entry of a live blog: its address, its structured data or its title name it,
and the entries next to it are not its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

from corpus.read.blocks import Block, letters_of
from corpus.read.live.posts import Post
from corpus.read.structured import Structured

# Letters by which a paragraph is found in what a page states.
LETTERS = 40
# A name of an entry in an address; shorter ones name much else.
NAME_CHARACTERS = 3
_IDS = ("id", "name", "data-id", "data-post-id", "data-entry-id", "data-block-id", "itemid")


def single_of(
    posts: Sequence[Post],
    blocks: Sequence[Block],
    structured: Structured,
    addresses: Sequence[str],
    title: str | None,
) -> Post | None:
    """The one entry that a page is of, if it is of one. `addresses` are those of the page, `title`
    what it gives as its own, without that of the live blog."""
    found = (
        _named_in(posts, addresses)
        or _only(post for post in posts if _is_update(post, structured, addresses))
        or _stated(posts, structured)
    )
    if found or structured.live:
        return found
    return _headed(posts) or _titled(posts, blocks, title)


def _named_in(posts: Sequence[Post], addresses: Sequence[str]) -> Post | None:
    """The entry whose own name is in an address: after `#`, as a value, as its last part."""
    names = {name for address in addresses for name in _names(address)}
    return _only(post for post in posts if not names.isdisjoint(_ids(post))) if names else None


def _names(address: str) -> Iterator[str]:
    try:
        split = urlsplit(address)
        values = [value for _, value in parse_qsl(split.query)]
    except ValueError:
        return
    last = split.path.rstrip("/").rpartition("/")[2]
    if split.fragment:
        yield split.fragment  # of whatever length, a place on the page and nothing else
    for name in (split.fragment, *values, last):
        for one in (name, name.rpartition(":")[2]):
            if len(one) >= NAME_CHARACTERS:
                yield one


def _ids(post: Post) -> set[str]:
    found = set()
    for top in post.elements:
        for element in top.iter():
            for key in _IDS:
                if value := element.get(key):
                    found.add(value)
    return found


def _is_update(post: Post, structured: Structured, addresses: Sequence[str]) -> bool:
    """Whether the structured data of a live blog give an entry the address of the page."""
    return any(
        entry.address in addresses and _holds(letters_of(entry.text), post)
        for entry in structured.entries
        if entry.address and entry.address != structured.address
    )


def _stated(posts: Sequence[Post], structured: Structured) -> Post | None:
    """The one entry whose text is the one that the page states."""
    if structured.live or not structured.text:
        return None
    return _only(post for post in posts if _holds(letters_of(structured.text), post))


def _holds(stated: str, post: Post) -> bool:
    return any(len(each) >= LETTERS and each[:LETTERS] in stated for each in post.prose)


def _headed(posts: Sequence[Post]) -> Post | None:
    """The one entry that the heading of the first level is in, next to others that have headings
    and days, or say how long ago they were: parts of an article have not."""
    found = _only(post for post in posts if post.titled and len(post.elements) == 1)
    others = [post for post in posts if post is not found]
    return found if all(post.heading and not post.clock for post in others) else None


def _titled(posts: Sequence[Post], blocks: Sequence[Block], title: str | None) -> Post | None:
    """The one entry whose heading is the title of the page, where the heading of the first level,
    that of the live blog, is another."""
    wanted = letters_of(title or "").lower()
    firsts = [block.letters.lower() for block in blocks if block.title]
    if not wanted or any(first in wanted for first in firsts):
        return None
    return _only(post for post in posts if post.heading and post.heading in wanted)


def _only(posts: Iterable[Post]) -> Post | None:
    found = list(posts)
    return found[0] if len(found) == 1 else None
