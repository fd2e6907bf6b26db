"""What is searched: passages and their sentences, seen by the dense, lexical and word channels.

A passage is a row, and a run of sentences, which are rows of their own; so is the headline of its
article. The files of a folder:

    passages  passages.cells (from many on)  sentences  lexical/  words/  spans
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from corpus.errors import IndexDamaged
from corpus.types import Sentence
from retrieval import arrays
from retrieval.dense import DenseIndex, Rows
from retrieval.embed import Embedder
from retrieval.lexical import LexicalIndex
from retrieval.word_table import WordTable
from retrieval.words import Gathered, WordIndex

# Passages on which the weight of a word is measured: few enough to be quick, enough to tell rare
# words from common ones.
_SAMPLE = 256
_ARTICLES = 256
_NONE = -1


@dataclass(frozen=True, slots=True)
class Text:
    """An article to index: its sentences, and its passages as positions of whole sentences."""

    body: str
    sentences: Sequence[Sentence]
    passages: Sequence[tuple[int, int]]
    headline: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An article to take over from the index made before: its rows of passages, half open."""

    first: int
    last: int


class Index:
    """`spans`, int64 (passages, 3): the first sentence of each passage, the one after its last, and
    the sentence that is its headline, or -1."""

    def __init__(
        self,
        passages: DenseIndex,
        sentences: DenseIndex,
        lexical: LexicalIndex,
        words: WordIndex,
        spans: npt.NDArray[np.int64],
        aligner: Embedder,
    ) -> None:
        self.passages = passages
        self.sentences = sentences
        self.lexical = lexical
        self.words = words
        self.spans = spans
        self.aligner = aligner

    @classmethod
    def build(
        cls,
        articles: Iterable[Text | Kept],
        embedder: Embedder,
        aligner: Embedder,
        before: Index | None = None,
        step: Callable[[int], None] = lambda done: None,
    ) -> Index:
        """Index articles in their order. `aligner` embeds single words; `before` must have been
        made with the same two; `step(done)` is told of passages embedded."""
        passages = DenseIndex.of(embedder.dimensions)
        sentences = DenseIndex.of(embedder.dimensions)
        table = WordTable(None if before is None else before.words)
        spans: list[npt.NDArray[np.int64]] = []
        done = at = 0
        remaining = iter(articles)
        while batch := list(islice(remaining, _ARTICLES)):
            texts: list[str] = []
            lines: list[str] = []
            for article in batch:
                if isinstance(article, Kept):
                    assert before is not None
                    _add(passages, sentences, texts, lines, embedder)
                    rows, kept = before._rows_of(article)
                    passages.keep(before.passages, article.first, article.last)
                    sentences.keep(before.sentences, int(kept[0]), int(kept[-1]) + 1)
                    table.keep(int(kept[0]), int(kept[-1]) + 1)
                    moved = before.spans[rows]
                    spans.append(np.where(moved == _NONE, _NONE, moved - kept[0] + at))
                    at += len(kept)
                    continue
                found, placed = _lines(article)
                spans.append(np.where(placed == _NONE, _NONE, placed + at))
                at += len(found)
                for line in found:
                    table.add(line)
                lines += found
                texts += [article.body[start:end] for start, end in article.passages]
                done += len(article.passages)
            _add(passages, sentences, texts, lines, embedder)
            step(done)
        placed = np.concatenate([np.zeros((0, 3), dtype=np.int64), *spans])
        words = table.index(aligner)
        lexical = LexicalIndex.of_counts(words.vocabulary(), _passage_counts(words, placed))
        passages.finish()
        sentences.close()
        return cls(passages, sentences, lexical, words, placed, aligner)

    def save(self, folder: Path) -> None:
        self.passages.save(folder / "passages")
        self.sentences.save(folder / "sentences")
        self.lexical.save(folder / "lexical")
        self.words.save(folder / "words")
        arrays.write(folder / "spans", self.spans)

    @classmethod
    def open(cls, folder: Path, passages: int, dimensions: int, aligner: Embedder) -> Index:
        """Open a saved index. Raises `IndexDamaged`."""
        spans = arrays.read(folder / "spans", np.int64, 3)
        sentences = DenseIndex.open(folder / "sentences", None, dimensions, searched=False)
        first, last, headline = spans[:, 0], spans[:, 1], spans[:, 2]
        if (
            len(spans) != passages
            or not ((first >= 0) & (first < last) & (last <= len(sentences))).all()
            or not ((headline >= _NONE) & (headline < len(sentences))).all()
        ):
            raise IndexDamaged(f"{folder / 'spans'} does not fit its manifest")
        return cls(
            DenseIndex.open(folder / "passages", passages, dimensions),
            sentences,
            LexicalIndex.open(folder / "lexical", passages),
            WordIndex.open(folder / "words", len(sentences), aligner.dimensions),
            spans,
            aligner,
        )

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self.spans)

    def runs(self, rows: Rows) -> tuple[Rows, Rows]:
        """The sentences of these passages one after the other, and where each passage begins."""
        sentences, starts = arrays.places(self.spans[rows, 0], self.spans[rows, 1])
        return sentences, starts[:-1]

    @cached_property
    def sample(self) -> tuple[Gathered, Rows]:
        """The words of passages spread evenly over all, and where each passage begins."""
        rows = np.unique(np.linspace(0, len(self) - 1, min(_SAMPLE, len(self))).astype(np.int64))
        sentences, starts = self.runs(rows)
        return self.words.gather(sentences), starts

    def _rows_of(self, kept: Kept) -> tuple[Rows, Rows]:
        rows = np.arange(kept.first, kept.last)
        own = self.spans[rows]
        return rows, np.arange(own[own != _NONE].min(), own[:, 1].max())


def _lines(article: Text) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The headline, if there is one, and the sentences of an article, and its passages as three
    numbers of them."""
    found = [article.headline] if article.headline else []
    before = len(found)
    found += [article.body[sentence.start : sentence.end] for sentence in article.sentences]
    starts = [sentence.start for sentence in article.sentences]
    ends = [sentence.end for sentence in article.sentences]
    placed = [
        (before + bisect_left(starts, start), before + bisect_right(ends, end), before - 1)
        for start, end in article.passages
    ]
    return found, np.array(placed, dtype=np.int64).reshape(-1, 3)


def _add(
    passages: DenseIndex,
    sentences: DenseIndex,
    texts: list[str],
    lines: list[str],
    embedder: Embedder,
) -> None:
    """Embed what is waiting and forget it."""
    if texts:
        passages.add(embedder.embed_passages(texts))
        texts.clear()
    if lines:
        sentences.add(embedder.embed_passages(lines))
        lines.clear()


def _passage_counts(words: WordIndex, spans: npt.NDArray[np.int64]) -> csr_array:
    """How often each passage has each word, (passages, words)."""
    counts = words.counts()
    inside, starts = arrays.places(spans[:, 0], spans[:, 1])
    ones = np.ones(len(inside), dtype=np.float32)
    return csr_array((ones, inside, starts), (len(spans), counts.shape[0])) @ counts
