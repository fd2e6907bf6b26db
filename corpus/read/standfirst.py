"""The standfirst of a page: the lead that is between its title and its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from corpus.clean.furniture import heading_rule, is_date_line, line_rule, table
from corpus.read.blocks import Block, HtmlElement, letters_of, named_furniture

# A longer one is a paragraph of the text, which pages name alike.
LONGEST = 600
WORDS = 4
# Letters of a description that a page cuts off («…»).
DESCRIPTION_LETTERS = 50
# Elements around it that may have its name.
_AROUND = 2


def standfirst(
    blocks: Sequence[Block], text: Sequence[Block], descriptions: Sequence[str | None]
) -> str | None:
    """The text of the block between the title and the second paragraph of the `text` that the page
    names a standfirst, that is in the header of the article, or that equals one of the page's own
    `descriptions`; a paragraph of the text among the others is none, whatever its name."""
    places = {block: number for number, block in enumerate(blocks)}
    paragraphs = [block for block in text if block.prose]
    first = places.get(paragraphs[0], len(blocks)) if paragraphs else len(blocks)
    title = max(
        (number for number, block in enumerate(islice(blocks, first)) if block.title), default=-1
    )
    parents = Counter(block.holder.getparent() for block in paragraphs)
    own = {parent for parent, count in parents.items() if count > 1}
    wanted = [letters_of(each) for each in descriptions if each]
    for number in range(title + 1, min(first + 1, len(blocks))):
        block = blocks[number]
        named = any(map(_is_named, islice(_chain(block), _AROUND)))
        if not _may_be(block, 1 if named else WORDS) or (
            title < 0 and not _beside(block, paragraphs)
        ):
            continue
        in_text = block.holder.getparent() in own
        if in_text and number == first:
            continue
        if named and len(block.text) <= LONGEST and number < first + (len(paragraphs) > 1):
            return block.text
        if in_text:
            continue
        if title >= 0 and (_in_header(block) and block.line.prose):
            return block.text
        if any(_describes(each, block.letters) for each in wanted):
            return block.text
    return None


def _may_be(block: Block, words: int) -> bool:
    line = block.line
    if line.words < words and not line.spaceless:
        return False
    if len(block.text) > LONGEST or block.link or block.title:
        return False
    if any(map(named_furniture, islice(_chain(block), 1, _AROUND + 1))):
        return False
    return not (line_rule(line, header=True) or heading_rule(line) or is_date_line(line))


def _beside(block: Block, paragraphs: Sequence[Block]) -> bool:
    """Whether it has an element of the page's around it that the text has too."""
    above = {each for each in block.element.iterancestors() if each.tag not in ("body", "html")}
    return bool(paragraphs) and not above.isdisjoint(paragraphs[0].element.iterancestors())


def _chain(block: Block) -> Sequence[HtmlElement]:
    return (block.element, *islice(block.element.iterancestors(), 4))


def _is_named(element: HtmlElement) -> bool:
    """Whether a class is a name for standfirsts, or ends in one («article__subhead»)."""
    classes = (element.get("class") or "").lower().split()
    return any(
        said == name or said.endswith(("-" + name, "_" + name))
        for said in classes
        for name in table().standfirst
    )


def _in_header(block: Block) -> bool:
    return any(
        each.tag == "header" and next(each.iterancestors("article", "main"), None) is not None
        for each in block.element.iterancestors()
    )


def _describes(description: str, letters: str) -> bool:
    if description == letters:
        return True
    short, long = sorted((description, letters), key=len)
    return len(short) >= DESCRIPTION_LETTERS and long.startswith(short)
