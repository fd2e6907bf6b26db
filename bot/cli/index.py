"""The index and the model: index, model."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.context import AsJson, Context, notice, print_json, progress
from corpus.errors import InputError, ModelError

model = typer.Typer(help="The embedding model.", rich_markup_mode=None)


def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed all passages anew.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False,
    as_json: AsJson = False,
) -> int:
    """Bring the index up to date with the coverage; with --check, status 1 when it is not."""
    from retrieval.engine import INDEX_FOLDER, update_index
    from retrieval.generation import check as problems_of
    from retrieval.generation import current_name

    parts: Context = context.obj
    if rebuild and check:
        raise InputError("--rebuild changes the index and --check does not: choose one")
    folder = parts.home / INDEX_FOLDER
    embedder = parts.embedder
    if not check:
        with parts.writing(), progress("indexing") as bar:
            update_index(parts.home, parts.coverage, embedder, rebuild=rebuild, step=bar)
    name = current_name(folder)
    problems = problems_of(folder, embedder, parts.coverage)
    articles, passages = parts.coverage.count()
    if as_json:
        print_json(
            {
                "index": name,
                "passages": passages,
                "articles": articles,
                "model": embedder.name,
                "problems": problems,
            }
        )
    else:
        for problem in problems:
            notice(f"pullquote: {problem}")
        typer.echo(
            f"{name}: {articles} articles, {passages} passages, model {embedder.name}"
            f"{', as it should be' if not problems else ''}"
        )
    return 1 if problems else 0


@model.command()
def download(
    name: Annotated[str, typer.Argument(help="The hub name of a sentence-transformers model.")],
) -> int:
    """Fetch a model on purpose; nothing else ever does."""
    import sentence_transformers

    try:
        sentence_transformers.SentenceTransformer(name, device="cpu")
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"cannot fetch the model {name}: {reason}") from error
    typer.echo(f'fetched; set retrieval.model = "{name}" and run `pullquote index --rebuild`')
    return 0


@model.command()
def info(context: typer.Context, as_json: AsJson = False) -> int:
    """Say which model is configured."""
    parts: Context = context.obj
    embedder = parts.embedder
    if as_json:
        print_json(
            {
                "model": embedder.name,
                "digest": embedder.digest,
                "dimensions": embedder.dimensions,
            }
        )
    else:
        typer.echo(f"{embedder.name}: {embedder.dimensions} dimensions, digest {embedder.digest}")
    return 0


def register(app: typer.Typer) -> None:
    app.command()(index)
    app.add_typer(model, name="model")
