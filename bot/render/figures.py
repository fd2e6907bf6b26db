"""The ledger of figures below an answer: each value, and who reports it in which words."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal

from bot.render.citation import marked_text
from bot.words.catalogue import Words
from bot.words.coverage import BETWEEN, outlet_name
from retrieval.types import Answer, Figure, Quote


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A value or range in the digits of the interface, and a line for each quote that reports it:
    the words it is in, the outlet, the day, how many copies."""

    value: str
    lines: tuple[str, ...]


def ledger(answer: Answer, interface: Words) -> tuple[LedgerEntry, ...]:
    """The figures of an answer, in its order; with what they count where that is several things."""
    several = len({figure.thing for figure in answer.figures}) > 1
    return tuple(
        LedgerEntry(
            value=_value(figure, answer, interface, several),
            lines=tuple(
                _line(answer.quotes[at], place, interface)
                for at, place in zip(figure.quotes, figure.places, strict=True)
            ),
        )
        for figure in answer.figures
    )


def _value(figure: Figure, answer: Answer, interface: Words, several: bool) -> str:
    ends = [figure.value] if figure.high is None else [figure.value, figure.high]
    value = "–".join(str(format_decimal(end, locale=interface.language)) for end in ends)
    if several and figure.unit:
        language = answer.quotes[figure.quotes[0]].article.language
        value = f"{value} {marked_text(figure.unit, language)}"
    return interface.say("figure_withdrawn", value=value) if figure.withdrawn else value


def _line(quote: Quote, place: tuple[int, int], interface: Words) -> str:
    source = quote.article.source
    day = source.published
    parts = [
        marked_text(quote.text[slice(*place)], quote.article.language),
        outlet_name(source.outlet, interface),
        interface.date(day) if day else interface.say("undated"),
        *([interface.count("copies", len(quote.copies))] if quote.copies else []),
    ]
    return BETWEEN.join(parts)
