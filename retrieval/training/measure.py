"""The development figures of a model, dense alone and with BM25.

nDCG@10 with one relevant passage a query (Järvelin and Kekäläinen, 2002). A passage scores the best
of itself and its windows of two sentences; BM25 is scaled to a best of one for each query, then
added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from corpus.language.marks import SENTENCE_ENDS
from retrieval.index.analyse import terms
from retrieval.models.embed import StaticEmbedder
from retrieval.training.sources import lines

Scores = npt.NDArray[np.float32]

QUESTIONS = ("mlqa-dev.ar", "arcd-train", "kaiflematha-development.ar")
HEADLINES = "ntrex_headline2doc"
ASKING = ("en", "es", "de", "ru", "zh", "tr")
MORE_ASKING = ("ar", "fr", "fa", "he", "ko")

_WINDOW = 2
_SENTENCE_END = re.compile(rf"(?<=[{SENTENCE_ENDS}])\s+")
_ANY_SENTENCE_END = re.compile(rf"(?<=[{SENTENCE_ENDS}])\s+|(?<=。)")
_SENTENCES_A_STORY = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries, passages, and for each query the number of its passage."""

    queries: list[str]
    passages: list[str]
    relevant: list[int]


def figures(folder: Path, embedder: StaticEmbedder) -> dict[str, float]:
    """All figures by name. `folder` holds the development files. Raises `InputError`."""
    found: dict[str, float] = {}
    for name in QUESTIONS:
        judged = questions(folder / f"{name}.jsonl.gz")
        scores = dense(embedder, judged)
        short = name.split("-")[0]
        found[f"{short} dense"] = ndcg(scores, judged.relevant)
        found[f"{short} fused"] = ndcg(scores + lexical(judged), judged.relevant)
    for kind, make in (("headlines", headlines), ("sentences", sentences)):
        for language in (*ASKING, *MORE_ASKING):
            judged = make(folder / f"{HEADLINES}.jsonl.gz", language)
            found[f"{kind} {language}"] = ndcg(dense(embedder, judged), judged.relevant)
        found[f"{kind} mean"] = float(np.mean([found[f"{kind} {one}"] for one in ASKING]))
    return {name: round(value, 4) for name, value in found.items()}


@cache
def questions(file: Path) -> Judged:
    """Every distinct passage of the set is searched."""
    numbers: dict[str, int] = {}
    asked, relevant = [], []
    for row in lines(file):
        asked.append(row["question"])
        relevant.append(numbers.setdefault(row["passage"], len(numbers)))
    return Judged(asked, list(numbers), relevant)


@cache
def headlines(file: Path, language: str) -> Judged:
    """Headlines in `language`, the Arabic bodies as passages."""
    stories = list(lines(file))
    return Judged(
        [story["headline"][language] for story in stories],
        [story["body"]["ar"] for story in stories],
        list(range(len(stories))),
    )


@cache
def sentences(file: Path, language: str) -> Judged:
    """Sentences of the bodies in `language`, the Arabic bodies as passages."""
    asked, relevant = [], []
    stories = list(lines(file))
    for number, story in enumerate(stories):
        found = [one for one in _ANY_SENTENCE_END.split(story["body"][language]) if len(one) > 20]
        asked += found[1 : 1 + _SENTENCES_A_STORY]
        relevant += [number] * len(found[1 : 1 + _SENTENCES_A_STORY])
    return Judged(asked, [story["body"]["ar"] for story in stories], relevant)


def dense(embedder: StaticEmbedder, judged: Judged) -> Scores:
    """Cosines (queries, passages), the best over a passage and its windows."""
    windows: list[str] = []
    starts: list[int] = []
    for passage in judged.passages:
        starts.append(len(windows))
        windows += [passage, *_windows(passage)]
    scores = embedder.embed_queries(judged.queries) @ embedder.embed_passages(windows).T
    best: Scores = np.maximum.reduceat(scores, starts, axis=1)
    return best


def _windows(passage: str) -> list[str]:
    found = [one for one in _SENTENCE_END.split(passage) if one]
    return [" ".join(found[first : first + _WINDOW]) for first in range(len(found))]


def lexical(judged: Judged) -> Scores:
    """BM25 (queries, passages), each query's best at one."""
    matrix = bm25s.BM25(k1=0.9, b=0.4)
    matrix.index([terms(passage) for passage in judged.passages], show_progress=False)
    rows = [_scores(matrix, terms(query), len(judged.passages)) for query in judged.queries]
    scores = np.stack(rows)
    scaled: Scores = scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9)
    return scaled


def _scores(matrix: bm25s.BM25, found: Sequence[str], passages: int) -> Scores:
    if not found:
        return np.zeros(passages, dtype=np.float32)
    scores: Scores = matrix.get_scores(list(found))
    return scores


def ndcg(scores: Scores, relevant: Sequence[int]) -> float:
    """Mean nDCG@10 of `scores` (queries, passages)."""
    own = scores[np.arange(len(relevant)), relevant]
    above = (scores > own[:, None]).sum(axis=1)
    return float(np.where(above < 10, 1 / np.log2(above + 2), 0).mean())
