"""Outlets side by side, for a terminal, as JSON, and as Telegram messages. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.messages import Message
from bot.render.plain import visible
from bot.render.shapes import Json, quote_json
from bot.render.telegram_context import copies_messages
from bot.render.telegram_html import Block, joined, lines, packed, quote_blocks
from bot.render.terminal import answer_view
from bot.words import Words, for_question
from bot.words.coverage import BETWEEN, outlet_name, short_name
from retrieval.answer.after import Wording
from retrieval.answer.check.aligned import differences
from retrieval.answer.compare import Carrying, Compared, Comparison
from retrieval.types import Quote

MOST_COMPARED = 4
"""Quotes in a chat."""

# Outlets without an article that are named; of more the number.
_MOST_NAMES = 12


def comparison_json(found: Comparison) -> Json:
    """`compare --json`."""
    return {
        "question": found.answer.question,
        "language": found.answer.language,
        "outlets": list(found.outlets),
        "silent": list(found.silent),
        "quotes": [
            {
                "quote": quote_json(each.quote),
                "carriers": [_carrying_json(one) for one in each.carriers],
                "missing": list(each.missing),
                "wordings": [_wording_json(each.quote, one) for one in each.wordings],
            }
            for each in found.compared
        ],
    }


def comparison_view(found: Comparison, reader: str | None = None) -> RenderableType:
    """Each quote with the outlets that carry it, those that do not, and other wordings of it as
    they were published, with the words of the quote that they do not have."""
    answer = found.answer
    if not found.compared:
        return answer_view(answer, reader)
    interface = for_question(answer.question, answer.language, reader)
    shown: list[RenderableType] = [Text(f"? {visible(answer.question)}", style="bold cyan")]
    for each in found.compared:
        shown.append(Padding(Text(f"«{visible(each.quote.text)}»"), (1, 2, 0, 2), expand=False))
        told = [Text(line, style="dim") for line in _said(each, interface)]
        shown += [Padding(line, (0, 4), expand=False) for line in told]
        for wording in each.wordings:
            if not wording.same:
                worded = _wording(each.quote, wording, interface)
                shown += [Padding(line, (0, 6), expand=False) for line in worded]
    silent = _silent(found, interface)
    return Group(*shown, *([Text(f"\n{silent}", style="yellow")] if silent else []), "")


def comparison_messages(found: Comparison, interface: Words) -> tuple[Message, ...]:
    """The first quotes, each with who carries it, who does not, and its other wordings."""
    blocks: list[Block] = []
    for each in found.compared[:MOST_COMPARED]:
        *firsts, last = quote_blocks(each.quote, interface)
        below = [lines(line, interface) for line in _said(each, interface)]
        blocks += [*firsts, joined("\n", last, *below)]
    silent = _silent(found, interface)
    messages = list(packed([*blocks, *([lines(silent, interface)] if silent else [])]))
    for each in found.compared[:MOST_COMPARED]:
        changed = [wording for wording in each.wordings if not wording.same]
        if changed:
            messages += copies_messages(each.quote, changed[:1], interface)
    return tuple(messages)


def _said(each: Compared, interface: Words) -> Iterator[str]:
    names = BETWEEN.join(_carrier(one, interface) for one in each.carriers)
    yield interface.say("compare_carried", names=names)
    if each.missing:
        yield interface.say("compare_missing", names=_names(each.missing, interface))


def _silent(found: Comparison, interface: Words) -> str:
    several = len(found.compared) > 1 and found.silent
    names = _names(found.silent, interface)
    return interface.say("compare_silent", names=names) if several else ""


def _carrier(one: Carrying, interface: Words) -> str:
    day = interface.date(one.first) if one.first else interface.say("undated")
    return f"{outlet_name(one.outlet, interface)} ({day})"


def _names(names: Sequence[str], interface: Words) -> str:
    shown = [short_name(each, interface) for each in names[:_MOST_NAMES]]
    if more := len(names) - len(shown):
        shown.append(interface.count("more_outlets", more))
    return BETWEEN.join(shown)


def _carrying_json(one: Carrying) -> Json:
    return {
        "outlet": one.outlet,
        "published": one.first.isoformat() if one.first else None,
        "articles": [article.id for article in one.articles],
    }


def _wording_json(quote: Quote, wording: Wording) -> Json:
    return {
        "same": wording.same,
        "diff": [list(piece) for piece in differences(wording.places[0].text, quote.text)],
        "places": [
            {
                "article": place.article.id,
                "outlet": place.article.source.outlet,
                "start": place.start,
                "end": place.end,
                "text": place.text,
            }
            for place in wording.places
        ],
    }


def _wording(quote: Quote, wording: Wording, interface: Words) -> Iterator[Text]:
    """Who words it so, the text of the first of them to the character, its changes underlined, and
    what is in the quote instead."""
    outlets = (outlet_name(place.article.source.outlet, interface) for place in wording.places)
    yield Text(f"≠ {BETWEEN.join(dict.fromkeys(outlets))}:")
    place = wording.places[0]
    text = Text(f"«{visible(place.text)}»")
    gone = []
    for edit in wording.edits:
        if not edit.equal:
            at = edit.other_start - place.start, edit.other_end - place.start
            text.stylize("underline green", at[0] + 1, at[1] + 1)
            gone.append(visible(quote.article.body[edit.start : edit.end].strip()))
    yield text
    if instead := " / ".join(filter(None, gone)):
        yield Text(interface.say("copies_instead", words=instead), style="dim")
