"""What chats are sent unasked: alerts, and corrections of quotes they got. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.buttons import quote_row
from bot.render.messages import Button, Message
from bot.render.telegram_html import Block, joined, lines, packed, quote_blocks, source_line
from bot.render.telegram_text import directed, plain, units
from bot.render.telegram_verdict import marked_diff
from bot.words import Words
from bot.words.direction import name
from corpus.types import Article
from retrieval.answer.changed import Change, ChangeKind
from retrieval.types import Quote

STOP = "f:"
"""What the callback data of a button begins with that stops following; the id stands behind it."""

_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A quote that was found for a question that is followed under this id; not `clear`: it may
    answer."""

    id: int
    question: str
    quote: Quote
    clear: bool = True


def alert_messages(found: Sequence[FoundQuote], interface: Words) -> tuple[Message, ...]:
    """The quotes, each below the question that it answers; of a single one with a button that stops
    following."""
    blocks: list[Block] = []
    for each in found:
        key = "alert" if each.clear else "alert_possible"
        asked = interface.say(key, question=name(each.question, interface.right_to_left))
        row = quote_row(each.quote, interface)
        rows = (row, (stop_button(each.id, interface),)) if len(found) == 1 else (row,)
        first, *rest = quote_blocks(each.quote, interface, rows=rows)
        blocks += [joined("\n", lines(asked, interface), first), *rest]
    return tuple(packed(blocks))


def stop_button(id: int, interface: Words) -> Button:
    return Button(directed(interface.say("button_unfollow"), interface), f"{STOP}{id}")


def followed_message(questions: Sequence[tuple[int, str]], interface: Words) -> Message:
    """What a chat follows, ids and questions, with a button for each that stops it."""
    if not questions:
        return Message(lines(interface.say("following_none"), interface).html)
    listed = [
        f"{number}. {name(text, interface.right_to_left)}"
        for number, (_, text) in enumerate(questions, start=1)
    ]
    text = "\n".join([interface.say("following"), *listed])
    rows = tuple(
        (Button(directed(_label(number, text, interface), interface), f"{STOP}{one}"),)
        for number, (one, text) in enumerate(questions, start=1)
    )
    return Message(lines(text, interface).html, rows)


def _label(number: int, question: str, interface: Words) -> str:
    cut = question if len(question) <= _LONGEST_LABEL else question[: _LONGEST_LABEL - 1] + "…"
    shown = name(cut, interface.right_to_left)
    return interface.say("button_unfollow_one", number=interface.number(number), question=shown)


def correction_message(change: Change, interface: Words) -> Message:
    """What has become of a quote, in one message to be sent in reply to it: what stood and what
    stands now in one text, and the source with its link."""
    said = lines(interface.say(f"change_{change.kind}"), interface)
    blocks = [said]
    if change.kind is ChangeKind.CORRECTED:
        html = marked_diff(change.diff)
        blocks.append(Block(html, units(plain(html)), html.count("</")))
    if change.now or change.article:
        blocks.append(source_line(change.now or _whole(change.article), interface))
    return Message(joined("\n", *blocks).html)


def _whole(article: Article | None) -> Quote:
    assert article is not None
    return Quote(article, 0, 1, 0.0)
