"""The development sets, and their texts as articles of an index."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.split import passages, sentences
from corpus.types import Article, Passage, Source
from retrieval.index.index import Index, Text
from retrieval.question.understand import Question
from retrieval.search.rank import rank
from retrieval.types import Embedder, Hit, Rows

QUESTIONS = ("mlqa-dev.ar", "arcd-train", "kaiflematha-development.ar")
HEADLINES = "ntrex_headline2doc"


@dataclass(frozen=True, slots=True)
class Searched:
    """A set's texts, indexed; `owner[row]` is the number of the text."""

    index: Index
    articles: dict[str, Article]
    passages: list[Passage]
    owner: Rows

    def hits(self, asked: Question, count: int, without: int | None = None) -> list[Hit]:
        """The best passages for a question, at most `count`, with one text left out."""
        allowed = None if without is None else np.flatnonzero(self.owner != without)
        found = rank(asked, self.index, allowed)
        best = zip(found.rows[:count].tolist(), found.scores[:count].tolist(), strict=True)
        return [Hit(self.passages[row], row, score) for row, score in best]


def searched(texts: Sequence[str], embedder: Embedder) -> Searched:
    """The texts of a set as Arabic articles, one each, named by their number."""
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
    return Searched(index, articles, parts, np.array(owner, dtype=np.int64))


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a development set."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]
