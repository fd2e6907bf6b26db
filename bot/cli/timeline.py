"""What happened when, and outlets side by side: timeline, compare."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    refuse_unwritable,
)
from bot.cli.limits import tell_limits
from bot.words import for_question, words
from corpus.errors import InputError
from retrieval.types import Answer, Filters

if TYPE_CHECKING:
    from retrieval.answer.days.timeline import Timeline


def timeline(
    context: typer.Context,
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="Only what is quoted for this; else all articles."),
    ] = None,
    outlet: Outlets = None,
    since: Since = None,
    until: Until = None,
    png: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a picture of it, made for a phone, to this file."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Say what happened when, in quotes that name the day.

    Status 1 when none does.

    A weekday, «yesterday», or a day without a year is resolved against the day on which its article
    was published, and shown as resolved; where that is not known it gives no entry, or one without
    a year. Without a question the articles published last are read, a thousand at most."""
    from bot.render.terminal import answer_view
    from bot.render.timeline import interface_of, left_text, timeline_json, timeline_view
    from retrieval.answer.days.timeline import of_question

    parts: CommandContext = context.obj
    one_text(context, question)
    if png:
        refuse_unwritable(png)
    filters = _filters(outlet, since, until)
    answer = None if question is None else _asked(parts, question, filters)
    found = of_question(answer, parts.coverage) if answer else _of_all(parts, filters)
    interface = interface_of(found, reader_language())
    tell_limits(parts, filters, interface)
    if png and found.entries:
        from bot.render.timeline_picture import picture

        _write(png, picture(found, interface))
    elif png:
        notice(f"pullquote: {png} was not written: there is nothing to draw")
    if as_json:
        if left := left_text(found, interface):
            notice(f"pullquote: {left}")
        print_json(timeline_json(found))
    elif answer and answer.absence:
        print_view(answer_view(answer, reader_language()))
    else:
        print_view(timeline_view(found, interface))
    return 0 if found.entries else 1


def compare(
    context: typer.Context,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="What the outlets are compared on.")
    ],
    outlet: Outlets = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> int:
    """Say which outlets carry what is quoted for a question.

    And which have no article with these words, and how the wordings differ. Status 1 when nothing
    is quoted."""
    from bot.render.comparison import comparison_json, comparison_view
    from retrieval.answer.compare import QUOTES, asked_about
    from retrieval.answer.compare import compare as compared

    parts: CommandContext = context.obj
    one_text(context, question)
    answer = parts.engine.ask(
        asked_about(question),
        limit=QUOTES,
        filters=_filters(outlet, since, until),
        today=datetime.now(parts.settings.zone).date(),
    )
    reader = reader_language()
    tell_limits(parts, answer.filters, for_question(question, answer.language, reader))
    found = compared(answer, parts.coverage, parts.aliases)
    if as_json:
        print_json(comparison_json(found))
    else:
        print_view(comparison_view(found, reader))
    return 0 if answer.answered else 1


def _asked(parts: CommandContext, question: str, filters: Filters) -> Answer:
    from retrieval.answer.days.timeline import QUOTES

    today = datetime.now(parts.settings.zone).date()
    return parts.engine.ask(question, limit=QUOTES, filters=filters, today=today)


def _of_all(parts: CommandContext, filters: Filters) -> Timeline:
    from bot.words.limits import outlets_there
    from retrieval.answer.days.timeline import of_coverage

    selection = parts.coverage.select(
        filters.outlets, filters.since, filters.until, aliases=parts.aliases
    )
    if selection is None:
        there = outlets_there(parts.coverage.outlets(), words("en"))
        raise InputError(f"the coverage has no outlet like {', '.join(filters.outlets)}. {there}")
    parts.refuse_empty()
    return of_coverage(parts.coverage, selection)


def _filters(outlet: list[str] | None, since: str | None, until: str | None) -> Filters:
    filters = Filters(named(outlet), parse_day(since), parse_day(until))
    if filters.since and filters.until and filters.since > filters.until:
        raise InputError("--since is later than --until: exchange them")
    return filters


def _write(file: Path, image: bytes) -> None:
    try:
        file.write_bytes(image)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror or error}") from error


def register(app: typer.Typer) -> None:
    app.command(context_settings=ONE_TEXT)(timeline)
    app.command(
        context_settings=ONE_TEXT, epilog='Example: pullquote compare "the talks in Wonsan"'
    )(compare)
