"""An answer as Telegram messages with buttons: whole, short for a group, or the quotes after those
already shown. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.render.buttons import (
    MOST_SHOWN,
    collect_button,
    context_button,
    copies_button,
    filter_row,
    more_button,
    number,
    private_button,
    quote_row,
    thumbs,
)
from bot.render.figures import ledger
from bot.render.messages import Message, Row
from bot.render.telegram_html import (
    Block,
    aside,
    joined,
    lines,
    packed,
    quote_blocks,
    source_line,
)
from bot.render.telegram_text import MOST_UNITS, escape, sanitise, units
from bot.words import Words
from bot.words.coverage import BETWEEN, absence_text, filters_text
from retrieval.question.understand import is_greeting
from retrieval.types import Answer, Dropped, Quote

# UTF-16 units of the ledger of figures.
_LONGEST_LEDGER = 1_000
# Characters of what a question was understood as.
_LONGEST_UNDERSTOOD = 300


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is shown. `shown` quotes have been before; `left` says whether others come
    after these; `newest` is the last day of publication in what was searched, if any is known;
    `understood` is how a question that goes on with another one was understood; `chosen` are the
    outlets that the chat has chosen."""

    shown: int = 0
    left: bool = False
    newest: date | None = None
    understood: str = ""
    chosen: tuple[str, ...] = ()


def full(answer: Answer, shape: Shape, interface: Words) -> tuple[Message, ...]:
    """Every quote with its source and a row of buttons, then what was searched; or an absence.

    Each message has at most 4096 UTF-16 units after parsing, 100 entities and 100 buttons.
    """
    if answer.absence:
        *firsts, end = _absence(answer, interface)
        rows = (*_miss(answer, interface), _dropping(answer, shape, interface), thumbs(None))
        end = replace(end, rows=tuple(row for row in rows if row))
        return tuple(packed([*_understood(shape, interface), *firsts, end]))
    more = _more(len(answer.quotes), shape, interface, answer.filters.dropped)
    rows = (_dropping(answer, shape, interface), (*more, *thumbs(answer.quotes[0])))
    footer = replace(_footer(answer, shape, interface), rows=tuple(row for row in rows if row))
    quotes = _numbered(answer.quotes, 0, interface)
    blocks = [*_understood(shape, interface), *quotes, *_figures(answer, interface), footer]
    return tuple(packed(blocks))


def short(answer: Answer, shape: Shape, interface: Words, bot: str) -> tuple[Message, ...]:
    """The first quote, its source, and one row of buttons, of which the last opens it in private
    with the bot of this username; what was filtered is said."""
    if answer.absence:
        absence = _absence_in_short(answer, interface)
        if dropping := _dropping(answer, shape, interface):
            absence = replace(absence, rows=(dropping,))
        return tuple(packed([*_understood(shape, interface), absence]))
    first = answer.quotes[0]
    row = [
        *_more(1, shape, interface, answer.filters.dropped),
        context_button(first, interface),
    ]
    if first.copies:
        row.append(copies_button(first, interface))
    row += [collect_button(first, interface), private_button(first, interface, bot)]
    told = "\n".join(_filters(answer, interface))
    filtered = [lines(told, interface)] if told else []
    quoted = quote_blocks(first, interface)
    *before, last = [*_understood(shape, interface), *quoted, *filtered]
    rows = (_dropping(answer, shape, interface), tuple(row))
    return tuple(packed([*before, replace(last, rows=tuple(each for each in rows if each))]))


def further(
    quotes: Sequence[Quote], shape: Shape, interface: Words, dropped: Sequence[Dropped] = ()
) -> tuple[Message, ...]:
    """The quotes after the first `shape.shown`, of an answer in which this was dropped."""
    *before, last = _numbered(quotes, shape.shown, interface)
    again = _more(shape.shown + len(quotes), shape, interface, dropped)
    return tuple(packed([*before, replace(last, rows=(*last.rows, again) if again else last.rows)]))


