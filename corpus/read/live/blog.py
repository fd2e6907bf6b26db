"""The entries of a live blog, for the reader of its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from corpus.clean.furniture import table
from corpus.clean.lines import key_of
from corpus.read.blocks import Block, HtmlElement
from corpus.read.live.posts import FEWEST, Post, posts_of
from corpus.read.live.single import single_of
from corpus.read.structured import Structured

# Entries of a page that does not say it is a live blog, and the share of its paragraphs in them.
FEWEST_UNSAID = 3
SHARE = 0.6


@dataclass(frozen=True, slots=True)
class LiveBlog:
    """The entries of a page in their order; `single` is the one that the page is of."""

    posts: tuple[Post, ...] = ()
    single: Post | None = None

    @classmethod
    def of(
        cls,
        blocks: Sequence[Block],
        page: HtmlElement,
        structured: Structured,
        addresses: Sequence[str],
        title: str | None,
    ) -> LiveBlog:
        """The entries of a page; none if it is no live blog."""
        posts = posts_of(blocks, page)
        return cls(posts, single_of(posts, blocks, structured, addresses, title) if posts else None)

    def leave_others(self) -> list[str]:
        """Take the entries next to the single one out of the page; their lines."""
        others = [post for post in self.posts if self.single and post is not self.single]
        for post in others:
            for element in post.elements:
                element.drop_tree()
        return [block.text for post in others for block in post.blocks]

    def unlink(self, addresses: Sequence[str]) -> bool:
        """Make the headings of entries that are links to their own place on the page plain text,
        which otherwise look like those of teasers; whether there were any."""
        own = {_page_of(address) for address in addresses} or {""}
        links = [
            link
            for post in self.posts
            for block in post.blocks
            if block.heading
            for link in block.element.iter("a")
            if _page_of(_joined(addresses, link.get("href") or "")) in own
        ]
        for link in links:
            link.tag = "span"
        return bool(links)

    def is_text(self, taken: Sequence[Block]) -> bool:
        """Whether the text of a page, made of the blocks `taken`, is that of its single entry."""
        return self.single is not None and _share([self.single], taken) >= SHARE

    def days(
        self,
        taken: Sequence[Block],
        stated: Mapping[str, date],
        *,
        said: bool,
        day: date | None,
    ) -> Iterator[tuple[str, date | None]]:
        """The lines of a text, made of the blocks `taken`, with the days of their entries; none if
        it is no live blog. `stated` are days that the structured data give to lines, `said` tells
        that the page calls itself a live blog, `day` is that of entries with a time of day alone.
        """
        own = [self.single] if self.single else list(self.posts)
        of_block = {block.letters: post for post in own for block in post.blocks}
        fewest = FEWEST if said else FEWEST_UNSAID
        if len(self.posts) < fewest or not (said or _share(own, taken) >= SHARE):
            return
        of_post = {post: _day_of(post, stated, day) for post in own}
        counted = Counter(block.letters for block in taken)
        begun = False
        for block in taken:
            post = of_block.get(block.letters)
            begun = begun or post is not None
            if begun and counted[block.letters] == 1:
                yield block.written, of_post[post] if post else stated.get(block.written)


def _share(posts: Sequence[Post], taken: Sequence[Block]) -> float:
    """The share of the paragraphs of a text that is in some entries."""
    inside = {letters for post in posts for letters in post.prose}
    sizes = [(len(block.text), block.letters in inside) for block in taken if block.prose]
    return sum(size for size, own in sizes if own) / max(1, sum(size for size, _ in sizes))


def _joined(addresses: Sequence[str], written: str) -> str:
    try:
        return urljoin(addresses[0] if addresses else "", written)
    except ValueError:
        return ""


def _page_of(address: str) -> str:
    """An address without what names a place on its page."""
    return address.partition("#")[0].partition("?")[0].rstrip("/")


def _day_of(post: Post, stated: Mapping[str, date], day: date | None) -> date | None:
    lines = (block.written for block in post.blocks)
    found = next((stated[line] for line in lines if line in stated), None)
    return found or post.day or (day if post.clock else None)


def calls_itself_live(headline: str | None) -> bool:
    """Whether a headline says that the text is a live blog."""
    said = f" {key_of(headline or '')} "
    return any(phrase in said for phrase in table().live)
