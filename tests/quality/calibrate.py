"""`make calibrate`: the calibration of the model that ships, from the demo coverage and, where they
are at hand, the development sets."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.language.detect import detect
from retrieval.answer.ask import HITS
from retrieval.answer.calibrate import Sample, SampleKind, calibrate, demo_samples
from retrieval.answer.judge.network import shipped
from retrieval.answer.quote.candidates import candidates
from retrieval.answer.silence import SHIPPED
from retrieval.models.embed import EMBEDDED, load
from retrieval.question.expand import expansions
from retrieval.question.understand import understand
from retrieval.types import Embedder
from tests.quality.run import SETS
from tests.quality.sets import HEADLINES, QUESTIONS, Searched, read_rows, searched

# Questions taken from each set: enough for a quantile, few enough for a minute.
_ASKED = 300
_LANGUAGES = ("en", "ru", "es", "de", "zh", "tr", "fr", "fa")


def best(
    name: str, kind: SampleKind, question: str, over: Searched, without: int | None = None
) -> Iterator[Sample]:
    """The best quote for a question, with one text left out; none where nothing is found."""
    others = expansions(question, None, frozenset({"ar"}))
    asked = understand(question, over.index, over.index.aligner, others)
    hits = over.hits(asked, HITS, without)
    quotes = candidates(hits, over.articles, asked, over.index, judge=shipped())
    if quotes:
        yield Sample(name, kind, detect(question) == "ar", quotes[0])


def samples(folder: Path, embedder: Embedder) -> list[Sample]:
    """Answerable, near and far questions over the development sets."""
    chance = random.Random(1)
    rows = {name: read_rows(folder / f"{name}.jsonl.gz") for name in QUESTIONS}
    texts = {name: list(dict.fromkeys(row["passage"] for row in rows[name])) for name in QUESTIONS}
    sets = {name: searched(texts[name], embedder) for name in QUESTIONS}
    made: list[Sample] = []
    for name, over in sets.items():
        for row in chance.sample(rows[name], _ASKED):
            own, question = texts[name].index(row["passage"]), row["question"]
            made += best(name, SampleKind.ANSWERABLE, question, over)
            made += best(name, SampleKind.NEAR, question, over, own)
        for other in QUESTIONS:
            if other != name:
                for row in chance.sample(rows[other], _ASKED // 2):
                    made += best(name, SampleKind.FAR, row["question"], over)
    return made + _headlines(folder, embedder, sets, chance)


def _headlines(
    folder: Path, embedder: Embedder, sets: dict[str, Searched], chance: random.Random
) -> list[Sample]:
    stories = read_rows(folder / f"{HEADLINES}.jsonl.gz")
    over = searched([story["body"]["ar"] for story in stories], embedder)
    made: list[Sample] = []
    for language in _LANGUAGES:
        for number, story in enumerate(stories):
            headline = story["headline"][language]
            made += best(HEADLINES, SampleKind.ANSWERABLE, headline, over)
            made += best(HEADLINES, SampleKind.NEAR, headline, over, number)
            made += best(HEADLINES, SampleKind.FAR, headline, sets[chance.choice(QUESTIONS)])
    return made


def main(arguments: list[str]) -> int:
    embedder: Any = load(EMBEDDED, Path())
    found = demo_samples(embedder)
    folder = Path(arguments[0]) if arguments else SETS
    if folder.is_dir():
        found += samples(folder, embedder)
    made = calibrate(found, embedder)
    made.write(SHIPPED)
    print(SHIPPED.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