def single(quote: Quote, interface: Words, *, superseded: bool = False) -> tuple[Message, ...]:
    """One quote that somebody holds the receipt of."""
    blocks = list(quote_blocks(quote, interface, rows=(quote_row(quote, interface),)))
    if superseded:
        told = lines(interface.say("verify_superseded"), interface)
        blocks = [told, *(replace(block, receipts=()) for block in blocks)]
    return tuple(packed(blocks))


def _understood(shape: Shape, interface: Words) -> list[Block]:
    """How a question was understood, above everything."""
    if not shape.understood:
        return []
    told = shape.understood
    if len(told) > _LONGEST_UNDERSTOOD:
        told = told[: _LONGEST_UNDERSTOOD - 1] + "…"
    return [lines(told, interface)]


def _numbered(quotes: Sequence[Quote], shown: int, interface: Words) -> Iterator[Block]:
    """Each quote above its source and buttons; numbers tell several apart."""
    alone = shown == 0 and len(quotes) == 1
    for at, quote in enumerate(quotes, start=shown + 1):
        mark = "" if alone else number(at)
        row = quote_row(quote, interface, mark)
        yield from quote_blocks(quote, interface, mark or "—", (row,))


def _figures(answer: Answer, interface: Words) -> Iterator[Block]:
    """The ledger of figures below the quotes, as much of it as leaves room for them."""
    block = title = lines(interface.say("figures"), interface)
    for entry in ledger(answer, interface):
        value = Block(f"<b>{escape(entry.value)}</b>", units(sanitise(entry.value)), 1)
        longer = joined("\n", block, value, *(lines(each, interface) for each in entry.lines))
        if longer.units > _LONGEST_LEDGER:
            break
        block = longer
    if block is not title:
        yield block


def _dropping(answer: Answer, shape: Shape, interface: Words) -> Row:
    """Buttons that drop what was read in the question."""
    return filter_row(answer.filters, shape.chosen, interface)


def _miss(answer: Answer, interface: Words) -> Iterator[Row]:
    """What can be asked of the nearest miss."""
    nearest = answer.absence.nearest if answer.absence else None
    if nearest and not is_greeting(answer.question):
        yield quote_row(replace(nearest, copies=()), interface)


def _more(shown: int, shape: Shape, interface: Words, dropped: Sequence[Dropped]) -> Row:
    """The button for the quotes after these, where there are any and may be more."""
    if not shape.left or shown > MOST_SHOWN:
        return ()
    return (more_button(shown, interface, dropped),)


def _footer(answer: Answer, shape: Shape, interface: Words) -> Block:
    """How many independent texts, the newest article among those searched, and what was
    filtered."""
    day = shape.newest
    newest = interface.date(day) if day else interface.say("undated")
    facts = [
        interface.count("independent_texts", answer.independent),
        interface.say("newest_searched", day=newest),
    ]
    return lines("\n".join([BETWEEN.join(facts), *_filters(answer, interface)]), interface)


def _filters(answer: Answer, interface: Words) -> list[str]:
    return filters_text(answer.filters, interface)


def _absence(answer: Answer, interface: Words) -> list[Block]:
    """What was searched in vain and what is missing; and the nearest miss with its source, said to
    be no answer."""
    said, nearest = _searched(answer, interface)
    if nearest is None:
        return [said]
    label = lines(interface.say("nearest"), interface)
    line = source_line(nearest, interface)
    *firsts, last = aside(nearest, MOST_UNITS - 2 - line.units - label.units)
    if not firsts:
        return [said, joined("\n", label, last, line)]
    first, *others = firsts
    return [said, label, first, *others, joined("\n", last, line)]


def _absence_in_short(answer: Answer, interface: Words) -> Block:
    """The same with the source of the nearest miss alone."""
    said, nearest = _searched(answer, interface)
    if nearest is None:
        return said
    label = lines(interface.say("nearest"), interface)
    return joined("\n", said, joined(" ", label, source_line(nearest, interface, "")))


def _searched(answer: Answer, interface: Words) -> tuple[Block, Quote | None]:
    absence = answer.absence
    assert absence is not None
    greets = is_greeting(answer.question)
    said = lines(absence_text(absence, interface, answer.filters, greets=greets), interface)
    if absence.nearest is None or greets:
        return said, None
    return said, replace(absence.nearest, copies=())
