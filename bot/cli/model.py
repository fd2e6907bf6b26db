"""The models: model download, model info."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.context import AsJson, CommandContext, print_json
from corpus.errors import InputError, ModelError, PullquoteError

model = typer.Typer(help="The embedding model and the reranker.", rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class RerankerInfo:
    """The reranker of the settings; `bytes` on disk."""

    name: str
    digest: str
    folder: str
    bytes: int


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """The model that the index in service was built with; `problem` says what mends it, if it is
    another one than the settings name."""

    name: str
    model: str
    digest: str
    dimensions: int
    fits: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The embedding model of the settings; `bytes` on disk, `longest` in the model's pieces."""

    model: str
    kind: Literal["static", "transformer"]
    dimensions: int
    digest: str
    folder: str
    bytes: int
    longest: int | None
    query_prompt: str
    passage_prompt: str
    reranker: RerankerInfo | None
    index: IndexInfo | None


@model.command()
def download(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="The hub name of an embedding model or a reranker."),
    ],
) -> int:
    """Fetch a model on purpose; nothing else ever does.

    It may be a sentence-transformers model or a cross-encoder, and goes into the hub's own cache.
    """
    from bot.hub import fetch
    from retrieval.models.embed import EMBEDDED, load
    from retrieval.models.folders import kind_of, size_of
    from retrieval.models.rerank import load_reranker

    if name == EMBEDDED:
        raise InputError(f"the model {EMBEDDED} ships with pullquote: there is nothing to fetch")
    if Path(name).expanduser().is_dir() or name.startswith((".", "/", "~")):
        raise InputError(f"{name} names a folder: set retrieval.model to it, no download is needed")
    folder = fetch(name, bars=sys.stderr.isatty())
    size = _size(size_of(folder))
    if kind_of(folder) == "reranker":
        reranker = load_reranker(str(folder), folder)
        if reranker is not None:
            reranker.read()
        typer.echo(f'fetched, {size}; set retrieval.reranker = "{name}", the index stays as it is')
        return 0
    try:
        dimensions = load(str(folder), folder).dimensions
    except ModelError as error:
        raise ModelError(f"{name} was fetched and cannot be used: {error}") from error
    typer.echo(
        f'fetched, {dimensions} dimensions, {size}; set retrieval.model = "{name}"'
        " and run `pullquote index --rebuild`"
    )
    return 0


@model.command()
def info(context: typer.Context, as_json: AsJson = False) -> int:
    """Say which models are configured, and whether the index was built with them."""
    parts: CommandContext = context.obj
    found = _info(parts)
    if as_json:
        print_json(asdict(found))
        return 0
    typer.echo(f"{found.model}: {found.dimensions} dimensions, digest {found.digest}")
    typer.echo(f"kind: {found.kind}")
    typer.echo(f"folder: {found.folder}, {_size(found.bytes)}")
    typer.echo(
        "texts: of any length at once"
        if found.longest is None
        else f"texts: {found.longest} pieces at once, longer ones in windows"
    )
    typer.echo(f"prompts: query {found.query_prompt!r}, passage {found.passage_prompt!r}")
    again = found.reranker
    typer.echo(
        "reranker: none"
        if again is None
        else f"reranker: {again.name}, digest {again.digest}, {again.folder}, {_size(again.bytes)}"
    )
    typer.echo(f"index: {_about(found.index)}")
    return 0


def _info(parts: CommandContext) -> ModelInfo:
    from retrieval.models.embed import StaticEmbedder, folder_of
    from retrieval.models.folders import size_of

    embedder, settings = parts.embedder, parts.settings
    folder = folder_of(settings.retrieval.model, settings.beside)
    query, passage = getattr(embedder, "prompts", ("", ""))
    again = parts.reranker
    return ModelInfo(
        model=embedder.name,
        kind="static" if isinstance(embedder, StaticEmbedder) else "transformer",
        dimensions=embedder.dimensions,
        digest=embedder.digest,
        folder=str(folder),
        bytes=size_of(folder),
        longest=getattr(embedder, "longest", None),
        query_prompt=query,
        passage_prompt=passage,
        reranker=None
        if again is None
        else RerankerInfo(again.name, again.digest, str(again.folder), size_of(again.folder)),
        index=_index(parts),
    )


def _index(parts: CommandContext) -> IndexInfo | None:
    """What the manifest in service says; `None` without an index."""
    from retrieval.engine import INDEX_FOLDER
    from retrieval.index.generation import REBUILD
    from retrieval.index.service import built_with, served_name

    embedder = parts.embedder
    try:
        folder = parts.home / INDEX_FOLDER
        name = served_name(folder, parts.coverage)
    except PullquoteError:
        return None
    try:
        held = built_with(folder, parts.coverage)
    except PullquoteError:
        return IndexInfo(name, "", "", 0, False, f"the index is damaged: {REBUILD}")
    built = (held.model, held.digest, held.dimensions)
    if built[1:] == (embedder.digest, embedder.dimensions):
        return IndexInfo(name, *built, True, None)
    problem = f"it holds the vectors of another model, all must be made anew: {REBUILD}"
    return IndexInfo(name, *built, False, problem)


def _about(index: IndexInfo | None) -> str:
    if index is None:
        return "none yet, `pullquote ingest FOLDER` makes one"
    if index.problem is None:
        return f"{index.name}, built with this model"
    return f"{index.name}, built with {index.model or 'an unknown model'}; {index.problem}"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
