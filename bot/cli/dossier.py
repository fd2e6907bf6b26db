"""Quotes that are collected: dossier."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import AsJson, CommandContext, notice, print_json, refuse_unwritable
from corpus.errors import InputError

# Who collects at the prompt, beside the bots and chats, none of which has this number.
_PROMPT = 0


def dossier(
    context: typer.Context,
    receipt: Annotated[
        list[str] | None,
        typer.Argument(metavar="RECEIPT", help="Receipts of quotes to collect."),
    ] = None,
    docx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as a document for Word.")
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Empty it, before anything is collected.")
    ] = False,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="Of the citations: ar, en, ru or fr.")
    ] = "en",
    as_json: AsJson = False,
) -> int:
    """Collect quotes, and print them as Markdown with citations.

    They are kept until --clear. Dossiers of chats are kept apart from this one; a bot sends them in
    reply to /dossier."""
    from bot.render.dossier import Entry, dossier_docx, dossier_markdown
    from bot.render.shapes import quote_json
    from bot.state import FILE, State
    from bot.words import LANGUAGES, words
    from retrieval.answer.after import opened_all

    parts: CommandContext = context.obj
    if language not in LANGUAGES:
        raise InputError(f"--language {language} has no words; write {', '.join(LANGUAGES)}")
    if docx:
        refuse_unwritable(docx)
    given = [each.strip().lower() for each in receipt or ()]
    for each, held in zip(given, opened_all(given, parts.coverage), strict=True):
        if held is None:
            raise InputError(f"{each} is the receipt of no quote here: compare it letter by letter")
    with State.open(parts.one.place(FILE)) as state:
        if clear:
            notice(f"pullquote: {state.clear(_PROMPT, _PROMPT)} quotes cleared")
        for each in given:
            state.collect(_PROMPT, _PROMPT, each)
        collected = state.collected(_PROMPT, _PROMPT)
    entries = [
        Entry(each, *(held or (None, False)))
        for each, held in zip(collected, opened_all(collected, parts.coverage), strict=True)
    ]
    today, interface = datetime.now(parts.settings.zone).date(), words(language)
    if docx:
        _write(docx, dossier_docx(entries, today, interface))
    if as_json:
        print_json(
            [
                {
                    "receipt": each.receipt,
                    "superseded": each.superseded,
                    "quote": each.quote and quote_json(each.quote),
                }
                for each in entries
            ]
        )
    elif not entries:
        notice("pullquote: nothing is collected; give the receipts of quotes")
    elif not docx:
        typer.echo(dossier_markdown(entries, today, interface), nl=False)
    return 0


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror or error}") from error


def register(app: typer.Typer) -> None:
    app.command()(dossier)
