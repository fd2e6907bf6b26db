"""`make judge`: the judge that ships, from the demo coverage, the seeds and the development events;
and beside it, for measuring, one for each event that has not seen it (`judges.safetensors`).

Prints, for each set, how often the sentence put first answers, by the search alone and by a judge
that has not seen the set.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from corpus.demo.coverage import demo_questions
from retrieval.answer.judge.network import FILE, Judge
from retrieval.engine import Engine
from retrieval.models.embed import EMBEDDED, embedded_folder, load
from retrieval.training.judge import ANSWERABLE, Asked, Instance, instances, train
from retrieval.types import Embedder
from tests.homes import indexed
from tests.quality.events import EVENTS, UNSEEN
from tests.quality.run import SETS
from tests.quality.seeds import QUESTIONS, SEEDS

# Questions of other sets that are asked of each, which does not answer them.
_FAR = 50


def questions(folder: Path) -> dict[str, list[Asked]]:
    """The questions of each set; an event is called as its folder."""
    made = {
        "demo": [
            Asked(row["question"], row["kind"], tuple(row.get("contains") or ()))
            for row in demo_questions()
        ],
        "seeds": [
            Asked(row["question"], row["kind"], tuple(row.get("contains") or ()))
            for row in map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
        ],
    }
    for file in sorted(folder.glob("events/*/questions.jsonl")):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        made[file.parent.name] = [Asked(row["q"], row["kind"], tuple(row["gold"])) for row in rows]
    return made


def read(folder: Path, embedder: Embedder) -> Iterator[Instance]:
    """What is known of the sentences found for all questions of all sets."""
    every, chance = questions(folder), Random(5)
    for name, own in every.items():
        others = [
            Asked(each.text, "far")
            for other, held in every.items()
            for each in held
            if other != name and each.kind == ANSWERABLE
        ]
        with tempfile.TemporaryDirectory(prefix="pullquote-judge-") as home:
            origins = list(_origins(name, folder, Path(home)))
            engine = Engine.open(indexed(Path(home), embedder, *origins), embedder)
            asked = [*own, *chance.sample(others, _FAR)]
            yield from instances(name, asked, engine.coverage, engine.generation(), embedder)
            engine.coverage.close()


def _origins(name: str, folder: Path, home: Path) -> Iterator[Path]:
    """What is ingested for a set; nothing for the demo, which is what a home has by default."""
    if name == "seeds":
        yield from (folder / file for file in SEEDS)
    elif name != "demo":
        packed = folder / "events" / name / "articles.jsonl.gz"
        unpacked = home / "articles.jsonl"
        unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
        yield unpacked


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else SETS
    if not (folder / "events").is_dir():
        print(f"judge: skipped, there are no development events in {folder}")
        return 0
    embedder = load(EMBEDDED, Path())
    every = list(read(folder, embedder))
    judges = train(every)
    for name in dict.fromkeys(each.set for each in every):
        own = [each for each in every if each.set == name and each.kind == ANSWERABLE]
        before = np.mean([each.good[np.argmax(each.known["mean"])] for each in own])
        after = np.mean([each.good[np.argmax(judges[name].logits(each.known))] for each in own])
        print(f"{name}: {len(own)} answerable, first {before:.3f}, judged {after:.3f}")
    Judge(judges[""].weights, embedder.digest).write(embedded_folder() / FILE)
    folds = {
        f"{name}/{part}": each
        for name, judge in judges.items()
        if name in EVENTS
        for part, each in judge.weights.items()
    }
    Judge(folds, embedder.digest).write(UNSEEN)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
