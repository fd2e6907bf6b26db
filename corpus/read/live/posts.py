"""The entries of a live blog on its page.

They are recognised by their shape: similar elements side by side, each with its own time above its
paragraphs; or stretches of one element, each below such a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice

from corpus.read.blocks import HEADINGS, Block, HtmlElement
from corpus.read.live.times import day_of, is_clock, time_of

# Entries of one page, at least.
FEWEST = 2

# Elements around an entry that may have the name of comments.
_AROUND = 2
# What is in a page next to its text, or holds the posts of others.
_NO_ENTRY = frozenset(
    ["blockquote", "nav", "footer", "aside", "head", "form", "table", "figure", "video"]
)


@dataclass(frozen=True, eq=False)  # without slots, for what is worked out once
class Post:
    """An entry: its elements, side by side in the page, and the time above it, as written."""

    elements: tuple[HtmlElement, ...]
    blocks: tuple[Block, ...]
    time: str

    @cached_property
    def day(self) -> date | None:
        """Its day; unknown where it says a time of day alone, or only how long ago it was."""
        return day_of(self.time)

    @property
    def clock(self) -> bool:
        """Whether it gives a time of day alone."""
        return is_clock(self.time)

    @cached_property
    def prose(self) -> tuple[str, ...]:
        """The letters of its paragraphs."""
        return tuple(block.letters for block in self.blocks if block.prose)

    @cached_property
    def heading(self) -> str:
        """The letters of its first heading."""
        found = next((block for block in self.blocks if block.heading), None)
        return found.letters.lower() if found else ""

    @property
    def titled(self) -> bool:
        """Whether the title of the page is in it."""
        return any(block.title for block in self.blocks)


def posts_of(blocks: Sequence[Block], page: HtmlElement) -> tuple[Post, ...]:
    """The entries of a page in their order, of the kind that has most text; none where fewer than
    two stand side by side."""
    times = {each: said for each in page.iter() if (said := time_of(each))}
    if len(times) < FEWEST:
        return ()
    groups = _groups(blocks, times)
    place_of = {
        element: (key, number)
        for key, members in groups.items()
        for number, member in enumerate(members)
        for element in member
    }
    held: dict[tuple[object, int], list[Block]] = defaultdict(list)
    for block in blocks:
        places = map(place_of.get, self_and_above(block.element))
        if place := next(filter(None, places), None):
            held[place].append(block)
    order = {each: number for number, each in enumerate(page.iter())}
    found = {
        key: [
            post
            for number, member in enumerate(members)
            if (post := _post(member, held[key, number], times, order))
        ]
        for key, members in groups.items()
    }
    most = max(found.values(), key=_size, default=[])
    return tuple(most) if len(most) >= FEWEST else ()


def _size(posts: Sequence[Post]) -> int:
    return sum(len(letters) for post in posts for letters in post.prose if len(posts) >= FEWEST)


def _groups(
    blocks: Sequence[Block], times: Mapping[HtmlElement, str]
) -> dict[object, list[tuple[HtmlElement, ...]]]:
    """The elements of what may be entries, by what they have in common."""
    prose = {each for block in blocks if block.prose for each in self_and_above(block.element)}
    marks: dict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    for time in times:
        around = next((each for each in time.iterancestors() if each in prose), None)
        if around is not None and not _NO_ENTRY & {each.tag for each in self_and_above(time)}:
            marks[around].append(time)
    counted = Counter(each for around in marks for each in self_and_above(around))
    groups: dict[object, list[tuple[HtmlElement, ...]]] = defaultdict(list)
    for around, inside in marks.items():
        if counted[around] > 1:
            continue  # the time of what holds the entries
        if len(stretches := _stretches(around, inside, prose)) >= FEWEST:
            groups[around] = stretches
            continue
        whole = around
        while (above := whole.getparent()) is not None and counted[above] == 1:
            whole = above
        groups[whole.getparent(), whole.tag].append((whole,))
    return groups


def _stretches(
    around: HtmlElement, times: Sequence[HtmlElement], prose: set[HtmlElement]
) -> list[tuple[HtmlElement, ...]]:
    """The children of an element, cut before each that holds one of the times, or the heading right
    above it; only stretches with a paragraph, and nothing above the first time."""
    marked = {each for time in times for each in self_and_above(time)}
    found: list[list[HtmlElement]] = []
    headings: list[HtmlElement] = []
    filled = True  # whether the last stretch has a paragraph
    for child in around:
        if child.tag in HEADINGS:
            headings.append(child)
            continue
        if child in marked and filled:
            found.append([])
            filled = False
        if found:
            found[-1] += [*headings, child]
            filled = filled or child in prose
        headings = []
    return [tuple(each) for each in (found if filled else found[:-1])]


def _post(
    elements: tuple[HtmlElement, ...],
    blocks: Sequence[Block],
    times: Mapping[HtmlElement, str],
    order: Mapping[HtmlElement, int],
) -> Post | None:
    """The entry that elements make: the first time in them is above its paragraphs, and one that
    tells the day is preferred to others there."""
    prose = [order[block.element] for block in blocks if block.prose]
    own = [(order[each], times[each]) for top in elements for each in top.iter() if each in times]
    above = [said for place, said in own if prose and place < prose[0]]
    if not above or any(map(_is_comment, elements)):
        return None
    return Post(elements, tuple(blocks), next(filter(day_of, above), above[0]))


def _is_comment(element: HtmlElement) -> bool:
    around = (element, *islice(element.iterancestors(), _AROUND))
    return any("comment" in f"{each.get('class')} {each.get('id')}".lower() for each in around)


def self_and_above(element: HtmlElement) -> tuple[HtmlElement, ...]:
    """An element and those around it."""
    return (element, *element.iterancestors())
