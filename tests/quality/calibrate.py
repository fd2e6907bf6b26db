"""`make calibrate`: the calibration of the model that ships, from the demo coverage and, where they
are at hand, the development sets."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.languages import detect
from corpus.split import passages, sentences
from corpus.types import Article, Passage, Source
from retrieval.answer.ask import HITS_PER_QUOTE
from retrieval.answer.question import understand
from retrieval.answer.quote import candidates
from retrieval.answer.silence import SHIPPED
from retrieval.calibrate import Kind, Sample, calibrate, demo_samples
from retrieval.dense import Rows
from retrieval.embed import EMBEDDED, Embedder, load
from retrieval.expand import expansions
from retrieval.index import Index, Text
from retrieval.rank import rank
from retrieval.types import Hit
from tests.quality.measures import HEADLINES, QUESTIONS, read_rows
from tests.quality.run import SETS

# Questions taken from each set: enough for a quantile, few enough for a minute.
_ASKED = 300
# As many as three quotes are chosen from.
_HITS = 3 * HITS_PER_QUOTE
_LANGUAGES = ("en", "ru", "es", "de", "zh", "tr", "fr", "fa")


@dataclass(frozen=True, slots=True)
class Searched:
    """A set's texts, indexed; `owner[row]` is the number of the text."""

    name: str
    index: Index
    articles: dict[str, Article]
    passages: list[Passage]
    owner: Rows

    def best(self, set: str, kind: Kind, question: str, without: int | None) -> Iterator[Sample]:
        """The best quote for a question, with one text left out; none where nothing is found."""
        others = expansions(question, None, frozenset({"ar"}))
        asked = understand(question, self.index, self.embedder(), others)
        allowed = None if without is None else np.flatnonzero(self.owner != without)
        found = rank(asked, self.index, allowed)
        hits = [
            Hit(self.passages[row], row, score)
            for row, score in zip(
                found.rows[:_HITS].tolist(), found.scores[:_HITS].tolist(), strict=True
            )
        ]
        quotes = candidates(hits, self.articles, asked, self.index)
        if quotes:
            yield Sample(set, kind, detect(question) == "ar", quotes[0])

    def embedder(self) -> Embedder:
        return self.index.aligner


def samples(folder: Path, embedder: Embedder) -> list[Sample]:
    """Answerable, near and far questions over the development sets."""
    chance = random.Random(1)
    rows = {name: read_rows(folder / f"{name}.jsonl.gz") for name in QUESTIONS}
    texts = {name: list(dict.fromkeys(row["passage"] for row in rows[name])) for name in QUESTIONS}
    sets = {name: _searched(name, texts[name], embedder) for name in QUESTIONS}
    made: list[Sample] = []
    for name, searched in sets.items():
        for row in chance.sample(rows[name], _ASKED):
            own, question = texts[name].index(row["passage"]), row["question"]
            made += searched.best(name, Kind.ANSWERABLE, question, None)
            made += searched.best(name, Kind.NEAR, question, own)
        for other in QUESTIONS:
            if other != name:
                for row in chance.sample(rows[other], _ASKED // 2):
                    made += searched.best(name, Kind.FAR, row["question"], None)
    return made + _headlines(folder, embedder, sets, chance)


def _headlines(
    folder: Path, embedder: Embedder, sets: dict[str, Searched], chance: random.Random
) -> list[Sample]:
    stories = read_rows(folder / f"{HEADLINES}.jsonl.gz")
    searched = _searched(HEADLINES, [story["body"]["ar"] for story in stories], embedder)
    made: list[Sample] = []
    for language in _LANGUAGES:
        for number, story in enumerate(stories):
            headline = story["headline"][language]
            made += searched.best(HEADLINES, Kind.ANSWERABLE, headline, None)
            made += searched.best(HEADLINES, Kind.NEAR, headline, number)
            made += sets[chance.choice(QUESTIONS)].best(HEADLINES, Kind.FAR, headline, None)
    return made


def _searched(name: str, texts: list[str], embedder: Embedder) -> Searched:
    made: list[Text] = []
    articles: dict[str, Article] = {}
    parts: list[Passage] = []
    owner: list[int] = []
    for number, text in enumerate(texts):
        found = sentences(text, "ar")
        spans = passages(text, found)
        made.append(Text(text, found, spans))
        articles[str(number)] = Article(str(number), "1", Source(str(number)), "ar", text, found)
        for start, end in spans:
            parts.append(Passage(len(parts), str(number), "1", text[start:end], start, end))
            owner.append(number)
    index = Index.build(made, embedder, embedder)
    return Searched(name, index, articles, parts, np.array(owner, dtype=np.int64))


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
