"""Checking a quote: verify."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.cli.context import ONE_TEXT, AsJson, CommandContext, one_text, print_json, print_view
from corpus.errors import InputError


def verify(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help="A receipt, a quote, or a draft; - reads it from stdin."
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Say whether a text is a verbatim quote of the coverage.

    A receipt stands for the text behind it. Status 0 when it is one; 1 when it is altered (the
    original is shown, with what was taken away as [-so-] and what was put in as {+so+}) or absent.
    What programs change by themselves, as kinds of
    quotation marks, white space and marks that are not seen, does not count. What is only spelled
    otherwise, as digits of another script, separators of thousands, ه for ة and marks of Markdown,
    is exact too, and is shown.

    Of a draft each sentence is judged, and a quote within a sentence apart from the words around
    it. If every quote is exact, so is the draft: the rest is shown as your own words. A line such
    as "— Harbour Gazette, 3 May 2024" is no part of the quote: outlet and day are checked against
    the coverage."""
    from bot.render.verdict import verdict_json, verdict_view
    from retrieval.answer.check.verdict import VerdictKind
    from retrieval.answer.check.verify import verify as judge

    parts: CommandContext = context.obj
    one_text(context, text)
    coverage = parts.coverage
    given = _read() if text == "-" else text
    parts.refuse_empty()
    verdict = judge(given, coverage, parts.aliases)
    if as_json:
        print_json(verdict_json(verdict))
    else:
        print_view(verdict_view(verdict))
    return 0 if verdict.kind is VerdictKind.EXACT else 1


def _read() -> str:
    """Standard input as one text. Raises `InputError` for what is not UTF-8."""
    if not isinstance(sys.stdin, TextIOWrapper):
        return str(sys.stdin.read())
    try:
        given: bytes = sys.stdin.buffer.read()
        return given.decode()
    except UnicodeDecodeError:
        raise InputError("standard input is not UTF-8: convert it") from None


def register(app: typer.Typer) -> None:
    app.command(
        context_settings=ONE_TEXT,
        epilog='Example: pullquote verify "They met on Saturday in Wonsan."',
    )(verify)
