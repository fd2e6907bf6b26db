"""A chat's answer as a person reads it: blockquotes, each with its source below, compared with the
coverage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, product

from bot.local_telegram.client import Sent
from bot.local_telegram.utf16 import covered, utf16_cut, utf16_length
from bot.render.telegram_text import link, sanitise
from bot.replay.seen import SeenQuote, cut, of_source
from bot.words import Words, words
from bot.words.coverage import BETWEEN, MISSING, outlet_name
from corpus.errors import InputError
from corpus.types import Source
from retrieval.answer.after import CopyPlace
from retrieval.answer.check.search import MOST_MATCHES
from retrieval.answer.check.verdict import Match
from retrieval.engine import Engine

_QUOTES = ("blockquote", "expandable_blockquote")
_MARKS = re.compile("[\u2066-\u2069]")
# No quote is in more articles: verification tells of no more either.
_MOST_COPIES = MOST_MATCHES


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote in a chat: its blockquotes, of which only a very long one has several, the line below
    the last, without the marks of direction, and the name and address of the link in it. No line:
    none is there."""

    pieces: tuple[str, ...]
    line: str | None
    link: tuple[str, str] | None


def cited(messages: Sequence[Sent]) -> Iterator[Cited]:
    """The quotes of an answer in the order of reading."""
    pieces: list[str] = []
    for message in messages:
        for entity in message.entities:
            if entity["type"] not in _QUOTES:
                continue
            pieces.append(covered(message.text, entity))
            end = entity["offset"] + entity["length"]
            below = utf16_cut(message.text, end, utf16_length(message.text))
            if below.startswith("\n") and not below.startswith("\n\n"):
                line = below[1:].partition("\n")[0]
                yield Cited(tuple(pieces), _bare(line), _link(message, end + 1, line))
                pieces = []
    if pieces:
        yield Cited(tuple(pieces), None, None)


def _link(message: Sent, start: int, line: str) -> tuple[str, str] | None:
    inside = range(start, start + utf16_length(line))
    links = (
        (_bare(covered(message.text, entity)), entity["url"])
        for entity in message.entities
        if entity["type"] == "text_link" and entity["offset"] in inside
    )
    return next(links, None)


def judged(quote: Cited, engine: Engine, interface: Words, article: str | None) -> SeenQuote:
    """What a quote is: one that stands to the character in an article whose outlet, day and address
    the line below it names, or one with a flaw. Of several the `article`, if it is one."""
    seen = " ".join(quote.pieces)
    unknown = SeenQuote(seen, "", None, None, None)
    places = _places(quote.pieces, engine)
    if not places:
        return replace(unknown, flaw="no quote, the coverage does not have these words so")
    if quote.line is None:
        return replace(unknown, flaw="wrong attribution, no source stands below it")
    told = [each for each in places if _names(quote, each.article.source, interface)]
    if not told:
        source = places[0].article.source
        leads = f", linked to {quote.link[1]}" if quote.link else ""
        why = f"wrong attribution, it is of {_said(source)}; below it: {quote.line}{leads}"
        return replace(of_source(places[0].article, seen), outlet=None, flaw=why)
    best = min(told, key=lambda each: each.article.id != article)
    copies = _counts(interface.language).get(quote.line.rpartition(BETWEEN)[2], 0)
    flaw = cut(best.start, best.end, best.article)
    made = of_source(best.article, sanitise(best.text), copies=copies, flaw=flaw)
    said, _, _ = _parts(quote, best.article.source, interface)
    return replace(made, said_by=tuple(filter(None, [said.strip(" —")])))


def _places(pieces: Sequence[str], engine: Engine) -> list[CopyPlace]:
    """Where the pieces stand one after the other, with blanks alone between them."""
    found: list[CopyPlace] | None = None
    for piece in pieces:
        here = list(_exact(piece, engine))
        found = here if found is None else list(_joined(found, here))
    return found or []


def _exact(piece: str, engine: Engine) -> Iterator[CopyPlace]:
    """Where a piece stands to the character; what was only pasted might lack a mark."""
    try:
        verdict = engine.verify(piece)
    except InputError:
        return
    for match in verdict.matches:
        if match.superseded:
            continue
        ways = (CopyPlace(match.article, start, end) for start, end in _edges(match))
        yield from islice((each for each in ways if sanitise(each.text) == piece), 1)


def _edges(match: Match) -> Iterator[tuple[int, int]]:
    """Those of sentences near it, and its own, which leave out what cannot be seen: of that alone
    there are sentences too."""
    sentences = match.article.sentences
    starts = [each.start for each in sentences if each.start <= match.start][-2:]
    ends = [each.end for each in sentences if each.end >= match.end][:2]
    yield from product((*reversed(starts), match.start), (*ends, match.end))


def _joined(before: Sequence[CopyPlace], after: Sequence[CopyPlace]) -> Iterator[CopyPlace]:
    for one in before:
        for other in after:
            same = one.article.id == other.article.id and one.end <= other.start
            if same and not one.article.body[one.end : other.start].strip():
                yield replace(one, end=other.end)


def _names(quote: Cited, source: Source, interface: Words) -> bool:
    """Whether a source line is of this source: outlet, day and link. Who speaks is before the
    outlet, who passed it on after it."""
    day = _bare(interface.date(source.published) if source.published else interface.say("undated"))
    url = link(source.url)
    outlet = _bare(outlet_name(source.outlet, interface))
    _, found, rest = _parts(quote, source, interface)
    return (
        bool(found)
        and day in rest.split(BETWEEN)
        and quote.link == ((outlet, url) if url else None)
    )


def _parts(quote: Cited, source: Source, interface: Words) -> tuple[str, str, str]:
    """What is in a source line before the outlet, the outlet, and what is after it."""
    outlet = _bare(outlet_name(source.outlet, interface))
    return (quote.line or "").partition(f" {outlet}{BETWEEN}")


@cache
def _counts(language: str) -> dict[str, int]:
    """How each number of copies is told in a language."""
    say = words(language).count
    return {_bare(say("copies", number)): number for number in range(1, _MOST_COPIES)}


def _said(source: Source) -> str:
    day = source.published.isoformat() if source.published else "undated"
    return ", ".join(filter(None, (source.outlet or "an unknown outlet", day, source.url)))


def says(messages: Sequence[Sent], key: str, interface: Words) -> bool:
    """Whether the answer is this sentence of the interface and nothing else."""
    return [_bare(each.text) for each in messages] == [_bare(interface.say(key))]


def said_missing(messages: Sequence[Sent], interface: Words) -> tuple[str, ...]:
    """What an absence names as missing, in its order."""
    lines = [_bare(line) for each in messages for line in each.text.split("\n")]
    return tuple(
        name
        for line in lines
        for key in MISSING
        if (found := _said_in(interface.sentences[key]).fullmatch(line))
        for name in found[1].split(interface.say("between_names"))
    )


@cache
def _said_in(sentence: str) -> re.Pattern[str]:
    before, after = map(re.escape, map(_bare, sentence.split("{names}")))
    return re.compile(rf"{before}\s*(.+?)\s*{after}")


def _bare(text: str) -> str:
    return sanitise(_MARKS.sub("", text))
