"""Asking: ask, demo."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.cli.context import AsJson, CommandContext, console, named, notice, parse_day, print_json
from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.errors import InputError
from retrieval.types import Answer, Filters

DEMO_QUESTIONS = (
    "متى وصل لافروف إلى وونسان؟",
    "كم عدد القذائف التي زودت بها كوريا الشمالية روسيا؟",
    "How many flights a week will Nordwind operate between Moscow and Pyongyang?",
    "О чём Лавров предостерёг США, Южную Корею и Японию?",
    "Qui a remporté la finale de la Ligue des champions ?",
)


class Form(StrEnum):
    """What an answer is pasted into."""

    TEXT = "text"
    MARKDOWN = "markdown"


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question; - reads one a line from stdin.")],
    limit: Annotated[int | None, typer.Option(min=1, max=20, help="Quotes at most.")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")] = None,
    since: Annotated[str | None, typer.Option(help="Published on this day or later.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on this day or earlier.")] = None,
    language: Annotated[str | None, typer.Option(help="Only articles in this language.")] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="Quotes with their citations, to be pasted.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Ask what the coverage says; status 1 when it does not say."""
    parts: CommandContext = context.obj
    if form and as_json:
        raise InputError("--format and --json cannot go together: leave one of them out")
    filters = Filters(named(outlet), parse_day(since), parse_day(until), language)
    if filters.since and filters.until and filters.since > filters.until:
        raise InputError("--since is later than --until: exchange them")
    if question != "-":
        return _ask(parts, question, limit, filters, _printer(form, as_json))
    questions = [line.strip() for line in _lines(sys.stdin) if line.strip()]
    if not questions:
        raise InputError("no question on standard input: write one a line")
    statuses = []
    for each in questions:
        try:
            statuses.append(_ask(parts, each, limit, filters, _printer(form, as_json)))
        except InputError as error:
            notice(f"pullquote: {error}")
            statuses.append(2)
    return max(statuses)


def demo(context: typer.Context) -> int:
    """Index the demo coverage in a temporary home and answer five questions."""
    from corpus.ingest import ingest

    with tempfile.TemporaryDirectory(prefix="pullquote-demo-") as folder:
        parts = CommandContext(Path(folder), None)
        report = ingest([demo_articles()], parts.coverage, today=DEMO_DAY)
        parts.bring_up_to_date()
        articles, passages = parts.coverage.count()
        typer.echo(
            f"Indexed {articles} demo articles ({passages} passages) of"
            f" {parts.coverage.count_outlets()} invented outlets in Arabic, English, Russian and"
            f" French; {len(report.rejected)} not taken.\n"
        )
        for question in DEMO_QUESTIONS:
            _ask(parts, question, 2, Filters(), _printer(None, as_json=False))
        parts.coverage.close()
    return 0


def _ask(
    parts: CommandContext,
    question: str,
    limit: int | None,
    filters: Filters,
    show: Callable[[Answer], None],
) -> int:
    answer = parts.engine.ask(
        question,
        limit=limit or parts.settings.answer.limit,
        filters=filters,
        today=datetime.now(parts.settings.zone).date(),
    )
    _tell_undated(parts, answer.filters)
    show(answer)
    return 0 if answer.answered else 1


def _printer(form: Form | None, as_json: bool) -> Callable[[Answer], None]:
    """What prints an answer."""
    if as_json:
        from bot.render.shapes import answer_json

        return lambda answer: print_json(answer_json(answer))
    if form:
        from bot.render.citation import as_markdown, as_text

        write = as_text if form is Form.TEXT else as_markdown
        return lambda answer: typer.echo(f"{write(answer)}\n")
    from bot.render.terminal import answer_view

    return lambda answer: console().print(answer_view(answer))


def _lines(stream: TextIO) -> Iterator[str]:
    """The lines of a stream as text. Raises `InputError` for one that is not UTF-8."""
    lines = stream.buffer if isinstance(stream, TextIOWrapper) else stream
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode() if isinstance(line, bytes) else line
        except UnicodeDecodeError:
            raise InputError(f"line {number} of standard input is not UTF-8: convert it") from None


def _tell_undated(parts: CommandContext, filters: Filters) -> None:
    """Say how many articles a date filter dropped because they are undated."""
    selection = parts.coverage.select(
        filters.outlets, filters.since, filters.until, filters.language, aliases=parts.aliases
    )
    if selection and (dropped := parts.coverage.undated_dropped(selection)):
        notice(f"pullquote: {dropped} undated articles left out")


def register(app: typer.Typer) -> None:
    for command in (demo, ask):
        app.command()(command)
