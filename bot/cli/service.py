"""Running: run, doctor."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bot.cli.context import AsJson, CommandContext, open_engines, print_json
from corpus.language.languages import LANGUAGES, extent


def run(context: typer.Context) -> int:
    """Answer in Telegram until told to stop."""
    from bot.telegram.service import run as serve
    from corpus.processes import cores
    from retrieval.models.embed import StaticEmbedder

    parts: CommandContext = context.obj
    parts.later = parts.settings.telegram.search_process and cores() > 1
    if parts.reranker:
        parts.reranker.read()  # a model that is damaged is told now, not at the first question
    # threads of a large model wait for each other little, and a process would hold it once more
    small = isinstance(parts.embedder, StaticEmbedder) and not parts.reranker
    opened = partial(open_engines, *parts.options)
    return serve(parts.settings, parts.engines, opened if parts.later and small else None)


OfLanguages = Annotated[
    bool, typer.Option("--languages", help="Show instead what the rules know of each language.")
]


def doctor(context: typer.Context, languages: OfLanguages = False, as_json: AsJson = False) -> int:
    """Check installation, model, home, index and token.

    Status 1 when something is wrong; what to do stands below it."""
    from bot.doctor import examine

    if languages:
        return _languages(as_json)
    parts: CommandContext = context.obj
    checks = examine(parts.settings)
    healthy = all(check.ok for check in checks)
    if as_json:
        print_json(
            {
                "ok": healthy,
                "checks": [
                    {
                        "name": check.name,
                        "ok": check.ok,
                        "detail": check.detail,
                        "advice": check.advice,
                    }
                    for check in checks
                ],
            }
        )
        return 0 if healthy else 1
    for check in checks:
        typer.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.detail}")
        if check.advice:
            typer.echo(f"     → {check.advice}")
    return 0 if healthy else 1


def _languages(as_json: bool) -> int:
    """How many words and phrases the rules have, a line a topic."""
    held = extent()
    if as_json:
        print_json({"languages": held})
        return 0
    width = max(map(len, held))
    typer.echo(" ".join([" " * width, *(f"{language:>6}" for language in LANGUAGES)]))
    for section, counts in sorted(held.items()):
        cells = (f"{counts[language] or '-':>6}" for language in LANGUAGES)
        typer.echo(" ".join([section.ljust(width), *cells]))
    return 0


def register(app: typer.Typer) -> None:
    for command in (run, doctor):
        app.command()(command)
