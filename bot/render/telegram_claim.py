"""What the coverage says for and against a statement, as Telegram messages. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.render.buttons import quote_row
from bot.render.messages import Message
from bot.render.telegram_html import Block, aside, joined, lines, packed, quote_blocks, source_line
from bot.render.telegram_text import MOST_UNITS
from bot.words import Words
from retrieval.answer.claim import Compared, Stance


def claim_messages(found: Sequence[Compared], interface: Words) -> tuple[Message, ...]:
    """The quotes that support a claim and those that have it otherwise, with what they have
    otherwise; if there are none, that, and the nearest one, labelled as a miss."""
    return tuple(packed(list(_blocks(found, interface))))


def _blocks(found: Sequence[Compared], interface: Words) -> Iterator[Block]:
    told = [each for each in found if each.stance is not Stance.NEAR]
    if not told:
        yield lines(interface.say("claim_open"), interface)
        for each in found[:1]:
            yield lines(interface.say("nearest"), interface)
            line = source_line(each.quote, interface)
            *firsts, last = aside(each.quote, MOST_UNITS - 2 - line.units)
            yield from firsts
            row = quote_row(each.quote, interface)
            yield joined("\n", last, line, rows=(row,))
        return
    for at, each in enumerate(told):
        if each.stance is Stance.DIFFERS:
            words = interface.say("between_names").join(each.otherwise)
            yield lines(interface.say("claim_differs", words=words), interface)
        elif at == 0:
            yield lines(interface.say("claim_supports"), interface)
        yield from _quoted(each, interface)


def _quoted(each: Compared, interface: Words) -> Iterator[Block]:
    yield from quote_blocks(each.quote, interface, rows=(quote_row(each.quote, interface),))
