"""A part of the index: the passages of some articles and their sentences, never changed once built.

A passage is a row, and a run of sentences, which have rows of their own; so has the headline of its
article. The files of a folder:

passages  passages.cells (if there are many)  sentences  lexical/  words/  spans
annotations/ (if they were made)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from corpus.types import Article, Sentence
from retrieval.index import arrays
from retrieval.index.annotations import Annotate, Annotations
from retrieval.index.dense import DenseIndex
from retrieval.index.lexical import Postings
from retrieval.index.word_builder import WordTable
from retrieval.index.word_index import WordIndex
from retrieval.types import Embedder

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_ARTICLES = 256
NONE = -1


@dataclass(frozen=True, slots=True)
class Text:
    """An article to index: its sentences, its passages as positions of whole sentences, and the
    `article` itself if its sentences are to be annotated."""

    body: str
    sentences: Sequence[Sentence]
    passages: Sequence[tuple[int, int]]
    headline: str | None = None
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Articles to reuse from an existing part: its rows of passages, half open."""

    part: Part
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Part:
    """`spans`, int64 (passages, 3): the first sentence of each passage, the sentence after its
    last, and the sentence that is its headline, or -1; `annotations` if they were made."""

    passages: DenseIndex
    sentences: DenseIndex
    lexical: Postings
    words: WordIndex
    spans: npt.NDArray[np.int64]
    annotations: Annotations | None = None

    @classmethod
    def build(
        cls,
        articles: Iterable[Text | Kept],
        embedder: Embedder,
        aligner: Embedder,
        step: Callable[[int], None] = lambda done: None,
        folder: Path | None = None,
        annotate: Annotate | None = None,
    ) -> Part:
        """Index articles in order. `aligner` embeds single words. Reused parts must have been built
        with the same two models. `step(done)` is called with the number of passages embedded. With
        a `folder`, into which the part will be saved, vectors are written there at once and not
        kept in memory. With `annotate`, the sentences are annotated."""
        making = _Making(embedder, aligner, folder, annotate)
        remaining = iter(articles)
        done = 0
        while batch := list(islice(remaining, _ARTICLES)):
            for article in batch:
                if isinstance(article, Kept):
                    making.keep(article)
                else:
                    making.add(article)
                    done += len(article.passages)
            making.embed()
            step(done)
        return making.part()

    def save(self, folder: Path) -> None:
        self.passages.save(folder / "passages")
        self.sentences.save(folder / "sentences")
        self.lexical.save(folder / "lexical")
        self.words.save(folder / "words")
        arrays.write(folder / "spans", self.spans)
        if self.annotations is not None:
            self.annotations.save(folder / "annotations")

    @classmethod
    def open(cls, folder: Path, dimensions: int, aligner: Embedder) -> Part:
        """Open a stored part. Raises `IndexDamaged`."""
        spans = arrays.read(folder / "spans", np.int64, 3)
        sentences = DenseIndex.open(folder / "sentences", None, dimensions, searched=False)
        words = WordIndex.open(folder / "words", len(sentences), aligner.dimensions)
        first, last, headline = spans[:, 0], spans[:, 1], spans[:, 2]
        if (
            not ((first >= 0) & (first < last) & (last <= len(sentences))).all()
            or not ((headline >= NONE) & (headline < len(sentences))).all()
        ):
            raise IndexDamaged(f"{folder / 'spans'} does not fit its manifest")
        annotated = (folder / "annotations").exists()
        return cls(
            DenseIndex.open(folder / "passages", len(spans), dimensions),
            sentences,
            Postings.open(folder / "lexical", len(spans), len(words)),
            words,
            spans,
            Annotations.open(folder / "annotations", len(sentences)) if annotated else None,
        )

    def __len__(self) -> int:
        """The number of passages."""
        return len(self.spans)

    def told(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The sentences and headlines of these passages."""
        marked = np.zeros(len(self.sentences), dtype=bool)
        headlines = self.spans[rows, 2]
        marked[headlines[headlines != NONE]] = True
        marked[arrays.places(self.spans[rows, 0], self.spans[rows, 1])[0]] = True
        return np.flatnonzero(marked)


class _Making:
    """A part under construction."""

    def __init__(
        self,
        embedder: Embedder,
        aligner: Embedder,
        folder: Path | None,
        annotate: Annotate | None,
    ) -> None:
        self._embedder = embedder
        self._aligner = aligner
        self._passages = DenseIndex.of(embedder.dimensions, folder and folder / "passages")
        self._sentences = DenseIndex.of(embedder.dimensions, folder and folder / "sentences")
        self._table = WordTable()
        self._spans = [np.zeros((0, 3), dtype=np.int64)]
        self._at = 0
        self._texts: list[str] = []
        self._lines: list[str] = []
        self._annotate = annotate
        self._annotations: list[Callable[[], Annotations]] = []
        self._articles: list[Article] = []

    def add(self, article: Text) -> None:
        found, placed = _lines(article)
        self._place(placed, self._at, len(found))
        for line in found:
            self._table.add(line)
        self._lines += found
        self._texts += [article.body[start:end] for start, end in article.passages]
        if self._annotate is not None and article.article is not None:
            self._articles.append(article.article)

    def keep(self, kept: Kept) -> None:
        self.embed()
        spans = kept.part.spans[kept.first : kept.last]
        first, last = int(spans[spans != NONE].min()), int(spans[:, 1].max())
        self._passages.keep(kept.part.passages, kept.first, kept.last)
        self._sentences.keep(kept.part.sentences, first, last)
        self._table.keep(kept.part.words, first, last)
        if self._annotate is not None and kept.part.annotations is not None:
            own = kept.part.annotations.between(first, last)
            self._annotations.append(lambda: own)
        self._place(spans, self._at - first, last - first)

    def embed(self) -> None:
        """Embed and annotate what is waiting, then drop it."""
        if self._texts:
            self._passages.add(self._embedder.embed_passages(self._texts))
            self._texts.clear()
        if self._lines:
            self._sentences.add(self._embedder.embed_passages(self._lines))
            self._lines.clear()
        if self._articles and self._annotate is not None:
            self._annotations.append(self._annotate(self._articles))
            self._articles = []

    def part(self) -> Part:
        spans = np.concatenate(self._spans)
        self._passages.finish()
        self._sentences.close()
        words = self._table.index(self._aligner)
        lexical = Postings.of_counts(words.vocabulary(), _passage_counts(words, spans))
        waiting = self._annotations
        annotations = Annotations.joined([made() for made in waiting]) if waiting else None
        if annotations is not None and len(annotations) != len(self._sentences):
            annotations = None  # the reused index had none
        return Part(self._passages, self._sentences, lexical, words, spans, annotations)

    def _place(self, spans: npt.NDArray[np.int64], moved: int, sentences: int) -> None:
        self._spans.append(np.where(spans == NONE, NONE, spans + moved))
        self._at += sentences


def _lines(article: Text) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The headline, if there is one, and the sentences of an article, and its passages as three
    sentence numbers each."""
    found = [article.headline] if article.headline else []
    before = len(found)
    found += [_led(article.body, sentence) for sentence in article.sentences]
    starts = [sentence.start for sentence in article.sentences]
    ends = [sentence.end for sentence in article.sentences]
    placed = [
        (before + bisect_left(starts, start), before + bisect_right(ends, end), before - 1)
        for start, end in article.passages
    ]
    return found, np.array(placed, dtype=np.int64).reshape(-1, 3)


def _led(body: str, sentence: Sentence) -> str:
    """A sentence with the line that introduces it, without which it would not be found."""
    text = body[sentence.start : sentence.end]
    return f"{body[slice(*sentence.lead)]} {text}" if sentence.lead else text


def _passage_counts(words: WordIndex, spans: npt.NDArray[np.int64]) -> csr_array:
    """The number of times each passage has each word, (passages, words)."""
    from scipy.sparse import csr_array

    counts = words.counts()
    inside, starts = arrays.places(spans[:, 0], spans[:, 1])
    ones = np.ones(len(inside), dtype=np.float32)
    return csr_array((ones, inside, starts), (len(spans), counts.shape[0])) @ counts
