"""Whether the answer stands in the quotes of the right passage, once that is found."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from corpus.language.text import normalise
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article, RawDocument
from retrieval.answer.judge.network import shipped
from retrieval.answer.quote.candidates import candidates
from retrieval.answer.quote.fold import fold
from retrieval.question.expand import expansions
from retrieval.question.understand import understand
from retrieval.types import Embedder, Quote
from tests.quality.floors import BESIDE
from tests.quality.sets import Searched, read_rows, searched

# A passage is found when one of its parts is among as many hits.
_HITS = 10
_QUOTES = 3
# What quotes should have at most, in the mean.
_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """The quotes of the right passage, the best first, and what a correct one contains."""

    quotes: tuple[Quote, ...]
    answers: Sequence[str]

    def holds(self, text: str) -> bool:
        """Whether a text has one of the answers in it, word for word but for spelling."""
        folded = normalise(text)
        return any(normalise(answer) in folded for answer in self.answers)


def answers_in_quotes(name: str, folder: Path, embedder: Embedder) -> dict[str, float]:
    """Of the questions of a set whose passage is found: the share with a reference answer in the
    first quote of that passage, and in three; and whether the first quotes keep to 300 characters
    in the mean (1; less where they are longer). Beside it the mean lengths, and the share with an
    answer in the first sentences of the passage up to the length of the first quote, or of the
    three together."""
    taken: dict[str, list[float]] = defaultdict(list)
    for each in quoted(read_rows(folder / f"{name}.jsonl.gz"), embedder):
        first, article = each.quotes[0], each.quotes[0].article
        lengths = [len(quote.text) for quote in each.quotes]
        taken["in the first quote"].append(each.holds(first.text))
        taken["in three quotes"].append(any(each.holds(quote.text) for quote in each.quotes))
        taken[f"{BESIDE} length of the first"].append(lengths[0])
        taken[f"{BESIDE} length of each"].append(fmean(lengths))
        taken[f"{BESIDE} first sentences"].append(each.holds(_opening(article, lengths[0])))
        taken[f"{BESIDE} as long as three"].append(each.holds(_opening(article, sum(lengths))))
    figures = {figure: fmean(values) for figure, values in taken.items()}
    kept = min(1.0, _CHARACTERS / figures[f"{BESIDE} length of the first"])
    return {"300 characters kept to": kept, **figures}


def quoted(rows: Sequence[dict[str, Any]], embedder: Embedder) -> list[Shown]:
    """The quotes of the passage of each question that finds it, over the passages of all."""
    texts = list(dict.fromkeys(row["passage"] for row in rows))
    over = searched(texts, embedder)
    numbers = {text: str(number) for number, text in enumerate(texts)}
    with tempfile.TemporaryDirectory(prefix="pullquote-answers-") as home:
        coverage = Coverage.open(Path(home) / COVERAGE_FILE)
        with coverage.transaction():
            for article in over.articles.values():
                coverage.add(article, RawDocument(article.body, article.source), None)
        every = [
            Shown(_quotes(row["question"], numbers[row["passage"]], over, coverage), row["answers"])
            for row in rows
        ]
        coverage.close()
    return [shown for shown in every if shown.quotes]


def _quotes(question: str, own: str, over: Searched, coverage: Coverage) -> tuple[Quote, ...]:
    """The quotes of the passage `own`; none where it is not found."""
    others = expansions(question, None, frozenset({"ar"}))
    asked = understand(question, over.index, over.index.aligner, others)
    hits = over.hits(asked, _HITS)
    found = candidates(hits, over.articles, asked, over.index, judge=shipped())
    mine = [each for each in found if each.quote.article.id == own]
    return tuple(each.quote for each in fold([mine], coverage, asked, limit=_QUOTES))


def _opening(article: Article, length: int) -> str:
    """The first sentences of an article that fit in a length, at least one."""
    ends = [sentence.end for sentence in article.sentences]
    start = article.sentences[0].start
    return article.body[start : max([ends[0], *(end for end in ends if end - start <= length)])]
