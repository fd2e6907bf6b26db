"""Answers for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.citation import lead_in, quote_particulars
from bot.render.figures import ledger
from bot.render.plain import visible
from bot.words import for_question
from bot.words.catalogue import Words
from bot.words.coverage import BETWEEN, absence_text, filters_text, outlet_name, said_before
from retrieval.question.understand import is_greeting
from retrieval.types import Absence, Answer, Quote


def answer_view(answer: Answer, reader: str | None = None) -> RenderableType:
    """The question, then its quotes with their sources, or that there are none."""
    interface = for_question(answer.question, answer.language, reader)
    lines: list[RenderableType] = [Text(f"? {visible(answer.question)}", style="bold cyan")]
    if answer.absence:
        lines += _absence(answer, answer.absence, interface)
    else:
        applied = map(visible, filters_text(answer.filters, interface))
        lines += [Padding(Text(line, style="yellow"), (0, 2), expand=False) for line in applied]
    for quote in answer.quotes:
        lines.append(Padding(_quote(quote), (0, 2), expand=False))
        lines.append(Padding(Text(_citation(quote, interface), style="dim"), (0, 4), expand=False))
    return Group(*lines, *_figures(answer, interface), "")


def _absence(answer: Answer, absence: Absence, interface: Words) -> list[RenderableType]:
    """What was searched in vain and what is missing; and the nearest miss, said to be no answer and
    without the marks of a quotation."""
    greets = is_greeting(answer.question)
    text = absence_text(absence, interface, answer.filters, greets=greets)
    said = Text("\n".join(map(visible, text.split("\n"))), style="yellow")
    lines: list[RenderableType] = [Padding(said, (0, 2), expand=False)]
    if absence.nearest:
        miss = Text(visible(absence.nearest.text), style="italic dim")
        source = Text(_citation(absence.nearest, interface), style="dim")
        label = Text(interface.say("nearest"), style="yellow")
        lines += [
            Padding(line, (0, indent), expand=False)
            for line, indent in ((label, 2), (miss, 4), (source, 4))
        ]
    return lines


def _figures(answer: Answer, interface: Words) -> Iterator[RenderableType]:
    """Every figure the quotes report for what was asked, with the words it is in."""
    if answer.figures:
        yield Padding(Text(interface.say("figures"), style="yellow"), (0, 2), expand=False)
    for entry in ledger(answer, interface):
        yield Padding(Text(entry.value, style="bold"), (0, 4), expand=False)
        for line in entry.lines:
            yield Padding(Text(line, style="dim"), (0, 6), expand=False)


def _citation(quote: Quote, interface: Words) -> str:
    """Outlet, via, agency, day, copies and address, or what of it is unknown, on one line."""
    source = quote.article.source
    parts = [
        said_before(quote, interface) + outlet_name(source.outlet, interface),
        *quote_particulars(quote, interface),
        *([interface.count("copies", len(quote.copies))] if quote.copies else []),
        *([" ".join(visible(source.url).split())] if source.url else []),
    ]
    return "— " + BETWEEN.join(parts)


def _quote(quote: Quote) -> Text:
    before = f"{lead_in(quote)}\n" if quote.lead_in else ""
    text = Text(f"{before}«{visible(quote.text)}»")
    for start, end in quote.matches:
        text.stylize("bold green", len(before) + start + 1, len(before) + end + 1)
    return text
