"""Answers for a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.plain import visible
from bot.words import choose, words
from bot.words.catalogue import Words
from bot.words.coverage import BETWEEN, absence_text
from retrieval.types import Answer, Filters, Quote


def answer_view(answer: Answer) -> RenderableType:
    """The question, then its quotes with their sources, or that there are none."""
    interface = words(choose(answer.language))
    lines: list[RenderableType] = [Text(f"? {visible(answer.question)}", style="bold cyan")]
    if answer.absence:
        filtered = answer.filters != Filters()
        text = absence_text(answer.absence, interface, filtered=filtered)
        lines.append(Padding(Text(text, style="yellow"), (0, 2), expand=False))
    for quote in answer.quotes:
        lines.append(Padding(_quote(quote), (0, 2), expand=False))
        lines.append(Padding(Text(citation(quote, interface), style="dim"), (0, 4), expand=False))
    return Group(*lines, "")


def citation(quote: Quote, interface: Words) -> str:
    """Outlet, via, agency, date, copies and address, or what of it is unknown, on one line."""
    source = quote.article.source
    parts = [
        source.outlet or interface.say("outlet_unknown"),
        *([interface.say("via", name=source.via)] if source.via else []),
        *([interface.say("agency", name=source.agency)] if source.agency else []),
        interface.date(source.published) if source.published else interface.say("undated"),
        *([interface.count("copies", len(quote.copies))] if quote.copies else []),
        *([source.url] if source.url else []),
    ]
    return "— " + BETWEEN.join(visible(part) for part in parts)


def _quote(quote: Quote) -> Text:
    text = Text(f"«{visible(quote.text)}»")
    for start, end in quote.matches:
        text.stylize("bold green", start + 1, end + 1)
    return text
