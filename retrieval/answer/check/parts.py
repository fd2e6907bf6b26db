"""The parts of a draft: which of its sentences are quotes, and where within a sentence the quote
ends and the words of the writer begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from corpus.language.marks import SENTENCE_ENDS
from corpus.language.pasted import Folded, words_to_find
from retrieval.answer.check.draft import Block, quotations
from retrieval.answer.check.own import rewritten_around
from retrieval.answer.check.quote import CLOSING, OPENING, Found, altered, exact, ways_of
from retrieval.answer.check.search import Around, Search, standing_in
from retrieval.answer.check.verdict import DraftPart, Match, VerdictKind

# A sentence of an article within one of the draft has so many words.
_WHOLE_SENTENCE = 4
# A sentence of a draft is looked for in all articles from so many words on, in so many of them.
_FEWEST = 5
_READ_OF_PART = 200

# From the first word to the last.
_WORDS = re.compile(rf"\w(?:.*\w)?[{SENTENCE_ENDS})»”\"]*", re.DOTALL)
_EDGES = f" \t\r\n>.…{OPENING}{CLOSING}"

Inner = tuple[int, int, VerdictKind, tuple[Match, ...]]


def of_sentence(
    block: Block, kind: VerdictKind, matches: tuple[Match, ...], search: Search
) -> Iterator[DraftPart]:
    """The parts of a text of one sentence, which has been judged."""
    ((start, end),) = block.sentences
    text = block.draft[start:end]
    near = [Around.whole(match) for match in matches[:1]]
    inner = () if kind is VerdictKind.EXACT else _inner(text, matches, near, search)
    yield from _around(block, start, end, inner, kind, matches)


def of_block(
    block: Block, found: Sequence[Match], closest: Sequence[Match], search: Search
) -> Iterator[DraftPart]:
    """The sentences of a block, each with what it is. What was `found` of the whole block holds
    them all; else they are looked for in the `closest` original first, and in what had the sentence
    before."""
    near = [Around(match, match.start, match.end) for match in found[:1]]
    near += [] if found else [Around.whole(match) for match in closest]
    for start, end in block.sentences:
        text = block.draft[start:end]
        if found:
            there = _near(text, near) or found[0]
            yield DraftPart(start, end, text, VerdictKind.EXACT, (there,))
            continue
        for part in _sentence(block, start, end, near, search):
            yield part
            if part.matches and all(part.matches[0].body != each.match.body for each in near):
                near = [*near[:1], Around.whole(part.matches[0])]


def _sentence(
    block: Block, start: int, end: int, near: Sequence[Around], search: Search
) -> Iterator[DraftPart]:
    text = block.draft[start:end]
    bare = _bare_ways(text)
    if there := _near(text, near):
        yield DraftPart(start, end, text, VerdictKind.EXACT, (there,))
        return
    # a few words are somewhere by chance
    enough = len(words_to_find(text)) >= _FEWEST or text[0] in OPENING
    matches = exact(bare, search, _READ_OF_PART)[1] if enough else ()
    if matches:
        yield DraftPart(start, end, text, VerdictKind.EXACT, matches)
        return
    originals = _altered(bare[-1], near)
    if enough and not originals:
        originals = altered(bare[-1], search)[1]
    kind = VerdictKind.ALTERED if originals else VerdictKind.ABSENT
    inner = _inner(text, originals, near, search)
    yield from _around(block, start, end, inner, kind, originals)


def _inner(
    text: str, originals: Sequence[Match], near: Sequence[Around], search: Search
) -> Sequence[Inner]:
    """The quotes within a sentence: between quotation marks, if the words around these are no
    altered words of an article, else the sentences of its closest original that stand whole in
    it."""
    every = len(words_to_find(text))
    marked = [
        (first, last, *_quotation(text[first:last], near, search))
        for first, last in quotations(text)
        if len(words_to_find(text[first:last])) < every
    ]
    edges = [0, *chain.from_iterable(each[:2] for each in marked), len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]
    if marked and any(rewritten_around(pieces, match.diff or ()) for match in originals):
        return ()
    return [each for each in marked if each[3]] or list(_sentences_inside(text, originals))


def _quotation(text: str, near: Sequence[Around], search: Search) -> Found:
    """What is between quotation marks."""
    ways = _bare_ways(text)
    found = exact(ways, search, _READ_OF_PART)
    if found[1]:
        return found
    if originals := _altered(ways[-1], near):
        return VerdictKind.ALTERED, originals
    return altered(ways[-1], search)


def _altered(text: str, near: Sequence[Around]) -> tuple[Match, ...]:
    """What the text was made of, if of one of these."""
    return tuple(match for each in near if (match := each.altered(text)))[:1]


def _around(
    block: Block,
    start: int,
    end: int,
    inner: Sequence[Inner],
    kind: VerdictKind,
    matches: tuple[Match, ...],
) -> Iterator[DraftPart]:
    """The quotes in a sentence, and the words between and around them, which are the writer's; a
    sentence without such is of this kind."""
    if not inner:
        yield DraftPart(start, end, block.draft[start:end], kind, matches)
        return
    at = start
    for first, last, judged, there in inner:
        yield from _own(block, at, start + first)
        at = start + last
        yield DraftPart(start + first, at, block.draft[start + first : at], judged, there)
    yield from _own(block, at, end)


def _own(block: Block, start: int, end: int) -> Iterator[DraftPart]:
    words = _WORDS.search(block.draft, start, end)
    if words:
        yield DraftPart(*words.span(), words[0], VerdictKind.ABSENT, ())


def _sentences_inside(text: str, originals: Sequence[Match]) -> Iterator[Inner]:
    last, pasted = 0, Folded.of(text)
    for match in originals:
        for each in match.quote.article.sentences:
            outside = each.end <= match.start or each.start >= match.end
            if outside or each.end - each.start > len(text):
                continue
            whole = match.body[each.start : each.end]
            for body in dict.fromkeys((whole, whole.rstrip(SENTENCE_ENDS))):
                if len(words_to_find(body)) < _WHOLE_SENTENCE:
                    continue
                if (there := standing_in(body, pasted)) and there[0] >= last:
                    last = there[1]
                    end = each.start + len(body)
                    place = replace(match, start=each.start, end=end, diff=None)
                    yield *there, VerdictKind.EXACT, (place,)
                    break


def _bare_ways(text: str) -> list[str]:
    """A piece of a draft, and without the quotation marks that are at one of its edges."""
    ways = ways_of(text)
    bare = ways[-1].strip(_EDGES)
    return [*ways, bare] if words_to_find(bare) and bare not in ways else ways


def _near(text: str, near: Sequence[Around]) -> Match | None:
    """Where a sentence is in the first of these texts that has it."""
    ways = _bare_ways(text)
    for each in near:
        for way in ways:
            if there := each.exact(way):
                return there
    for each in near:
        if there := each.spelled(ways[-1]):
            return there
    return None
