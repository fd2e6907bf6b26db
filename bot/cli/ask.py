"""Asking: ask, demo."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot.cli.context import (
    ONE_TEXT,
    AsJson,
    CommandContext,
    Outlets,
    Since,
    Until,
    named,
    notice,
    one_text,
    parse_day,
    print_json,
    print_view,
    reader_language,
)
from bot.cli.limits import tell_limits
from bot.words import Words, for_question
from corpus.demo.coverage import DEMO_DAY, demo_articles, questions_shown
from corpus.errors import InputError
from corpus.language.detect import detect
from corpus.language.tokens import words as words_of
from retrieval.types import Answer, Filters

if TYPE_CHECKING:
    from retrieval.answer.explain.explanation import Explanation

Printer = Callable[["Answer", "Explanation | None"], None]


class Form(StrEnum):
    """What an answer is pasted into."""

    TEXT = "text"
    MARKDOWN = "markdown"


def ask(
    context: typer.Context,
    question: Annotated[
        str,
        typer.Argument(metavar="QUESTION", help="In quotes; - reads one a line from stdin."),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, max=20, metavar="N", help="Quotes at most.")
    ] = None,
    outlet: Outlets = None,
    since: Since = None,
    until: Until = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only articles in this language, as in en.")
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="Quotes with their citations, to be pasted.")
    ] = None,
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what spoke for and against each candidate.")
    ] = False,
) -> int:
    """Ask what the coverage says.

    Status 1 when it does not say."""
    parts: CommandContext = context.obj
    one_text(context, question)
    if form and (as_json or explain):
        other = "--json" if as_json else "--explain"
        raise InputError(f"--format and {other} cannot go together: leave one of them out")
    filters = Filters(named(outlet), parse_day(since), parse_day(until), language)
    if language and not re.fullmatch("[a-z]{2,3}", language):
        raise InputError(_no_language(parts, question, language))
    if filters.since and filters.until and filters.since > filters.until:
        raise InputError("--since is later than --until: exchange them")
    show = _printer(form, as_json)
    if question != "-":
        return _ask(parts, question, limit, filters, show, explain=explain)
    questions = [line.strip() for line in _lines(sys.stdin) if line.strip()]
    if not questions:
        raise InputError("no question on standard input: write one a line")
    statuses = []
    for each in questions:
        try:
            statuses.append(_ask(parts, each, limit, filters, show, explain=explain))
        except InputError as error:
            notice(f"pullquote: {error}")
            statuses.append(2)
    return max(statuses)


def demo(context: typer.Context) -> int:
    """Answer five questions on the demo coverage.

    It is indexed in a temporary home, which is cleared at the end."""
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
        for question in questions_shown():
            _ask(parts, question, 2, Filters(), _printer(None, as_json=False))
        parts.coverage.close()
    return 0


def _ask(
    parts: CommandContext,
    question: str,
    limit: int | None,
    filters: Filters,
    show: Printer,
    *,
    explain: bool = False,
) -> int:
    _refuse_unusable(question)
    limit = limit or parts.settings.answer.limit
    today = datetime.now(parts.settings.zone).date()
    explanation = None
    if explain:
        told = parts.engine.explain(question, limit=limit, filters=filters, today=today)
        answer, explanation = told.answer, told.explanation
    else:
        answer = parts.engine.ask(question, limit=limit, filters=filters, today=today)
    interface = _interface(question, answer.language)
    tell_limits(parts, answer.filters, interface)
    show(answer, explanation)
    return 0 if answer.answered else 1


def _printer(form: Form | None, as_json: bool) -> Printer:
    """What prints an answer."""
    if as_json:
        return _print_json
    if form:
        from bot.render.citation import as_markdown, as_text

        write = as_text if form is Form.TEXT else as_markdown
        return lambda answer, _: typer.echo(f"{write(answer, reader_language())}\n")
    return _print


def _print(answer: Answer, explanation: Explanation | None) -> None:
    from bot.render.terminal import answer_view

    print_view(answer_view(answer, reader_language()))
    if explanation:
        from bot.render.explanation import explanation_view

        interface = _interface(answer.question, answer.language)
        print_view(explanation_view(explanation, interface.language))


def _print_json(answer: Answer, explanation: Explanation | None) -> None:
    from bot.render.shapes import answer_json

    shape = answer_json(answer)
    if explanation:
        from bot.render.explanation import explanation_json

        shape |= explanation_json(explanation)
    print_json(shape)


def _lines(stream: TextIO) -> Iterator[str]:
    """The lines of a stream as text. Raises `InputError` for one that is not UTF-8."""
    lines = stream.buffer if isinstance(stream, TextIOWrapper) else stream
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode() if isinstance(line, bytes) else line
        except UnicodeDecodeError:
            raise InputError(f"line {number} of standard input is not UTF-8: convert it") from None


def _no_language(parts: CommandContext, question: str, given: str) -> str:
    """That `given` is no code, and those of the coverage."""
    from bot.words.limits import languages_there, no_language_code

    interface = _interface(question, detect(question))
    there = languages_there(parts.coverage.languages(), interface)
    return f"{no_language_code(given, interface)} {there}"


def _interface(question: str, language: str) -> Words:
    """The words for a question in this language, asked at this terminal."""
    return for_question(question, language, reader_language())


def _refuse_unusable(question: str) -> None:
    """Raises `InputError`, in the language of the question, where it has no words or too many
    characters."""
    from retrieval.question.understand import LONGEST_QUESTION

    interface = _interface(question, detect(question))
    if len(question) > LONGEST_QUESTION:
        limit = interface.number(LONGEST_QUESTION)
        raise InputError(interface.say("too_long", limit=limit))
    if not words_of(question):
        raise InputError(interface.say("no_question"))


def register(app: typer.Typer) -> None:
    app.command()(demo)
    app.command(
        context_settings=ONE_TEXT, epilog='Example: pullquote ask "Who met whom on Saturday?"'
    )(ask)
