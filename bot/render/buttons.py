"""The buttons under answers, and what they carry. Pure functions.

Callback data is `q:`, what is wanted, and of what: `q:m:3` more after the first three quotes,
`q:d:s` the answer without what the question says of sources (`d`: of days; `sd`: of both), and
`q:m:3:s` more of that, `q:c:RECEIPT` the context of a quote, `q:w:RECEIPT` how its copies word it,
`q:+:RECEIPT` and `q:-:RECEIPT` what is thought of the answer that it comes first in; without a
receipt, of one that has no quotes. What the question was is known from the message that the buttons
are under.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from bot.render.citation import marked
from bot.render.messages import Button, Row
from bot.render.telegram_text import directed, sanitise, units
from bot.words import Words
from bot.words.coverage import BETWEEN, agency_name, outlet_name, publisher_name
from corpus.errors import InputError
from retrieval.answer.check.receipt import read_receipt, receipt_of
from retrieval.types import Dropped, Filters, Quote

PREFIX = "q:"

COLLECT = "d:"
"""What the callback data of buttons of a dossier begins with: a receipt that is to be collected, or
what is to be done with the dossier, stands behind it."""

MOST_SHOWN = 60
"""Quotes of one answer that are shown before More ends."""

MOST_COPIED = 256
"""Characters of what a button copies; counted here as UTF-16 units, which are never fewer."""

MOST_PARTS = 5
"""Buttons that copy one quote, part by part."""

Wanted = Literal["m", "d", "c", "w", "+", "-"]

_DATA = re.compile(
    r"q:(?:(m):([1-9][0-9]?)(?::(sd?|d))?|(d):(sd?|d)"
    r"|([cw]):([a-z2-7]{13,24})|([+-]):([a-z2-7]{13,24})?)"
)
_LONGEST_LABEL = 40
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button asks for: More after `shown` quotes, the answer without what was
    `dropped`, or something of a receipt's quote."""

    wanted: Wanted
    shown: int = 0
    receipt: str | None = None
    dropped: tuple[Dropped, ...] = ()


def read(data: str) -> Press | None:
    """What callback data asks for; `None` for what no button under an answer carries."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    if found[1]:
        shown = int(found[2])
        dropped = tuple(map(Dropped, found[3] or ""))
        return Press("m", shown, dropped=dropped) if shown <= MOST_SHOWN else None
    if found[4]:
        return Press("d", dropped=tuple(map(Dropped, found[5])))
    wanted, receipt = cast(Wanted, found[6] or found[8]), found[7] or found[9]
    try:
        if receipt:
            read_receipt(receipt)
    except InputError:
        return None
    return Press(wanted, receipt=receipt)


def number(at: int) -> str:
    """The number of a quote, from 1 on, in a character that reads in both directions."""
    return _CIRCLED[at - 1] if at <= len(_CIRCLED) else f"({at})"


def more_button(shown: int, interface: Words, dropped: Sequence[Dropped] = ()) -> Button:
    kinds = f":{''.join(dropped)}" if dropped else ""
    return Button(_label("button_more", interface), f"q:m:{shown}{kinds}")


def filter_row(filters: Filters, chosen: Sequence[str], interface: Words) -> Row:
    """A button for what the question says of sources and one for what it says of days, each of
    which drops it; the outlets that the chat has `chosen` are none of the question's."""
    if not filters.from_question:
        return ()
    named = [publisher_name(each, interface) for each in filters.outlets if each not in chosen]
    named += [agency_name(each, interface) for each in filters.agencies]
    days = [interface.date(day) for day in (filters.since, filters.until) if day]
    row = []
    for kind, words in ((Dropped.SOURCES, named), (Dropped.DAYS, list(dict.fromkeys(days)))):
        if words:
            shown = interface.say("between_names").join(words)
            label = shown if len(shown) <= _LONGEST_LABEL else f"{shown[:_LONGEST_LABEL]}…"
            kinds = "".join(each for each in Dropped if each in (*filters.dropped, kind))
            row.append(Button(directed(f"✕ {label}", interface), f"q:d:{kinds}"))
    return tuple(row)


def context_button(quote: Quote, interface: Words, mark: str = "") -> Button:
    return Button(mark + _label("button_context", interface), f"q:c:{receipt_of(quote)}")


def copies_button(quote: Quote, interface: Words, mark: str = "") -> Button:
    return Button(mark + _label("button_copies", interface), f"q:w:{receipt_of(quote)}")


def private_button(quote: Quote, interface: Words, bot: str) -> Button:
    """Opens the quote in the private chat with the bot of this username."""
    url = f"https://t.me/{bot}?start={receipt_of(quote)}"
    return Button(_label("button_private", interface), url=url)


def thumbs(quote: Quote | None) -> Row:
    """What is thought of an answer whose first quote this is."""
    receipt = receipt_of(quote) if quote else ""
    return Button("👍", f"q:+:{receipt}"), Button("👎", f"q:-:{receipt}")


def quote_row(quote: Quote, interface: Words, mark: str = "") -> Row:
    """What can be asked of one quote; `mark` tells it from others."""
    mark = f"{mark} " if mark else ""
    row = [context_button(quote, interface, mark)]
    if quote.copies:
        row.append(copies_button(quote, interface, mark))
    label = mark + _label("button_copy", interface)
    copied = list(_copied(quote, interface))
    if len(copied) == 1:
        copying = [Button(label, copy=copied[0])]
    else:
        of = interface.number(len(copied))
        copying = [
            Button(f"{label} {interface.number(at)}/{of}", copy=text)
            for at, text in enumerate(copied, start=1)
        ]
    return (*row, *copying, collect_button(quote, interface, mark))


def collect_button(quote: Quote, interface: Words, mark: str = "") -> Button:
    """Puts the quote into the dossier of the chat; see `bot.telegram.dossiers`."""
    return Button(mark + _label("button_collect", interface), f"{COLLECT}{receipt_of(quote)}")


def _copied(quote: Quote, interface: Words) -> Iterator[str]:
    """The quote with a short citation where both fit, else the quote alone, else in parts that end
    with a word; nothing of one that would need more than `MOST_PARTS`."""
    source = quote.article.source
    day = interface.date(source.published) if source.published else interface.say("undated")
    said = directed(f"{outlet_name(source.outlet, interface)}{BETWEEN}{day}", interface)
    for text in (f"{marked(quote)}\n— {said}", quote.text):
        copied = sanitise(text).strip()
        if copied and units(copied) <= MOST_COPIED:
            yield copied
            return
    parts = _parts(sanitise(quote.text).strip())
    if len(parts) <= MOST_PARTS:
        yield from parts


def _parts(text: str) -> list[str]:
    """`text` in parts that buttons can copy, cut at blanks where there are any."""
    parts = []
    while units(text) > MOST_COPIED:
        most = MOST_COPIED
        while units(text[:most]) > MOST_COPIED:
            most -= 1
        cut = text.rfind(" ", 0, most + 1)
        cut = cut if cut > 0 else most
        parts.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*parts, text] if text else parts


def _label(key: str, interface: Words) -> str:
    return directed(interface.say(key), interface)
