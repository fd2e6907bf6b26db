"""`python -m retrieval.training DATA_DIR OUT_FOLDER`: from data files to a model folder."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import Progress

from corpus.errors import PullquoteError
from corpus.language.text import normalise
from retrieval.models.embed import StaticEmbedder
from retrieval.training import export, groups, learn, measure, pieces
from retrieval.training.recipe import Recipe, read

_PIECES_FROM = 60_000
_CHARACTERS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, export, measure and log. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        recipe = read(options.config)
        began = time.monotonic()
        embedder = run(options.data, options.out, recipe, options.pieces)
        seconds = time.monotonic() - began
        found = measure.figures(options.data / "dev", embedder) if options.measure else {}
        export.describe(options.out, recipe, embedder.shape, found)
        log = options.log or options.out.parent / "experiments.jsonl"
        _log(log, recipe, options.note, seconds, found)
    except PullquoteError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    for name, value in found.items():
        print(f"{name}\t{value:.4f}")  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retrieval.training", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA_DIR", help="holds train/ and dev/")
    parser.add_argument("out", type=Path, metavar="OUT_FOLDER", help="the model is written here")
    parser.add_argument("--config", type=Path, help="a recipe instead of the package's own")
    parser.add_argument("--pieces", type=Path, help="tokenizer.json of an earlier run to take over")
    parser.add_argument("--note", default="", help="what was changed, for the log")
    parser.add_argument("--log", type=Path, help="one line a run (OUT_FOLDER/../experiments.jsonl)")
    parser.add_argument("--no-measure", dest="measure", action="store_false")
    return parser


def run(data: Path, out: Path, recipe: Recipe, taken: Path | None = None) -> StaticEmbedder:
    """From data files to the exported model, with the pieces of the tokenizer `taken` or new ones.

    Raises `InputError`.
    """
    bare = pieces.read(taken) if taken else None
    gathered = groups.gather(data / "train", recipe)
    _say(" ".join(f"{name} {len(pairs):,}" for name, pairs in gathered.items()))
    cut = recipe.pieces
    texts = map(normalise, sample(gathered, Random(recipe.seed)))
    tokenizer = bare or pieces.choose(texts, cut.count, cut.affixes_apart, cut.marked)
    count = tokenizer.get_vocab_size()
    _say(f"{count:,} pieces")
    encoded = learn.encode(tokenizer, gathered, recipe.steps.longest)
    shares = {str(group): share for group, share in recipe.mixture.items()}
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        report = _reporter(progress, recipe.steps.steps)
        vectors = learn.train(encoded, shares, count, recipe.steps, recipe.seed, report)
    export.export(out, pieces.complete(tokenizer), vectors)
    return StaticEmbedder.read(out, out.name)


def sample(gathered: groups.Groups, random: Random) -> Iterator[str]:
    """What the pieces are chosen from: at most the same number of pairs of every group."""
    for pairs in gathered.values():
        for pair in random.sample(pairs, min(_PIECES_FROM, len(pairs))):
            yield from (text[:_CHARACTERS] for text in pair)


def _reporter(progress: Progress, steps: int) -> learn.Report:
    task = progress.add_task("training", total=steps)

    def report(step: int, seconds: float, losses: dict[str, float]) -> None:
        progress.update(task, completed=step + 1)
        if progress.disable and step % 100 == 0:
            shown = " ".join(f"{name} {loss:.2f}" for name, loss in losses.items())
            _say(f"step {step} {seconds:.0f}s {shown}")

    return report


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _log(file: Path, recipe: Recipe, note: str, seconds: float, found: dict[str, float]) -> None:
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": note,
        "seconds": round(seconds),
        "recipe": recipe.model_dump(),
        "figures": found,
    }
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
