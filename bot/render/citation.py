"""Who says a quote, on one line; and answers as text or Markdown, to be pasted where they are used.

Between the quotation marks stands the exact text, with control characters as blanks, as everywhere
people read it. Nothing in an article can become markup or change the direction of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.render.plain import visible, web_address
from bot.words import Words, for_question
from bot.words.coverage import (
    BETWEEN,
    absence_text,
    agency_name,
    is_outlet,
    outlet_name,
    publisher_name,
    said_before,
    short_name,
)
from bot.words.direction import isolate
from corpus.types import PartKind, Source
from retrieval.answer.check.receipt import receipt_of
from retrieval.types import Answer, Quote

# By the language of the quote; the second pair where the text has marks of the first itself.
_MARKS = {
    **dict.fromkeys(("ar", "fa", "ru", "uk", "be", "es", "it", "el", "hy"), ("«»", "“”")),
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "is"), ("„“", "‚‘")),
    **dict.fromkeys(("pl", "ro", "hu", "hr"), ("„”", "«»")),
    **dict.fromkeys(("ja", "zh-hant"), ("「」", "『』")),
    "fr": ("«\u00a0\u00a0»", "“”"),
}
_OTHER_MARKS = ("“”", "‘’")

# What CommonMark, its common extensions or a chat might take for markup. Other punctuation is left
# alone: it is read by people first.
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>|~&$^@#]|:(?=//|[\w+-]+:)|(?<=www)\.|([-+=.])(?=\1)", re.IGNORECASE
)
_LINE_START = re.compile(r"(?m)^([-+=:]|\d+(?=[.)]))")
_BLANK_EDGE = re.compile(r"(?m)^[ \t]+|[ \t]+$")
_UNSAFE_IN_LINK = {"<": "%3C", ">": "%3E", "&": "&amp;", **{c: f"\\{c}" for c in "\\()"}}


def as_text(answer: Answer, reader: str | None = None) -> str:
    """Each quote in the quotation marks of its language, and below it who says so; an absence is
    one line. The address has a line of its own: no mark touches it, and it stays a link."""
    interface = for_question(answer.question, answer.language, reader)
    if answer.absence:
        return _absence(answer, interface)
    return "\n\n".join(
        "\n".join([marked(quote), citation(quote, interface), *_address(quote)])
        for quote in answer.quotes
    )


def as_markdown(answer: Answer, reader: str | None = None) -> str:
    """The same as CommonMark: each quote with who says so is a block quotation, the outlet a
    link."""
    interface = for_question(answer.question, answer.language, reader)
    if answer.absence:
        return escape(_absence(answer, interface))
    return "\n\n".join(quote_markdown(quote, interface) for quote in answer.quotes)


def citation(quote: Quote, interface: Words) -> str:
    """Who says it, outlet, via, agency, day, headline and receipt, on one line; what is unknown of
    the outlet and of the day is said to be."""
    first, rest = _cited(quote, interface)
    return f"— {_said(quote, interface)}{first}{BETWEEN}{rest}"


def quote_particulars(quote: Quote, interface: Words) -> Iterator[str]:
    """`particulars` of a quote, in a live blog with the day of its entry; its page in a document;
    and that it is from the standfirst."""
    yield from particulars(quote.article.source, interface, quote.published)
    yield from page_said(quote.page, interface)
    if quote.part.kind is PartKind.STANDFIRST:
        yield interface.say("in_standfirst")


def page_said(page: int | None, interface: Words) -> Iterator[str]:
    """On which page of a document a text stands, nothing where it has none."""
    if page is not None:
        yield interface.say("page", number=interface.number(page))


def particulars(source: Source, interface: Words, day: date | None = None) -> Iterator[str]:
    """By whom a text was passed on and signed, where that is known, and its day, or that it is
    unknown; `day` if it is not that of its article."""
    day = day or source.published
    if source.via:
        yield interface.say("via", name=publisher_name(source.via, interface))
    if source.agency and not is_outlet(source.agency, source.outlet):
        yield interface.say("agency", name=agency_name(source.agency, interface))
    yield interface.date(day) if day else interface.say("undated")


def escape(text: str) -> str:
    """`text` as Markdown that is read as this text and nothing else. Line breaks stay where they
    are; blanks at the edges of lines, which Markdown drops, are written as references."""
    escaped = _MARKUP.sub(lambda found: f"\\{found.group()}", text)
    escaped = _LINE_START.sub(_escaped_start, escaped)
    escaped = _BLANK_EDGE.sub(lambda run: "".join(f"&#{ord(c)};" for c in run.group()), escaped)
    return escaped.replace("\n", "\\\n")


def _escaped_start(found: re.Match[str]) -> str:
    start = found.group()
    return f"{start}\\" if start[0].isdecimal() else f"\\{start}"


def quote_markdown(quote: Quote, interface: Words) -> str:
    """A quote and who says so, as a block quotation."""
    first, rest = _cited(quote, interface)
    linked = escape(first)
    for url in _address(quote):
        linked = f"[{linked}]({''.join(_UNSAFE_IN_LINK.get(c, c) for c in url)})"
    said = escape(_said(quote, interface).rstrip())
    line = f"— {said}{' ' * bool(said)}{linked}{BETWEEN}{escape(rest)}"
    led = [escape(lead_in(quote)), ""] if quote.lead_in else []
    lines = [*led, *escape(marked(quote)).split("\n"), "", line]
    return "\n".join(f"> {line}".rstrip(" ") for line in lines)


def _said(quote: Quote, interface: Words) -> str:
    said = said_before(quote, interface)
    return isolate(said) if interface.right_to_left else said


def _cited(quote: Quote, interface: Words) -> tuple[str, str]:
    """The outlet, and what follows it on the line."""
    source = quote.article.source
    parts = list(quote_particulars(quote, interface))
    if source.headline:
        parts.append(short_name(source.headline, interface))
    parts.append(interface.say("receipt", receipt=receipt_of(quote)))
    rest = BETWEEN.join(parts)
    return outlet_name(source.outlet, interface), isolate(rest) if interface.right_to_left else rest


def marked(quote: Quote) -> str:
    """The exact text in quotation marks; those of the second kind where it has the first itself."""
    return marked_text(quote.text, quote.article.language)


def lead_in(quote: Quote) -> str:
    """The line that introduces a quote, in quotation marks of its own; empty without one."""
    lead = quote.lead_in
    return "" if lead is None else marked_text(lead.text, quote.article.language)


def marked_text(text: str, language: str) -> str:
    """Exact text of an article in this language, in quotation marks."""
    text = visible(text)
    pairs = _MARKS.get(language, _OTHER_MARKS)
    clear = (pair for pair in pairs if pair[0] not in text and pair[-1] not in text)
    pair = next(clear, pairs[0])
    half = len(pair) // 2
    return f"{pair[:half]}{text}{pair[half:]}"


def _address(quote: Quote) -> list[str]:
    url = web_address(quote.article.source.url)
    return [url] if url else []


def _absence(answer: Answer, interface: Words) -> str:
    assert answer.absence is not None
    text = " ".join(absence_text(answer.absence, interface, answer.filters).split("\n"))
    return isolate(text) if interface.right_to_left else text
