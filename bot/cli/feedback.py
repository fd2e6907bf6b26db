"""What people thought of answers: feedback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.context import AsJson, CommandContext, notice, print_json, print_view
from corpus.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from bot.replay.cases import Case
    from bot.state import Feedback

FILL_IN = "FILL IN: words that one of the first three quotes must have, or set answered to false"
"""Stands for what a person has to say; a case fails as long as it does."""


def feedback(
    context: typer.Context,
    cases: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what got a thumbs-down as replay cases."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show what people thought of answers in Telegram.

    Who they are is not told. A case for every question with a thumbs-down goes to --cases: fill in
    what its answer must have, then `pullquote replay` tells whether it is there; until then the
    case fails."""
    from bot.replay.cases import write
    from bot.state import FILE, State

    parts: CommandContext = context.obj
    settings = parts.settings
    place = settings.bot_place(FILE)
    if isinstance(place, Path) and not place.is_file():
        raise InputError(f"no bot has run on {settings.bot_home} yet: name another --home")
    if cases and cases.exists():
        raise InputError(f"{cases} is there already, perhaps filled in: name another file")
    with State.open(place) as state:
        held = state.feedback(event=settings.event_key if settings.event else None)
    if cases:
        made = _cases(held)
        write(cases, made)
        notice(f"pullquote: cases in {cases}: {len(made)}; fill in what each answer must have")
    if as_json:
        print_json([_row(one) for one in held])
    elif held:
        print_view(_table(held))
    else:
        notice("pullquote: nobody has given feedback yet")
    return 0


def _row(one: Feedback) -> dict[str, Any]:
    return {
        "when": one.when.isoformat(timespec="seconds"),
        "good": one.good,
        "question": one.question,
        "receipt": one.receipt,
    }


def _table(held: list[Feedback]) -> Table:
    from rich.table import Table

    from bot.render.plain import visible

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    for title in ("when", "", "first quote", "question"):
        table.add_column(title, no_wrap=title != "question")
    for one in held:
        when = one.when.strftime("%Y-%m-%d %H:%M")
        question = visible(one.question).replace("\n", " ")
        table.add_row(when, "👍" if one.good else "👎", one.receipt or "none", question)
    return table


def _cases(held: list[Feedback]) -> list[tuple[Case, str]]:
    """One case for every question that got a thumbs-down, with the first quote in its note."""
    from bot.replay.cases import Case, Expectation
    from corpus.store import code

    made: dict[str, tuple[Case, str]] = {}
    for one in held:
        if not one.good and one.question.strip():
            id = f"feedback-{code(one.question, 8)}"  # noqa: A001 - the field's word
            expected = Expectation(answered=True, contains=(FILL_IN,))
            what = f"first quote {one.receipt}" if one.receipt else "nothing was found"
            note = f"👎 on {one.when:%Y-%m-%d}; {what}"
            made[id] = (Case(id=id, question=one.question, expect=expected), note)
    return list(made.values())


def register(app: typer.Typer) -> None:
    app.command()(feedback)
